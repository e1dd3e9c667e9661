import pytest

from als_screen.interpretation.knowledge.frequency import best_observed, filtering_frequency, observed
from als_screen.interpretation.knowledge.records import Population
from interpretation_shared import policy


def _population(**fields: object) -> Population:
    base: dict[str, object] = {"release": "v2.1.1", "ac": 10, "an": 250_000, "af": 4e-5, "hom": 0}
    return Population(**{**base, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ac", "an", "expected"),
    [
        (0, 100, 0.0),
        (1, 1, 0.05129),  # -ln 0.95
        (2, 1, 0.35536),
        (10, 1, 5.42541),
        (3, 113_546, 0.81769 / 113_546),
    ],
)
def test_filtering_frequency_is_the_lower_poisson_bound(ac: int, an: int, expected: float) -> None:
    assert filtering_frequency(ac, an) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(("ac", "an"), [(-1, 10), (1, 0)])
def test_no_frequency(ac: int, an: int) -> None:
    with pytest.raises(ValueError, match="no frequency"):
        filtering_frequency(ac, an)


@pytest.mark.parametrize(
    ("population", "faf95", "said"),
    [
        (_population(faf95=3e-5), 3e-5, "as published"),
        (_population(group="Finnish", group_ac=9, group_an=1000), None, "computed from 9/1000 in Finnish"),
        (_population(group="European (Finnish)", group_ac=9, group_an=1000), 0.0, "left out"),
        (_population(), None, "computed from 10/250000 in all"),
    ],
)
def test_observed(population: Population, faf95: float | None, said: str) -> None:
    found = observed(population, policy().founder_groups)
    assert said in found.how
    if faf95 is None:
        counts = (population.group_ac or population.ac, population.group_an or population.an)
        faf95 = filtering_frequency(*counts)
    assert found.faf95 == faf95


def test_newest_is_the_first() -> None:
    both = [_population(release="v4.1", faf95=1e-6), _population(faf95=1e-3)]
    found = best_observed(both, policy().founder_groups)
    assert found is not None
    assert found.frequency().source == "gnomAD v4.1"
    assert best_observed([], policy().founder_groups) is None


@pytest.mark.parametrize(("own", "expected"), [(1e-3, "local controls"), (1e-9, "gnomAD v4.1")])
def test_the_laboratorys_own_table_counts_where_it_shows_more(own: float, expected: str) -> None:
    both = [_population(release="v4.1", faf95=1e-6), _population(release="local controls", faf95=own)]
    found = best_observed(both, policy().founder_groups)
    assert found is not None
    assert found.source == expected

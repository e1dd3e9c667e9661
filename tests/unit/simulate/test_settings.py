import pytest

from als_screen.regions import VARIANT_GENES, Build
from als_screen.resources import bundled
from als_screen.simulate.haplotype import REPEAT_LOCUS
from als_screen.simulate.settings import Sequencing, gene_windows, random_for, small_windows


@pytest.mark.parametrize(
    "wrong",
    [
        {"duplicates": 1.5},
        {"depth": 0.0},
        {"read_lengths": ()},
        {"read_lengths": (30,)},
        {"fragment_mean": 100.0, "fragment_sd": 10.0},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_libraries_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"share|reads"):
        Sequencing(**wrong)  # type: ignore[arg-type]


def test_chance_depends_on_the_names_alone() -> None:
    assert random_for("P1", "reads").random() == random_for("P1", "reads").random()
    assert random_for("P1", "reads").random() != random_for("P2", "reads").random()


@pytest.mark.parametrize("build", Build)
def test_the_small_windows_hold_every_coding_exon_and_the_repeat(build: Build) -> None:
    windows = small_windows(build)
    wanted = [exon for gene in VARIANT_GENES for exon in bundled().transcript(build, gene).coding_exons()]
    for region in (*wanted, REPEAT_LOCUS[build]):
        padded = region.padded(500)
        assert any(
            window.chrom == region.chrom and window.start <= padded.start and padded.end <= window.end
            for window in windows
        )
    assert sum(map(len, windows)) < sum(map(len, gene_windows(build))) / 2

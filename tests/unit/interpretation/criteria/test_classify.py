from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import pytest

from als_screen.interpretation.criteria.classify import class_of, classify, points, without_double_counting
from als_screen.interpretation.criteria.evaluate import ORDER, assessed
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.knowledge.frequency import Observed
from als_screen.interpretation.knowledge.records import (
    CatalogueEntry,
    ClinvarEntry,
    CuratedEntry,
    Mode,
    Population,
    PredictorScores,
)
from als_screen.models import Criterion
from als_screen.regions import Build, Gene
from als_screen.states import Basis, Classification, CriterionState, Strength
from interpretation_shared import annotator, policy

SUPPORTING, MODERATE, STRONG, VERY_STRONG, ALONE = Strength
P, LP, VUS, LB, B = Classification


def criteria(**met: Strength) -> list[Criterion]:
    """Return all criteria, those named met."""
    return [
        Criterion(
            code=code,
            state=CriterionState.MET if code in met else CriterionState.NOT_MET,
            strength=met.get(code),
            because="test",
            source="test",
        )
        for code in ORDER
    ]


@pytest.mark.parametrize(
    ("met", "total", "expected", "note"),
    [
        ({}, 0, VUS, "nothing"),
        ({"PS1": STRONG, "PM1": MODERATE}, 6, LP, "likely pathogenic begins at 6"),
        ({"PS1": STRONG, "PP3": SUPPORTING}, 5, VUS, "5 is uncertain"),
        ({"PVS1": VERY_STRONG, "PM2": SUPPORTING}, 9, LP, "9 is likely"),
        ({"PVS1": VERY_STRONG, "PM5": MODERATE}, 10, P, "10 is pathogenic"),
        ({"BP7": SUPPORTING}, -1, VUS, "one point is not enough"),
        ({"BP4": MODERATE}, -2, VUS, "two points from one criterion are not enough"),
        ({"BP4": SUPPORTING, "BP7": SUPPORTING}, -2, LB, "two criteria"),
        ({"BP4": SUPPORTING, "BP7": SUPPORTING, "PM2": SUPPORTING}, -1, VUS, "too few points"),
        ({"BS1": STRONG}, -4, LB, "one strong criterion"),
        ({"BS1": STRONG, "PM1": MODERATE}, -2, LB, "strong, and two points left"),
        ({"BS1": STRONG, "PM1": MODERATE, "PP3": SUPPORTING}, -1, VUS, "too few points left"),
        ({"BS1": STRONG, "BP4": MODERATE, "BP7": SUPPORTING}, -7, B, "benign at -7"),
        ({"BA1": ALONE}, 0, B, "stands alone"),
        ({"BA1": ALONE, "PVS1": VERY_STRONG, "PS1": STRONG}, 12, B, "stands alone whatever else"),
    ],
)
def test_points_and_class(met: dict[str, Strength], total: int, expected: Classification, note: str) -> None:
    found = criteria(**met)
    assert points(found, policy()) == total, note
    assert class_of(found, policy()) is expected, note


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ({"PS1": STRONG, "PM5": MODERATE}, {"PS1": STRONG}),
        ({"PM1": MODERATE, "PP2": SUPPORTING}, {"PM1": MODERATE}),
        ({"PM1": MODERATE, "PP3": STRONG}, {"PM1": MODERATE, "PP3": MODERATE}),
        ({"PM1": MODERATE, "PP3": MODERATE}, {"PM1": MODERATE, "PP3": MODERATE}),
        ({"PM1": STRONG, "PP3": SUPPORTING}, {"PM1": STRONG}),
        ({"PP3": STRONG}, {"PP3": STRONG}),
        ({"PP2": SUPPORTING, "PP3": STRONG}, {"PP2": SUPPORTING, "PP3": MODERATE}),
        ({"PM5": MODERATE, "PP3": STRONG}, {"PM5": MODERATE, "PP3": MODERATE}),
        (
            {"PM5": MODERATE, "PP2": SUPPORTING, "PP3": STRONG},
            {"PM5": MODERATE, "PP2": SUPPORTING, "PP3": MODERATE},
        ),
        ({"PM1": MODERATE, "PM5": MODERATE, "PP3": SUPPORTING}, {"PM1": MODERATE, "PM5": MODERATE}),
        ({"PM1": MODERATE, "PP2": SUPPORTING, "PP3": STRONG}, {"PM1": MODERATE, "PP3": MODERATE}),
        ({"PS1": STRONG, "PM5": MODERATE, "PP3": STRONG}, {"PS1": STRONG, "PP3": STRONG}),
        ({"PS4": STRONG, "PP3": STRONG}, {"PS4": STRONG, "PP3": STRONG}),
        ({"PM5": MODERATE, "PP2": SUPPORTING}, {"PM5": MODERATE, "PP2": SUPPORTING}),
    ],
)
def test_double_counting(met: dict[str, Strength], expected: dict[str, Strength]) -> None:
    found = without_double_counting(criteria(**met), policy())
    assert [criterion.code for criterion in found] == list(ORDER)
    assert {one.code: one.strength for one in found if one.state is CriterionState.MET} == expected


@pytest.mark.parametrize(
    "hot", [{"PM1": MODERATE}, {"PP2": SUPPORTING}, {"PM1": MODERATE, "PP2": SUPPORTING}]
)
def test_rarity_place_and_predictor_alone_stay_uncertain(hot: dict[str, Strength]) -> None:
    found = without_double_counting(criteria(PM2=SUPPORTING, PP3=STRONG, **hot), policy())
    assert class_of(found, policy()) is VUS


# ------------------------------------------------------------------------------------ what is known


def clinvar(significance: str, stars: int) -> ClinvarEntry:
    return ClinvarEntry(7, significance, "criteria provided", stars, "2025-01-01", "2026-06-21", "ALS")


def seen(faf95: float) -> Observed:
    return Observed(Population("v4.1", 5, 1_600_000, 3e-6, 0), faf95, "as published")


def base() -> Facts:
    """Return a missense allele of which nothing else is known."""
    found = annotator().describe(Build.GRCH38, Gene.FUS, "16", 31184984, "G", "A").facts
    assert found is not None
    assert found.is_missense
    return replace(
        found, clinvar=None, population=None, covered=None, catalogue=None, curated=None, domains=()
    )


PUBLISHED = CatalogueEntry("SALS proband", ("Italy",))
PS3 = Criterion(code="PS3", state=CriterionState.MET, strength=STRONG, because="assay", source="curator")
BS3 = Criterion(code="BS3", state=CriterionState.MET, strength=STRONG, because="assay", source="curator")
COMPUTED_BENIGN = PredictorScores(revel=0.001)


@pytest.mark.parametrize(
    ("changes", "expected", "basis", "conflict", "note"),
    [
        ({}, VUS, Basis.CRITERIA, False, "nothing known"),
        ({"clinvar": clinvar("Pathogenic", 2)}, P, Basis.CLINVAR, False, "two stars"),
        (
            {"clinvar": clinvar("Pathogenic/Likely pathogenic", 2)},
            LP,
            Basis.CLINVAR,
            False,
            "the weaker of two",
        ),
        ({"clinvar": clinvar("Benign", 2)}, B, Basis.CLINVAR, False, "benign side too"),
        ({"clinvar": clinvar("Uncertain significance", 2)}, VUS, Basis.CRITERIA, False, "sets nothing"),
        ({"clinvar": clinvar("Pathogenic", 1)}, VUS, Basis.CRITERIA, False, "one star alone"),
        (
            {"clinvar": clinvar("Pathogenic", 1), "catalogue": PUBLISHED},
            LP,
            Basis.CLINVAR,
            False,
            "and published",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 0), "catalogue": PUBLISHED},
            VUS,
            Basis.CRITERIA,
            False,
            "no star",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 1), "catalogue": PUBLISHED, "population": seen(1e-4)},
            LB,
            Basis.CRITERIA,
            True,
            "one star and too common",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 2), "population": seen(1e-4)},
            VUS,
            Basis.CLINVAR,
            True,
            "BS1 against",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 2), "population": seen(1e-3)},
            VUS,
            Basis.CLINVAR,
            True,
            "BA1 against",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 3), "population": seen(1e-3)},
            P,
            Basis.CLINVAR,
            False,
            "three stars",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 2), "supplied": (BS3,)},
            VUS,
            Basis.CLINVAR,
            True,
            "a person against",
        ),
        (
            {"clinvar": clinvar("Pathogenic", 2), "scores": COMPUTED_BENIGN},
            P,
            Basis.CLINVAR,
            False,
            "computed only",
        ),
        (
            {"clinvar": clinvar("Conflicting classifications of pathogenicity", 1)},
            VUS,
            Basis.CRITERIA,
            True,
            "told",
        ),
        (
            {"clinvar": clinvar("Benign", 2), "supplied": (PS3,), "scores": PredictorScores(revel=0.8)},
            VUS,
            Basis.CLINVAR,
            True,
            "points of likely pathogenic against benign",
        ),
        (
            {"supplied": (PS3,), "scores": PredictorScores(revel=0.8)},
            LP,
            Basis.CRITERIA,
            False,
            "points alone",
        ),
        (
            {
                "curated": CuratedEntry("p.X", LP, Mode.DOMINANT, False, "", "us"),
                "clinvar": clinvar("Benign", 3),
            },
            LP,
            Basis.CURATED,
            True,
            "curated goes before ClinVar",
        ),
        (
            {
                "curated": CuratedEntry("p.X", P, Mode.DOMINANT, False, "", "us"),
                "clinvar": clinvar("Pathogenic/Likely pathogenic", 2),
            },
            P,
            Basis.CURATED,
            False,
            "pathogenic and likely pathogenic are no conflict",
        ),
        (
            {
                "curated": CuratedEntry("p.X", None, Mode.RECESSIVE, False, "", "us"),
                "clinvar": clinvar("Benign", 2),
            },
            B,
            Basis.CLINVAR,
            False,
            "curated inheritance only",
        ),
    ],
)
def test_what_sets_the_class(
    changes: dict[str, object], expected: Classification, basis: Basis, conflict: bool, note: str
) -> None:
    found = classify(replace(base(), **changes), policy())  # type: ignore[arg-type]
    assert (found.proposed, found.basis, found.conflict is not None) == (expected, basis, conflict), (
        note,
        found,
    )


def test_points_are_those_of_the_criteria_whatever_the_basis() -> None:
    facts = replace(base(), clinvar=clinvar("Pathogenic", 4), population=seen(2e-4))
    found = classify(facts, policy())
    assert found.basis is Basis.CLINVAR
    assert (
        found.points == points(without_double_counting(assessed(facts, policy()), policy()), policy()) == -4
    )


def test_the_conflict_names_both_sides() -> None:
    found = classify(replace(base(), clinvar=clinvar("Pathogenic", 2), population=seen(1e-4)), policy())
    assert found.conflict == "ClinVar 7: Pathogenic (2 stars); against it: BS1 (-4 points)"


@cache
def held_out() -> list[tuple[ClinvarEntry, Facts]]:
    """Return every ClinVar record of the three genes with the facts of its allele."""
    tables = annotator().knowledge.builds[Build.GRCH38]
    rows = []
    for key, entry in tables.clinvar.items():
        if tables.genes[key] is not Gene.C9ORF72:
            found = annotator().describe(Build.GRCH38, tables.genes[key], *key).facts
            assert found is not None
            rows.append((entry, found))
    return rows


def by_points(facts: Facts, **scores: float) -> Classification:
    """Return the class from points alone; the missense scores are given to missense variants only."""
    given = {name: score for name, score in scores.items() if facts.is_missense or name == "spliceai"}
    return class_of(classify(replace(facts, scores=PredictorScores(**given)), policy()).criteria, policy())


def side(found: Iterable[Classification | None]) -> Counter[str]:
    """Count the classes by side."""
    return Counter("path" if one in {P, LP} else "benign" if one in {LB, B} else "between" for one in found)


def test_points_alone_never_contradict_reviewed_records() -> None:
    wrong = [
        (entry.variation_id, entry.significance)
        for entry, facts in held_out()
        if entry.stars >= 2
        and {*side([entry.classification]), *side([by_points(facts)])} == {"path", "benign"}
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "scores",
    [
        {},
        *({name: score} for name in ("revel", "alphamissense") for score in (0.644, 0.773, 0.8, 0.932, 1.0)),
        {"revel": 1.0, "spliceai": 1.0},
        {"revel": 0.5, "spliceai": 1.0},
    ],
    ids=str,
)
def test_few_uncertain_and_no_benign_records_are_raised_whatever_predictors_say(
    scores: dict[str, float],
) -> None:
    uncertain = side(by_points(facts, **scores) for entry, facts in held_out() if entry.classification is VUS)
    benign = side(
        by_points(facts, **scores) for entry, facts in held_out() if entry.classification in {LB, B}
    )
    assert uncertain.total() > 350
    assert uncertain["path"] <= 0.05 * uncertain.total()
    assert benign.total() > 200
    assert benign["path"] == 0


@pytest.mark.parametrize("predictor", ["revel", "alphamissense"])
def test_with_scores_that_tell_the_sides_apart_most_reviewed_records_fall_on_their_side(
    predictor: str,
) -> None:
    """The scores are assumed: 0.92 and 0.1 for missense, nothing for splicing."""
    reviewed = [(entry, facts) for entry, facts in held_out() if entry.stars >= 2]
    right = [
        side([by_points(facts, **{predictor: 0.92}, spliceai=0.0)])["path"]
        if entry.classification in {P, LP}
        else side([by_points(facts, **{predictor: 0.1}, spliceai=0.0)])["benign"]
        for entry, facts in reviewed
        if entry.classification in {P, LP, LB, B}
    ]
    assert len(right) > 120
    assert sum(right) >= 0.6 * len(right)

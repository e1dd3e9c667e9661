from dataclasses import replace

import pytest

from als_screen.interpretation.criteria.evaluate import ORDER, assessed
from als_screen.interpretation.criteria.facts import Facts
from als_screen.interpretation.criteria.population import ba1, bs1, pm2, ps4
from als_screen.interpretation.criteria.protein import bp3, pm1, pm4, pm5, pp2, ps1, pvs1
from als_screen.interpretation.criteria.scores import bp4, bp7, pp3
from als_screen.interpretation.knowledge.frequency import Observed
from als_screen.interpretation.knowledge.records import CatalogueEntry, Population, PredictorScores
from als_screen.models import Criterion
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import CriterionState, Strength
from interpretation_shared import CHROMOSOMES, annotator, policy

MET, NOT_MET, NOT_APPLICABLE = CriterionState.MET, CriterionState.NOT_MET, CriterionState.NOT_APPLICABLE
SUPPORTING, MODERATE, STRONG = Strength.SUPPORTING, Strength.MODERATE, Strength.STRONG

A4V = (Gene.SOD1, 31659783, "C", "T")
D90A = (Gene.SOD1, 31667290, "A", "C")
SILENT = (Gene.SOD1, 31663867, "G", "A")  # p.Glu50=, inside exon 2
INTRONIC = (Gene.SOD1, 31659974, "C", "T")  # c.72+133C>T


def facts(gene: Gene, pos: int, ref: str, alt: str) -> Facts:
    found = annotator().describe(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt).facts
    assert found is not None
    return found


def seen(faf95: float) -> Observed:
    return Observed(Population("v4.1", 5, 1_600_000, 3e-6, 0), faf95, "as published")


def answer(criterion: Criterion) -> tuple[CriterionState, Strength | None]:
    return criterion.state, criterion.strength


def test_every_criterion_is_answered_once_with_a_reason_and_a_source() -> None:
    criteria = assessed(facts(*A4V), policy())
    assert [criterion.code for criterion in criteria] == list(ORDER)
    assert len(ORDER) == 28
    assert all(criterion.because and criterion.source for criterion in criteria)
    assert all((criterion.strength is None) is (criterion.state is not MET) for criterion in criteria)


def test_what_a_person_supplies_replaces_the_machine() -> None:
    supplied = Criterion(code="PS3", state=MET, strength=STRONG, because="assay", source="a curator")
    criteria = assessed(replace(facts(*A4V), supplied=(supplied,)), policy())
    assert supplied in criteria
    assert len(criteria) == len(ORDER)


# ---------------------------------------------------------------------------------------- population


@pytest.mark.parametrize(
    ("faf95", "expected"),
    [
        (9.9e-5, {"BA1": NOT_MET, "BS1": NOT_MET, "PM2": NOT_MET}),
        (1e-4, {"BA1": NOT_MET, "BS1": MET, "PM2": NOT_MET}),
        (9.9e-4, {"BA1": NOT_MET, "BS1": MET, "PM2": NOT_MET}),
        (1e-3, {"BA1": MET, "BS1": NOT_APPLICABLE, "PM2": NOT_MET}),
        (1.25e-5, {"BA1": NOT_MET, "BS1": NOT_MET, "PM2": NOT_MET}),
        (1.24e-5, {"BA1": NOT_MET, "BS1": NOT_MET, "PM2": MET}),
    ],
)
def test_frequency_limits(faf95: float, expected: dict[str, CriterionState]) -> None:
    here = replace(facts(*A4V), population=seen(faf95))
    found = {criterion(here, policy()).code: criterion(here, policy()).state for criterion in (ba1, bs1, pm2)}
    assert found == expected


def test_frequency_says_nothing_against_the_recessive_founder() -> None:
    here = facts(*D90A)
    assert here.population is not None
    assert here.population.faf95 >= policy().frequency.bs1
    assert [criterion(here, policy()).state for criterion in (ba1, bs1)] == [NOT_APPLICABLE, NOT_APPLICABLE]


@pytest.mark.parametrize(
    ("covered", "state"), [(None, NOT_APPLICABLE), (199_999, NOT_APPLICABLE), (200_000, MET)]
)
def test_absence_counts_only_where_gnomad_looked(covered: int | None, state: CriterionState) -> None:
    assert pm2(replace(facts(*A4V), population=None, covered=covered), policy()).state is state


@pytest.mark.parametrize(
    ("entry", "faf95", "expected"),
    [
        (None, 0.0, (NOT_MET, None)),
        (CatalogueEntry("SALS proband", ("Italy",)), 0.0, (NOT_MET, None)),
        (CatalogueEntry("SALS probands", ("Italy",)), 0.0, (MET, SUPPORTING)),
        (CatalogueEntry("FALS", ("Italy", "USA")), 0.0, (MET, SUPPORTING)),
        (CatalogueEntry("FALS", ("Italy", "USA", "UK")), 0.0, (MET, MODERATE)),
        (CatalogueEntry("FALS", ("Italy", "USA", "UK")), 2e-5, (NOT_MET, None)),
    ],
)
def test_ps4(
    entry: CatalogueEntry | None, faf95: float, expected: tuple[CriterionState, Strength | None]
) -> None:
    here = replace(facts(*A4V), catalogue=entry, population=seen(faf95))
    assert answer(ps4(here, policy())) == expected


# ------------------------------------------------------------------------------------------- protein


@pytest.mark.parametrize(
    ("allele", "expected", "note"),
    [
        ((Gene.FUS, 31191052, "C", "T"), (MET, STRONG), "p.Arg495Ter loses the localisation signal"),
        ((Gene.FUS, 31190973, "CG", "C"), (MET, STRONG), "frameshift in exon 14"),
        ((Gene.FUS, 31190961, "A", "T"), (MET, STRONG), "acceptor of exon 14"),
        ((Gene.FUS, 31186801, "G", "A"), (NOT_APPLICABLE, None), "acceptor of exon 7"),
        ((Gene.FUS, 31189158, "C", "T"), (NOT_APPLICABLE, None), "early stop"),
        ((Gene.SOD1, 31668493, "T", "A"), (MET, STRONG), "p.Leu127Ter, late"),
        ((Gene.SOD1, 31667352, "T", "TG"), (MET, STRONG), "frameshift whose stop is in the last exon"),
        ((Gene.SOD1, 31663815, "G", "A"), (NOT_APPLICABLE, None), "p.Trp33Ter, early"),
        ((Gene.TARDBP, 11022531, "T", "A"), (NOT_APPLICABLE, None), "p.Tyr374Ter: no rule for TARDBP"),
        (A4V, (NOT_APPLICABLE, None), "missense"),
    ],
)
def test_pvs1_is_never_loss_of_function_as_such(
    allele: tuple[Gene, int, str, str], expected: tuple[CriterionState, Strength | None], note: str
) -> None:
    here = facts(*allele)
    assert answer(pvs1(here, policy())) == expected, (note, here.name)


def test_where_a_stop_stands_is_counted_in_the_reference() -> None:
    """With 400 bases more an early stop is codon 170; without 40, one near the last exon is codon 91."""
    early = (Gene.SOD1, 31663810, "G", "G" + "ACGT" * 100)
    assert facts(*early).name.hgvs_p == "NP_000445.1:p.(Val32ThrfsTer139)"
    assert pvs1(facts(*early), policy()).state is NOT_APPLICABLE
    bases = bundled().slices(Build.GRCH38)[Gene.SOD1].fetch(31667256, 31667297)
    late = (Gene.SOD1, 31667257, bases, bases[0])
    assert facts(*late).name.hgvs_p == "NP_000445.1:p.(His81ValfsTer11)"
    assert pvs1(facts(*late), policy()).state is MET


@pytest.mark.parametrize(
    ("allele", "expected_ps1", "expected_pm5", "note"),
    [
        ((Gene.SOD1, 31663829, "G", "C"), (MET, STRONG), None, "p.Gly38Arg, the other base change is known"),
        (A4V, (NOT_MET, None), (MET, MODERATE), "others at the residue, its own record does not count"),
        ((Gene.SOD1, 31659801, "G", "C"), (NOT_MET, None), None, "another residue"),
        (SILENT, (NOT_APPLICABLE, None), (NOT_APPLICABLE, None), "not missense"),
    ],
)
def test_same_residue(
    allele: tuple[Gene, int, str, str],
    expected_ps1: tuple[CriterionState, Strength | None],
    expected_pm5: tuple[CriterionState, Strength | None] | None,
    note: str,
) -> None:
    here = facts(*allele)
    assert answer(ps1(here, policy())) == expected_ps1, (note, here.name)
    assert expected_pm5 is None or answer(pm5(here, policy())) == expected_pm5, note
    assert all(known.key != here.key for known in here.known_at_residue)


def test_pm5_beside_a_likely_pathogenic_change_is_supporting() -> None:
    here = facts(*A4V)
    likely = tuple(replace(known, certain=False) for known in here.known_at_residue)
    assert answer(pm5(replace(here, known_at_residue=likely), policy())) == (MET, SUPPORTING)
    assert answer(pm5(replace(here, known_at_residue=()), policy())) == (NOT_MET, None)


@pytest.mark.parametrize(
    ("allele", "expected"),
    [
        ((Gene.TARDBP, 11022553, "G", "A"), (MET, MODERATE)),
        ((Gene.FUS, 31191418, "C", "T"), (MET, MODERATE)),
        (A4V, (NOT_MET, None)),
        (SILENT, (NOT_APPLICABLE, None)),
    ],
)
def test_pm1(allele: tuple[Gene, int, str, str], expected: tuple[CriterionState, Strength | None]) -> None:
    assert answer(pm1(facts(*allele), policy())) == expected


def test_pp2_is_for_sod1_only() -> None:
    assert answer(pp2(facts(*A4V), policy())) == (MET, SUPPORTING)
    assert pp2(facts(Gene.FUS, 31191418, "C", "T"), policy()).state is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("allele", "expected_pm4", "expected_bp3", "note"),
    [
        ((Gene.SOD1, 31668509, "TGAA", "T"), (MET, MODERATE), NOT_MET, "p.Glu134del"),
        ((Gene.SOD1, 31668577, "A", "C"), (MET, MODERATE), NOT_APPLICABLE, "stop lost"),
        ((Gene.FUS, 31185099, "CGGTGGT", "C"), (NOT_APPLICABLE, None), MET, "glycine-rich stretch"),
        (A4V, (NOT_APPLICABLE, None), NOT_APPLICABLE, "missense"),
    ],
)
def test_length_changes(
    allele: tuple[Gene, int, str, str],
    expected_pm4: tuple[CriterionState, Strength | None],
    expected_bp3: CriterionState,
    note: str,
) -> None:
    here = facts(*allele)
    assert answer(pm4(here, policy())) == expected_pm4, note
    assert bp3(here, policy()).state is expected_bp3, note


# -------------------------------------------------------------------------------------------- scores


@pytest.mark.parametrize(
    ("revel", "expected_pp3", "expected_bp4"),
    [
        (None, (NOT_APPLICABLE, None), (NOT_APPLICABLE, None)),
        (0.95, (MET, STRONG), (NOT_MET, None)),
        (0.932, (MET, STRONG), (NOT_MET, None)),
        (0.773, (MET, MODERATE), (NOT_MET, None)),
        (0.644, (MET, SUPPORTING), (NOT_MET, None)),
        (0.643, (NOT_MET, None), (NOT_MET, None)),
        (0.291, (NOT_MET, None), (NOT_MET, None)),
        (0.290, (NOT_MET, None), (MET, SUPPORTING)),
        (0.183, (NOT_MET, None), (MET, MODERATE)),
        (0.016, (NOT_MET, None), (MET, STRONG)),
    ],
)
def test_missense_score(
    revel: float | None,
    expected_pp3: tuple[CriterionState, Strength | None],
    expected_bp4: tuple[CriterionState, Strength | None],
) -> None:
    here = replace(facts(*A4V), scores=PredictorScores(revel=revel))
    assert answer(pp3(here, policy())) == expected_pp3
    assert answer(bp4(here, policy())) == expected_bp4


@pytest.mark.parametrize(
    ("alphamissense", "expected_pp3", "expected_bp4"),
    [
        (0.990, (MET, STRONG), (NOT_MET, None)),
        (0.989, (MET, MODERATE), (NOT_MET, None)),
        (0.906, (MET, MODERATE), (NOT_MET, None)),
        (0.792, (MET, SUPPORTING), (NOT_MET, None)),
        (0.791, (NOT_MET, None), (NOT_MET, None)),
        (0.564, (NOT_MET, None), (NOT_MET, None)),
        (0.170, (NOT_MET, None), (NOT_MET, None)),
        (0.169, (NOT_MET, None), (MET, SUPPORTING)),
        (0.099, (NOT_MET, None), (MET, MODERATE)),
        (0.001, (NOT_MET, None), (MET, MODERATE)),
    ],
)
def test_alphamissense_speaks_where_revel_is_silent(
    alphamissense: float,
    expected_pp3: tuple[CriterionState, Strength | None],
    expected_bp4: tuple[CriterionState, Strength | None],
) -> None:
    here = replace(facts(*A4V), scores=PredictorScores(alphamissense=alphamissense))
    found = pp3(here, policy())
    assert answer(found) == expected_pp3
    assert answer(bp4(here, policy())) == expected_bp4
    assert "Bergquist" in found.source
    assert found.because == f"alphamissense {alphamissense:.3g}"


def test_the_order_of_predictors_decides_and_not_the_higher_score() -> None:
    here = replace(facts(*A4V), scores=PredictorScores(revel=0.5, alphamissense=0.999))
    assert answer(pp3(here, policy())) == (NOT_MET, None)
    missense = policy().missense
    turned = missense.model_copy(update={"predictors": missense.predictors[::-1]})
    assert answer(pp3(here, policy().model_copy(update={"missense": turned}))) == (MET, STRONG)


@pytest.mark.parametrize(
    ("allele", "spliceai", "expected", "note"),
    [
        (SILENT, None, (NOT_APPLICABLE, NOT_APPLICABLE, MET), "silent, no score"),
        (SILENT, 0.05, (NOT_MET, MET, MET), "silent, low score"),
        (SILENT, 0.15, (NOT_MET, NOT_MET, NOT_MET), "silent, between"),
        (SILENT, 0.2, (MET, NOT_MET, NOT_MET), "silent, high score"),
        (A4V, 0.5, (MET, NOT_MET, NOT_APPLICABLE), "missense that changes splicing"),
        (INTRONIC, 0.05, (NOT_MET, MET, MET), "deep intronic"),
        (
            (Gene.SOD1, 31668461, "T", "G"),
            0.05,
            (NOT_MET, MET, NOT_MET),
            "intronic in the tract before an exon",
        ),
        (
            (Gene.SOD1, 31668493, "T", "A"),
            0.05,
            (NOT_MET, NOT_MET, NOT_APPLICABLE),
            "a splice score acquits no stop",
        ),
        (
            (Gene.FUS, 31190961, "A", "T"),
            0.9,
            (NOT_APPLICABLE, NOT_APPLICABLE, NOT_MET),
            "the splice site itself",
        ),
    ],
)
def test_splice_score(
    allele: tuple[Gene, int, str, str],
    spliceai: float | None,
    expected: tuple[CriterionState, ...],
    note: str,
) -> None:
    here = replace(facts(*allele), scores=PredictorScores(spliceai=spliceai))
    assert tuple(criterion(here, policy()).state for criterion in (pp3, bp4, bp7)) == expected, (
        note,
        here.name,
    )

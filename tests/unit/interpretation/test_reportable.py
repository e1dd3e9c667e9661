from dataclasses import replace

import pytest

from als_screen.interpretation.knowledge.records import PredictorScores
from als_screen.interpretation.reportable import (
    C9ORF72_REASON,
    OUTSIDE_REASON,
    not_reported_reason,
    unnamed_reason,
)
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import Classification, CriterionState
from interpretation_shared import CHROMOSOMES, annotator, policy

# SOD1 exon 1 ends at 31659841, exon 2 is 31663790-31663886 (1-based).
ROWS = [
    (Gene.SOD1, 31659800, None, "missense"),
    (Gene.SOD1, 31659841, None, "last base of an exon, silent or not"),
    (Gene.SOD1, 31659842, None, "+1"),
    (Gene.SOD1, 31659847, None, "+6"),
    (Gene.SOD1, 31659848, "intronic", "+7"),
    (Gene.SOD1, 31659849, "intronic", "+8"),
    (Gene.SOD1, 31659850, "outside the reportable range", "+9"),
    (Gene.SOD1, 31663789, None, "-1"),
    (Gene.SOD1, 31663788, None, "-2"),
    (Gene.SOD1, 31663787, None, "-3"),
    (Gene.SOD1, 31663786, "intronic", "-4"),
    (Gene.SOD1, 31663781, "outside the reportable range", "-9"),
    (Gene.SOD1, 31659769, "untranslated", "the base before the start codon"),
    (Gene.SOD1, 31668579, "untranslated", "the base behind the stop codon"),
    (Gene.SOD1, 31668700, "outside the reportable range", "3' UTR"),
    (Gene.SOD1, 31658000, "outside the reportable range", "before the transcript"),
    (Gene.C9ORF72, 27567100, C9ORF72_REASON, "C9orf72 coding"),
]


def reason(
    gene: Gene,
    pos: int,
    alt: str,
    *,
    proposed: Classification = Classification.UNCERTAIN,
    known: bool = False,
    spliceai: float | None = None,
) -> str | None:
    ref = bundled().slices(Build.GRCH38)[gene].fetch(pos - 1, pos)
    facts = annotator().describe(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt).facts
    assert facts is not None
    facts = replace(facts, scores=PredictorScores(spliceai=spliceai))
    reportable = bundled().reportable(Build.GRCH38, gene)
    return not_reported_reason(facts, proposed, reportable, policy(), known=known)


def another(gene: Gene, pos: int) -> str:
    return "A" if bundled().slices(Build.GRCH38)[gene].fetch(pos - 1, pos) != "A" else "C"


@pytest.mark.parametrize(("gene", "pos", "expected", "note"), ROWS)
def test_by_place(gene: Gene, pos: int, expected: str | None, note: str) -> None:
    found = reason(gene, pos, another(gene, pos))
    assert (found is None) is (expected is None), (note, found)
    assert expected is None or expected in str(found), note


@pytest.mark.parametrize(
    ("gene", "pos", "ref", "expected", "note"),
    [
        (Gene.SOD1, 31659800, "C", None, "in an exon: a person has to look at it"),
        (Gene.SOD1, 31659840, "AGGTGG", None, "reaches into one"),
        (Gene.SOD1, 31659848 + 2, "A", OUTSIDE_REASON, "behind +8"),
        (Gene.SOD1, 31654622, "T", OUTSIDE_REASON, "first base of the region"),
        (Gene.C9ORF72, 27544545, "A", C9ORF72_REASON, "C9orf72"),
    ],
)
def test_what_could_not_be_named_is_judged_by_its_place(
    gene: Gene, pos: int, ref: str, expected: str | None, note: str
) -> None:
    reportable = bundled().reportable(Build.GRCH38, gene)
    assert unnamed_reason(gene, CHROMOSOMES[gene], pos, ref, reportable) == expected, note


@pytest.mark.parametrize(
    ("pos", "alt", "expected", "note"),
    [
        (31663867, "A", "synonymous", "p.Glu50=, inside exon 2"),
        (31663792, "G", "synonymous", "p.Glu25=: third base of an exon"),
        (31659841, "A", None, "p.Gln24=: last base of an exon"),
        (31659838, "A", "synonymous", "p.Gln23=: fourth base from the end"),
    ],
)
def test_silent_changes(pos: int, alt: str, expected: str | None, note: str) -> None:
    found = reason(Gene.SOD1, pos, alt)
    assert (found or "").startswith(expected or ""), note
    assert (found is None) is (expected is None), (note, found)


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        (Classification.BENIGN, "benign"),
        (Classification.LIKELY_BENIGN, "likely benign"),
        (Classification.UNCERTAIN, None),
        (Classification.LIKELY_PATHOGENIC, None),
    ],
)
def test_by_class(proposed: Classification, expected: str | None) -> None:
    assert reason(Gene.SOD1, 31659800, another(Gene.SOD1, 31659800), proposed=proposed) == expected


def test_known_alleles_are_reported_wherever_they_lie() -> None:
    assert reason(Gene.SOD1, 31659974, "T") == "outside the reportable range"
    assert reason(Gene.SOD1, 31659974, "T", known=True) is None


def test_a_known_allele_of_c9orf72_is_not_reported() -> None:
    assert reason(Gene.C9ORF72, 27567100, another(Gene.C9ORF72, 27567100), known=True) == C9ORF72_REASON


@pytest.mark.parametrize(("spliceai", "reported"), [(0.19, False), (0.2, True), (None, False)])
def test_a_splice_score_brings_a_far_variant_into_the_report(spliceai: float | None, reported: bool) -> None:
    assert (reason(Gene.SOD1, 31659974, "T", spliceai=spliceai) is None) is reported


@pytest.mark.parametrize("exon", range(5))
@pytest.mark.parametrize("around", [0, 30])
def test_a_doubled_exon_is_reported_wherever_its_second_copy_lies(exon: int, around: int) -> None:
    """SOD1 has five exons, all coding; the second copy begins behind the first, and behind the range."""
    reference, transcript = (
        bundled().slices(Build.GRCH38)[Gene.SOD1],
        bundled().transcript(Build.GRCH38, Gene.SOD1),
    )
    place = sorted(transcript.exons)[exon]
    start, end = place.start - around, place.end + around
    bases = reference.fetch(start - 1, end)
    found = annotator().describe(Build.GRCH38, Gene.SOD1, "21", start, bases[0], bases)
    assert found.not_reported_reason is None
    assert found.classification.proposed is Classification.UNCERTAIN
    assert not {"BP7", "PVS1"} & {
        one.code for one in found.classification.criteria if one.state is CriterionState.MET
    }

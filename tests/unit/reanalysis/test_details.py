"""What is printed differently where no class, state or answer differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from als_screen.evidence import Zygosity
from als_screen.models import (
    ClinvarRecord,
    Frequency,
    GeneCoverage,
    ReadSupport,
    Report,
    StructuralFinding,
    Variant,
)
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.details import detail_changes
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.unchanged import without_releases
from als_screen.states import CriterionState, GeneState, ReadSupportState, Result, Status, Strength
from unit.reanalysis.test_compare import (
    NAME,
    REPORTS,
    UNREPORTED,
    concluded,
    recheck,
    report,
    variant,
)
from unit.reports import samples

CLINVAR = ClinvarRecord(variation_id=7, significance="Pathogenic", stars=2, release="2026-01")
FREQUENCY = Frequency(source="gnomAD v4.1", af=0.00001, faf95=None, ac=1, an=100_000, hom=0)


def carried(proposed: str = "pathogenic", **more: Any) -> Variant:
    return variant(proposed, **{"clinvar": CLINVAR, "frequency": FREQUENCY, **more})


def judged(**more: Any) -> Variant:
    one = carried()
    return one.model_copy(update={"classification": one.classification.model_copy(update=more)})


def structural(**more: Any) -> dict[str, Any]:
    fields = {"genotype": "0/1", "filter": "PASS", **more}
    found = StructuralFinding(gene=Gene.FUS, chrom="chr16", pos=5, end=9, alt="<DEL>", **fields)
    return {"structural_variants": (found,)}


def sized(**more: Any) -> dict[str, Any]:
    return {"repeat": samples.LARGE.model_copy(update=more)}


def support(alt: int) -> ReadSupport:
    return ReadSupport(state=ReadSupportState.CONFIRMED, ref=20, alt=alt, forward=alt, reverse=0)


def covered(fraction: float) -> dict[str, Any]:
    genes = {gene: GeneCoverage(callable_fraction=1.0, below=()) for gene in VARIANT_GENES}
    genes[Gene.SOD1] = GeneCoverage(callable_fraction=fraction, below=(("chr21", 9, 12),))
    return {"coverage": samples.WHOLE.model_copy(update={"genes": genes})}


def state(gene: str, word: str) -> dict[str, Any]:
    return {"genes": samples.genes(**{gene: (GeneState(word), "why")})}


STRONG = samples.criterion("PS1", CriterionState.MET, Strength.STRONG, "the same change")
NOT_MET = samples.criterion("PS1", CriterionState.NOT_MET, None, "no such change")
HET, HOM = carried(zygosity=Zygosity.HETEROZYGOUS), carried(zygosity=Zygosity.HOMOZYGOUS)

#: Why, old, new, subject, before, after, reportable.
TABLE: list[tuple[str, Report, Report, str, str, str, bool]] = [
    ("zygosity", report(HET), report(HOM), NAME, "heterozygous", "homozygous", True),
    (
        "filter",
        report(carried()),
        report(carried(filter="LowQual")),
        NAME,
        "filter PASS",
        "filter LowQual",
        True,
    ),
    (
        "reads at it",
        report(carried(read_support=support(20))),
        report(carried(read_support=support(3))),
        NAME,
        "read support alt 20; read support forward 20",
        "read support alt 3; read support forward 3",
        True,
    ),
    ("points", report(judged(points=3)), report(judged(points=4)), NAME, "points 3", "points 4", True),
    (
        "criterion",
        report(judged(criteria=(STRONG,))),
        report(judged(criteria=(NOT_MET,))),
        NAME,
        "PS1 strong (the same change)",
        "PS1 not met (no such change)",
        True,
    ),
    (
        "stars",
        report(carried()),
        report(carried(clinvar=CLINVAR.model_copy(update={"stars": 1}))),
        NAME,
        "ClinVar 7: Pathogenic, 2 stars",
        "ClinVar 7: Pathogenic, 1 star",
        True,
    ),
    (
        "no record any more",
        report(carried()),
        report(carried(clinvar=None)),
        NAME,
        "ClinVar 7: Pathogenic, 2 stars",
        "ClinVar no record",
        True,
    ),
    (
        "frequency",
        report(carried()),
        report(carried(frequency=FREQUENCY.model_copy(update={"ac": 2}))),
        NAME,
        "gnomAD v4.1 1/100000, frequency 1e-05, faf95 none, homozygous 0",
        "gnomAD v4.1 2/100000, frequency 1e-05, faf95 none, homozygous 0",
        True,
    ),
    (
        "protein",
        report(carried(hgvs_p="p.A1V")),
        report(carried(hgvs_p=None)),
        NAME,
        "hgvs p p.A1V",
        "hgvs p none",
        True,
    ),
    (
        "of an allele that is not reported",
        report(carried("benign", **UNREPORTED)),
        report(carried("benign", filter="LowQual", **UNREPORTED)),
        NAME,
        "filter PASS",
        "filter LowQual",
        False,
    ),
    (
        "structural",
        report(**structural()),
        report(**structural(genotype="1/1")),
        "chr16:5-9 <DEL>",
        "genotype 0/1",
        "genotype 1/1",
        True,
    ),
    (
        "sizes",
        report(**sized()),
        report(**sized(alleles=samples.LARGE.alleles[1:])),
        "repeat",
        "sizes 2 (exact, 2 to 2) / 610 (at least, 240 or more); support 14,3,0 / 0,21,38",
        "sizes 610 (at least, 240 or more); support 0,21,38",
        True,
    ),
    (
        "basis",
        report(**sized()),
        report(**sized(basis="orthogonal")),
        "repeat",
        "basis reads",
        "basis orthogonal",
        True,
    ),
    (
        "quality",
        report(**sized(quality={"locus_depth": 30.0})),
        report(**sized(quality={"locus_depth": 31.0})),
        "repeat",
        "quality locus depth 30.0",
        "quality locus depth 31.0",
        True,
    ),
    (
        "gene",
        report(**state("SOD1", "positive")),
        report(**state("SOD1", "uncertain")),
        "conclusion",
        "SOD1 positive",
        "SOD1 uncertain",
        True,
    ),
    (
        "status",
        report(),
        report(status=Status.ANALYSED_IN_PART, status_reason="a file"),
        "conclusion",
        "status analysed; status reason none",
        "status analysed_in_part; status reason a file",
        True,
    ),
    (
        "recheck",
        report(recheck=(recheck("present", "c.9A>G"),)),
        report(),
        "c.9A>G",
        "rechecked: present, 4 of 34 fragments",
        "rechecked: -",
        True,
    ),
    (
        "not covered",
        report(recheck_absent=9),
        report(recheck=(recheck("not_covered", "c.9A>G"),), recheck_absent=8),
        "conclusion",
        "0 known alleles not covered",
        "1 known alleles not covered: c.9A>G",
        True,
    ),
    (
        "remarks",
        report(),
        report(remarks=("one", "two")),
        "conclusion",
        "remarks: none",
        "remarks: one / two",
        True,
    ),
    (
        "coverage",
        report(**covered(0.5)),
        report(**covered(0.6)),
        "conclusion",
        "SOD1 covered 0.5, not chr21:10-12",
        "SOD1 covered 0.6, not chr21:10-12",
        True,
    ),
    (
        "identity",
        report(identity=samples.SAME.model_copy(update={"informative_sites": 8})),
        report(identity=samples.SAME.model_copy(update={"informative_sites": 9})),
        "conclusion",
        "identity informative sites 8",
        "identity informative sites 9",
        True,
    ),
    (
        "the person's fields",
        report(),
        report(patient=samples.PERSON.model_copy(update={"age_at_onset": 40, "sex": "unknown"})),
        "conclusion",
        f"sex {samples.PERSON.sex}; age at onset {samples.PERSON.age_at_onset}",
        "sex unknown; age at onset 40",
        True,
    ),
    (
        "words alone",
        report(**concluded("positive")),
        report(conclusion=samples.conclusion(Result.POSITIVE, "otherwise", ())),
        "conclusion",
        "",
        "otherwise",
        True,
    ),
]


@pytest.mark.parametrize("number", range(len(TABLE)), ids=[row[0] for row in TABLE])
def test_table(number: int) -> None:
    _, old, new, subject, before, after, reportable = TABLE[number]
    assert compare_reports(old, new) == ()
    (found,) = detail_changes(old, new, ())
    assert (found.kind, found.subject, found.reportable) == ("details_changed", subject, reportable)
    assert (found.before, found.after) == (before, after)
    (back,) = detail_changes(new, old, ())
    assert (back.before, back.after) == (found.after, found.before)


NOT_COVERED = tuple(recheck("not_covered", f"c.{number}A>G") for number in range(3))
NOTHING = [
    ("the same", report(carried()), report(carried())),
    (
        "what tables say of an allele that is not reported",
        report(carried("benign", **UNREPORTED)),
        report(carried("benign", clinvar=None, frequency=None, **UNREPORTED)),
    ),
    (
        "how many reads an allele has that is not reported",
        report(carried("benign", depth=20, **UNREPORTED)),
        report(carried("benign", depth=30, read_support=support(9), **UNREPORTED)),
    ),
    (
        "a release",
        report(carried()),
        report(carried(clinvar=CLINVAR.model_copy(update={"release": "2026-02"}))),
    ),
    (
        "one more is known, none could be looked for",
        report(recheck=NOT_COVERED[:2], recheck_absent=0),
        report(recheck=NOT_COVERED, recheck_absent=0),
    ),
    ("how many are absent", report(recheck_absent=9), report(recheck_absent=10)),
]


@pytest.mark.parametrize(("why", "old", "new"), NOTHING, ids=[row[0] for row in NOTHING])
def test_what_is_no_finding_is_no_change(why: str, old: Report, new: Report) -> None:
    assert detail_changes(old, new, compare_reports(old, new)) == (), why


def test_a_change_of_class_is_not_said_twice() -> None:
    old = report(carried("uncertain", zygosity=Zygosity.HETEROZYGOUS), **state("SOD1", "uncertain"))
    new = report(carried(clinvar=None, zygosity=Zygosity.HETEROZYGOUS), **state("SOD1", "positive"))
    changes = compare_reports(old, new)
    assert [one.kind for one in changes] == ["class_up"]
    assert [(one.subject, one.before) for one in detail_changes(old, new, changes)] == [
        ("conclusion", "SOD1 uncertain")
    ]


def test_what_was_called_is_said_beside_a_change_of_class() -> None:
    old, new = report(carried("uncertain", clinvar=None)), report(carried(filter="LowQual"))
    (found,) = detail_changes(old, new, compare_reports(old, new))
    assert (found.subject, found.before, found.after) == (NAME, "filter PASS", "filter LowQual")


def test_a_change_of_state_is_not_said_twice() -> None:
    old, new = report(), report(**sized())
    changes = compare_reports(old, new)
    assert [one.subject for one in changes] == ["repeat"]
    assert detail_changes(old, new, changes) == ()


def test_facts_of_one_subject_are_one_row() -> None:
    old, new = report(HET), report(carried(zygosity=Zygosity.HOMOZYGOUS, filter="LowQual"))
    (found,) = detail_changes(old, new, ())
    assert (found.before, found.facts) == ("heterozygous; filter PASS", ("zygosity", "filter"))


@given(REPORTS, REPORTS)
def test_nothing_that_is_printed_is_hidden(one: Report, other: Report) -> None:
    """Where a report of one is not as good as one of the other, there is a row."""
    changes = compare_reports(one, other)
    same = without_releases(one) == without_releases(other)
    assert detail_changes(one, one, ()) == ()
    if not changes and not detail_changes(one, other, ()):
        unseen = [all(each.state == "not_covered" for each in two.recheck) for two in (one, other)]
        assert same or (unseen == [True, True] and one.recheck != other.recheck)

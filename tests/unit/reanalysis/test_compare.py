"""What changed between two results of one patient."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.models import (
    Coverage,
    GeneCoverage,
    GeneResult,
    PatientFields,
    Recheck,
    Report,
    StructuralFinding,
    Variant,
    VariantClass,
)
from als_screen.reanalysis.compare import compare_reports, mirrored
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.states import Basis, Classification, GeneState, RecheckState, RepeatState, Result
from unit.reports import samples

NAME = "NM_000454.5:c.14C>T"


def variant(proposed: str = "pathogenic", **more: Any) -> Variant:
    made = VariantClass(
        proposed=Classification(proposed), basis=Basis.CRITERIA, conflict=None, points=0, criteria=()
    )
    return samples.variant(classification=made, **more)


def recheck(state: str, name: str = NAME) -> Recheck:
    return Recheck(variant=name, gene=Gene.SOD1, state=RecheckState(state), ref=30, alt=4)


def report(*variants: Variant, **more: Any) -> Report:
    return samples.report(variants=variants, **more)


def partly(fraction: float, state: str = "positive") -> dict[str, Any]:
    """Return a gene that is not wholly assessed, in which something is found, or nothing."""
    genes = {
        gene: GeneCoverage(callable_fraction=fraction if gene is Gene.SOD1 else 1.0, below=())
        for gene in VARIANT_GENES
    }
    return {
        "coverage": samples.WHOLE.model_copy(update={"genes": genes}),
        "genes": samples.genes(SOD1=(GeneState(state), "")),
        **concluded("incomplete", Gene.SOD1),
    }


def in_state(state: str) -> dict[str, Any]:
    return {"repeat": samples.NOT_EXPANDED.model_copy(update={"state": RepeatState(state)})}


def concluded(result: str, *missing: Gene) -> dict[str, Any]:
    return {"conclusion": samples.conclusion(Result(result), "", missing)}


def unseen(gene: Gene = Gene.SOD1) -> dict[str, Any]:
    return {"genes": samples.genes(**{gene.value: (GeneState.NOT_ASSESSED, "no reads")})}


def below(start: int, end: int) -> dict[str, Any]:
    gene = GeneCoverage(callable_fraction=0.9, below=(("chr21", start, end),))
    return {"coverage": samples.WHOLE.model_copy(update={"genes": {Gene.SOD1: gene}})}


UNREPORTED = {"reported": False, "not_reported_reason": "benign"}
STRUCTURAL = StructuralFinding(
    gene=Gene.FUS, chrom="chr16", pos=31_180_000, end=31_190_000, alt="<DEL>", genotype="0/1", filter="PASS"
)
PLACE = 31_659_783

TABLE = [
    ("same", report(variant()), report(variant()), []),
    (
        "rises",
        report(variant("uncertain")),
        report(variant()),
        [("class_up", NAME, "uncertain", "pathogenic", True)],
    ),
    (
        "falls out of the report",
        report(variant("uncertain")),
        report(variant("benign", **UNREPORTED)),
        [("class_down", NAME, "uncertain", "benign", True)],
    ),
    (
        "among unreported",
        report(variant("benign", **UNREPORTED)),
        report(variant("likely_benign", **UNREPORTED)),
        [("class_up", NAME, "benign", "likely_benign", False)],
    ),
    ("appears", report(), report(variant()), [("new_finding", NAME, "absent", "pathogenic", True)]),
    (
        "appears unreported",
        report(),
        report(variant("benign", **UNREPORTED)),
        [("new_finding", NAME, "absent", "benign", False)],
    ),
    ("vanishes", report(variant()), report(), [("finding_gone", NAME, "pathogenic", "absent", True)]),
    (
        "gene was not looked at",
        report(**unseen()),
        report(variant()),
        [
            ("new_finding", NAME, "not_assessed", "pathogenic", True),
            ("now_assessed", "SOD1", "not_assessed", "assessed", True),
        ],
    ),
    (
        "base is not callable any more",
        report(variant()),
        report(**below(PLACE - 1, PLACE)),
        [("finding_gone", NAME, "pathogenic", "not_assessed", True)],
    ),
    (
        "only the neighbouring base is not callable",
        report(variant()),
        report(**below(PLACE, PLACE + 1)),
        [("finding_gone", NAME, "pathogenic", "absent", True)],
    ),
    (
        "reported now, class as before",
        report(variant("uncertain", **UNREPORTED)),
        report(variant("uncertain")),
        [("new_finding", NAME, "not_reported", "uncertain", True)],
    ),
    (
        "the reads suggested it, now it is called",
        report(recheck=(recheck("possible"),)),
        report(variant()),
        [("new_finding", NAME, "possible", "pathogenic", True)],
    ),
    (
        "not covered is no absence",
        report(recheck=(recheck("not_covered"),)),
        report(recheck=(recheck("possible"),)),
        [("new_finding", NAME, "not_assessed", "possible", True)],
    ),
    (
        "other build, same name",
        report(variant("uncertain", pos=33_032_096), genome_build=Build.GRCH37),
        report(variant()),
        [("class_up", NAME, "uncertain", "pathogenic", True)],
    ),
    (
        "one of two equal records gone",
        report(variant(), variant()),
        report(variant()),
        [("finding_gone", NAME, "pathogenic", "absent", True)],
    ),
    (
        "renamed by the software",
        report(variant("uncertain", hgvs_c="NM_000454.4:c.14C>T")),
        report(variant()),
        [("class_up", NAME, "uncertain", "pathogenic", True)],
    ),
    (
        "repeat",
        report(**in_state("not_expanded")),
        report(**in_state("expanded")),
        [("repeat_state_changed", "repeat", "not_expanded", "expanded", True)],
    ),
    (
        "repeat assessed",
        report(**in_state("not_assessed")),
        report(**in_state("expanded")),
        [("now_assessed", "repeat", "not_assessed", "expanded", True)],
    ),
    (
        "repeat lost",
        report(**in_state("intermediate")),
        report(**in_state("not_assessed")),
        [("no_longer_assessed", "repeat", "intermediate", "not_assessed", True)],
    ),
    (
        "conclusion",
        report(**concluded("uncertain")),
        report(**concluded("positive")),
        [("conclusion_changed", "conclusion", "uncertain", "positive", True)],
    ),
    (
        "positive as before, incomplete now",
        report(**concluded("positive")),
        report(**concluded("positive", Gene.FUS)),
        [
            ("conclusion_changed", "conclusion", "positive", "positive, incomplete", True),
            ("no_longer_assessed", "FUS", "assessed", "assessed_in_part", True),
        ],
    ),
    (
        "nothing was looked at, whatever a record makes of the allele",
        report(variant(), **partly(0.0)),
        report(variant("benign", **UNREPORTED), **partly(0.0, "not_assessed")),
        [("class_down", NAME, "pathogenic", "benign", True)],
    ),
    (
        "a part was looked at, whatever a record makes of the allele",
        report(variant(), **partly(0.5)),
        report(variant("benign", **UNREPORTED), **partly(0.5, "incomplete")),
        [("class_down", NAME, "pathogenic", "benign", True)],
    ),
    (
        "more is looked at",
        report(variant(), **partly(0.0)),
        report(variant(), **partly(0.5)),
        [("now_assessed", "SOD1", "not_assessed", "assessed_in_part", True)],
    ),
    (
        "structural",
        report(),
        report(structural_variants=(STRUCTURAL,)),
        [("new_finding", "chr16:31180000-31190000 <DEL>", "absent", "structural_variant", True)],
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_table(old: Report, new: Report, expected: list[tuple[str, str, str, str, bool]]) -> None:
    found = [(c.kind, c.subject, c.before, c.after, c.reportable) for c in compare_reports(old, new)]
    assert found == expected


def test_other_patient_is_refused() -> None:
    other = samples.PERSON.model_copy(update={"patient": "another"})
    with pytest.raises(ValueError, match="not compared"):
        compare_reports(report(), report(patient=other))


def test_c9orf72_alleles_are_not_looked_for_in_a_patient_without_analysis() -> None:
    allele = variant(gene=Gene.C9ORF72, chrom="chr9", hgvs_c="NM_018325.5:c.1A>G")
    gone = compare_reports(report(allele), report(**concluded("not_analysed")))
    assert [(c.kind, c.after) for c in gone if c.subject == "NM_018325.5:c.1A>G"] == [
        ("finding_gone", "not_assessed")
    ]


VARIANTS = st.builds(
    lambda number, proposed, reported: variant(
        proposed,
        gene=list(Gene)[number // 2],
        pos=PLACE + number // 2,
        alt="TG"[number % 2],
        hgvs_c=f"c.{number}" if number % 3 else None,
        hgvs_g=None,
        reported=reported,
        not_reported_reason=None if reported else "why",
    ),
    st.integers(0, 6),
    st.sampled_from([each.value for each in Classification]),
    st.booleans(),
)
REPORTS = st.builds(
    lambda variants, checks, state, result, missing, states, build, covered: report(
        *variants,
        recheck=tuple(recheck(kind, f"c.{number}") for kind, number in checks),
        genome_build=build,
        **in_state(state),
        **concluded(result, *missing),
        genes={gene: GeneResult(state=one, reason="") for gene, one in zip(Gene, states, strict=True)},
        **(below(PLACE - 1, PLACE + 1) if covered else {}),
    ),
    st.lists(VARIANTS, max_size=5),
    st.lists(
        st.tuples(st.sampled_from([each.value for each in RecheckState]), st.integers(0, 6)), max_size=3
    ),
    st.sampled_from([each.value for each in RepeatState]),
    st.sampled_from([each.value for each in Result]),
    st.sets(st.sampled_from(VARIANT_GENES)),
    st.lists(st.sampled_from(GeneState), min_size=4, max_size=4),
    st.sampled_from([Build.GRCH37, Build.GRCH38, None]),
    st.booleans(),
)


@given(REPORTS)
def test_a_result_compared_with_itself_has_no_change(one: Report) -> None:
    assert compare_reports(one, one) == ()


@given(REPORTS, REPORTS)
def test_old_to_new_mirrors_new_to_old(one: Report, other: Report) -> None:
    there, back = compare_reports(one, other), compare_reports(other, one)
    order = repr
    assert sorted(map(mirrored, there), key=order) == sorted(back, key=order)


@given(REPORTS, REPORTS)
def test_no_change_only_where_the_answers_agree(one: Report, other: Report) -> None:
    if not compare_reports(one, other):
        assert (one.conclusion.result, one.repeat.state) == (other.conclusion.result, other.repeat.state)
        assert sum(v.reported for v in one.variants) == sum(v.reported for v in other.variants)


def test_fields_of_the_person_are_no_change() -> None:
    aged = samples.PERSON.model_copy(update={"age_at_onset": 40})
    assert isinstance(aged, PatientFields)
    assert compare_reports(report(), report(patient=aged)) == ()


def test_coverage_below_without_a_finding_is_no_change() -> None:
    assert isinstance(samples.WHOLE, Coverage)
    assert compare_reports(report(), report(**below(1, 2))) == ()

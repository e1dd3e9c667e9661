import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import Allele, Zygosity
from als_screen.interpretation.annotate import Annotation
from als_screen.interpretation.naming.alleles import equivalents, parsed
from als_screen.models import Criterion
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled
from als_screen.states import Basis, Classification, CriterionState, Strength
from als_screen.variants.assemble import assemble
from als_screen.variants.records import RawRecord
from interpretation_shared import CHROMOSOMES, allele, annotator, other_build
from variant_files import raw

A4V = allele(Gene.SOD1, 31659783, "C", "T")
D90A = allele(Gene.SOD1, 31667290, "A", "C")
H517Q = allele(Gene.FUS, 31191408, "C", "G")


def of(one: Allele, others: tuple[Allele, ...] = ()) -> Annotation:
    return annotator().annotate(Build.GRCH38, one, others)


@pytest.mark.parametrize(
    ("one", "proposed", "basis", "known", "variation", "note"),
    [
        (A4V, Classification.PATHOGENIC, Basis.CLINVAR, True, 14763, "SOD1 p.Ala5Val"),
        (D90A, Classification.PATHOGENIC, Basis.CURATED, True, 14766, "SOD1 p.Asp91Ala"),
        (H517Q, Classification.UNCERTAIN, Basis.CRITERIA, False, 16221, "FUS p.His517Gln, no stars"),
        (
            allele(Gene.SOD1, 31667359, "T", "C"),
            Classification.LIKELY_PATHOGENIC,
            Basis.CLINVAR,
            True,
            197145,
            "SOD1 p.Ile114Thr survives its frequency",
        ),
        (
            allele(Gene.TARDBP, 11022553, "G", "A"),
            Classification.LIKELY_PATHOGENIC,
            Basis.CLINVAR,
            True,
            21474,
            "TARDBP p.Ala382Thr",
        ),
    ],
)
def test_well_known_alleles(
    one: Allele, proposed: Classification, basis: Basis, known: bool, variation: int, note: str
) -> None:
    found = of(one)
    assert found.clinvar is not None
    assert found.clinvar.variation_id == variation, note
    assert (found.classification.proposed, found.classification.basis, found.known) == (
        proposed,
        basis,
        known,
    )
    assert found.reported, note


@pytest.mark.parametrize(
    ("one", "others", "fits", "note"),
    [
        (D90A, (), False, "heterozygous"),
        (allele(Gene.SOD1, 31667290, "A", "C", "1/1"), (), True, "homozygous"),
        (D90A, (A4V,), False, "another pathogenic allele, phase unknown"),
        (D90A, (allele(Gene.SOD1, 31659783, "C", "T", "1/1"),), True, "another on both copies"),
        (D90A, (allele(Gene.FUS, 31191418, "C", "T", "1/1"),), False, "another gene"),
        (D90A, (D90A,), False, "itself is no partner"),
        (D90A, (allele(Gene.SOD1, 31659974, "C", "T", "1/1"),), False, "a benign partner"),
        (H517Q, (), False, "heterozygous"),
        (A4V, (), True, "dominant"),
    ],
)
def test_inheritance(one: Allele, others: tuple[Allele, ...], fits: bool, note: str) -> None:
    assert of(one, others).inheritance.fits is fits, note


def test_phased_partner_in_trans_fits_and_in_cis_does_not() -> None:
    phased = {"phase_set": "9"}
    d90a = allele(Gene.SOD1, 31667290, "A", "C", "0|1", **phased)
    for genotype, fits in (("1|0", True), ("0|1", False)):
        partner = allele(Gene.SOD1, 31659783, "C", "T", genotype, **phased)
        assert of(d90a, (partner,)).inheritance.fits is fits


def test_the_carrier_note_is_the_contracts() -> None:
    assert of(D90A).inheritance.note == "heterozygous carrier; contribution to disease uncertain"


def test_both_builds_say_the_same() -> None:
    moved = A4V.model_copy(update={"pos": other_build(Gene.SOD1, A4V.pos)})
    old = annotator().annotate(Build.GRCH37, moved)
    assert old.name.hgvs_c == of(A4V).name.hgvs_c
    assert old.classification == of(A4V).classification
    assert old.clinvar == of(A4V).clinvar


def test_an_allele_that_cannot_be_named_is_reported_with_the_reason() -> None:
    found = of(allele(Gene.SOD1, 31659783, "G", "T"))
    assert found.reported
    assert found.classification.proposed is Classification.UNCERTAIN
    assert "differ from the reference" in (found.classification.conflict or "")
    assert not found.known


def test_described_once() -> None:
    arguments = (Build.GRCH38, Gene.SOD1, CHROMOSOMES[Gene.SOD1])
    first = annotator().describe(*arguments, 31659783, "C", "T")
    assert annotator().describe(*arguments, 31659782, "GC", "GT") is first


def test_versions_name_policy_and_knowledge() -> None:
    assert {"clinvar", "gnomad", "curated", "acmg_policy"} <= set(annotator().versions())


def test_supplied_criteria_are_applied_to_their_allele() -> None:
    shared = annotator()
    key = ("16", 31184984, "G", "A")
    ps3 = Criterion(code="PS3", state=CriterionState.MET, strength=Strength.STRONG, because="x", source="y")
    with_ps3 = type(shared)(
        shared.resources,
        shared.knowledge,
        shared.policy,
        shared.namer,
        supplied={(Build.GRCH38, key): (ps3,)},
    )
    one = allele(Gene.FUS, *key[1:])
    before = shared.annotate(Build.GRCH38, one).classification.points
    assert with_ps3.annotate(Build.GRCH38, one).classification.points == before + 4


# ------------------------------------------------------------------------------- together and apart


def listed(*alleles: Allele) -> list[tuple[str, bool, str | None]]:
    found = annotator().annotate_all(Build.GRCH38, alleles)
    return [(str(one.name.hgvs_c).split(":")[1], one.reported, one.not_reported_reason) for _, one in found]


def test_two_bases_of_a_codon_are_also_named_together() -> None:
    first, second = (31663871, "G", "A"), (31663872, "G", "C")
    alleles = [allele(Gene.SOD1, *one, "1/1") for one in (first, second)]
    assert [name for name, _, _ in listed(*alleles)] == ["c.154G>A", "c.155G>C", "c.154_155delinsAC"]


def test_parts_are_reported_only_where_they_are_known() -> None:
    part, known, whole = listed(
        allele(Gene.SOD1, 31659782, "G", "C", "1/1"),
        allele(Gene.SOD1, 31659783, "C", "T", "1/1"),
    )
    assert part == ("c.13G>C", False, "read together with its neighbour as NM_000454.5:c.13_14delinsCT")
    assert known[:2] == ("c.14C>T", True)
    assert whole[:2] == ("c.13_14delinsCT", True)


def test_the_parts_of_a_row_over_two_codons_find_clinvar() -> None:
    row = allele(Gene.SOD1, 31659783, "CCG", "TCA")
    found = annotator().annotate_all(Build.GRCH38, [row])
    assert [(one.pos, one.ref, one.alt) for one, _ in found] == [(31659783, "C", "T"), (31659785, "G", "A")]
    clinvar = found[0][1].clinvar
    assert clinvar is not None
    assert clinvar.variation_id == 14763


#: SOD1 c.15_17delinsAAA, over two codons, ClinVar 3657075.
OVER_CODONS = ((31659784, "C", "A"), (31659785, "G", "A"), (31659786, "T", "A"))


@pytest.mark.parametrize(
    ("genotypes", "phase_set", "found"),
    [
        (("0|1", "0|1", "0|1"), "5", True),
        (("1/1", "1/1", "1/1"), None, True),
        (("1/1", "0/1", "1/1"), None, True),
        (("0|1", "1|0", "0|1"), "5", False),
        (("0/1", "0/1", "0/1"), None, False),
    ],
)
@pytest.mark.parametrize("build", list(Build))
def test_a_substitution_that_clinvar_holds_is_found_where_its_bases_are_split(
    build: Build, genotypes: tuple[str, str, str], phase_set: str | None, found: bool
) -> None:
    offset = 0 if build is Build.GRCH38 else other_build(Gene.SOD1, 0)
    alleles = [
        allele(Gene.SOD1, pos + offset, ref, alt, genotype, phase_set=phase_set)
        for (pos, ref, alt), genotype in zip(OVER_CODONS, genotypes, strict=True)
    ]
    said = annotator().annotate_all(build, alleles)
    assert (3657075 in [one.clinvar.variation_id for _, one in said if one.clinvar]) is found
    if found:
        assert [len(one.ref) for one, _ in said] == [1, 1, 1, 3], "the codon is not listed besides"


def test_two_rows_of_what_clinvar_holds_are_one() -> None:
    fields = {"phase_set": "5"}
    alleles = [
        allele(Gene.SOD1, 31659784, "CG", "AA", "0|1", **fields),
        allele(Gene.SOD1, 31659786, "T", "A", "0|1", **fields),
    ]
    said = annotator().annotate_all(Build.GRCH38, alleles)
    assert 3657075 in [one.clinvar.variation_id for _, one in said if one.clinvar]


def test_a_part_that_is_listed_already_is_listed_once() -> None:
    found = annotator().annotate_all(Build.GRCH38, [allele(Gene.SOD1, 31659783, "CCG", "TCA"), A4V])
    assert [(one.pos, one.alt) for one, _ in found] == [(31659783, "T"), (31659785, "A")]


def test_a_whole_is_no_partner_of_its_part() -> None:
    d90a = allele(Gene.SOD1, 31667290, "A", "C", "0/1")
    neighbour = allele(Gene.SOD1, 31667289, "G", "C", "1/1")
    found = annotator().annotate_all(Build.GRCH38, [d90a, neighbour])
    assert len(found) == 3
    assert not found[0][1].inheritance.fits


def test_filtered_alleles_are_no_partners() -> None:
    partner = allele(Gene.SOD1, 31659783, "C", "T", "1/1", filter="LowQual")
    [(_, found), _] = annotator().annotate_all(Build.GRCH38, [D90A, partner])
    assert not found.inheritance.fits


def test_zygosity_is_the_patients() -> None:
    unknown = D90A.model_copy(update={"zygosity": Zygosity.UNKNOWN})
    assert "not known" in of(unknown).inheritance.note


# ------------------------------------------------------------------------- ClinVar in every way to write it


@st.composite
def clinvar_records(draw: st.DrawFn) -> tuple[Build, int, list[RawRecord]]:
    """Draw a ClinVar allele as records: untrimmed, right-shifted, beside another ALT, or split into bases."""
    build = draw(st.sampled_from(list(Build)))
    tables = annotator().knowledge.builds[build]
    keys = sorted(key for key in tables.clinvar if tables.genes[key] in VARIANT_GENES)
    several = [key for key in keys if len(key[2]) == len(key[3]) > 1]
    key = draw(st.sampled_from(keys) | st.sampled_from(several))
    chrom, pos, ref, alt = key
    entry, reference = tables.clinvar[key], bundled().slices(build)[tables.genes[key]]
    if key in several and draw(st.booleans()):
        call = draw(st.sampled_from(["0|1", "1|0", "1/1"]))
        bases = enumerate(zip(ref, alt, strict=True))
        split = [raw(f"{chrom}:{pos + at}", one, other, call, phase_set="9") for at, (one, other) in bases]
        return build, entry.variation_id, split
    change = draw(st.sampled_from(equivalents(reference, parsed(reference, pos, ref, alt))))
    low, high = change.start - draw(st.integers(1, 9)), change.end + draw(st.integers(0, 9))
    left, right = reference.fetch(low, change.start), reference.fetch(change.end, high)
    alts = [left + change.alt + right]
    if draw(st.booleans()):
        alts.insert(draw(st.integers(0, 1)), left + change.ref + right + draw(st.sampled_from(["GT", "CCA"])))
    called = alts.index(left + change.alt + right) + 1
    call = draw(st.sampled_from([f"0/{called}", f"{called}|0"] + ["1/2"] * (len(alts) > 1)))
    record = raw(f"{chrom}:{low + 1}", left + change.ref + right, ",".join(alts), call)
    return build, entry.variation_id, [record]


@given(clinvar_records())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_clinvar_is_found_however_it_is_written(drawn: tuple[Build, int, list[RawRecord]]) -> None:
    build, variation_id, records = drawn
    alleles = assemble(records, [], build, bundled()).alleles
    said = annotator().annotate_all(build, alleles)
    assert variation_id in [one.clinvar.variation_id for _, one in said if one.clinvar]

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.interpretation.naming.alleles import vcf_form
from als_screen.interpretation.naming.consequence import SEVERITY, SplicePlace
from als_screen.interpretation.naming.names import Name
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import CriterionState
from interpretation_shared import CHROMOSOMES, annotator, namer, other_build, position, table


def _bare(name: str | None) -> str:
    return (name or "").rpartition(":")[2]


def _comparable(protein: str | None) -> str:
    """Drop the accession, the brackets and what follows the place of a frameshift: sources shorten it."""
    text = _bare(protein).replace("(", "").replace(")", "")
    return re.sub(r"^(p\.[A-Z][a-z]{2}\d+)(?:[A-Z][a-z]{2})?fs.*$", r"\1fs", text)


def _named(row: dict[str, str], build: Build) -> Name:
    return namer().name(build, Gene(row["gene"]), row["chrom"], position(row, build), row["ref"], row["alt"])


@pytest.mark.parametrize("build", list(Build))
def test_clinvar_names_are_the_printed_ones(build: Build) -> None:
    wrong = []
    for row in table("clinvar.tsv"):
        name = _named(row, build)
        if row["exception"]:
            expected = (row["our_c"], _comparable(row["our_p"]))
        else:
            expected = (row["printed_c"] or _bare(name.hgvs_c), _comparable(row["printed_p"] or name.hgvs_p))
        if (_bare(name.hgvs_c), _comparable(name.hgvs_p)) != expected:
            wrong.append((row, name))
        if row["printed_legacy"] and not row["exception"] and name.legacy != row["printed_legacy"]:
            wrong.append((row, name))
    assert wrong == []


@pytest.mark.parametrize("build", list(Build))
def test_published_names_are_the_printed_ones(build: Build) -> None:
    rows = [row for row in table("published.tsv") if not row["exception"]]
    assert len(rows) > 270
    wrong = []
    for row in rows:
        name = _named(row, build)
        protein = row["printed_p"] if row["printed_p"].startswith("p.") else _comparable(name.hgvs_p)
        expected = (row["printed_c"], _comparable(protein), row["printed_legacy"] or name.legacy)
        if (_bare(name.hgvs_c), _comparable(name.hgvs_p), name.legacy) != expected:
            wrong.append((row, name))
    assert wrong == []


def test_few_names_are_exceptions() -> None:
    rows = table("clinvar.tsv")
    inside = [row for row in rows if not row["exception"].startswith("outside the MANE transcript")]
    assert sum(bool(row["exception"]) for row in inside) <= 9
    assert len(inside) > 800


@pytest.mark.parametrize(
    ("gene", "pos", "ref", "alt", "described", "consequence", "note"),
    [
        (Gene.SOD1, 31659783, "C", "T", ("c.14C>T", "p.(Ala5Val)", "A4V"), "missense_variant", "SNV"),
        (Gene.SOD1, 31659770, "A", "G", ("c.1A>G", "p.(Met1?)", None), "start_lost", "start codon"),
        (
            Gene.SOD1,
            31668577,
            "A",
            "C",
            ("c.464A>C", "p.(Ter155SerextTer6)", "*154Sext*6"),
            "stop_lost",
            "stop",
        ),
        (
            Gene.SOD1,
            31668574,
            "A",
            "AACGCGTTAATTG",
            ("c.462_463insCGCGTTAATTGA", "p.(Ter155ArgextTer3)", "*154Rext*3"),
            "stop_lost",
            "a stop in what is inserted before the stop",
        ),
        (
            Gene.FUS,
            31191437,
            "A",
            "AGATATATGTCATCATCTAGTTACATGCGTC",
            ("c.1580_1581insGATATATGTCATCATCTAGTTACATGCGTC", "p.(Ter527=)", "*527="),
            "stop_retained_variant",
            "inserted into the stop, which it makes again: `hgvs` runs past the end",
        ),
        (
            Gene.SOD1,
            31668575,
            "ATAA",
            "A",
            ("c.463_465del", "p.(Ter155ThrextTer5)", "*154Text*5"),
            "stop_lost",
            "the stop and nothing else is gone",
        ),
        (
            Gene.C9ORF72,
            27548238,
            "AAA",
            "TTT",
            ("c.1442_1444inv", "p.(Phe481Ter)", "F481*"),
            "stop_gained",
            "the stop comes one residue early",
        ),
        (
            Gene.SOD1,
            31668490,
            "A",
            "AC",
            ("c.378dup", "p.(Lys129GlnfsTer5)", "K128Qfs*5"),
            "frameshift_variant",
            "dup",
        ),
        (
            Gene.SOD1,
            31659782,
            "GC",
            "TT",
            ("c.13_14delinsTT", "p.(Ala5Phe)", "A4F"),
            "missense_variant",
            "MNV",
        ),
        (
            Gene.SOD1,
            31668509,
            "TGAA",
            "T",
            ("c.400_402del", "p.(Glu134del)", "E133del"),
            "inframe_deletion",
            "shifted",
        ),
        (
            Gene.SOD1,
            31667376,
            "G",
            "GT",
            ("c.357+2dup", "p.?", None),
            "splice_donor_variant",
            "dup behind the exon",
        ),
        (
            Gene.SOD1,
            31667375,
            "G",
            "GT",
            ("c.357_357+1insT", None, None),
            "splice_region_variant",
            "on the edge",
        ),
        (
            Gene.SOD1,
            31667372,
            "GGTG",
            "G",
            ("c.357_357+2del", "p.?", None),
            "splice_donor_variant",
            "over the edge",
        ),
        (
            Gene.FUS,
            31182419,
            "AAAGGTGAGTGCTATTTTTGGGCTTCCAGAGTTTGTAGAGGGCAAGGGTGGTCACGCCATGTTTTCTGATCACGCTGGTTTTCCTTTTATTTAGCTAT",
            "A",
            ("c.36_42del", "p.?", None),
            "splice_acceptor_variant",
            "from one exon into the next: the intron goes too",
        ),
        (
            Gene.SOD1,
            31668471,
            "G",
            "A",
            ("c.358G>A", "p.(Val120Ile)", "V119I"),
            "missense_variant",
            "first base",
        ),
        (
            Gene.SOD1,
            31659780,
            "AGGC",
            "GCCT",
            ("c.11_14inv", "p.(Lys4_Ala5delinsSerLeu)", "K3_A4delinsSL"),
            "missense_variant",
            "turned around",
        ),
        (
            Gene.SOD1,
            31668461,
            "T",
            "G",
            ("c.358-10T>G", None, None),
            "intron_variant",
            "intronic, legacy splice",
        ),
        (
            Gene.SOD1,
            31659772,
            "G",
            "C",
            ("c.3G>C", "p.(Met1?)", None),
            "start_lost",
            "last base of the start",
        ),
        (
            Gene.TARDBP,
            11022553,
            "G",
            "A",
            ("c.1144G>A", "p.(Ala382Thr)", "A382T"),
            "missense_variant",
            "same numbers",
        ),
        (
            Gene.FUS,
            31191418,
            "C",
            "T",
            ("c.1561C>T", "p.(Arg521Cys)", "R521C"),
            "missense_variant",
            "same numbers",
        ),
        (Gene.FUS, 31190961, "A", "T", ("c.1394-2A>T", "p.?", None), "splice_acceptor_variant", "acceptor"),
        (Gene.C9ORF72, 27567120, "T", "C", ("c.1A>G", "p.(Met1?)", "M1?"), "start_lost", "minus strand"),
        (
            Gene.C9ORF72,
            27550697,
            "GA",
            "G",
            ("c.1101del", "p.(Gln368LysfsTer9)", "Q368Kfs*9"),
            "frameshift_variant",
            "minus strand: its 3' end is to the left",
        ),
        (
            Gene.C9ORF72,
            27558583,
            "GA",
            "G",
            ("c.762del", "p.(Leu255Ter)", "L255*"),
            "stop_gained",
            "minus, stop",
        ),
    ],
)
def test_names_by_kind(
    gene: Gene, pos: int, ref: str, alt: str, described: tuple[str, ...], consequence: str, note: str
) -> None:
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt)
    assert (_bare(name.hgvs_c), _bare(name.hgvs_p) or None, name.legacy) == described, note
    assert name.consequence == consequence, note
    assert name.problem is None, note


@pytest.mark.parametrize(
    ("gene", "pos", "ref", "alt", "described", "term", "note"),
    [
        (Gene.FUS, 31186801, "G", "GC", "c.765dup", "frameshift_variant", "the first base of an exon"),
        (Gene.C9ORF72, 27560296, "G", "GGCA", "c.666_668dup", "inframe_insertion", "minus strand"),
        (Gene.SOD1, 31667372, "G", "GGTG", "c.357_357+2dup", None, "shifted into the intron: unknown"),
        (Gene.SOD1, 31663785, "T", "TAAAGGA", "c.73-2_76dup", None, "begins in the intron: unknown"),
    ],
)
def test_a_duplication_at_the_edge_of_an_exon_has_a_protein_name_only_inside(
    gene: Gene, pos: int, ref: str, alt: str, described: str, term: str | None, note: str
) -> None:
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt)
    assert _bare(name.hgvs_c) == described, note
    assert (_bare(name.hgvs_p) in {"", "p.?"}) == (term is None), note
    assert term is None or term in name.consequences, note


@pytest.mark.parametrize("build", list(Build))
@pytest.mark.parametrize(
    ("gene", "before", "behind", "note"),
    [
        (Gene.SOD1, -10, 16, "the end of an exon and its donor"),
        (Gene.SOD1, -10, 2, "the end of an exon and its donor site alone"),
        (Gene.SOD1, -107, 30, "a whole exon and both its sites"),
        (Gene.C9ORF72, -10, 16, "minus strand"),
    ],
)
def test_a_second_copy_of_an_exon_edge_is_no_intronic_change(
    build: Build, gene: Gene, before: int, behind: int, note: str
) -> None:
    """The 3'-shifted insertion lies in the intron, or behind it; what is doubled decides."""
    reference, transcript = bundled().slices(build)[gene], bundled().transcript(build, gene)
    forward = transcript.strand == "+"
    exon = sorted(transcript.exons)[1]
    edge = exon.end if forward else exon.start
    low, high = (edge + before, edge + behind) if forward else (edge - behind, edge - before)
    bases = reference.fetch(low - 1, high)
    name = namer().name(build, gene, CHROMOSOMES[gene], low, bases[0], bases)
    assert name.consequence in {"coding_sequence_variant", "splice_region_variant"}, note
    assert {"coding_sequence_variant", "intron_variant"} <= set(name.consequences), note
    assert _bare(name.hgvs_p) == "p.?", note
    assert name.splice in {SplicePlace.ESSENTIAL, SplicePlace.NEAR}, note


@pytest.mark.parametrize(
    ("gene", "pos", "ref", "alt", "protein", "consequence", "note"),
    [
        (Gene.TARDBP, 11022654, "G", "A", "p.(Ter415=)", "stop_retained_variant", "another stop codon"),
        (Gene.TARDBP, 11022653, "AGAC", "A", "p.(Ter415=)", "stop_retained_variant", "over the end, kept"),
        (Gene.TARDBP, 11022647, "G", "GAATGTA", "p.(Ter415=)", "stop_retained_variant", "behind the stop"),
        (Gene.SOD1, 31668577, "AAACATTCCC", "ATGGGC", "p.(Ter155TyrextTer26)", "stop_lost", "over the end"),
        (Gene.FUS, 31180204, "CGTGCGCGGACAT", "ATGACG", "p.(Met1?)", "start_lost", "over the start"),
    ],
)
def test_changes_at_and_over_the_ends_of_the_coding_sequence(
    gene: Gene, pos: int, ref: str, alt: str, protein: str, consequence: str, note: str
) -> None:
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt)
    assert (_bare(name.hgvs_p), name.consequence) == (protein, consequence), note


def test_the_genomic_name_of_a_minus_strand_gene_is_shifted_to_the_right() -> None:
    name = namer().name(Build.GRCH38, Gene.C9ORF72, "9", 27550697, "GA", "G")
    assert name.hgvs_g == "NC_000009.12:g.27550702del"


@pytest.mark.parametrize(
    ("chrom", "pos", "ref", "alt", "problem"),
    [
        ("21", 31659783, "C", "<DEL>", "not written in the bases"),
        ("21", 31659783, "C", "*", "not written in the bases"),
        ("21", 31659783, "C", "CN", "not written in the bases"),
        ("21", 31659783, "", "C", "not written in the bases"),
        ("21", 31659783, "G", "T", "differ from the reference"),
        ("21", 31659783, "C", "C", "are the same"),
        ("21", 100, "C", "T", "outside the SOD1 region"),
        ("1", 31659783, "C", "T", "lies on chromosome 21, not 1"),
    ],
)
def test_what_cannot_be_named_says_why(chrom: str, pos: int, ref: str, alt: str, problem: str) -> None:
    name = namer().name(Build.GRCH38, Gene.SOD1, chrom, pos, ref, alt)
    assert name.hgvs_g is None
    assert name.consequence is None
    assert problem in (name.problem or "")


def test_outside_the_transcript_there_is_no_c_name_and_it_says_so() -> None:
    name = namer().name(Build.GRCH38, Gene.SOD1, "21", 31659000, "C", "A")
    assert name.hgvs_g == "NC_000021.9:g.31659000C>A"
    assert name.hgvs_c is None
    assert name.consequence == "upstream_gene_variant"
    assert "NM_000454.5" in (name.problem or "")


def test_two_bases_of_a_codon_are_named_together() -> None:
    name = namer().name_together(Build.GRCH38, Gene.SOD1, [(31659782, "G", "T"), (31659783, "C", "T")])
    assert _bare(name.hgvs_c) == "c.13_14delinsTT"
    assert name.legacy == "A4F"


def test_alleles_of_one_base_have_no_name_together() -> None:
    name = namer().name_together(Build.GRCH38, Gene.SOD1, [(31659783, "C", "T"), (31659783, "C", "A")])
    assert "change the same bases" in (name.problem or "")


# ------------------------------------------------------------------------------------------ properties


@st.composite
def alleles(draw: st.DrawFn) -> tuple[Gene, int, str, str]:
    """Draw any allele of the bundled sequence: substitution, insertion, deletion or both."""
    gene = draw(st.sampled_from(list(Gene)))
    reference = bundled().slices(Build.GRCH38)[gene]
    coding = bundled().transcript(Build.GRCH38, gene).coding_exons()
    exon = draw(st.sampled_from(coding))
    anywhere = st.integers(reference.region.start + 60, reference.region.end - 60)  # clear of the edges
    start = draw(anywhere | st.integers(exon.start - 12, exon.end + 12))
    length = draw(st.integers(1, 9))
    ref = reference.fetch(start, min(start + length, reference.region.end))
    alt = draw(st.text("ACGT", min_size=1, max_size=9).filter(lambda bases: bases != ref))
    return gene, start + 1, ref, alt


@given(alleles())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_every_allele_is_named_alike_on_both_builds(drawn: tuple[Gene, int, str, str]) -> None:
    gene, pos, ref, alt = drawn
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt)
    other = namer().name(Build.GRCH37, gene, CHROMOSOMES[gene], other_build(gene, pos), ref, alt)
    assert name.hgvs_g is not None
    assert name.consequence in SEVERITY
    assert (name.hgvs_c is not None) or name.problem
    shift = other_build(gene, 0)
    assert other.change is not None
    moved = replace(other.change, start=other.change.start - shift)
    assert replace(name, hgvs_g=None) == replace(other, hgvs_g=None, change=moved)


@given(alleles(), st.data())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_every_spelling_has_one_name(drawn: tuple[Gene, int, str, str], data: st.DataObject) -> None:
    gene, pos, ref, alt = drawn
    again = respelled(gene, pos, ref, alt, data)
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt)
    assert namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], *again) == name


def respelled(gene: Gene, pos: int, ref: str, alt: str, data: st.DataObject) -> tuple[int, str, str]:
    """Write an allele differently: as far right as it goes or not, with bases of the reference around it."""
    reference = bundled().slices(Build.GRCH38)[gene]
    change = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], pos, ref, alt).change
    assert change is not None
    if data.draw(st.booleans()):  # left-aligned instead
        pos, ref, alt = vcf_form(reference, change)
        start = pos - 1
    else:
        start, ref, alt = change.start, change.ref, change.alt
    end = start + len(ref)
    before = data.draw(st.integers(1, 8))
    after = data.draw(st.integers(0, 8))
    low, high = max(reference.region.start, start - before), min(reference.region.end, end + after)
    left, right = reference.fetch(low, start), reference.fetch(end, high)
    if not (left or right):
        return pos, ref, alt
    return low + 1, left + ref + right, left + alt + right


PLACED = [row for row in table("clinvar.tsv") if row["gene"] != "C9orf72"]


@given(st.sampled_from(PLACED), st.data())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_clinvar_is_found_in_every_spelling(row: dict[str, str], data: st.DataObject) -> None:
    gene, pos = Gene(row["gene"]), int(row["pos_grch38"])
    written = annotator().describe(Build.GRCH38, gene, row["chrom"], pos, row["ref"], row["alt"])
    again = respelled(gene, pos, row["ref"], row["alt"], data)
    found = annotator().describe(Build.GRCH38, gene, row["chrom"], *again)
    assert found.facts is not None
    assert written.facts is not None
    assert found.facts.clinvar == written.facts.clinvar


def test_the_rows_of_the_property_are_in_clinvar() -> None:
    keys = annotator().knowledge.builds[Build.GRCH38].clinvar
    found = [(row["chrom"], int(row["pos_grch38"]), row["ref"], row["alt"]) in keys for row in PLACED]
    assert sum(found) >= len(found) - 7  # the others have no germline class


def test_a_dup_over_an_acceptor_is_no_known_protein_change() -> None:
    """FUS c.1394-12_1401dup: where splicing then begins is not known, so nothing is truncated for certain."""
    alleles = (31190950, "T", "TCTTTTGTCCTAGGGGGTAAC")
    name = namer().name(Build.GRCH38, Gene.FUS, "16", *alleles)
    assert (_bare(name.hgvs_c), _bare(name.hgvs_p), name.protein) == ("c.1394-12_1401dup", "p.?", None)
    found = annotator().describe(Build.GRCH38, Gene.FUS, "16", *alleles).classification.criteria
    assert next(each.state for each in found if each.code == "PVS1") is CriterionState.NOT_APPLICABLE


@pytest.mark.parametrize("gene", list(Gene))
def test_whole_exons_have_a_name_or_a_reason(gene: Gene) -> None:
    reference, transcript = bundled().slices(Build.GRCH38)[gene], bundled().transcript(Build.GRCH38, gene)
    for exon in transcript.exons:
        for around in (0, 1, 10):
            start, end = exon.start - around - 1, exon.end + around
            bases = reference.fetch(start, end)
            for ref, alt in ((bases, bases[0]), (bases[0], bases)):
                name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], start + 1, ref, alt)
                assert name.hgvs_g is not None
                assert name.hgvs_c is not None or "the bounds of" in (name.problem or "")
                assert "Xaa" not in (name.hgvs_p or "")
    last = reference.fetch(transcript.coding.end - 4, transcript.coding.end + 30)
    name = namer().name(Build.GRCH38, gene, CHROMOSOMES[gene], transcript.coding.end - 3, last, last[0])
    assert name.hgvs_c is not None

"""One patient from files to evidence."""

from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck, State, VariantEvidence, VariantSource, Zygosity
from als_screen.regions import Build
from als_screen.simulate.haplotype import SmallVariant
from als_screen.variants import screen as module
from builders import pile, write_reads
from variant_files import checked, genome, other, part, row, screen, screen_lines, vcf_text, write

POS = 31663810
PLACE = f"21:{POS}"
REF = genome("21", POS)
ALT = other(REF)
SITE = row(PLACE, REF, ALT, "0/1:14,16:30:99", form="GT:AD:DP:GQ")
GENE = part("21").region


def alleles(found: VariantEvidence) -> list[str]:
    return [f"{one.chrom}:{one.pos} {one.ref}>{one.alt} {one.zygosity}" for one in found.alleles]


def bam(path: Path, *variants: SmallVariant) -> ReadsCheck:
    write_reads(path, pile("21", POS - 400, POS + 400, variants=variants))
    return ReadsCheck(path=str(path), contigs={"21": "chr21"}, sample="P1", is_cram=False)


def test_a_vcf(tmp_path: Path) -> None:
    found = screen_lines(tmp_path, [SITE])
    assert (found.patient, found.state, found.source, found.build) == (
        "P1",
        State.ASSESSED,
        VariantSource.VCF,
        Build.GRCH38,
    )
    assert (found.failed, found.reason) == (False, "")
    (allele,) = found.alleles
    assert (allele.zygosity, allele.depth, allele.alt_depth) == (Zygosity.HETEROZYGOUS, 30, 16)
    with pysam.VariantFile(str(tmp_path / "out" / "P1.vcf.gz")) as file:
        assert [one.pos for one in file.fetch("chr21")] == [POS]


def test_the_other_build_without_chr(tmp_path: Path) -> None:
    pos = 33036123
    base = genome("21", pos, build=Build.GRCH37)
    text = vcf_text([row(f"21:{pos}", base, other(base), "1/1")], build=Build.GRCH37, prefix="")
    path = write(tmp_path / "a.bcf", text)
    found = screen(tmp_path, checked(path, prefix=""), build=Build.GRCH37)
    assert alleles(found) == [f"21:{pos} {base}>{other(base)} homozygous"]
    assert found.alleles[0].record.startswith(f"21:{pos} ")


def test_alleles_of_a_record_are_split_aligned_and_keep_their_own_depth(tmp_path: Path) -> None:
    sequence, start = part("21").sequence, GENE.start
    run = sequence.index("TTTTTTTTTT")
    ref = sequence[run - 1 : run + 3]
    line = row(f"21:{start + run}", ref, f"{ref[0]}TT,{ref}T,*", "2/1:3,11,12,0:26:50", form="GT:AD:DP:GQ")
    found = screen_lines(tmp_path, [line])
    assert [(one.pos, one.ref, one.alt, one.alt_depth) for one in found.alleles] == [
        (start + run, ref[0], f"{ref[0]}T", 12),
        (start + run, f"{ref[0]}T", ref[0], 11),
    ]
    assert {one.zygosity for one in found.alleles} == {Zygosity.HETEROZYGOUS}


def test_files_by_chromosome_and_in_parts(tmp_path: Path) -> None:
    fus = genome("16", 31190000)
    one = write(tmp_path / "chr21.vcf.gz", vcf_text([SITE]))
    two = write(tmp_path / "chr16.vcf", vcf_text([row("16:31190000", fus, other(fus), "0/1")]))
    again = write(tmp_path / "more.bcf", vcf_text([SITE, row(f"21:{POS + 50}", "N", "C", "0/1")]))
    found = screen(
        tmp_path, checked(one, chroms=("21",)), checked(two, chroms=("16",)), checked(again, chroms=("21",))
    )
    assert [allele.pos for allele in found.alleles] == [31190000, POS, POS + 50]
    assert found.left_out == {"duplicate record": 1}
    assert found.reason == "No file has the chromosome of C9orf72, TARDBP."


def test_one_sample_of_a_joint_file(tmp_path: Path) -> None:
    names = ["P1", *(f"S{number}" for number in range(50))]
    lines = [
        row(PLACE, REF, f"{ALT},{REF}A", "0/1:14,16,0:30", *["0/2:15,0,15:30"] * 50, form="GT:AD:DP"),
        row(f"21:{POS + 50}", "N", "C", "0/0:30,0:30", *["0/1:15,15:30"] * 50, form="GT:AD:DP"),
        row(f"21:{POS + 60}", "N", "C", "./.:.:.", *["0/1:15,15:30"] * 50, form="GT:AD:DP"),
    ]
    found = screen_lines(tmp_path, lines, samples=names)
    assert alleles(found) == [f"21:{POS} {REF}>{ALT} heterozygous"]
    assert [(one.start, one.end, one.depth) for one in found.reference] == [(POS + 49, POS + 50, 30)]
    assert found.left_out == {"homozygous reference": 1, "no genotype": 1}


def test_a_gvcf(tmp_path: Path) -> None:
    start = GENE.start
    form = "GT:DP:GQ:MIN_DP"

    def block(first: int, last: int, call: str, filt: str = "PASS") -> str:
        base = genome("21", start + first) if first > 0 else "N"
        return row(
            f"21:{start + first}", base, "<NON_REF>", call, form=form, info=f"END={start + last}", filt=filt
        )

    pos = start + 301
    base = genome("21", pos)
    lines = [
        block(-99, 100, "0/0:33:60:31"),
        block(101, 200, "0/0:32:60:31"),
        block(201, 300, "0/0:4:9:2"),
        row(f"21:{pos}", base, f"{other(base)},<NON_REF>", "0/1:30:99:.", form=form),
        block(302, 400, "./.:0:0:0"),
        block(401, 500, "0/0:20:50:.", filt="LowQual"),
    ]
    found = screen_lines(tmp_path, lines)
    assert found.source is VariantSource.GVCF
    assert [
        (one.start - start, one.end - start, one.depth, one.genotype_quality) for one in found.reference
    ] == [
        (0, 200, 31, 60),
        (200, 300, 2, 9),
    ]
    assert len(found.alleles) == 1
    assert found.left_out == {
        "homozygous reference": 3,
        "no genotype": 1,
        "reference call that did not pass its filters": 1,
    }


def test_a_vcf_alone_says_nothing_of_what_is_absent(tmp_path: Path) -> None:
    assert screen_lines(tmp_path, [SITE]).reference == ()


def test_callable_regions_hold_but_where_a_record_leaves_it_open(tmp_path: Path) -> None:
    bed = tmp_path / "callable.bed"
    bed.write_text(f"chr21\t{GENE.start - 500}\t{GENE.end + 500}\n")
    half = row(f"21:{POS + 9}", genome("21", POS + 9), other(genome("21", POS + 9)), "./1")
    found = screen_lines(tmp_path, [SITE, half], callable_bed=bed)
    assert [(one.start, one.end, one.depth) for one in found.callable_regions] == [
        (GENE.start, POS + 8, None),
        (POS + 9, GENE.end, None),
    ]
    assert (found.source, found.reference) == (VariantSource.VCF, ())


def test_a_malformed_bed_is_told_and_costs_no_allele(tmp_path: Path) -> None:
    bed = tmp_path / "callable.bed"
    bed.write_text("chr21\tten\ttwenty\n")
    found = screen_lines(tmp_path, [SITE], callable_bed=bed)
    assert found.failed
    assert "line 1" in found.reason
    assert len(found.alleles) == 1
    assert found.reference == ()


def test_structural_and_unusable_records_are_listed(tmp_path: Path) -> None:
    lines = [
        row("21:31650000", "A", "<DEL>", "0/1", info="END=31660000", filt="LowQual"),
        row(PLACE, ALT, REF, "0/1"),
        row(f"21:{POS + 9}", "N", "C", "30", form="DP"),
    ]
    found = screen_lines(tmp_path, lines)
    assert [(one.gene, one.pos, one.end, one.filter) for one in found.structural] == [
        ("SOD1", 31650000, 31660000, "LowQual")
    ]
    assert [one.reason for one in found.unusable] == [
        f"REF is {ALT}, the genome has {REF} there.",
        "The record has no genotype: whether the patient carries it is unknown.",
    ]
    assert (found.alleles, found.reference) == ((), ())


def test_a_filtered_allele_is_kept_with_its_filter(tmp_path: Path) -> None:
    found = screen_lines(tmp_path, [row(PLACE, REF, ALT, "0/1", filt="LowQual")])
    assert [one.filter for one in found.alleles] == ["LowQual"]


def wrong(number: int) -> list[str]:
    """Return records whose REF is another base than the genome's."""
    bases = [(pos, genome("21", pos)) for pos in range(POS, POS + number)]
    return [row(f"21:{pos}", other(base), base, "0/1") for pos, base in bases]


@pytest.mark.parametrize("number", [2, 4, 5])
def test_a_file_that_disagrees_with_its_build_is_refused(tmp_path: Path, number: int) -> None:
    no_call = row(f"21:{POS + 40}", genome("21", POS + 40), "TTT", "./.")
    with pytest.raises(PatientDataError, match=f"{number} of {number + 1} disagree"):
        screen_lines(tmp_path, [*wrong(number), no_call])
    assert not (tmp_path / "out" / "P1.vcf.gz").exists()


@pytest.mark.parametrize(("most", "refused"), [(3, False), (2, True)])
def test_more_alleles_than_anybody_has_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, refused: bool
) -> None:
    monkeypatch.setattr(module, "MOST_ALLELES", most)
    bases = [(pos, genome("21", pos)) for pos in (POS, POS + 1)]
    lines = [row(f"21:{pos}", base, other(base), "0/1") for pos, base in bases]
    lines.append(
        row(f"21:{POS + 50}", genome("21", POS + 50), "<DEL>", "0/1", info=f"SVTYPE=DEL;END={POS + 99}")
    )
    if not refused:
        assert len(screen_lines(tmp_path, lines).alleles) == 2
        return
    with pytest.raises(
        PatientDataError, match="3 alleles in the gene regions, where no person has more than 2"
    ):
        screen_lines(tmp_path, lines)
    assert not (tmp_path / "out" / "P1.vcf.gz").exists()


def test_a_few_records_that_disagree_are_listed(tmp_path: Path) -> None:
    agrees = row(f"21:{POS + 40}", genome("21", POS + 40), "TTT", "0/1")
    assert len(screen_lines(tmp_path, [*wrong(4), agrees]).unusable) == 4
    assert len(screen_lines(tmp_path, wrong(1)).unusable) == 1
    right = [row(f"21:{pos}", "N", "AA", "0/1") for pos in range(POS + 50, POS + 55)]
    assert len(screen_lines(tmp_path, [*wrong(5), *right]).unusable) == 5


def test_reads_stand_in_for_a_vcf_that_was_not_given(tmp_path: Path) -> None:
    found = screen(tmp_path, reads=bam(tmp_path / "a.bam", SmallVariant("21", POS, REF, ALT)))
    assert (found.state, found.source, found.failed) == (State.ASSESSED, VariantSource.READS, False)
    assert alleles(found) == [f"21:{POS} {REF}>{ALT} heterozygous"]
    assert found.reason == "No file has the chromosome of C9orf72, TARDBP, FUS."
    assert found.reference == ()


def test_reads_stand_in_for_a_vcf_that_the_check_refused(tmp_path: Path) -> None:
    reads = bam(tmp_path / "a.bam", SmallVariant("21", POS, REF, ALT))
    found = screen(tmp_path, reads=reads, named=[tmp_path / "refused.vcf"])
    assert found.source is VariantSource.READS
    assert found.reason.startswith("Called from the reads, as no VCF could be used.")


def test_reads_stand_in_for_a_vcf_that_breaks_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.vcf"
    path.write_text(vcf_text([SITE]) + "chr21\tx\n")
    with pytest.raises(PatientDataError):
        screen(tmp_path, checked(path))
    found = screen(tmp_path, checked(path), reads=bam(tmp_path / "a.bam"))
    assert (found.state, found.source, found.failed) == (State.ASSESSED, VariantSource.READS, True)
    assert found.reason.startswith("broken.vcf: line 17 has 2 columns separated by tabs")
    assert found.alleles == ()


@pytest.mark.parametrize(
    ("named", "build", "failed", "note"),
    [
        ([], Build.GRCH38, False, "nothing was given"),
        ([Path("/data/a.vcf")], Build.GRCH38, True, "what was given cannot be used"),
        ([Path("/data/a.vcf")], None, True, "nobody knows the build"),
    ],
)
def test_not_assessed(
    tmp_path: Path, named: list[Path], build: Build | None, failed: bool, note: str
) -> None:
    found = screen(tmp_path, named=named, build=build)
    assert (found.state, found.source, found.failed) == (State.NOT_ASSESSED, VariantSource.NONE, failed), note
    assert found.reason, note
    assert not (tmp_path / "out").exists(), note


def test_nothing_old_is_left_for_a_patient_who_cannot_be_screened_now(tmp_path: Path) -> None:
    screen_lines(tmp_path, [SITE])
    assert len(list((tmp_path / "out").iterdir())) == 2
    screen(tmp_path)
    assert list((tmp_path / "out").iterdir()) == []


def test_two_thousand_alleles_and_the_same_bytes_twice(tmp_path: Path) -> None:
    sequence, start = part("16").sequence, part("16").region.start
    lines = []
    for at in range(500, 20500, 10):
        size = 1 + at % 3
        ref = sequence[at : at + size]
        alt = other(ref) if size == 1 else ref[0]
        lines.append(row(f"16:{start + at + 1}", ref, alt, "0/1"))
    found = screen_lines(tmp_path, lines)
    first = (tmp_path / "out" / "P1.vcf.gz").read_bytes()
    assert (
        len(found.alleles) + found.left_out.get("second record of an allele with another genotype", 0) == 2000
    )
    assert screen_lines(tmp_path, lines) == found
    assert (tmp_path / "out" / "P1.vcf.gz").read_bytes() == first


@pytest.mark.parametrize(
    ("name", "lines", "unreached"),
    [
        ("a.vcf", 0, ("1", "16", "21")),
        ("a.vcf", 1, ("1", "16", "21")),
        ("a.vcf", 2, ("16", "21")),
        ("a.vcf", 4, ()),
        ("a.vcf.gz", 1, ()),
        ("a.vcf.gz", 0, ("1", "16", "21")),
    ],
)
def test_callable_regions_beside_a_vcf_that_may_have_been_cut(
    tmp_path: Path, name: str, lines: int, unreached: tuple[str, ...]
) -> None:
    """Where a plain VCF ends before a gene does, no record of it would be missed."""
    places = ["1:11000000", "16:31000000", "21:31000000", "21:31690000"]
    text = vcf_text([row(place, "A", "G", "0/1") for place in places[:lines]])
    bed = tmp_path / "callable.bed"
    bed.write_text("".join(f"chr{chrom}\t0\t100000000\n" for chrom in ("1", "16", "21")))
    found = screen(tmp_path, checked(write(tmp_path / name, text)), callable_bed=bed)
    assert found.unreached == unreached


@pytest.mark.parametrize(("first", "unreached"), [("21:31690000", ()), ("21:31000000", ("21",))])
def test_of_several_files_each_must_go_on_behind_a_gene(
    tmp_path: Path, first: str, unreached: tuple[str, ...]
) -> None:
    """Insertions and deletions in a file of their own do not speak for substitutions."""
    lines = [row("1:11000000", "A", "G", "0/1"), row("16:31000000", "A", "G", "0/1")]
    files = [
        write(tmp_path / name, vcf_text([*lines, row(place, "A", "G", "0/1")]))
        for name, place in (("snv.vcf", first), ("indel.vcf", "21:31690000"))
    ]
    bed = tmp_path / "callable.bed"
    bed.write_text("21\t0\t100000000\n")
    assert screen(tmp_path, *map(checked, files), callable_bed=bed).unreached == unreached

"""Calling from reads whose truth is known."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from als_screen.errors import PatientDataError
from als_screen.evidence import ReadsCheck
from als_screen.patient import LibraryKind
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.resources import bundled
from als_screen.simulate.haplotype import SmallVariant
from als_screen.simulate.pairs import Read
from als_screen.variants.call import ReadSource, called_records
from als_screen.variants.records import RawRecord
from builders import pile, sparse_fasta, write_reads
from coverage_reads import sam_line, write_sam_lines
from variant_files import genome, other

CONTIGS = {"1": "chr1", "9": "chr9", "16": "chr16", "21": "chr21"}


def exon(gene: Gene, number: int, build: Build) -> tuple[str, int]:
    """Return chromosome and 1-based position 21 bases into a coding exon."""
    found = bundled().transcript(build, gene).coding_exons()[number]
    return found.chrom, found.start + 21


@cache
def snv(gene: Gene = Gene.SOD1, number: int = 1, build: Build = Build.GRCH38) -> SmallVariant:
    chrom, pos = exon(gene, number, build)
    base = genome(chrom, pos, build=build)
    return SmallVariant(chrom, pos, base, other(base))


def deletion(gene: Gene = Gene.SOD1, number: int = 2) -> SmallVariant:
    chrom, pos = exon(gene, number, Build.GRCH38)
    bases = genome(chrom, pos, 4)
    return SmallVariant(chrom, pos, bases, bases[0])


def around(
    *variants: SmallVariant, depth: int = 30, every: int = 2, build: Build = Build.GRCH38, quality: int = 37
) -> list[Read]:
    """Return reads over 400 bases on both sides of each variant."""
    reads: list[Read] = []
    for number, one in enumerate(variants):
        stack = pile(
            one.chrom,
            one.pos - 400,
            one.pos + 400,
            depth,
            variants=(one,),
            every=every,
            quality=quality,
            build=build,
        )
        reads += [replace(read, name=f"{number}:{read.name}") for read in stack]
    return reads


def source(path: Path, fasta: Path | None = None, library: LibraryKind = LibraryKind.UNKNOWN) -> ReadSource:
    contigs = CONTIGS if fasta is None else {"21": "chr21"}
    check = ReadsCheck(path=str(path), contigs=contigs, sample="P1", is_cram=path.suffix == ".cram")
    return ReadSource(check, fasta, library)


def call(path: Path, build: Build = Build.GRCH38, fasta: Path | None = None) -> list[RawRecord]:
    return called_records(source(path, fasta), build, bundled())


def said(records: list[RawRecord]) -> set[tuple[str, int, str, str, str, str]]:
    return {(one.chrom, one.pos, one.ref, ",".join(one.alts), one.genotype, one.filter) for one in records}


def expected(
    one: SmallVariant, genotype: str = "0/1", filt: str = "PASS"
) -> tuple[str, int, str, str, str, str]:
    return one.chrom, one.pos, one.ref, one.alt, genotype, filt


@pytest.mark.parametrize("build", list(Build))
def test_a_substitution_in_each_gene_of_each_build(tmp_path: Path, build: Build) -> None:
    variants = [snv(gene, 1, build) for gene in VARIANT_GENES]
    found = call(write_reads(tmp_path / "a.bam", around(*variants, build=build), build=build), build)
    assert said(found) == {expected(one) for one in variants}
    assert {one.contig for one in found} == {"chr1", "chr16", "chr21"}
    for one in found:
        assert (one.depth, one.allele_depths) == (30, (15, 15))


def test_homozygous_and_a_deletion(tmp_path: Path) -> None:
    reads = [*around(snv(), every=1), *around(deletion(Gene.FUS, 2))]
    found = call(write_reads(tmp_path / "a.bam", reads))
    assert said(found) == {expected(snv(), "1/1"), expected(deletion(Gene.FUS, 2))}


def test_reads_without_variants_give_nothing(tmp_path: Path) -> None:
    assert call(write_reads(tmp_path / "a.bam", pile("21", 31663500, 31664200))) == []


@pytest.mark.parametrize("gene", list(Gene))
def test_the_whole_gene_regions_are_called(tmp_path: Path, gene: Gene) -> None:
    region = bundled().gene_region(Build.GRCH38, gene)
    places = (region.start + 1001, (region.start + region.end) // 2, region.end - 1000)
    variants = [
        SmallVariant(region.chrom, at, genome(region.chrom, at), other(genome(region.chrom, at)))
        for at in places
    ]
    found = call(write_reads(tmp_path / "a.bam", around(*variants)))
    assert said(found) == {expected(one) for one in variants}


@pytest.mark.parametrize(
    ("start", "cigar"),
    [
        (-60, "100M50S"),  # the region begins within the read
        (-100, "100M20D50M"),  # only a deletion and what follows reach into it
        (-110, "100M20D50S"),  # only a deletion does
        (-120, "100M500N50M"),  # spliced over its beginning
    ],
)
def test_reads_over_the_edge_of_a_gene_region(tmp_path: Path, start: int, cigar: str) -> None:
    region = bundled().gene_region(Build.GRCH38, Gene.SOD1)
    lines = [sam_line(f"edge{n}", region.start + start, cigar, "A" * 150) for n in range(12)]
    found = call(write_sam_lines(tmp_path / "a.bam", lines))
    assert all(region.start < one.pos <= region.end for one in found)


@pytest.mark.parametrize(
    ("depth", "every", "note"),
    [(4, 2, "two reads show it"), (6, 3, "two of six"), (30, 7, "four of thirty: QUAL is 13")],
)
def test_weak_calls_are_kept_and_marked(tmp_path: Path, depth: int, every: int, note: str) -> None:
    found = call(write_reads(tmp_path / "a.bam", around(snv(), depth=depth, every=every)))
    assert {one.filter for one in found} == {"LowQual"}, note
    assert {one.pos for one in found} == {snv().pos}, note


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"mapq": 19}, "mapped too badly"),
        ({"flag": 0x400}, "duplicates"),
        ({"flag": 0x200}, "failed by the machine"),
        ({"flag": 0x100}, "secondary"),
        ({"quality": 12}, "base quality too low"),
    ],
)
def test_reads_that_do_not_count(tmp_path: Path, change: dict[str, int], note: str) -> None:
    reads = around(snv(), quality=change.get("quality", 37))
    if "mapq" in change:
        reads = [replace(read, mapq=change["mapq"]) for read in reads]
    reads = [replace(read, flag=read.flag | change.get("flag", 0)) for read in reads]
    assert call(write_reads(tmp_path / "a.bam", reads)) == [], note


def test_an_indel_of_a_panel_is_called_at_any_depth(tmp_path: Path) -> None:
    found = call(write_reads(tmp_path / "a.bam", around(deletion(), depth=700)))
    assert said(found) == {expected(deletion())}


def test_random_errors_are_not_called(tmp_path: Path) -> None:
    source = random.Random(5)
    reads = []
    for read in around(snv()):
        bases = list(read.sequence)
        for at in source.sample(range(len(bases)), 2):
            bases[at] = source.choice("ACGT")
        reads.append(replace(read, sequence="".join(bases)))
    passed = [one for one in call(write_reads(tmp_path / "a.bam", reads)) if one.passed]
    assert said(passed) == {expected(snv())}


@pytest.mark.parametrize("library", [LibraryKind.HIFI, LibraryKind.ONT])
def test_the_profiles_for_long_reads_exist(tmp_path: Path, library: LibraryKind) -> None:
    path = write_reads(tmp_path / "a.bam", around(snv()))
    assert said(called_records(source(path, library=library), Build.GRCH38, bundled())) == {expected(snv())}


def test_genes_on_chromosomes_that_the_file_lacks_give_nothing(tmp_path: Path) -> None:
    path = write_reads(tmp_path / "a.bam", around(snv(), snv(Gene.FUS)))
    check = ReadsCheck(path=str(path), contigs={"21": "chr21"}, sample="P1", is_cram=False)
    found = called_records(ReadSource(check, None, LibraryKind.PANEL), Build.GRCH38, bundled())
    assert said(found) == {expected(snv())}


def test_a_cram_with_its_reference_inside(tmp_path: Path) -> None:
    assert said(call(write_reads(tmp_path / "a.cram", around(snv())))) == {expected(snv())}


def test_a_cram_that_needs_the_genome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REF_PATH", raising=False)
    monkeypatch.delenv("REF_CACHE", raising=False)
    fasta = sparse_fasta(tmp_path / "genome.fa.gz")
    path = write_reads(tmp_path / "a.cram", around(snv()), fasta=fasta, contigs=("21",))
    assert said(call(path, fasta=fasta)) == {expected(snv())}


@pytest.mark.parametrize("suffix", [".fai", ".gzi"])
def test_nothing_is_written_beside_a_genome_that_lacks_an_index(tmp_path: Path, suffix: str) -> None:
    fasta = sparse_fasta(tmp_path / "genome.fa.gz")
    path = write_reads(tmp_path / "a.cram", around(snv()), fasta=fasta, contigs=("21",))
    index = Path(f"{fasta}{suffix}")
    index.unlink()
    before = {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()}
    with pytest.raises(PatientDataError, match=f"the genome has no {suffix} index"):
        call(path, fasta=fasta)
    assert {one.name: one.stat().st_mtime_ns for one in tmp_path.iterdir()} == before


def test_a_cram_without_its_genome_is_refused(tmp_path: Path) -> None:
    fasta = sparse_fasta(tmp_path / "genome.fa.gz")
    path = write_reads(tmp_path / "a.cram", around(snv()), fasta=fasta, contigs=("21",))
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for one in tmp_path.glob("genome.fa.gz*"):
        one.rename(hidden / one.name)
    check = ReadsCheck(path=str(path), contigs={"21": "chr21"}, sample="P1", is_cram=True)
    with pytest.raises(PatientDataError, match=r"does not embed its reference.*set reference\.fasta"):
        called_records(ReadSource(check, None, LibraryKind.UNKNOWN), Build.GRCH38, bundled())


@pytest.mark.parametrize("share", [0.3, 0.7, 0.98])
def test_a_truncated_bam_is_refused(tmp_path: Path, share: float) -> None:
    path = write_reads(tmp_path / "a.bam", around(snv(), snv(Gene.FUS), snv(Gene.TARDBP)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(PatientDataError) as caught:
        call(path)
    assert caught.value.path == str(path)


def test_a_damaged_block_is_refused(tmp_path: Path) -> None:
    path = write_reads(tmp_path / "a.bam", around(snv(), snv(Gene.FUS), snv(Gene.TARDBP)))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 60] = bytes(60)
    path.write_bytes(bytes(data))
    with pytest.raises(PatientDataError):
        call(path)


def test_nothing_is_said_and_nothing_is_left(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = write_reads(folder / "a.bam", around(snv()))
    before = sorted(folder.iterdir())
    capfd.readouterr()
    call(path)
    assert capfd.readouterr() == ("", "")
    assert sorted(folder.iterdir()) == before

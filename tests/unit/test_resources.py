from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from als_screen.regions import CHROMOSOME_ACCESSIONS, VARIANT_GENES, Build, Gene, Region
from als_screen.resources import DEFAULT_RESOURCES, ReferenceSlice, Resources, bundled

#: The universal genetic code, codons in the order TCAG.
AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
CODE = dict(zip((a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"), AMINO_ACIDS, strict=True))
COMPLEMENT = str.maketrans("ACGT", "TGCA")
BUILDS = list(Build)
#: Gene: transcript, protein, strand, exons, bases of all exons, residues of the protein.
#: Source: RefSeq records of the MANE Select transcripts.
KNOWN = {
    Gene.C9ORF72: ("NM_001256054.3", "NP_001242983.1", "-", 11, 3339, 481),
    Gene.SOD1: ("NM_000454.5", "NP_000445.1", "+", 5, 895, 154),
    Gene.TARDBP: ("NM_007375.4", "NP_031401.1", "+", 6, 4185, 414),
    Gene.FUS: ("NM_004960.4", "NP_004951.1", "+", 15, 1824, 526),
}
CASES = [pytest.param(build, gene, id=f"{build}-{gene}") for build in BUILDS for gene in Gene]


def coding_sequence(build: Build, gene: Gene) -> str:
    transcript = bundled().transcript(build, gene)
    part = bundled().slices(build)[gene]
    plus = "".join(part.fetch(exon.start, exon.end) for exon in transcript.coding_exons())
    return plus if transcript.strand == "+" else plus.translate(COMPLEMENT)[::-1]


def translated(sequence: str) -> str:
    return "".join(CODE[sequence[at : at + 3]] for at in range(0, len(sequence), 3))


@pytest.mark.parametrize(("build", "gene"), CASES)
def test_the_coding_sequence_is_the_protein(build: Build, gene: Gene) -> None:
    protein = translated(coding_sequence(build, gene))
    assert len(protein) == KNOWN[gene][5] + 1
    assert protein.startswith("M")
    assert protein.index("*") == len(protein) - 1


@pytest.mark.parametrize("gene", list(Gene))
def test_both_builds_give_the_same_coding_sequence(gene: Gene) -> None:
    assert coding_sequence(Build.GRCH37, gene) == coding_sequence(Build.GRCH38, gene)


@pytest.mark.parametrize(
    ("gene", "codon", "residue", "why"),
    [
        (Gene.SOD1, 5, "A", "p.Ala5Val, legacy A4V"),
        (Gene.SOD1, 91, "D", "p.Asp91Ala, legacy D90A"),
        (Gene.TARDBP, 382, "A", "p.Ala382Thr"),
        (Gene.FUS, 521, "R", "p.Arg521Cys"),
        (Gene.FUS, 525, "P", "p.Pro525Leu"),
    ],
)
def test_residues_that_the_literature_names(gene: Gene, codon: int, residue: str, why: str) -> None:
    assert translated(coding_sequence(Build.GRCH38, gene))[codon - 1] == residue, why


@pytest.mark.parametrize(("build", "gene"), CASES)
def test_transcripts_are_the_mane_select_ones(build: Build, gene: Gene) -> None:
    found = bundled().transcript(build, gene)
    exons = found.exons
    facts = (found.accession, found.protein, found.strand, len(exons), sum(map(len, exons)))
    assert facts == KNOWN[gene][:5]
    assert list(exons) == sorted(exons, reverse=found.strand == "-"), "in transcript order"
    region = bundled().gene_region(build, gene)
    assert all(region.start <= exon.start and exon.end <= region.end for exon in exons)


@pytest.mark.parametrize("build", BUILDS)
def test_the_places_of_the_transcript_file_agree_with_themselves(build: Build) -> None:
    data = json.loads((DEFAULT_RESOURCES / "transcripts.json").read_text(encoding="utf-8"))
    for entry in data["transcripts"].values():
        placed = entry["genome_builds"][build.value]
        gene = Gene(entry["gene_name"])
        assert placed["contig"] == CHROMOSOME_ACCESSIONS[build][bundled().gene_region(build, gene).chrom]
        exons = sorted(placed["exons"], key=lambda exon: int(exon[2]))
        at = 1
        for start, end, _, first, last, _ in exons:
            assert first == at
            assert last - first + 1 == end - start
            at = last + 1
        coding = bundled().transcript(build, gene).coding_exons()
        assert sum(map(len, coding)) == entry["stop_codon"] - entry["start_codon"]


@pytest.mark.parametrize(("build", "name"), [(Build.GRCH38, "genes.bed"), (Build.GRCH37, "genes.GRCh37.bed")])
def test_the_bed_files_agree_with_the_slices_and_transcripts(build: Build, name: str) -> None:
    lines = (DEFAULT_RESOURCES / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert {Gene(row[3]) for row in rows} == set(Gene)
    assert len(rows) == len(Gene)
    for chrom, start, end, gene, _, strand, accession, protein in rows:
        found = bundled().transcript(build, Gene(gene))
        region = Region(chrom.removeprefix("chr"), int(start), int(end))
        assert region == bundled().gene_region(build, Gene(gene))
        assert (accession, protein, strand) == (found.accession, found.protein, found.strand)


@pytest.mark.parametrize(("build", "gene"), CASES)
def test_slices_are_plain_bases(build: Build, gene: Gene) -> None:
    part = bundled().slices(build)[gene]
    assert re.fullmatch("[ACGT]+", part.sequence)
    assert len(part.sequence) == len(part.region)


@pytest.mark.parametrize(
    ("build", "start", "end"),
    [(Build.GRCH38, 27_573_528, 27_573_546), (Build.GRCH37, 27_573_526, 27_573_544)],
)
def test_the_reference_has_three_units_of_the_repeat(build: Build, start: int, end: int) -> None:
    part = bundled().slices(build)[Gene.C9ORF72]
    assert part.fetch(start, end) == "GGCCCC" * 3
    assert part.fetch(start - 6, start) != "GGCCCC"
    assert part.fetch(end, end + 6) != "GGCCCC"


def test_a_slice_refuses_what_lies_outside() -> None:
    part = ReferenceSlice(Gene.SOD1, Region("21", 10, 14), "ACGT")
    assert part.fetch(10, 14) == "ACGT"
    assert part.fetch(12, 12) == ""
    for start, end in ((9, 12), (12, 15), (13, 12)):
        with pytest.raises(ValueError, match="lies outside"):
            part.fetch(start, end)


@pytest.mark.parametrize("build", BUILDS)
def test_the_gene_at_a_place(build: Build) -> None:
    for gene in Gene:
        region = bundled().gene_region(build, gene)
        assert bundled().gene_at(build, region.chrom, region.start, region.start + 1) is gene
        assert bundled().gene_at(build, region.chrom, region.end - 1, region.end) is gene
        assert bundled().gene_at(build, region.chrom, region.end, region.end + 1) is None
    assert bundled().gene_at(build, "2", 1, 1_000_000_000) is None


@pytest.mark.parametrize("build", BUILDS)
def test_the_reportable_range_is_the_coding_exons_with_splice_bases(build: Build) -> None:
    for gene in VARIANT_GENES:
        exons = bundled().transcript(build, gene).coding_exons()
        assert bundled().reportable(build, gene, 2) == [exon.padded(2) for exon in exons]
        narrow, wide = (sum(map(len, bundled().reportable(build, gene, n))) for n in (2, 8))
        assert wide - narrow <= 12 * len(exons)


@pytest.mark.parametrize("build", BUILDS)
def test_what_is_counted_holds_the_reportable_range_of_the_variant_genes(build: Build) -> None:
    counted = bundled().counted_regions(build)
    assert counted == sorted(counted)
    for gene in VARIANT_GENES:
        for part in bundled().reportable(build, gene):
            wanted = part.padded(50)
            assert any(
                region.chrom == part.chrom and region.start <= wanted.start and wanted.end <= region.end
                for region in counted
            )
    assert all(region.chrom != "9" for region in counted)


def test_a_slice_whose_header_does_not_fit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    for build in BUILDS:
        (tmp_path / "reference" / f"{build}.fa").write_text(">21:1-5 gene=SOD1\nACGT\n")
    with pytest.raises(ValueError, match="4 bases for chr21:1-5"):
        Resources(tmp_path)


# ------------------------------------------------------------------------------ what README.md says of them

README = DEFAULT_RESOURCES / "README.md"


def listed() -> dict[str, str]:
    """Return path and line of every table row of the README that names a file."""
    rows = re.findall(r"^\| `([^`]+)` \|(.*)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(rows) == len(dict(rows)), "a file is listed twice"
    return dict(rows)


def bundled_files() -> set[str]:
    files = {
        str(path.relative_to(DEFAULT_RESOURCES)) for path in DEFAULT_RESOURCES.rglob("*") if path.is_file()
    }
    return files - {"README.md"}


def test_the_readme_lists_every_file_and_no_other() -> None:
    assert set(listed()) == bundled_files()


def test_every_checksum_of_the_readme_is_right() -> None:
    wrong = {
        path: sha256((DEFAULT_RESOURCES / path).read_bytes()).hexdigest()
        for path, cells in listed().items()
        if sha256((DEFAULT_RESOURCES / path).read_bytes()).hexdigest() not in cells
    }
    assert wrong == {}


def test_every_row_of_the_readme_is_filled_in() -> None:
    empty = [path for path, cells in listed().items() if not all(map(str.strip, cells.split("|")[:6]))]
    assert empty == []

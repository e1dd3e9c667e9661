"""The reader against files as laboratories have them, and against broken ones."""

import gzip
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from als_screen.variants import vcf
from als_screen.variants.records import UNKNOWN_END, RawRecord
from als_screen.variants.vcf import SMALL
from variant_files import FIELDS, checked, genome, other, read_records, row, vcf_text, write

REGIONS = [bundled().gene_region(Build.GRCH38, gene) for gene in Gene]
SITES = ("1:11020000", "9:27570000", "16:31190000", "21:31663810")
FORM = "GT:AD:DP:GQ"
CALL = "0/1:14,16:30:99"
NAMES = ("a.vcf", "a.vcf.gz", "a.bcf")


def site(place: str, *calls: str, form: str = FORM) -> str:
    chrom, _, pos = place.partition(":")
    base = genome(chrom, int(pos))
    return row(place, base, other(base), *calls, form=form)


def elsewhere(chrom: str, start: int, number: int) -> list[str]:
    """Return records outside the genes, so that a file has several blocks."""
    return [
        row(f"{chrom}:{start + 100 * n}", "A", "G", CALL, form=FORM, info=f"DP={n}") for n in range(number)
    ]


def whole(number: int = 3000) -> str:
    """Return a VCF with a record in each gene, and many others before, between and behind them."""
    lines: list[str] = []
    for place in SITES:
        chrom, _, pos = place.partition(":")
        lines += [*elsewhere(chrom, 1000, number), site(place, CALL), *elsewhere(chrom, int(pos) + 90000, 50)]
    return vcf_text(lines)


@pytest.fixture(autouse=True)
def _asks_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files here are small; queries are tested with them all the same."""
    monkeypatch.setattr(vcf, "SMALL", 0)


@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
def test_the_index_of_another_small_file_hides_no_record(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of a file with records elsewhere, of the same size to the byte, knows of none in the genes."""
    monkeypatch.setattr(vcf, "SMALL", SMALL)
    path = write(tmp_path / name, vcf_text([site(place, CALL) for place in SITES]))
    (tmp_path / "other").mkdir()
    far = [
        row(f"{one.partition(':')[0]}:{one.partition(':')[2][:-6]}1", "A", "G", CALL, form=FORM)
        for one in SITES
    ]
    strange = write(tmp_path / "other" / name, vcf_text(far))
    suffix = ".csi" if name == "a.bcf" else ".tbi"
    shutil.copyfile(f"{strange}{suffix}", f"{path}{suffix}")
    check = checked(path)
    assert check.indexed, "nothing tells that the index is of another file"
    assert places(read_records(check, REGIONS)) == list(SITES)


def places(records: list[RawRecord]) -> list[str]:
    return sorted((f"{one.chrom}:{one.pos}" for one in records), key=SITES.index)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_gives_the_same_records(tmp_path: Path, name: str) -> None:
    records = read_records(checked(write(tmp_path / name, whole(40))), REGIONS)
    assert places(records) == list(SITES)
    assert {(one.genotype, one.depth, one.allele_depths, one.genotype_quality) for one in records} == {
        ("0/1", 30, (14, 16), 99)
    }


@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
def test_a_file_without_index_is_streamed(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, whole(40))
    for index in tmp_path.glob("*.[tc][bs]i"):
        index.unlink()
    assert places(read_records(checked(path, indexed=False), REGIONS)) == list(SITES)


def test_plain_gzip_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(whole(40).encode()))
    records = read_records(checked(path), REGIONS)
    assert places(records) == list(SITES)
    assert records[0].genotype == "0/1"


def test_plain_gzip_gives_records_that_begin_before_a_region(tmp_path: Path) -> None:
    start = REGIONS[1].start
    line = row(f"21:{start - 50}", "A", "<NON_REF>", "0/0", info=f"END={start + 1}")
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(gzip.compress(vcf_text([line]).encode()))
    assert [one.end for one in read_records(checked(path), REGIONS)] == [start + 1]


@pytest.mark.parametrize("prefix", ["chr", ""])
def test_contig_names_with_and_without_chr(tmp_path: Path, prefix: str) -> None:
    path = write(tmp_path / "a.vcf", vcf_text([site(SITES[3], CALL)], prefix=prefix))
    (record,) = read_records(checked(path, prefix=prefix), REGIONS)
    assert (record.contig, record.chrom) == (f"{prefix}21", "21")


def test_a_file_of_some_chromosomes_gives_those(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf.gz", vcf_text([site(SITES[2], CALL), site(SITES[3], CALL)]))
    assert places(read_records(checked(path, chroms=("21",)), REGIONS)) == [SITES[3]]


@pytest.mark.parametrize("name", NAMES)
def test_records_that_reach_into_a_region_are_read_and_others_are_not(tmp_path: Path, name: str) -> None:
    region = REGIONS[1]
    assert region.chrom == "21"
    lines = [
        row(f"21:{region.start}", "A", "G", "0/1"),
        row(f"21:{region.start - 100}", "A", "<NON_REF>", "0/0", info=f"END={region.start}"),
        row(f"21:{region.start - 50}", "A", "<NON_REF>", "0/0", info=f"END={region.start + 1}"),
        row(f"21:{region.start - 2}", "ACGT", "A", "0/1"),
        row(f"21:{region.start + 1}", "A", "G", "0/1"),
        row(f"21:{region.end}", "A", "G", "0/1"),
        row(f"21:{region.end + 1}", "A", "G", "0/1"),
    ]
    lines.sort(key=lambda line: int(line.split("\t")[1]))
    path = write(tmp_path / name, vcf_text(lines))
    found = [one.pos - region.start for one in read_records(checked(path), REGIONS)]
    assert found == [-50, -2, 1, len(region)]


def test_a_record_over_two_regions_is_read_once(tmp_path: Path) -> None:
    line = row("21:31663810", genome("21", 31663810, 60), "A", "0/1")
    path = write(tmp_path / "a.vcf.gz", vcf_text([line, site("21:31663900", CALL)]))
    regions = [Region("21", 31663800, 31663820), Region("21", 31663850, 31663950)]
    assert [one.pos for one in read_records(checked(path), regions)] == [31663810, 31663900]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("wanted", ["S0", "S7", "S19"])
def test_one_column_of_a_joint_file(tmp_path: Path, name: str, wanted: str) -> None:
    names = [f"S{number}" for number in range(20)]
    calls = [f"0/1:14,16:30:{number}" for number in range(20)]
    path = write(tmp_path / name, vcf_text([site(SITES[3], *calls)], names))
    (record,) = read_records(checked(path, wanted, 20), REGIONS)
    assert (record.genotype_quality, record.single) == (int(wanted[1:]), False)


@pytest.mark.parametrize("name", ["a,b", "^S1", "-"])
def test_sample_names_that_htslib_takes_for_something_else(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.vcf", vcf_text([site(SITES[3], "0/1", "1/1", form="GT")], ["S1", name]))
    (record,) = read_records(checked(path, name, 2), REGIONS)
    assert record.genotype == "1/1"


def test_info_speaks_of_the_patient_in_a_file_of_one_sample_only(tmp_path: Path) -> None:
    line = row(SITES[3], genome("21", 31663810), "A", info="DP=44")
    one = write(tmp_path / "one.vcf", vcf_text([line + "\t0/1"]))
    two = write(tmp_path / "two.vcf", vcf_text([line + "\t0/1\t0/0"], ["P1", "P2"]))
    assert read_records(checked(one), REGIONS)[0].depth == 44
    assert read_records(checked(two, "P1", 2), REGIONS)[0].depth is None


def test_the_length_of_a_structural_record_is_read_whatever_the_header_declares(tmp_path: Path) -> None:
    declared = '##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="x">'
    calls = {"P1": "\t0/1", "P2": "\t0/0"}
    line = row(SITES[3], genome("21", 31663810), "<INS>", info="SVLEN=1800") + "".join(calls.values())
    text = vcf_text([line], list(calls))
    for name, header in (
        ("bare.vcf", text),
        ("declared.vcf", text.replace("##INFO", f"{declared}\n##INFO", 1)),
    ):
        (record,) = read_records(checked(write(tmp_path / name, header), "P1", 2), REGIONS)
        assert record.lengths == (1800,), name
    none = write(tmp_path / "none.vcf", text.replace("SVLEN=1800", "."))
    assert read_records(checked(none, "P1", 2), REGIONS)[0].lengths == ()


@pytest.mark.parametrize(
    ("form", "call", "expected", "note"),
    [
        ("GT", "0/1", ("0/1", (0, 1), None), "a heterozygote"),
        ("GT", "1", ("1", (1,), None), "haploid"),
        ("GT", "./1", ("./1", (None, 1), None), "half-call"),
        ("GT", "1/.", ("1/.", (1, None), None), "half-call, the other way"),
        ("GT", ".", (".", (None,), None), "missing, haploid"),
        ("GT", "./.", ("./.", (None, None), None), "missing"),
        ("GT", "0/1/1", ("0/1/1", (0, 1, 1), None), "three copies"),
        ("GT:PS", "0|1:77", ("0|1", (0, 1), "77"), "phased in a set"),
        ("GT:PS", "0|1:.", ("0|1", (0, 1), ""), "phased without a set"),
        ("GT:PS", "0/1:77", ("0/1", (0, 1), None), "a set without a phase"),
        ("DP", "30", ("", None, None), "no GT"),
        ("GT", "0/7", ("0/7", (0, 7), None), "an allele that the record does not have"),
    ],
)
def test_raw_genotypes(
    tmp_path: Path, form: str, call: str, expected: tuple[str, tuple[int | None, ...], str | None], note: str
) -> None:
    path = write(tmp_path / "a.vcf", vcf_text([site(SITES[3], call, form=form)]))
    (record,) = read_records(checked(path), REGIONS)
    assert (record.genotype, record.copies, record.phase_set) == expected, note


@pytest.mark.parametrize(
    ("filt", "filters"),
    [("PASS", ()), (".", ()), ("LowQual", ("LowQual",)), ("LowQual;q9", ("LowQual", "q9"))],
)
def test_filters(tmp_path: Path, filt: str, filters: tuple[str, ...]) -> None:
    line = row(SITES[3], "A", "G", "0/1", filt=filt)
    path = write(tmp_path / "a.vcf", vcf_text([line]))
    assert read_records(checked(path), REGIONS)[0].filters == filters


@pytest.mark.parametrize(
    ("kind", "depth", "alleles", "note"),
    [
        ("AD,Number=R,Type=Integer", 30, (14, 16), "as the specification says"),
        ("AD,Number=.,Type=Integer", 30, (14, 16), "as older callers say"),
        ("AD,Number=.,Type=String", 30, (14, 16), "as text"),
        ("AD,Number=1,Type=String", 30, (14, 16), "as one text"),
        ("AD,Number=R,Type=Float", 30, (), "fractions are no counts"),
        ("XX,Number=1,Type=Integer", 30, (14, 16), "not declared at all"),
    ],
)
def test_depths_however_they_are_declared(
    tmp_path: Path, kind: str, depth: int, alleles: tuple[int, ...], note: str
) -> None:
    fields = [line for line in FIELDS if "ID=AD," not in line]
    fields.append(f'##FORMAT=<ID={kind},Description="x">')
    path = write(tmp_path / "a.vcf", vcf_text([site(SITES[3], CALL)], fields=fields))
    (record,) = read_records(checked(path), REGIONS)
    assert (record.depth, record.allele_depths) == (depth, alleles), note


def test_a_file_that_declares_nothing_is_read_quietly(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    line = row(SITES[3], "A", "G", CALL, form=FORM, info="DP=3;CSQ=" + "x" * 200_000, filt="odd")
    path = write(tmp_path / "a.vcf", vcf_text([line], fields=()))
    (record,) = read_records(checked(path), REGIONS)
    assert (record.genotype, record.depth, record.allele_depths) == ("0/1", 30, (14, 16))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_written_to_the_terminal_or_beside_the_file(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    path = write(folder / name, whole(40))
    before = sorted(folder.iterdir())
    capfd.readouterr()
    read_records(checked(path), REGIONS)
    assert capfd.readouterr() == ("", "")
    assert sorted(folder.iterdir()) == before


def test_text_in_another_encoding_is_refused_only_where_it_is_needed(tmp_path: Path) -> None:
    harmless = row(SITES[3], "A", "G", "0/1", info="NOTE=\xe9")
    path = tmp_path / "a.vcf"
    path.write_bytes(vcf_text([harmless]).encode("latin-1"))
    assert places(read_records(checked(path), REGIONS)) == [SITES[3]]
    path.write_bytes(vcf_text([row(SITES[3], "A", "G", "0/1", filt="\xe9")]).encode("latin-1"))
    with pytest.raises(PatientDataError, match="line 16 is not UTF-8 text"):
        read_records(checked(path), REGIONS)


def test_windows_line_ends_and_quality(tmp_path: Path) -> None:
    text = vcf_text([site(SITES[3], CALL).replace("\t50\t", "\t49.77\t")]).replace("\n", "\r\n")
    path = tmp_path / "a.vcf"
    path.write_bytes(text.encode())
    (record,) = read_records(checked(path), REGIONS)
    assert (record.quality, record.genotype_quality) == (49.77, 99)


def blocks_of(data: bytes) -> list[int]:
    """Return where the BGZF blocks begin."""
    starts, at = [], 0
    while at < len(data):
        starts.append(at)
        at += struct.unpack("<H", data[at + 16 : at + 18])[0] + 1
    return starts


def block_of_gene(path: Path, data: bytes) -> int:
    """Return the number of the block that holds the record of the third gene."""
    starts = blocks_of(data)
    with pysam.VariantFile(str(path)) as file:
        for _ in file.fetch("chr16", 31189999, 31190000):
            return starts.index(file.tell() >> 16)
    raise AssertionError("no record")


def middle_of_a_block(data: bytes, block: int) -> bytes:
    return data[: blocks_of(data)[block] + 100]


def end_of_a_block(data: bytes, block: int) -> bytes:
    return data[: blocks_of(data)[block]]


def without_end(data: bytes, block: int) -> bytes:
    return data[:-28]


def flipped(data: bytes, block: int) -> bytes:
    at = blocks_of(data)[block] + 60
    return data[:at] + bytes(byte ^ 0x5A for byte in data[at : at + 40]) + data[at + 40 :]


@pytest.mark.parametrize("name", ["a.vcf.gz", "a.bcf"])
@pytest.mark.parametrize("indexed", [True, False])
@pytest.mark.parametrize("damage", [middle_of_a_block, end_of_a_block, without_end, flipped])
def test_damaged_compressed_files_are_refused(
    tmp_path: Path, name: str, indexed: bool, damage: Callable[[bytes, int], bytes]
) -> None:
    path = write(tmp_path / name, whole())
    data = path.read_bytes()
    path.write_bytes(damage(data, block_of_gene(path, data)))
    with pytest.raises(PatientDataError) as caught:
        read_records(checked(path, indexed=indexed), REGIONS)
    assert caught.value.path == str(path)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_truncated_plain_gzip_is_refused(tmp_path: Path, share: float) -> None:
    data = gzip.compress(whole().encode())
    path = tmp_path / "a.vcf.gz"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(PatientDataError):
        read_records(checked(path), REGIONS)


@pytest.mark.parametrize("back", [3, 8, 12, 14, 20, 30, 50, 60])
def test_a_text_file_that_breaks_off_within_a_line_is_refused(tmp_path: Path, back: int) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(whole(5)[:-back])
    with pytest.raises(PatientDataError):
        read_records(checked(path), REGIONS)


def test_a_text_file_whose_last_line_is_whole_but_for_its_end_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(vcf_text([site(SITES[3], CALL)])[:-1])
    assert places(read_records(checked(path), REGIONS)) == [SITES[3]]


MALFORMED = {
    "too few columns": "chr21\t31663900\t.\tA",
    "no sample column": "chr21\t31663900\t.\tA\tG\t50\tPASS\t.\tGT",
    "no FORMAT column": "chr21\t31663900\t.\tA\tG\t50\tPASS\t.",
    "a position in words": "chr21\tfoo\t.\tA\tG\t50\tPASS\t.\tGT\t0/1",
    "a genotype in words": "chr21\t31663900\t.\tA\tG\t50\tPASS\t.\tGT\tx/y",
    "a depth in words": "chr21\t31663900\t.\tA\tG\t50\tPASS\t.\tGT:DP\t0/1:abc",
    "zeros of a full disk": "\0" * 200,
}


@pytest.mark.parametrize("line", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_records_are_refused(tmp_path: Path, line: str, capfd: pytest.CaptureFixture[str]) -> None:
    text = vcf_text([site(SITES[3], CALL)]) + line + "\n"
    path = tmp_path / "a.vcf"
    path.write_text(text)
    with pytest.raises(PatientDataError):
        read_records(checked(path), REGIONS)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"", "empty"),
        (b"hello\n" * 50, "no VCF"),
        (b"##fileformat=VCFv4.2\n##contig=<ID=ch", "cut in the header"),
    ],
)
def test_what_is_no_vcf_is_refused(tmp_path: Path, content: bytes, note: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_bytes(content)
    with pytest.raises(PatientDataError):
        read_records(checked(path), REGIONS)


def test_a_missing_file_sample_or_index_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.vcf.gz", whole(5))
    with pytest.raises(PatientDataError, match="no sample 'P2'"):
        read_records(checked(path, "P2"), REGIONS)
    path.with_name("a.vcf.gz.tbi").write_bytes(b"no index")
    with pytest.raises(PatientDataError, match="index"):
        read_records(checked(path, indexed=True), REGIONS)
    with pytest.raises(PatientDataError):
        read_records(checked(tmp_path / "b.vcf"), REGIONS)


def test_genotypes_that_the_header_declares_as_numbers_are_refused(tmp_path: Path) -> None:
    text = whole(4).replace("##FORMAT=<ID=GT,Number=1,Type=String", "##FORMAT=<ID=GT,Number=1,Type=Integer")
    assert "ID=GT,Number=1,Type=Integer" in text
    path = tmp_path / "a.vcf"
    path.write_text(text)
    with pytest.raises(PatientDataError, match="GT as Integer"):
        read_records(checked(path, indexed=False), REGIONS)


@pytest.mark.parametrize("name", ["a.vcf", "a.vcf.gz"])
def test_an_info_field_of_megabytes(tmp_path: Path, name: str) -> None:
    text = vcf_text(
        [
            row(
                "21:31663810",
                genome("21", 31663810),
                other(genome("21", 31663810)),
                CALL,
                form=FORM,
                info=f"X={'A' * 8_000_000}",
            )
        ]
    )
    (record,) = read_records(checked(write(tmp_path / name, text)), REGIONS)
    assert (record.pos, record.allele_depths) == (31663810, (14, 16))


@pytest.mark.parametrize("name", ["a.vcf", "a.vcf.gz", "plain.vcf.gz"])
def test_records_on_contigs_that_the_header_lacks_are_refused(tmp_path: Path, name: str) -> None:
    """The header has 21, the records chr21: each would be dropped without a word."""
    text = vcf_text([site(place, CALL) for place in SITES]).replace("##contig=<ID=chr", "##contig=<ID=")
    if name == "plain.vcf.gz":
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path = write(tmp_path / name, text)
        path.with_name(f"{name}.tbi").unlink(
            missing_ok=True
        )  # beside one, the check of the inputs refuses it
    with pytest.raises(
        PatientDataError, match="chr1:11020000 is on a contig that the header does not declare"
    ):
        read_records(checked(path, indexed=False, prefix=""), REGIONS)


@pytest.mark.parametrize("name", [*NAMES, "plain.vcf.gz"])
@pytest.mark.parametrize(
    ("alt", "info", "end"),
    [
        ("<DEL>", "SVTYPE=DEL;END=31670000", 31670000),
        ("<DEL>", "SVLEN=-20000", 31670000),
        ("<DUP>", "SVTYPE=DUP", UNKNOWN_END),
        ("A[chr21:31670000[", "SVTYPE=BND", 31670000),
    ],
)
@pytest.mark.parametrize("kind", ["declared", "as text", "not declared"])
def test_what_reaches_over_a_gene_is_read(
    tmp_path: Path, name: str, alt: str, info: str, end: int, kind: str
) -> None:
    """It begins before the gene; htslib and the index see one base of it, where END is no declared number."""
    number = '##INFO=<ID={},Number=1,Type={},Description="x">'
    declared = {
        "declared": [number.format("END", "Integer"), number.format("SVLEN", "Integer")],
        "as text": [number.format("END", "String"), number.format("SVLEN", "String")],
        "not declared": [],
    }[kind]
    if name == "a.bcf" and not declared:
        return  # there is no such BCF
    declared.append('##INFO=<ID=SVTYPE,Number=1,Type=String,Description="x">')
    fields = [line for line in FIELDS if "ID=END," not in line] + declared
    lines = [row("21:31650000", "A", alt, "0/1", info=info), site(SITES[3], "0/1", form="GT")]
    text = vcf_text(lines, fields=fields)
    path = tmp_path / name
    if name == "plain.vcf.gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        write(path, text)
    found = read_records(checked(path), REGIONS)
    assert [(one.pos, one.end) for one in found] == [(31650000, end), (31663810, 31663810)]


@pytest.mark.parametrize(
    ("lines", "plain", "packed", "note"),
    [
        ([], False, False, "no record at all"),
        ([SITES[2]], False, True, "none on the chromosome"),
        ([SITES[2], "21:31600000"], False, True, "the last record lies before"),
        (["21:31600000", "21:31690000"], True, True, "a record behind"),
    ],
)
def test_up_to_where_a_file_speaks(
    tmp_path: Path, lines: list[str], plain: bool, packed: bool, note: str
) -> None:
    """A plain VCF that was cut between two lines looks whole; a packed one tells its end."""
    text = vcf_text([row(place, "A", "G", "0/1") for place in lines])
    (tmp_path / "gzip.vcf.gz").write_bytes(gzip.compress(text.encode()))
    for name in (*NAMES, "gzip.vcf.gz"):
        path = tmp_path / name if name.startswith("gzip") else write(tmp_path / name, text)
        content = vcf.read_vcf(checked(path), REGIONS)
        assert content.reaches("chr21", 31670000) == (plain if name == "a.vcf" else packed), (name, note)


def test_the_chromosome_before_another_was_read_to_its_end(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.vcf", vcf_text([row("16:100", "A", "G", "0/1"), row("21:100", "A", "G", "0/1")])
    )
    content = vcf.read_vcf(checked(path), REGIONS)
    assert content.reaches("chr16", 31190000)
    assert not content.reaches("chr1", 100)


@pytest.mark.parametrize("name", ["a.vcf", "plain.vcf.gz"])
def test_a_record_behind_the_end_of_its_contig_is_refused(tmp_path: Path, name: str) -> None:
    """A gene's variant with a place that cannot be is missed by every query."""
    text = vcf_text([row("21:2147483648", "A", "G", "0/1")])
    path = tmp_path / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    with pytest.raises(PatientDataError, match="lies behind the end of its contig, which has 46709983 bases"):
        read_records(checked(path), REGIONS)

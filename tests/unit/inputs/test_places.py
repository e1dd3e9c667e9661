"""An index of another file, or of this one before an edit."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from io import FileIO
from pathlib import Path

import pysam
import pysam.bcftools
import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.headers import read_vcf_header
from als_screen.inputs.index import parse_index
from als_screen.inputs.places import check_places

CONTIGS = [("chr1", 248_956_422), ("chr21", 46_709_983)]


def mixed(path: Path, seed: int, *, bcf: bool = False) -> Path:
    """Write an indexed VCF or BCF of records on two contigs, of hundreds of blocks."""
    rnd = random.Random(seed)
    lines = ["##fileformat=VCFv4.2", *(f"##contig=<ID={name},length={length}>" for name, length in CONTIGS)]
    lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]))
    for name, _ in CONTIGS:
        places = sorted(rnd.sample(range(10_000_000, 40_000_000), 4000))
        lines += [f"{name}\t{pos}\trs{rnd.getrandbits(900)}\tA\tC\t50\tPASS\t." for pos in places]
    text = path.parent / f"{path.name[0]}.txt"
    text.write_text("\n".join(lines) + "\n")
    if bcf:
        pysam.bcftools.view("-Ob", "-o", str(path), str(text), catch_stdout=False)
        pysam.bcftools.index(str(path), catch_stdout=False)
    else:
        pysam.tabix_compress(str(text), str(path))
        pysam.tabix_index(str(path), preset="vcf")
    return path


@pytest.mark.parametrize("bcf", [False, True], ids=["vcf", "bcf"])
def test_the_index_of_another_large_file_is_refused(tmp_path: Path, bcf: bool) -> None:
    """Nothing else tells: it ends within the last block, and names the same contigs."""
    ending = ".bcf" if bcf else ".vcf.gz"
    path, other = mixed(tmp_path / f"a{ending}", 1, bcf=bcf), mixed(tmp_path / f"b{ending}", 2, bcf=bcf)
    suffix = ".csi" if bcf else ".tbi"
    assert read_vcf_header(path).indexed
    shutil.copy(f"{other}{suffix}", f"{path}{suffix}")
    with pytest.raises(PatientDataError, match="another file"):
        read_vcf_header(path)


@pytest.mark.parametrize("line", [20, 2000, 4002, 7990, -1])
def test_an_index_from_before_an_edit_is_refused(tmp_path: Path, line: int) -> None:
    path = mixed(tmp_path / "a.vcf.gz", 1)
    text = tmp_path / "a.txt"
    lines = text.read_text().splitlines(keepends=True)
    lines.insert(line, lines[line].replace("\tA\tC\t", "\tA\tG\t"))
    text.write_text("".join(lines))
    pysam.tabix_compress(str(text), str(path), force=True)
    Path(f"{path}.tbi").touch()
    with pytest.raises(PatientDataError, match=r"another file|changed after it"):
        read_vcf_header(path)


@pytest.mark.parametrize("csi", [False, True], ids=["tbi", "csi"])
def test_chunks_know_their_contig_and_bin(tmp_path: Path, csi: bool) -> None:
    path = mixed(tmp_path / "a.vcf.gz", 1)
    if csi:
        Path(f"{path}.tbi").unlink()
        pysam.bcftools.index("-c", "-m", "12", str(path), catch_stdout=False)
    index = next(tmp_path.glob("a.vcf.gz.?[bs]i"))
    found = parse_index(index, index.read_bytes())
    assert set(found.owners.tolist()) == {0, 1}
    small = found.spans[(found.spans[:, 1] - found.spans[:, 0]) == (1 << (12 if csi else 14))]
    assert len(small) > 10
    assert small.min() > 9_900_000
    assert small.max() < 40_100_000
    assert read_vcf_header(path).indexed


def test_an_index_that_names_too_few_contigs_is_of_another_file(tmp_path: Path) -> None:
    path = mixed(tmp_path / "a.vcf.gz", 1)
    index = parse_index(Path(f"{path}.tbi"), Path(f"{path}.tbi").read_bytes())
    with FileIO(path) as file:
        check_places(path, file, index, bcf=False)
        with pytest.raises(PatientDataError, match="another file"):
            check_places(path, file, replace(index, names=("chr1",)), bcf=False)

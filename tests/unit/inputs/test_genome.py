"""A genome that lacks an index is refused by every reader, and nothing is written beside it."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from als_screen.errors import PatientDataError
from als_screen.inputs.genome import openable, unindexed


def plain(path: Path) -> Path:
    path.write_text(">chr21\nACGT\n")
    pysam.faidx(str(path))
    return path


def blocks(path: Path) -> Path:
    packed = path.with_name(f"{path.name}.gz")
    pysam.tabix_compress(str(plain(path)), str(packed))
    pysam.faidx(str(packed))
    return packed


@pytest.mark.parametrize("make", [plain, blocks])
def test_a_genome_with_its_indexes_is_opened(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    fasta = make(tmp_path / "g.fa")
    assert unindexed(fasta) is None
    assert openable(fasta) == str(fasta)


def test_no_genome_is_none() -> None:
    assert openable(None) is None


@pytest.mark.parametrize(("make", "index"), [(plain, ".fai"), (blocks, ".fai"), (blocks, ".gzi")])
@pytest.mark.parametrize("dangling", [False, True])
def test_an_index_that_is_missing(
    tmp_path: Path, make: Callable[[Path], Path], index: str, dangling: bool
) -> None:
    fasta = make(tmp_path / "g.fa")
    gone = Path(f"{fasta}{index}")
    gone.unlink()
    if dangling:
        gone.symlink_to("nothing")
    assert unindexed(fasta) == (f"has no {index} index beside it", "make it with `samtools faidx`")
    with pytest.raises(PatientDataError, match=f"the genome has no {index} index"):
        openable(fasta)


def test_plain_gzip_is_refused(tmp_path: Path) -> None:
    fasta = tmp_path / "g.fa.gz"
    fasta.write_bytes(gzip.compress(b">chr21\nACGT\n"))
    Path(f"{fasta}.fai").touch()
    with pytest.raises(PatientDataError, match="plain gzip"):
        openable(fasta)


def test_a_genome_that_has_gone(tmp_path: Path) -> None:
    with pytest.raises(PatientDataError, match="cannot be read: No such file"):
        openable(tmp_path / "g.fa")

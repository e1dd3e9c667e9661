from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from als_screen import storage
from als_screen.errors import PatientDataError


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as found:
        return found


@pytest.mark.parametrize(
    ("error", "fault", "why"),
    [
        (OSError(errno.EIO, "x"), True, "the disk fails"),
        (OSError(errno.ESTALE, "x"), True, "the network file system has lost the file"),
        (raised(PatientDataError("a", "b", "c"), OSError(errno.EIO, "x")), True, "htslib handed it on"),
        (PatientDataError("a", "truncated", "copy it"), False, "the file's own fault"),
        (OSError(errno.ENOENT, "x"), False, "the file is gone: nothing to try again"),
        (OSError(errno.ENOSPC, "x"), False, "results cannot be written; that is told elsewhere"),
        (ValueError(), False, "a bug"),
    ],
)
def test_the_reason_is_found_behind_the_error(error: BaseException, fault: bool, why: str) -> None:
    assert bool(storage.failure(error, [])) == fault, why


def test_a_file_that_cannot_be_read_again_is_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, bad = tmp_path / "sound", tmp_path / "bad"
    sound.write_bytes(b"x")
    bad.write_bytes(b"y" * (storage.PIECE + 1))
    truncated = PatientDataError(str(bad), "truncated", "copy it")
    assert not storage.failure(truncated, [sound, bad])
    read = os.pread

    def pread(descriptor: int, size: int, offset: int) -> bytes:
        if offset:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", pread)
    assert not storage.failing([sound])
    told = storage.failure(truncated, [sound, bad])
    assert told == f"the storage fails (Input/output error); {storage.AGAIN}"


def test_pieces_of_a_large_file_reach_from_its_beginning_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "PROBED", 4 * storage.PIECE)
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(100 * storage.PIECE)
    offsets: list[int] = []

    def pread(_descriptor: int, _size: int, offset: int) -> bytes:
        offsets.append(offset)
        return b""

    monkeypatch.setattr(os, "pread", pread)
    storage.failing([large])
    assert offsets == [storage.PIECE * place for place in (0, 25, 50, 75, 99)]


def test_what_is_no_file_never_blocks(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not storage.failing([tmp_path / "pipe", tmp_path, tmp_path / "nothing"])

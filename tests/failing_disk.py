"""A disk that can be told to fail, as network storage does: `python failing_disk.py SOURCE MOUNT CONTROL`.

Everything goes through to SOURCE. While the file CONTROL holds a line `operation ending errno`, that
operation (`read`, `write`, `rename`, `fsync`, …) fails so on each path with that ending.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from mfusepy import FUSE, FuseOSError, Operations

#: "Now", in the field of nanoseconds. Source: utimensat(2).
UTIME_NOW = (1 << 30) - 1


def may_fail(operation: Callable[..., Any]) -> Callable[..., Any]:
    """Let an operation, whose first arguments are paths, fail where the control says so."""

    @wraps(operation)
    def wrapped(disk: FailingDisk, *arguments: Any) -> Any:
        asked = disk.control.read_text().split() if disk.control.exists() else []
        paths = [argument for argument in arguments[:2] if isinstance(argument, str)]
        if asked and asked[0] == operation.__name__ and any(path.endswith(asked[1]) for path in paths):
            raise FuseOSError(getattr(errno, asked[2]))
        return operation(disk, *arguments)

    return wrapped


class FailingDisk(Operations):  # type: ignore[misc]
    """The folder `source`, with the failures that `control` asks for."""

    use_ns = True

    def __init__(self, source: Path, control: Path) -> None:
        self._source, self.control = source, control

    def _at(self, path: str) -> Path:
        return self._source / path.lstrip("/")

    def access(self, path: str, mode: int) -> None:
        if not os.access(self._at(path), mode):
            raise FuseOSError(errno.EACCES)

    @may_fail
    def getattr(self, path: str, fh: int | None = None) -> dict[str, Any]:
        found = self._at(path).lstat()
        times = {f"st_{name}": getattr(found, f"st_{name}_ns") for name in ("atime", "ctime", "mtime")}
        return times | {
            f"st_{name}": getattr(found, f"st_{name}") for name in ("gid", "mode", "nlink", "size", "uid")
        }

    @may_fail
    def readdir(self, path: str, fh: int) -> list[str]:
        return [".", "..", *(entry.name for entry in self._at(path).iterdir())]

    def readlink(self, path: str) -> str:
        return str(self._at(path).readlink())

    @may_fail
    def create(self, path: str, mode: int, fi: object = None) -> int:
        return os.open(self._at(path), os.O_RDWR | os.O_CREAT | os.O_TRUNC, mode)

    @may_fail
    def open(self, path: str, flags: int) -> int:
        return os.open(self._at(path), flags)

    @may_fail
    def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
        return os.pread(fh, size, offset)

    @may_fail
    def write(self, path: str, data: bytes, offset: int, fh: int) -> int:
        return os.pwrite(fh, data, offset)

    def truncate(self, path: str, length: int, fh: int | None = None) -> None:
        os.truncate(self._at(path), length)

    def flush(self, path: str, fh: int) -> None:
        os.fsync(fh)

    @may_fail
    def fsync(self, path: str, datasync: int, fh: int) -> None:
        os.fsync(fh)

    def release(self, path: str, fh: int) -> None:
        os.close(fh)

    @may_fail
    def mkdir(self, path: str, mode: int) -> None:
        self._at(path).mkdir(mode)

    def rmdir(self, path: str) -> None:
        self._at(path).rmdir()

    @may_fail
    def unlink(self, path: str) -> None:
        self._at(path).unlink()

    @may_fail
    def rename(self, old: str, new: str) -> None:
        self._at(old).rename(self._at(new))

    def symlink(self, target: str, source: str) -> None:
        self._at(target).symlink_to(source)

    def link(self, target: str, source: str) -> None:
        self._at(target).hardlink_to(self._at(source))

    def chmod(self, path: str, mode: int) -> None:
        self._at(path).chmod(mode)

    def chown(self, path: str, uid: int, gid: int) -> None:
        os.chown(self._at(path), uid, gid)

    def utimens(self, path: str, times: tuple[int, int] | None = None) -> None:
        if times and UTIME_NOW not in times:
            os.utime(self._at(path), ns=times)
        else:
            os.utime(self._at(path))

    def statfs(self, path: str) -> dict[str, int]:
        found = os.statvfs(self._at(path))
        names = ("f_bavail", "f_bfree", "f_blocks", "f_bsize", "f_frsize", "f_namemax")
        return {name: getattr(found, name) for name in names}


if __name__ == "__main__":
    source, target, control = (Path(argument).resolve() for argument in sys.argv[1:])
    FUSE(
        FailingDisk(source, control),
        str(target),
        foreground=True,
        nothreads=True,
        attr_timeout=0,
        direct_io=True,
    )

"""The machine and its software: Python, packages, processors, memory, locale, PDF, temporary files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from als_screen import __version__
from als_screen.config import DEFAULT_CONFIG, Settings
from als_screen.doctor.check import Check, ok, problem, warning

LOCK_FILE = DEFAULT_CONFIG.parents[1] / "requirements.lock"
OLDEST_PYTHON = (3, 11)
MEGABYTE = 1 << 20
TEMPORARY_MB = 100


def machine_checks(settings: Settings | None, cluster: bool) -> Iterator[Check]:
    """Yield what can be said of this machine; `cluster` where the work is done on others."""
    yield _python(sys.version_info[:2])
    yield _packages(LOCK_FILE)
    if not cluster:
        yield _memory(settings)
    yield _encoding(sys.getfilesystemencoding())
    if settings is None or settings.report.pdf:
        yield _pdf()
    yield _temporary(Path(tempfile.gettempdir()))


def _python(found: tuple[int, ...]) -> Check:
    text = f"Python {'.'.join(map(str, found))}, als-screen {__version__}"
    if found < OLDEST_PYTHON:
        return problem("software", text, "use Python 3.11 or newer")
    return ok("software", text)


def _packages(lock: Path) -> Check:
    """Hold the installed packages against the lock file."""
    if not lock.is_file():
        return warning("packages", "there is no requirements.lock", "run from a checkout")
    wanted = dict(re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))
    wrong = [name for name, number in wanted.items() if _installed(name) != number]
    if wrong:
        some = ", ".join(sorted(wrong)[:5])
        return warning("packages", f"{len(wrong)} are not as tested ({some})", "run `make setup`")
    return ok("packages", f"{len(wanted)} as in requirements.lock")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _memory(settings: Settings | None) -> Check:
    cores = len(os.sched_getaffinity(0))
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEGABYTE
    text = f"{cores} processors, {total:,} MB of memory"
    if total < 500 * cores:
        return warning("machine", text, f"start fewer jobs at once: --cores {max(1, total // 500)}")
    limit = settings.limits.memory_mb if settings else None
    if limit and limit > total:
        action = "lower limits.memory_mb, so that a patient fails before the machine does"
        return warning("machine", f"{text}, and a patient may take {limit:,} MB", action)
    return ok("machine", text)


def _encoding(found: str) -> Check:
    if found.lower().replace("-", "") != "utf8":
        return problem("locale", f"file names are {found}", "set LC_ALL=C.UTF-8 and unset PYTHONUTF8")
    return ok("locale", "file names are UTF-8")


def _pdf() -> Check:
    """Make a small PDF in a process of its own: the libraries load only there."""
    code = "from weasyprint import HTML; assert HTML(string='<p>x').write_pdf()[:4] == b'%PDF'"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        action = "run `make setup`, which installs Pango and fonts, or set report: {pdf: false}"
        return problem("PDF", f"cannot be made: {last}", action)
    return ok("PDF", "can be made")


def _temporary(folder: Path) -> Check:
    subject = "temporary files"
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        action = "set TMPDIR to a directory that you may write to"
        return problem(subject, f"{folder} cannot be written: {error.strerror}", action)
    free = free_mb(folder)
    if free < TEMPORARY_MB:
        return warning(subject, f"{folder} has {free:,} MB free", "free some, or set TMPDIR")
    return ok(subject, f"{folder}, {free:,} MB free")


def free_mb(folder: Path) -> int:
    """Return the space, in MB, that this user may still take."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize // MEGABYTE

"""A test that this machine cannot run is told, and is a failure in continuous integration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOME_TESTS = """
import pytest
def test_runs(): pass
@pytest.mark.skipif(True, reason="there is no SLURM")
def test_marked(): pass
def test_inside(): pytest.skip("mounting takes root")
@pytest.mark.xfail(strict=True)
def test_expected_to_fail(): assert False
"""


@pytest.mark.parametrize(
    ("every", "code", "counts"),
    [
        ("", 0, "1 passed, 2 skipped, 1 xfailed"),
        ("1", 1, "1 failed, 1 passed, 1 xfailed, 1 error"),
    ],
)
def test_what_cannot_be_tested_here(tmp_path: Path, every: str, code: int, counts: str) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_some.py").write_text(SOME_TESTS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "test_some.py"],
        cwd=tmp_path,
        env={**os.environ, "ALS_SCREEN_EVERY_TEST": every},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert counts in done.stdout
    assert all(reason in done.stdout for reason in ("there is no SLURM", "mounting takes root"))
    assert ("2 tests did not run" in done.stdout) is not bool(every)

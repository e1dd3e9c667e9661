"""One run at a time in a directory."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.run_lock import one_run_at_a_time

HOLD = """
import sys
from pathlib import Path
from als_screen.run_lock import one_run_at_a_time
lock = one_run_at_a_time(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_run_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / ".snakemake"
    command = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match="another run is working in this directory"):
            one_run_at_a_time(folder)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with one_run_at_a_time(folder), one_run_at_a_time(tmp_path / "other"):
        pass

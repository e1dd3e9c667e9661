"""`als-screen run`: Snakemake with the same arguments, and exit codes that tell what happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from als_screen.config import DEFAULT_CONFIG, read_yaml
from als_screen.errors import InputError, Problem, one_line
from als_screen.files import UMASKS
from als_screen.finish import FAILED

SNAKEFILE = DEFAULT_CONFIG.parents[1] / "Snakefile"
#: Any of these says how much to run at once; else all cores of this machine are used, or of the SLURM job.
HOW_MUCH = ("--cores", "-c", "--jobs", "-j", "--profile", "--executor", "-e", "--workflow-profile")


def run(arguments: Sequence[str]) -> int:
    """Run Snakemake and return 0, 2 (nothing was started), 3 (finished, some patients failed) or 1."""
    given = list(arguments)
    directory = _directory(given)
    _check_config_files(_values(given, "--configfile", "--configfiles"))
    with suppress(OSError):  # Snakemake, or the plan, tells it
        directory.mkdir(parents=True, exist_ok=True)  # who may enter it is the user's matter, not ours
    marker = directory / "results" / FAILED
    before = _identity(marker)
    stopped: list[int] = []
    code = _run(_command(given), {**os.environ, "ALS_SCREEN_INPUT_EXIT": "2"}, stopped)
    if code in (0, 2):
        return code
    # `finish` runs only when every other job is done, so a new marker means: finished, and patients failed.
    if _identity(marker) in (None, before):
        if stopped:
            _tell_stopped(directory, stopped[0])
        return 1
    _tell(marker)
    return 3


def _tell(marker: Path) -> None:
    """Say last, after all that Snakemake prints, that the run is finished and who failed."""
    failed = json.loads(marker.read_text(encoding="utf-8"))
    count = len(failed["lines"])
    print(
        f"\nFinished. Of {failed['patients']} patients, {count} could not (wholly) be analysed:",
        file=sys.stderr,
    )
    for line in failed["lines"]:
        print(line, file=sys.stderr)
    if failed["matches"]:
        print("Patients whose data match the files of a mixed-up one:", file=sys.stderr)
    for line in failed["matches"]:
        print(line, file=sys.stderr)
    if failed["mixtures"]:
        print("Patients in whose reads a second person's are mixed in:", file=sys.stderr)
    for line in failed["mixtures"]:
        print(line, file=sys.stderr)


def _tell_stopped(directory: Path, number: int) -> None:
    """Say that nothing is lost, and how to go on."""
    print(
        f"\nStopped by {signal.Signals(number).name}. What is done is kept in {one_line(str(directory))}: "
        "the same command goes on from there, `als-screen status` tells where it stands.",
        file=sys.stderr,
    )


def _run(command: Sequence[str], environment: Mapping[str, str], stopped: list[int] | None = None) -> int:
    """Run a command to its end and return its code; signals that were to stop it are added to `stopped`.

    Ctrl-C reaches Snakemake too, which then cancels its jobs (on a cluster as well): it is waited for, not
    killed, and a SIGTERM is passed on. The handlers raise nothing, since an exception inside the system
    call that waits can lose the code, and a stopped run would look done.
    """
    seen = [] if stopped is None else stopped
    umask = UMASKS["private"]  # Snakemake opens its log before it knows the configuration
    with subprocess.Popen(command, env=environment, umask=umask) as process:  # noqa: S603

        def pass_on(number: int, _: object) -> None:
            seen.append(number)
            if number == signal.SIGTERM:
                process.terminate()

        before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            return process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _directory(given: Sequence[str]) -> Path:
    """Return the working directory that the arguments name, or their profile: the last one counts."""
    found = None
    for argument, following in pairwise([*given, ""]):
        if argument in ("--directory", "-d"):
            found = Path(following)
        elif argument.startswith("--directory="):
            found = Path(argument.removeprefix("--directory="))
        elif _is(argument, "-d"):
            found = Path(argument[2:])
    return _of_profile(given) if found is None else found


def _of_profile(given: Sequence[str]) -> Path:
    """Return the working directory that a profile names; Snakemake knows where profiles are."""
    names = _values(given, "--profile") or [os.environ.get("SNAKEMAKE_PROFILE", "")]
    if not names[-1]:
        return Path()
    from snakemake.cli import get_profile_dir

    found = get_profile_dir(names[-1])
    return Path(read_yaml(found[1]).get("directory") or "") if found else Path()


def _command(given: list[str]) -> list[str]:
    command = [sys.executable, "-m", "snakemake"]
    if not any(_is(argument, "--snakefile", "-s") for argument in given):
        command += ["--snakefile", str(SNAKEFILE)]
    if not any(_is(argument, *HOW_MUCH) for argument in given) and "SNAKEMAKE_PROFILE" not in os.environ:
        command += ["--cores", os.environ.get("SLURM_CPUS_PER_TASK", "all")]
    return command + given


def _is(argument: str, *options: str) -> bool:
    """Tell whether an argument is one of the options, also written `--option=value` or `-j4`."""
    return any(
        argument == option
        or argument.startswith(f"{option}=")
        or (len(option) == 2 and argument.startswith(option) and not argument.startswith("--"))
        for option in options
    )


def _values(given: Sequence[str], *options: str) -> list[str]:
    """Return the values that follow any of the options, up to the next option."""
    values: list[str] = []
    taking = False
    for argument in given:
        if argument.startswith("-"):
            name, equals, value = argument.partition("=")
            taking = name in options and not equals
            values += [value] if name in options and equals else []
        elif taking:
            values.append(argument)
    return values


def _check_config_files(names: Sequence[str]) -> None:
    """Raise `InputError` for configuration files that are not there or not YAML, before Snakemake does."""
    problems: list[Problem] = []
    for name in names:
        try:
            read_yaml(Path(name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what changes when a file is written again, None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns

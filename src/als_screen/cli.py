"""The command `als-screen`.

One boundary for errors: what a person can mend is told in one line per problem and exits with 2, anything
else keeps its traceback and exits with 1.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from als_screen import __version__
from als_screen.errors import CANNOT_WRITE, AlsScreenError, InputError, Problem, cannot_write
from als_screen.files import make_directory
from als_screen.reanalysis.command import add_commands

EXIT_CODES = """exit codes:
  0  done
  1  anything else, with a traceback
  2  nothing was started: the configuration, the sheet or the arguments are wrong, one line per problem
  3  finished, but patients could not (wholly) be analysed; each is named with the reason"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _dispatch(given)
        sys.stdout.flush()
        sys.exit(code)
    except BrokenPipeError:  # who reads, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except InputError as error:
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except AlsScreenError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)
    except OSError as error:
        if error.errno not in CANNOT_WRITE:
            raise
        print(f"error: {cannot_write(error)}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


def _dispatch(given: list[str]) -> int:
    if given[:1] == ["run"] and not {"-h", "--help"} & set(given[1:2]):
        from als_screen.launch import run

        return run(given[1:])
    parser = _parser()
    options, others = parser.parse_known_args(given)
    if others and given[0] != "doctor":  # which takes those of run, Snakemake's among them
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    options.others = others
    code: int = options.command(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="als-screen",
        description="Screen patients for C9orf72 repeat expansions and SOD1, TARDBP and FUS variants.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"als-screen {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_screen(commands)
    _add_authorise(commands)
    _add_demo(commands)
    _add_update_knowledge(commands)
    add_commands(commands)
    _add_verify(commands)
    _add_validate(commands)
    _add_status(commands)
    _add_doctor(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "screen the cohort of a sample sheet: Snakemake with the same arguments"
    run = commands.add_parser(
        "run",
        help=text,
        description=f"{text.capitalize()}; without --cores, --jobs or --profile it uses all cores.",
        usage="als-screen run [--configfile my.yaml] [--directory DIR] [any argument of snakemake]",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.set_defaults(command=lambda _: 0)


def _add_screen(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    screen = commands.add_parser(
        "screen",
        help="screen one patient without a sample sheet",
        description="Screen one patient without a sample sheet, through the same code.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    screen.add_argument("--patient", required=True, help="the patient's id")
    screen.add_argument(
        "--vcf", help="VCF, VCF.gz or BCF; several separated by ';', or one name with {chrom}"
    )
    screen.add_argument("--reads", help="BAM or CRAM, indexed")
    screen.add_argument("--vcf-sample", help="the patient's column in the VCF")
    screen.add_argument("--reads-sample", help="@RG SM expected in the reads")
    screen.add_argument("--callable", help="BED of the caller's callable regions")
    screen.add_argument("--library", help="how the library was made, as in the sample sheet")
    screen.add_argument("--diagnosis", help="as in the sample sheet")
    screen.add_argument("--out", type=Path, required=True, help="directory to write to")
    screen.add_argument("--configfile", type=Path, help="configuration, as for run")
    screen.set_defaults(command=_screen)


def _screen(options: argparse.Namespace) -> int:
    from als_screen.single import screen_one

    names = ("patient", "vcf", "reads", "vcf_sample", "reads_sample", "callable", "library", "diagnosis")
    row = {name: value for name in names if (value := getattr(options, name)) is not None}
    return screen_one(row, options.out, options.configfile)


def _add_authorise(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    text = "sign a patient's report: the final report is kept in results/authorised/"
    sign = commands.add_parser(
        "authorise",
        help=text,
        description=f"{text.capitalize()}. What cannot be signed is refused, with every reason.",
    )
    sign.add_argument("--patient", required=True, help="the patient's id")
    sign.add_argument("--by", required=True, help="name of the person who signs")
    sign.add_argument("--role", required=True, help="role of that person, as printed")
    sign.add_argument(
        "--unconfirmed", metavar="REASON", help="sign an expansion that no other method confirmed; printed"
    )
    sign.add_argument(
        "--other-person",
        metavar="REASON",
        help="sign though the signed report under this id is, by genotype, of another person's data; printed",
    )
    sign.add_argument(
        "--directory", type=Path, default=Path(), help="directory of the run (default: where you are)"
    )
    sign.set_defaults(command=_authorise)


def _authorise(options: argparse.Namespace) -> int:
    from als_screen.reports.authorise import authorise_in
    from als_screen.reports.refusals import Request

    request = Request(options.patient, options.by, options.role, options.unconfirmed, options.other_person)
    print(authorise_in(options.directory, request))  # noqa: T201
    return 0


def _add_demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser(
        "demo",
        help="make the demo cohort, or hold its results against the expected answers",
        description="Make the simulated demo cohort in DIRECTORY, or check the results of a run of it.",
    )
    demo.add_argument("--make", type=Path, metavar="DIRECTORY", help="write the demo's input files there")
    demo.add_argument(
        "--check", type=Path, metavar="RESULTS", help="hold these results against what is expected"
    )
    demo.set_defaults(command=_demo)


def _add_update_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from als_screen.interpretation.knowledge.command import add_update_knowledge

    add_update_knowledge(commands)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verify = commands.add_parser(
        "verify",
        help="hold the results of a finished run against their checksums",
        description="Name every file below DIR/results that is missing, changed or new since the run ended, "
        "and every file of a signed report that is not what was signed.",
    )
    verify.add_argument("directory", type=Path, metavar="DIR", help="directory of the run")
    verify.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    from als_screen.integrity import changed_files

    problems = changed_files(options.directory / "results")
    for problem in problems:
        print(problem.line(), file=sys.stderr)  # noqa: T201
    return 1 if problems else 0


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from als_screen.validation.command import add_validate

    add_validate(commands)


def _add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from als_screen.run_watch.status import add_status

    add_status(commands)


def _add_doctor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    from als_screen.doctor.command import add_doctor

    add_doctor(commands)


def _demo(options: argparse.Namespace) -> int:
    from als_screen.simulate.demo import write_demo
    from als_screen.simulate.expected import differences

    if not (options.make or options.check):
        raise InputError([Problem("", "demo", "nothing was asked", "give --make, --check, or both")])
    if options.make:
        make_directory(options.make, "--make")
        write_demo(options.make)
    if not options.check:
        return 0
    lines = differences(options.check)
    for line in lines:
        print(line, file=sys.stderr)  # noqa: T201
    return 1 if lines else 0


if __name__ == "__main__":
    main()

"""The command `als-screen update-knowledge`."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_update_knowledge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the commands of `als-screen`."""
    text = "slice downloaded releases of ClinVar, gnomAD or predictors into a knowledge directory"
    parser = commands.add_parser(
        "update-knowledge",
        help=text,
        description=f"S{text[1:]}; the config key `knowledge` points to it. See docs/interpretation.md.",
    )
    parser.add_argument("--clinvar", type=Path, help="ClinVar's VCF, GRCh37 or GRCh38")
    parser.add_argument("--gnomad", type=Path, nargs="+", default=[], help="gnomAD sites VCFs")
    parser.add_argument("--gnomad-release", default="", help="what release they are, e.g. v4.1")
    parser.add_argument("--revel", type=Path, help="REVEL's table")
    parser.add_argument("--alphamissense", type=Path, help="AlphaMissense's table, hg19 or hg38")
    parser.add_argument("--spliceai", type=Path, help="VCF with SpliceAI scores")
    parser.add_argument("--date", default="", help="date of gnomAD or predictors, YYYY-MM-DD, for provenance")
    parser.add_argument(
        "--from",
        dest="base",
        type=Path,
        help="directory that what is not given comes from (default: the bundled one)",
    )
    parser.add_argument("--out", type=Path, required=True, help="directory to write")
    parser.set_defaults(command=_update)


def _update(options: argparse.Namespace) -> int:
    """Make the directory and say what is in it; `InputError` goes to the command's boundary."""
    from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
    from als_screen.interpretation.knowledge.update import Downloads, update_knowledge

    downloads = Downloads(
        clinvar=options.clinvar,
        gnomad=tuple(options.gnomad),
        gnomad_release=options.gnomad_release,
        revel=options.revel,
        alphamissense=options.alphamissense,
        spliceai=options.spliceai,
        date=options.date,
    )
    for line in update_knowledge(downloads, options.out, options.base or BUNDLED_KNOWLEDGE):
        print(line)  # noqa: T201
    return 0

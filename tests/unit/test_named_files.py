"""Files that a configuration names and that are opened late are told before anything starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysam
import pytest

from als_screen.config import load_settings
from als_screen.errors import Problem
from als_screen.plan import setting_problems


def problems_of(user: dict[str, Any]) -> tuple[Problem, ...]:
    return tuple(setting_problems(load_settings(user)))


def test_a_bgzipped_genome_needs_both_indexes(tmp_path: Path) -> None:
    fasta = tmp_path / "g.fa.gz"
    (tmp_path / "g.fa").write_text(">chr21\nACGT\n")
    pysam.tabix_compress(str(tmp_path / "g.fa"), str(fasta))
    pysam.faidx(str(fasta))
    user = {"samples": "s.tsv", "reference": {"fasta": str(fasta)}}
    assert problems_of(user) == ()
    Path(f"{fasta}.gzi").unlink()
    (problem,) = problems_of(user)
    assert problem.expected == "reference.fasta has no .gzi index beside it"


@pytest.mark.parametrize(
    ("make", "expected", "why"),
    [
        (lambda path: None, "", "it is made by the first comparison"),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(84)), "", "a database"),
        (lambda path: path.touch(), "", "made, and nothing entered yet"),
        (lambda path: path.mkdir(), "history is not a regular file", "a folder"),
        (os.mkfifo, "history is not a regular file", "a pipe would block"),
        (lambda path: path.symlink_to("/dev/zero"), "history is not a regular file", "a device"),
        (lambda path: path.symlink_to("nothing"), "history does not exist", "a link to nothing"),
        (lambda path: path.symlink_to(path), "history cannot be reached", "a link to itself"),
        (lambda path: path.write_text("patient\tsubject\n"), "history is no SQLite file", "a table"),
    ],
)
def test_where_the_history_of_results_is_kept(
    tmp_path: Path, make: Callable[[Path], object], expected: str, why: str
) -> None:
    path = tmp_path / "h.sqlite"
    make(path)
    found = problems_of({"samples": "s.tsv", "history": str(path)})
    assert [problem.path for problem in found] == ([str(path)] if expected else []), why
    assert all(problem.expected.startswith(expected) for problem in found), why


@pytest.mark.parametrize(("above", "fine"), [("new", True), ("file", False)])
def test_the_folder_of_the_history_is_made_where_that_can_be(tmp_path: Path, above: str, fine: bool) -> None:
    (tmp_path / "file").touch()
    found = problems_of({"samples": "s.tsv", "history": str(tmp_path / above / "h.sqlite")})
    assert [problem.expected for problem in found] == (
        [] if fine else [f"history cannot be made: {tmp_path / 'file'} is not a directory"]
    )
    assert not (tmp_path / "new").exists()

"""Files and names of a valid configuration that are wrong are told before anything starts."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pysam
import pytest

from als_screen.config import load_settings
from als_screen.errors import Problem
from als_screen.named_files import setting_problems


def problems_of(user: dict[str, Any]) -> tuple[Problem, ...]:
    found = tuple(setting_problems(load_settings(user)))
    assert all(problem.action and "\n" not in problem.line() for problem in found)
    return found


@pytest.mark.parametrize(
    ("key", "make", "expected", "why"),
    [
        ("reference.fasta", None, "reference.fasta does not exist", "nothing"),
        ("reference.fasta", "folder", "reference.fasta is not a regular file", "a folder"),
        ("reference.fasta", "pipe", "reference.fasta is not a regular file", "a pipe would block"),
        ("reference.fasta", "file", "reference.fasta has no .fai index beside it", "no index"),
        ("research.key", None, "research.key does not exist", "nothing"),
        ("research.key", "folder", "research.key is not a regular file", "a folder"),
        ("research.key", "file", "research.key has fewer than 32 bytes", "an empty key"),
        ("report.clinic", None, "report.clinic does not exist", "nothing"),
        ("report.clinic", "pipe", "report.clinic is not a regular file", "a pipe would block"),
        ("knowledge", None, "knowledge does not exist", "nothing"),
        ("local.criteria", None, "local.criteria does not exist", "nothing"),
        ("local.policy", "folder", "local.policy is not a regular file", "a folder"),
        ("knowledge", "file", "knowledge is not a directory", "a file"),
    ],
)
def test_files_that_the_configuration_names(
    tmp_path: Path, key: str, make: str | None, expected: str, why: str
) -> None:
    path = tmp_path / "x"
    makers: dict[str | None, Callable[[Path], object]] = {
        "folder": Path.mkdir, "pipe": os.mkfifo, "file": Path.touch, None: lambda _: None,
    }  # fmt: skip
    makers[make](path)
    head, _, rest = key.partition(".")
    found = problems_of({"samples": "s.tsv", head: {rest: str(path)} if rest else str(path)})
    assert [problem.expected for problem in found] == [expected], why
    assert found[0].path == str(path)


@pytest.mark.parametrize(("size", "refused"), [(31, True), (32, False)])
def test_a_key_of_a_byte_less_is_refused(tmp_path: Path, size: int, refused: bool) -> None:
    (tmp_path / "key").write_bytes(bytes(size))
    user = {"samples": "s.tsv", "research": {"key": str(tmp_path / "key")}}
    if not refused:
        assert problems_of(user) == ()
        return
    (problem,) = problems_of(user)
    assert problem.action.startswith("make one with `openssl rand -out key 32`")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("local.criteria", "lacks the columns build, chrom, pos, ref, alt, code"),
        ("local.classes", "lacks the columns build, chrom, pos, ref, alt, class"),
        ("local.frequencies", "lacks the columns build, chrom, pos, ref, alt, ac"),
        ("local.policy", "is no ACMG/AMP policy"),
        ("knowledge", "cannot be read as the manifest of a knowledge directory"),
    ],
)
def test_knowledge_that_cannot_be_used_is_told_before_anything_starts(
    tmp_path: Path, key: str, expected: str
) -> None:
    path = tmp_path / "x"
    (Path.mkdir if key == "knowledge" else Path.touch)(path)
    head, _, rest = key.partition(".")
    (problem,) = problems_of({"samples": "s.tsv", head: {rest: str(path)} if rest else str(path)})
    assert expected in problem.expected


def test_a_genome_with_its_index_is_fine(tmp_path: Path) -> None:
    (tmp_path / "g.fa").touch()
    (tmp_path / "g.fa.fai").touch()
    assert problems_of({"samples": "s.tsv", "reference": {"fasta": str(tmp_path / "g.fa")}}) == ()


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


def test_a_policy_that_is_not_there() -> None:
    (problem,) = problems_of({"samples": "s.tsv", "repeat": {"policy": "none"}})
    assert problem.path == "config: repeat.policy"
    assert "strchive" in problem.action


@pytest.mark.parametrize(
    ("folders", "previous", "said"),
    [
        (["old/results/findings"], "old", ""),
        (["old/findings"], "old", ""),
        (["old"], "old", "holds no results/findings"),
        ([], "old", "holds no results/findings"),
        (["results/findings"], ".", "is the directory of this run"),
        (["results/findings"], "results", "is the directory of this run"),
    ],
)
def test_previous_is_an_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: list[str], previous: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    settings = load_settings({"samples": "s.tsv", "previous": previous}, cwd=tmp_path)
    problems = [problem.expected for problem in setting_problems(settings)]
    assert len(problems) == bool(said)
    assert all(said in problem for problem in problems)


def test_a_wrong_file_of_sites_is_told_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("build\tchrom\tpos\tref\talt\taf\nGRCh38\t1\t0\tA\tG\t0.5\n")
    found = problems_of({"samples": "s.tsv", "identity": {"sites": str(tmp_path / "s.txt")}})
    assert [problem.path for problem in found] == [f"{tmp_path}/s.txt, line 2"]
    found = problems_of({"samples": "s.tsv", "identity": {"sites": str(tmp_path / "none.tsv")}})
    assert [problem.expected for problem in found] == ["identity.sites does not exist"]


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

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from als_screen.config import (
    DEFAULT_CONFIG,
    PATH_KEYS,
    Settings,
    load_settings,
    merged_config,
    read_yaml,
    settings_json,
)
from als_screen.errors import InputError, Problem


def problems_of(user: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_settings(user)
    assert all(problem.action and "\n" not in problem.line() for problem in caught.value.problems)
    return caught.value.problems


def test_the_shipped_file_has_every_key_with_the_default_of_the_schema() -> None:
    shipped = yaml.safe_load(DEFAULT_CONFIG.read_text(encoding="utf-8"))
    defaults = Settings(samples=Path(shipped["samples"])).model_dump(mode="json")
    assert shipped == defaults


def test_every_key_of_the_shipped_file_is_explained_above_it() -> None:
    lines = DEFAULT_CONFIG.read_text(encoding="utf-8").splitlines()
    for above, line in pairwise(lines):
        key, colon, value = line.strip().partition(":")
        if colon and value and not line.lstrip().startswith("#"):
            assert above.strip().startswith("#"), key


def test_the_shipped_sheet_lies_beside_the_shipped_file() -> None:
    assert load_settings({}).samples == DEFAULT_CONFIG.parent / "samples.tsv"


def test_the_users_keys_are_merged_one_by_one() -> None:
    settings = load_settings({"coverage": {"min_depth": 20}, "report": {"pdf": False}})
    assert (settings.coverage.min_depth, settings.coverage.splice_bases) == (20, 8)
    assert (settings.report.pdf, settings.report.language) == (False, "en")
    assert load_settings({}).coverage.min_depth == 10, "the shipped values were not changed"


@pytest.mark.parametrize("dotted", PATH_KEYS)
@pytest.mark.parametrize(
    ("given", "found"), [("a/b", "/work dir/a/b"), ("/abs", "/abs"), ("../x", "/work dir/../x")]
)
def test_a_relative_path_is_relative_to_the_working_directory(dotted: str, given: str, found: str) -> None:
    head, _, rest = dotted.partition(".")
    user: dict[str, Any] = {head: {rest: given}} if rest else {head: given}
    settings = load_settings(user, cwd=Path("/work dir"))
    value = getattr(getattr(settings, head), rest) if rest else getattr(settings, head)
    assert value == Path(found)


def test_the_working_directory_is_the_process_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings({"samples": "s.tsv"}).samples == tmp_path / "s.tsv"


@pytest.mark.parametrize("dotted", [key for key in PATH_KEYS if key != "samples"])
@pytest.mark.parametrize("empty", ["", None])
def test_an_empty_path_names_nothing(dotted: str, empty: str | None) -> None:
    head, _, rest = dotted.partition(".")
    settings = load_settings({head: {rest: empty}} if rest else {head: empty})
    assert (getattr(getattr(settings, head), rest) if rest else getattr(settings, head)) is None


@pytest.mark.parametrize(
    ("user", "key", "expected", "why"),
    [
        ({"colour": 1}, "colour", "unknown key", "unknown"),
        ({"report": {"colour": 1}}, "report.colour", "unknown key", "unknown, below"),
        ({"batchsize": 1}, "batchsize", "unknown key", "a typing error"),
        ({"batch_size": 0}, "batch_size", "greater than or equal to 1, got 0", "too small"),
        ({"batch_size": 1001}, "batch_size", "less than or equal to 1000", "too large"),
        ({"batch_size": "many"}, "batch_size", "got 'many'", "no number"),
        ({"coverage": {"min_depth": 0}}, "coverage.min_depth", "greater than or equal to 1", "too small"),
        ({"coverage": {"splice_bases": 1}}, "coverage.splice_bases", "equal to 2", "too small"),
        ({"identity": {"min_sites": 0}}, "identity.min_sites", "equal to 1", "too small"),
        ({"limits": {"seconds": 0.5}}, "limits.seconds", "equal to 1", "too short"),
        ({"limits": {"seconds": 1e18}}, "limits.seconds", "equal to 2678400", "more than a month"),
        ({"limits": {"seconds": float("inf")}}, "limits.seconds", "equal to 2678400", "no end"),
        ({"limits": {"seconds": float("nan")}}, "limits.seconds", "got nan", "no number"),
        ({"limits": {"memory_mb": 10**14}}, "limits.memory_mb", "equal to 1000000", "more than a terabyte"),
        ({"reference": {"build": "hg19"}}, "reference.build", "'auto', 'GRCh37' or 'GRCh38'", "a value"),
        ({"repeat": {"prior": "x"}}, "repeat.prior", "'diagnostic' or 'population'", "a value"),
        ({"report": {"language": "de"}}, "report.language", "'en', 'nl' or 'fr'", "a language"),
        ({"report": {"pdf": "perhaps"}}, "report.pdf", "boolean", "no yes or no"),
        ({"report": "en"}, "report", "got 'en'", "a value for a section"),
        (
            {"studies": [{"gene": "SOD1", "result": "positive", "text": "T", "link": "javascript:x"}]},
            "studies.0.link",
            "pattern",
            "a link that is none",
        ),
        (
            {"studies": [{"gene": "X", "result": "positive", "text": "T"}]},
            "studies.0.gene",
            "C9orf72",
            "a gene",
        ),
        ({"report": None}, "report", "got None", "an empty section"),
        ({"samples": ""}, "samples", "got None", "no sheet"),
        ({"samples": 5}, "samples", "got 5", "a number for a path"),
        ({"samples": "a\0b"}, "samples", "a path cannot hold a NUL character", "NUL"),
        ({"knowledge": "a\0b"}, "knowledge", "a path cannot hold a NUL character", "NUL"),
        ({"reference": {"fasta": "a##idx##b"}}, "reference.fasta", "##idx## in its path", "htslib's mark"),
        ({"samples": "a\udcff"}, "samples", "a name that is not UTF-8", "a name that no text can hold"),
        ({1: 2}, "1", "", "a number for a key"),
    ],
)
def test_a_bad_value_is_one_problem_that_names_the_key(
    user: dict[str, Any], key: str, expected: str, why: str
) -> None:
    (problem,) = problems_of(user)
    assert problem.path == f"config: {key}", why
    assert expected in problem.expected, why


def test_all_problems_are_told_at_once_and_long_values_are_cut() -> None:
    problems = problems_of({"colour": 1, "batch_size": "x" * 5000, "report": {"language": "\x1b[31m"}})
    assert len(problems) == 3
    assert all(len(problem.line()) < 400 for problem in problems)
    assert all("\x1b" not in problem.line() for problem in problems)


def test_merging_changes_neither_side() -> None:
    user = {"samples": "s.tsv", "report": {"clinic": "c.yaml"}}
    merged_config(user, cwd=Path("/x"))
    assert user == {"samples": "s.tsv", "report": {"clinic": "c.yaml"}}


@pytest.mark.parametrize(
    ("content", "expected", "why"),
    [
        (b"a: [1", "cannot be read", "no YAML"),
        (b"a: \xff", "cannot be read", "no UTF-8"),
        (b"a: 2026-13-45", "cannot be read: month must be in 1..12", "a date that is none"),
        (b"- a\n- b\n", "is not a mapping", "a list"),
        (b"text", "is not a mapping", "text"),
        (b"a: !!python/object/apply:os.system [id]", "cannot be read", "a command"),
    ],
)
def test_files_that_are_no_configuration(tmp_path: Path, content: bytes, expected: str, why: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_yaml(path)
    (problem,) = caught.value.problems
    assert problem.path == str(path)
    assert expected in problem.expected, why
    assert "\n" not in problem.line()


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("# nothing\n")
    assert read_yaml(tmp_path / "c.yaml") == {}


def test_configurations_that_are_no_files_never_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, expected in (
        (tmp_path / "pipe", "the configuration is not a regular file"),
        (tmp_path, "the configuration is not a regular file"),
        (tmp_path / "none", "the configuration does not exist"),
    ):
        with pytest.raises(InputError, match=expected):
            read_yaml(path)


def test_a_configuration_of_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("batch_size: 5\n")
    os.truncate(path, 1 << 33)
    with pytest.raises(InputError, match="the configuration is larger than 1 MB"):
        read_yaml(path)


def test_settings_travel_as_json() -> None:
    settings = load_settings({"reference": {"fasta": "/g.fa"}})
    assert Settings.model_validate_json(settings_json(settings)) == settings
    assert settings_json(settings) == settings_json(load_settings({"reference": {"fasta": "/g.fa"}}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n"
            + "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 10)}]\n" for n in range(1, 9)),
            "aliases of aliases: 10 to the 9th values",
        ),
        ("x: &x [*x]\n", "an alias of itself"),
        ("x: " + "[" * 5000 + "]" * 5000, "deeper than Python goes"),
    ],
)
def test_a_configuration_that_unfolds_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "my.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match="the configuration cannot be read") as caught:
        read_yaml(path)
    assert len(caught.value.problems) == 1, why

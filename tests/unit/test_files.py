from __future__ import annotations

import json
import math
import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.errors import AlsScreenError, InputError
from als_screen.evidence import FileProblem
from als_screen.files import (
    checksum,
    compact_json,
    indented_json,
    make_directory,
    parse_json,
    read_jsonl,
    replacing,
    restrict,
    share,
    why_not_there,
    write_bytes,
    write_jsonl,
    write_text,
)


def problem(text: str) -> FileProblem:
    return FileProblem(patient="P1", path="x", expected=text, action="")


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b.txt"
    write_text(target, "one\n")

    def stop_half_way() -> None:
        with replacing(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        stop_half_way()
    assert target.read_text() == "one\n"
    assert [path.name for path in target.parent.iterdir()] == ["b.txt"]


def test_text_has_unix_line_ends_and_bytes_are_bytes(tmp_path: Path) -> None:
    write_text(tmp_path / "t", "é\n")
    write_bytes(tmp_path / "b", b"\r\n\0")
    assert (tmp_path / "t").read_bytes() == "é\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\r\n\0"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("plain", "nothing of note"),
        ("a\nb", "a line end is escaped by JSON"),
        ("a\u2028b\u2029c\x85d", "line separators that JSON leaves as they are and splitlines() does not"),
        ("a\x1cb\x0bc", "separators of ASCII"),
        ("", "nothing"),
    ],
)
def test_records_come_back_as_they_were(tmp_path: Path, text: str, why: str) -> None:
    records = [problem(text), problem("second")]
    write_jsonl(tmp_path / "r.jsonl", records)
    assert read_jsonl(tmp_path / "r.jsonl", FileProblem) == records, why


def test_no_records_are_an_empty_file(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "r.jsonl", [])
    assert (tmp_path / "r.jsonl").read_bytes() == b""
    assert read_jsonl(tmp_path / "r.jsonl", FileProblem) == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "cut"),
        (b'{"patient": "P1"}\n', "fields missing"),
        (b"\n", "an empty line"),
        (b"\xff\xfe", "no UTF-8"),
        (problem("x").model_dump_json().encode() + b"\n\n", "an empty line at the end"),
    ],
)
def test_what_are_no_records_is_an_error_that_names_the_file(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (tmp_path / "r.jsonl").write_bytes(content)
    with pytest.raises(AlsScreenError, match=r"r\.jsonl: not a file of FileProblem records"):
        read_jsonl(tmp_path / "r.jsonl", FileProblem)


def test_a_missing_file_of_records_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(AlsScreenError, match="No such file"):
        read_jsonl(tmp_path / "none.jsonl", FileProblem)


@pytest.mark.parametrize("name", ["a\udcff", "a##idx##b"])
def test_a_directory_whose_name_cannot_be_used(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="--out has"):
        make_directory(tmp_path / name / "b", "--out")
    assert [*tmp_path.iterdir()] == []


def test_why_a_path_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nothing")
    (tmp_path / "link").symlink_to("file")
    assert why_not_there(tmp_path / "file") == ""
    assert why_not_there(tmp_path / "link") == ""
    assert why_not_there(tmp_path) == ""
    assert why_not_there(tmp_path / "none") == "does not exist"
    assert why_not_there(tmp_path / "dangling") == "does not exist"
    assert why_not_there(tmp_path / "file" / "below") == "does not exist"
    assert why_not_there(Path("a\0b")) == "cannot be the name of a file"
    assert why_not_there(tmp_path / ("x" * 300)) == "cannot be reached: File name too long"
    assert why_not_there(tmp_path / "loop").startswith("cannot be reached")


_NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
_ANY = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(_ANY)
def test_json_on_one_line_and_over_many_is_what_it_was_made_from(value: object) -> None:
    whole = {"value": value}
    try:
        expected = json.loads(json.dumps(whole))
        json.dumps(whole, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half of a pair of surrogates, which no file of UTF-8 can hold
        with pytest.raises(ValueError):  # noqa: PT011
            indented_json(whole)
        return
    assert json.loads(compact_json(whole)) == expected
    text = indented_json(whole)
    assert json.loads(text) == expected
    assert text.startswith('{\n "value"')
    assert text.endswith("\n}\n")


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    for write in (compact_json, indented_json):
        with pytest.raises(ValueError, match="not JSON compliant"):
            write({"a": [1.0, {"b": number}]})


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, "{", ""], ids=range(4))
def test_json_that_is_none_or_deeper_than_python_goes(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_json(text)


@pytest.mark.parametrize(
    ("permissions", "file", "folder"), [("private", 0o600, 0o700), ("group", 0o640, 0o750)]
)
def test_who_may_read_what_is_written(tmp_path: Path, permissions: str, file: int, folder: int) -> None:
    before = os.umask(0)
    try:
        restrict(permissions)
        write_text(tmp_path / "folder" / "a.txt", "a")
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (tmp_path / "folder", tmp_path / "folder" / "a.txt")]
    assert modes == [folder, file]


@pytest.mark.parametrize(
    ("permissions", "file", "folder"), [("private", 0o600, 0o700), ("group", 0o640, 0o750)]
)
def test_who_may_read_what_was_there_before(tmp_path: Path, permissions: str, file: int, folder: int) -> None:
    hidden = tmp_path / ".snakemake"
    files = [hidden / "als-screen.lock", hidden / "log" / "1.snakemake.log"]
    files[1].parent.mkdir(parents=True)
    for path in files:
        path.touch()
        path.chmod(0o644)
    share(permissions, hidden)
    assert [path.stat().st_mode & 0o777 for path in files] == [file, file]
    assert [path.stat().st_mode & 0o777 for path in (hidden, hidden / "log")] == [folder, folder]


def test_where_nothing_was_there_before(tmp_path: Path) -> None:
    share("private", tmp_path / ".snakemake")
    assert [*tmp_path.iterdir()] == []


def test_checksum_of_more_than_one_piece(tmp_path: Path) -> None:
    data = bytes(range(256)) * 5000
    (tmp_path / "x").write_bytes(data)
    assert checksum(tmp_path / "x") == sha256(data).hexdigest()

from __future__ import annotations

import pytest

from als_screen.errors import AlsScreenError, InputError, PatientDataError, Problem, listed, one_line


def test_a_problem_is_one_line_of_four_parts() -> None:
    problem = Problem("P1", "/data/x.bam", "there is no index", "make it with `samtools index`")
    assert problem.line() == "P1 | /data/x.bam | there is no index | make it with `samtools index`"


def test_what_is_nobodys_is_marked_so() -> None:
    assert Problem("", "", "a", "b").line() == "- | - | a | b"


@pytest.mark.parametrize(
    ("text", "shown", "why"),
    [
        ("a\nb", r"a\nb", "a line end would forge a second problem"),
        ("a\rb", r"a\rb", "a return would overwrite the line"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m", "terminal escapes"),
        ("\x9b31m", r"\x9b31m", "the one-byte form of the escape"),
        ("a\u202eb", r"a\u202eb", "turns the text around"),
        ("a\u2028b", r"a\u2028b", "a line separator"),
        ("a\x00b", r"a\x00b", "NUL"),
        ("\udcff", r"\udcff", "a byte of a file name that is no UTF-8"),
        ("é ü ’ 東", "é ü ’ 東", "letters stay as they are"),
    ],
)
def test_what_cannot_be_printed_is_escaped(text: str, shown: str, why: str) -> None:
    assert one_line(text) == shown, why
    assert Problem(text, text, text, text).line() == " | ".join([shown] * 4), why


def test_an_input_error_is_as_many_lines_as_problems() -> None:
    error = InputError([Problem("P1\nP2", "x", "a", "b"), Problem("P3", "y", "c", "d")])
    assert str(error).splitlines() == [r"P1\nP2 | x | a | b", "P3 | y | c | d"]
    assert len(error.problems) == 2


def test_an_error_of_a_patient_names_path_expected_and_action() -> None:
    error = PatientDataError("x.bam", "the file is truncated", "copy it again")
    assert str(error) == "x.bam: the file is truncated; copy it again"
    assert isinstance(error, AlsScreenError)
    assert not isinstance(error, InputError)


def test_megabytes_of_text_make_a_line() -> None:
    error = PatientDataError("x.bam", "N" * 3_000_000, "copy it again")
    assert len(error.expected) == 1001
    assert len(str(error)) < 1100
    assert len(Problem("P1", "x", "N" * 3_000_000, "b").line()) < 5100


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "none"),
        (["A", "B\n"], r"'A', 'B\n'"),
        ([*"ABCDEFG"], "'A', 'B', 'C', 'D', 'E' and 2 more"),
        (["A" * 81, "B"], f"'{'A' * 80}…', 'B'"),
    ],
)
def test_names_are_listed_in_a_line(names: list[str], text: str) -> None:
    assert listed(names) == text

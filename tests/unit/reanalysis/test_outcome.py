"""Rows, their order, the table, and the sentence that a person signs."""

from __future__ import annotations

from collections import Counter

import pytest

from als_screen.reanalysis.causes import Derived
from als_screen.reanalysis.compare import Change, Kind
from als_screen.reanalysis.outcome import (
    COLUMNS,
    ChangeRow,
    Release,
    change_row,
    changes_tsv,
    in_order,
    statement,
)
from als_screen.reanalysis.parts import Cause
from als_screen.reanalysis.people import Note
from als_screen.reanalysis.why import Why
from als_screen.regions import Gene

CLASS_UP = Change(
    kind=Kind.CLASS_UP,
    subject="c.1A>G",
    gene=Gene.FUS,
    before="uncertain",
    after="pathogenic",
    reportable=True,
)
BOTH = Derived((Cause.KNOWLEDGE, Cause.POLICY), sure=True, parts={Cause.KNOWLEDGE: ("clinvar",)})
WHY = [Why("ClinVar 1: no record -> Pathogenic", "2026-01", "2026-02"), Why("coverage.min_depth", "10", "20")]
CLINVAR = Release(name="clinvar", old=("2026-01",), new=("2026-02", "2026-03"))
STILL = Release(name="gnomad", old=("v4.1",), new=("v4.1",))


def row(patient: str = "P1", **changes: str) -> ChangeRow:
    return change_row(CLASS_UP, patient, "b", BOTH, WHY).model_copy(update=changes)


def test_causes_and_what_is_behind_them_are_joined() -> None:
    found = row()
    assert (found.cause, found.kind, found.reportable, found.derived) == (
        "knowledge;policy",
        "class_up",
        "yes",
        "yes",
    )
    assert found.record == "ClinVar 1: no record -> Pathogenic; coverage.min_depth"
    assert (found.old_release, found.new_release) == ("2026-01; 10", "2026-02; 20")


def test_causes_that_are_not_sure_say_so() -> None:
    assert change_row(CLASS_UP, "P", "", Derived((Cause.INPUT,), sure=False), []).derived == "no"


def test_a_change_of_a_person_who_may_be_another_says_so() -> None:
    assert row().same_person == "yes"
    assert change_row(CLASS_UP, "P", "", BOTH, WHY, same_person=False).same_person == "not_shown"


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("=HYPERLINK(1)", "a formula"),
        ("+1", "a formula"),
        ("@SUM(A1)", "a formula"),
        ("a\tb\nc", "more cells and rows"),
    ],
)
def test_no_cell_is_a_formula_or_two_cells(cell: str, note: str) -> None:
    lines = changes_tsv([row(record=cell)]).splitlines()
    cells = lines[1].split("\t")
    assert (len(lines), len(cells)) == (2, len(COLUMNS)), note
    assert cells[COLUMNS.index("record")][0] not in "=+-@", note


def test_patients_whose_reports_change_are_first_and_stay_together() -> None:
    rows = [row("P1", reportable="no"), row("P2", reportable="no"), row("P2"), row("P3", reportable="no")]
    assert [(one.patient, one.reportable) for one in in_order(rows)] == [
        ("P2", "no"),
        ("P2", "yes"),
        ("P1", "no"),
        ("P3", "no"),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            (9, 9, 0, [CLINVAR, STILL], Counter[Note](), 9),
            (
                "9 patients in the new run, 9 compared with the earlier run; zero changes. Versions: clinvar "
                "2026-01 -> 2026-02 and 2026-03. 9 reports stay as they were: they hold with the new "
                "versions, see unchanged.tsv."
            ),
        ),
        (
            (1, 0, 0, [STILL], Counter({Note.LEFT_OUT: 2, Note.ADDED: 1})),
            (
                "1 patient in the new run, 0 compared with the earlier run; nobody could be compared, so "
                "that nothing is said of changes. Knowledge, policies and software have the same versions. "
                "People: 2 left out of the new run, 1 new in it."
            ),
        ),
        (
            (9, 9, 0, [STILL], Counter({Note.RENAMED: 1}), 0, 2),
            (
                "9 patients in the new run, 9 compared with the earlier run; no change of what was found. "
                "Knowledge, policies and software have the same versions. 2 differ only in what is no "
                "finding: batch, family, research consent, fingerprint, details of alleles that are not "
                "reported, whether any known allele could be looked for. People: 1 under another id."
            ),
        ),
        (
            (9, 7, 2, [STILL], Counter({Note.ANOTHER_PERSON: 2})),
            (
                "9 patients in the new run, 7 compared with the earlier run; 2 with changes. Knowledge, "
                "policies and software have the same versions. 2 not compared: "
                "their files are another person's."
            ),
        ),
        (
            (9, 8, 0, [STILL], Counter({Note.IDENTITY_DOUBTFUL: 1, Note.IDENTITY_NOT_SHOWN: 2})),
            (
                "9 patients in the new run, 8 compared with the earlier run; zero changes. Knowledge, "
                "policies and software have the same versions. 1 not compared: by genotype their data are "
                "rather another person's. 2 have data of which genotypes cannot tell whose they are."
            ),
        ),
        (
            (1, 1, 0, [STILL], Counter({Note.IDENTITY_NOT_SHOWN: 1}), 1, 1),
            (
                "1 patient in the new run, 1 compared with the earlier run; no change of what was found. "
                "Knowledge, policies and software have the same versions. 1 report stays as it was: it holds "
                "with these versions, see unchanged.tsv. 1 differs only in what is no finding: batch, "
                "family, research consent, fingerprint, details of alleles that are not reported, whether "
                "any known allele could be looked for. 1 has data of which genotypes cannot tell whose they "
                "are."
            ),
        ),
    ],
    ids=[
        "zero changes",
        "nobody compared",
        "other differences",
        "two people apart",
        "people in doubt",
        "one",
    ],
)
def test_statement(arguments: tuple[int, int, int, list[Release], Counter[Note]], said: str) -> None:
    assert statement(*arguments) == said

"""What a person reads of a reanalysis: nothing hidden, nothing run, one screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from als_screen.reanalysis.outcome import ChangeRow, Outcome, Release, Summary
from als_screen.reanalysis.people import Note, PersonNote
from als_screen.reanalysis.publish import MAX_UNREPORTED, page, publish, screenful

HOSTILE = "NM_1:c.1A>G <script>alert(1)</script>"


def row(patient: str, reportable: str = "yes", **changes: str) -> ChangeRow:
    fields = {
        "patient": patient,
        "batch": "b",
        "subject": HOSTILE,
        "kind": "class_up",
        "before": "uncertain",
        "after": "pathogenic",
        "cause": "knowledge;input",
        "record": "ClinVar 1: <b> -> &",
        "old_release": "1",
        "new_release": "2",
        "reportable": reportable,
        "derived": "yes",
        "same_person": "yes",
    }
    return ChangeRow.model_validate(fields | changes)


def outcome(*rows: ChangeRow, **changes: object) -> Outcome:
    summary = Summary(
        old_run="<old>",
        new_run="new",
        patients=20,
        compared=20,
        changed=len({one.patient for one in rows}),
        changed_reportable=0,
        unchanged=0,
        reports_kept=0,
        other_differences=3,
        not_derived=2,
        changes=len(rows),
        by_kind={"class_up": len(rows)},
        by_cause={"knowledge": len(rows)},
        people={"another_person": 1, "added": 0},
        versions=(
            Release(name="clinvar", old=("1",), new=("2",)),
            Release(name="gnomad", old=("4",), new=("4",)),
        ),
        statement="20 patients",
    ).model_copy(update=changes)
    note = PersonNote(patient="P9", batch="b", note=Note.ANOTHER_PERSON, detail="log10 <-4")
    return Outcome(summary, rows, (note,))


def test_amended_reports_that_are_none_any_more_are_removed(tmp_path: Path) -> None:
    publish(outcome(row("P1"), row("P2"), row("P3", "no")), tmp_path, {})
    assert sorted(path.name for path in (tmp_path / "amended").iterdir()) == ["P1.json", "P2.json"]
    publish(outcome(row("P2")), tmp_path, {})
    (left,) = (tmp_path / "amended").iterdir()
    found = json.loads(left.read_bytes())
    assert (found["patient"], len(found["changes"])) == ("P2", 1)
    assert [one["name"] for one in found["versions"]] == ["clinvar"], "only what moved"


def test_the_page_runs_nothing_and_names_everybody() -> None:
    text = page(outcome(row("P1"), row("P2", kind="finding_gone")), {"P1": "../reports/b/P1/report.html"})
    assert "<script" not in text
    assert "ClinVar 1: &lt;b&gt; -&gt; &amp;" in text
    assert '<a href="../reports/b/P1/report.html">P1</a>' in text
    for said in ("P2", "P9", "another person", "Class up, by knowledge and input", "Finding gone"):
        assert said in text
    assert "could not be derived" in text


def test_a_page_of_many_changes_says_that_the_table_has_more() -> None:
    rows = [row(f"P{number}", "no") for number in range(MAX_UNREPORTED + 1)]
    assert "changes.tsv has all" in page(outcome(*rows), {})
    assert "changes.tsv has all" not in page(outcome(*rows[1:]), {})


@pytest.mark.parametrize("number", [0, 1, 10, 5000])
def test_the_summary_is_one_screen(number: int) -> None:
    lines = screenful(outcome(*(row(f"P{one}") for one in range(number)))).splitlines()
    assert len(lines) <= 20
    assert lines[0] == "20 patients"
    assert ("amend the reports of:" in lines[-1]) is (number > 0)
    assert (f"and {number - 10} more" in lines[-1]) is (number > 10)
    assert any("another person 1" in line for line in lines)

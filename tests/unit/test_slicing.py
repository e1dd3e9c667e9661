from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.errors import InputError
from als_screen.patient import Patient
from als_screen.samples import read_sheet
from als_screen.slicing import OWN_SLICES, TINY_SHARE, read_slice, read_slices, slices


def rows(*batches: str | None) -> list[Patient]:
    return [Patient(f"P{number}", batch=batch) for number, batch in enumerate(batches)]


def test_slices_are_cut_in_sheet_order() -> None:
    found = slices(rows("b", None, "b", "a", "b", None), 2)
    assert {name: [row.patient for row in part] for name, part in found.items()} == {
        "b.0001": ["P0", "P2"],
        "b.0002": ["P4"],
        "unbatched.0001": ["P1", "P5"],
        "a.0001": ["P3"],
    }


@given(st.lists(st.sampled_from([None, "a", "b"])), st.sampled_from([None, "a", "b"]), st.integers(1, 4))
def test_an_appended_row_changes_one_slice_only(before: list[str | None], new: str | None, size: int) -> None:
    old, now = slices(rows(*before), size), slices(rows(*before, new), size)
    changed = [name for name in now if now[name] != old.get(name)]
    assert len(changed) == 1
    assert set(old) <= set(now)
    assert sorted(row.patient for part in now.values() for row in part) == sorted(
        row.patient for row in rows(*before, new)
    )
    assert all(1 <= len(part) <= size for part in now.values())


def test_a_job_reads_the_rows_of_its_slice_and_checks_no_other(tmp_path: Path) -> None:
    sheet = tmp_path / "s.tsv"
    batches = [*"bab", "", *(f"run{number // 2}" for number in range(80))]
    lines = [f"P{number}\t{number}.vcf\t{batch}" for number, batch in enumerate(batches)]
    sheet.write_text("\n".join(["patient\tvcf\tbatch", *lines]) + "\n")
    found = read_slices(sheet, 20)
    assert len(found) > 20
    rows = {name: read_slice(sheet, 20, name) for name in found}
    assert {name: [row.patient for row in part] for name, part in rows.items()} == found
    assert rows == slices(read_sheet(sheet, look=False).patients, 20)
    assert read_slice(sheet, 20, "c.0001") == []
    sheet.write_text(sheet.read_text().replace("P1\t1.vcf\ta", "P1\t1.txt\ta"))
    assert read_slices(sheet, 20) == found
    assert read_slice(sheet, 20, "b.0001") == rows["b.0001"]
    with pytest.raises(InputError, match=r"P1.*not a VCF"):
        read_slice(sheet, 20, "a.0001")


#: check_inputs, three steps of evidence, interpret, report_patients; and what a run ends with.
JOBS_A_SLICE, JOBS_A_RUN = 6, 7

# ------------------------------------------------------------------------------------------ tiny batches


def cohort(*sizes: int) -> list[str]:
    """Return the batch of each row of a sheet with batches of these sizes, one after the other."""
    return [f"run{number}" for number, size in enumerate(sizes) for _ in range(size)]


def shared(found: dict[str, list[Patient]]) -> dict[str, list[Patient]]:
    return {name: part for name, part in found.items() if name.startswith("small-batches-")}


@pytest.mark.parametrize(
    ("sizes", "own", "together", "why"),
    [
        ([2] * 20, 20, 0, "few batches, however small"),
        ([2] * 21, 20, 1, "the twenty-first is tiny"),
        ([2] * 20 + [31, 32], 21, 1, "five eighths of a slice are not tiny"),
        ([100] + [2] * 5000, 21, 200, "many tiny ones"),
        ([2] * 20 + [120] * 3, 29, 0, "many ordinary ones"),
    ],
)
def test_many_tiny_batches_share_slices(sizes: list[int], own: int, together: int, why: str) -> None:
    found = slices(rows(*cohort(*sizes)), 50)
    assert (len(found) - len(shared(found)), len(shared(found))) == (own, together), why
    assert all(1 <= len(part) <= 50 for part in found.values())
    assert [len(part) for part in shared(found).values()][:-1] == [50] * max(0, together - 1)


@pytest.mark.parametrize("size", [1, 2, 9, 10, 11, 24, 31, 32, 33, 48, 50, 96, 384, 10_000])
def test_ten_thousand_patients_are_fewer_than_two_thousand_jobs(size: int) -> None:
    found = slices(rows(*cohort(*[size] * (10_000 // size))), 50)
    assert len(found) * JOBS_A_SLICE + JOBS_A_RUN < 2000


def test_one_patient_a_job_stays_so() -> None:
    found = slices(rows(*cohort(*[1] * 100)), 1)
    assert not shared(found)
    assert len(found) == 100


def test_a_new_tiny_batch_changes_the_last_shared_slice_only() -> None:
    before = cohort(*[3] * 60)
    old, now = slices(rows(*before), 25), slices(rows(*before, "new", "new"), 25)
    assert [name for name in now if now[name] != old.get(name)] == ["small-batches-0005"]


@given(st.lists(st.integers(1, 14), min_size=OWN_SLICES, max_size=OWN_SLICES + 30), st.integers(0, 60))
def test_a_row_more_changes_one_slice_unless_its_batch_stops_being_tiny(sizes: list[int], batch: int) -> None:
    before, size = cohort(*sizes), 20
    old, now = slices(rows(*before), size), slices(rows(*before, f"run{batch}"), size)
    changed = [name for name in {**old, **now} if now.get(name) != old.get(name)]
    grown = (
        batch >= OWN_SLICES and batch < len(sizes) and sizes[batch] < TINY_SHARE * size <= sizes[batch] + 1
    )
    assert len(changed) == 1 or grown
    assert all(len(part) <= size for part in now.values())


@given(
    st.lists(
        st.sampled_from(
            ["small-batches-0001", "small-batches-", "small-batches", "a", "a.0001", "unbatched", None]
        ),
        min_size=1,
    )
)
def test_no_name_of_a_batch_gives_a_shared_slice(names: list[str | None]) -> None:
    sheet = rows(*cohort(*[1] * 40), *names)
    found = slices(sheet, 50)
    assert sorted(row.patient for part in found.values() for row in part) == sorted(r.patient for r in sheet)
    for name in set(found) - {"small-batches-0001"}:
        assert re.fullmatch(r".+[.][0-9]{4}", name)

"""What a line of findings says, apart from what it was made with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from als_screen.essence import parts
from als_screen.models import Fingerprint, Fingerprints, Recheck, Report
from als_screen.reanalysis.compare import compare_reports
from als_screen.reanalysis.details import detail_changes
from als_screen.regions import Build, Gene
from als_screen.reports.unchanged import same_but_for_releases
from als_screen.states import RecheckState
from unit.reports.samples import EXPANSION, VUS_REPORT
from unit.reports.test_unchanged import NEXT, with_table

LINE = VUS_REPORT.model_dump_json().encode()


def test_releases_are_no_part_of_what_is_said() -> None:
    moved = parts(with_table(VUS_REPORT).model_dump_json().encode())
    assert moved.essence == parts(LINE).essence
    assert moved.made_with != parts(LINE).made_with
    assert NEXT.release.encode() in moved.made_with


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda line: line.replace(b'"recheck_absent":', b'"recheck_absent":1'), True),
        (lambda line: line.replace(b'"points":3', b'"points":4'), False),
        (lambda line: line.replace(b'"inputs":{"vcf"', b'"inputs":{"other"'), True),
        (lambda line: line.replace(b'"diagnosis":"', b'"diagnosis":"x'), False),
    ],
)
def test_parts(change: Callable[[bytes], bytes], same: bool) -> None:
    assert change(LINE) != LINE
    assert (parts(change(LINE)).essence == parts(LINE).essence) is same


def allele(number: int, state: RecheckState = RecheckState.NOT_COVERED) -> Recheck:
    name = f"NM_000454.5:c.{number}A>C"
    return Recheck(variant=name, gene=Gene.SOD1, state=state, ref=20, alt=10 * (state != "not_covered"))


ONE, TWO = allele(14), allele(89)
SEEN, DOUBTED = allele(272, RecheckState.PRESENT), allele(272, RecheckState.POSSIBLE)


@pytest.mark.parametrize(
    ("before", "after", "same", "why"),
    [
        (((ONE,), 0), ((ONE, TWO), 0), True, "one more is known, none could be looked for"),
        (((ONE, TWO), 0), ((), 0), False, "none is listed any more, as where no result is shown"),
        (((), 7), ((), 8), True, "one more is known, which is absent"),
        (((ONE,), 5), ((ONE, TWO), 5), False, "one more could not be looked for, others could"),
        (((ONE,), 0), ((ONE,), 3), False, "some can be looked for now"),
        (((ONE, SEEN), 0), ((SEEN,), 0), False, "one of two was looked for"),
        (((ONE,), 0), ((DOUBTED,), 0), False, "one may be there"),
        (((SEEN,), 0), ((DOUBTED,), 0), False, "one is doubted now"),
    ],
)
def test_known_alleles_are_said_of_a_patient_where_one_could_be_looked_for(
    before: tuple[tuple[Recheck, ...], int], after: tuple[tuple[Recheck, ...], int], same: bool, why: str
) -> None:
    one, other = (
        VUS_REPORT.model_copy(update={"recheck": listed, "recheck_absent": absent})
        for listed, absent in (before, after)
    )
    lines = [report.model_dump_json().encode() for report in (one, other)]
    assert (parts(lines[0]).essence == parts(lines[1]).essence) is same, why
    assert same_but_for_releases(one, other) is same, why
    if same:
        assert detail_changes(one, other, compare_reports(one, other)) == ()


#: What would fool a look for bytes, were quotes in a text not written with a backslash.
HOSTILE = st.sampled_from(
    [
        "c.1A>C",
        "c.2A>C",
        "\\",
        '"recheck":[',
        'x","state":"not_covered"',
        '],"recheck_absent":0,',
        '\\"recheck_absent":7,"state":"present"',
        '"provenance":{',
        '"stars":1,"release":"2026"',
    ]
)
STATES = st.sampled_from([*[RecheckState.NOT_COVERED] * 4, RecheckState.POSSIBLE, RecheckState.PRESENT])
KNOWN = st.builds(
    Recheck, variant=HOSTILE, gene=st.just(Gene.SOD1), state=STATES, ref=st.just(9), alt=st.just(0)
)
RESULTS = st.builds(
    lambda listed, absent, text, family: VUS_REPORT.model_copy(
        update={
            "recheck": tuple(listed),
            "recheck_absent": absent,
            "remarks": (text,),
            "patient": VUS_REPORT.patient.model_copy(update={"family": family}),
        }
    ),
    st.lists(KNOWN, max_size=3),
    st.sampled_from([0, 0, 1, 10]),
    HOSTILE,
    HOSTILE,
)


@given(RESULTS, RESULTS)
def test_bytes_fields_and_details_tell_the_same(one: Report, other: Report) -> None:
    essences = {parts(report.model_dump_json().encode()).essence for report in (one, other)}
    assert (len(essences) == 1) is same_but_for_releases(one, other)
    if len(essences) == 1:
        assert detail_changes(one, other, compare_reports(one, other)) == ()


def test_a_line_that_was_edited_in_another_spelling_says_something_else() -> None:
    report = VUS_REPORT.model_copy(update={"recheck": (ONE, TWO), "recheck_absent": 0})
    line = report.model_dump_json().encode()
    edited = line.replace(b'"state":"not_covered"', b'"state": "present"', 1)
    assert edited != line
    assert parts(edited).essence != parts(line).essence


def test_what_is_known_of_a_line_is_not_found_out_again() -> None:
    known = parts(LINE, "known")
    assert known.essence == "known"
    assert (known.made_with, known.genotyped) == (parts(LINE).made_with, parts(LINE).genotyped)


def test_another_result_and_another_file_are_told_apart() -> None:
    assert parts(EXPANSION.model_dump_json().encode()).essence != parts(LINE).essence
    assert parts(b"no findings").made_with == b""


@pytest.mark.parametrize(
    ("genotypes", "genotyped"), [(None, False), ({}, False), ({"16": "31188348CT1"}, True)]
)
def test_only_a_fingerprint_with_a_site_tells_the_person(
    genotypes: dict[str, str] | None, genotyped: bool
) -> None:
    one = None if genotypes is None else Fingerprint(build=Build.GRCH38, genotypes=genotypes)
    report = VUS_REPORT.model_copy(update={"fingerprint": Fingerprints(vcf=None, reads=one)})
    assert parts(report.model_dump_json().encode()).genotyped is genotyped

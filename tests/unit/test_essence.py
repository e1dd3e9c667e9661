"""What a line of findings says, apart from what it was made with."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from als_screen.essence import parts
from als_screen.models import Fingerprint, Fingerprints
from als_screen.regions import Build
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

from __future__ import annotations

import numpy as np

from als_screen.interpretation.fingerprint import Genotype, packed
from als_screen.interpretation.identity import Snp
from als_screen.models import Fingerprints
from als_screen.regions import Build
from als_screen.reports.cohort.finding import CohortFinding, of_report
from als_screen.reports.cohort.relatedness import COLUMNS, Hint, relatedness, same_person_tsv
from als_screen.resources import bundled
from als_screen.states import IdentityState
from unit.reports import samples
from unit.reports.cohort.people import renamed

POPULATIONS = {build: lambda *_key: 0.4 for build in Build}


def _sites(count: int) -> list[Snp]:
    """Return common sites outside the genes, each in a block of its own."""
    return [Snp("2", 1_000_000 + 20_000 * n, "A", "C", 0.4) for n in range(count)]


def _finding(patient: str, copies: list[int], **fields: object) -> CohortFinding:
    sites = _sites(len(copies))
    genotypes = [(snp, Genotype(number, looked_at=True)) for snp, number in zip(sites, copies, strict=True)]
    prints = Fingerprints(vcf=None, reads=packed(Build.GRCH38, genotypes))
    return of_report(renamed(samples.NEGATIVE, patient, **fields)).model_copy(update={"fingerprint": prints})


def _person(seed: int, count: int) -> list[int]:
    return [int(one) for one in np.random.default_rng(seed).binomial(2, 0.4, count)]


def _hints(findings: list[CohortFinding]) -> list[Hint]:
    return list(relatedness(findings, POPULATIONS, bundled()).hints)


def test_one_person_under_two_ids_is_found_among_strangers() -> None:
    people = [_finding(f"P{n}", _person(n, 40)) for n in range(60)]
    found = _hints([*people, _finding("AGAIN", _person(17, 40))])
    assert [(one.one, one.other, one.sites) for one in found] == [("P17", "AGAIN", 40)]


def test_a_few_sites_give_no_hint_and_say_so() -> None:
    found = relatedness([_finding("P1", [1, 1, 2]), _finding("P2", [1, 1, 2])], POPULATIONS, bundled())
    assert (found.hints, found.telling) == ((), 0)


def test_a_hint_says_whether_the_sheet_has_one_family() -> None:
    twins = [_finding(name, _person(3, 40), family="F1") for name in ("A", "B")]
    assert [one.same_family for one in _hints(twins)] == [True]


def test_whose_files_are_of_different_persons_is_compared_by_each() -> None:
    mixed = _finding("MIXED", _person(1, 40))
    reads = mixed.fingerprint
    assert reads
    other = _finding("X", _person(2, 40)).fingerprint
    assert other
    identity = mixed.identity.model_copy(update={"state": IdentityState.DIFFERENT})
    both = Fingerprints(vcf=other.reads, reads=reads.reads)
    mixed = mixed.model_copy(update={"identity": identity, "fingerprint": both})
    found = _hints([mixed, _finding("ONE", _person(1, 40)), _finding("TWO", _person(2, 40))])
    assert {(one.one, one.other) for one in found} == {("MIXED", "ONE"), ("MIXED", "TWO")}


def test_one_patient_alone_is_compared_with_nobody() -> None:
    """No site is known of two files, so that there is nothing to compare by."""
    found = relatedness([_finding("P1", _person(1, 40))], POPULATIONS, bundled())
    assert (found.hints, found.files, found.telling) == ((), 1, 1)


def test_the_best_pairs_come_first_then_by_place() -> None:
    """Three of one person: the pair with the most sites first, pairs of the same score as in the sheet."""
    whole = _person(1, 60)
    found = _hints(
        [_finding("A", whole[:40]), _finding("B", whole), _finding("C", whole), _finding("D", whole)]
    )
    assert [(one.one, one.other) for one in found] == [
        *(("B", "C"), ("B", "D"), ("C", "D")),
        *(("A", "B"), ("A", "C"), ("A", "D")),
    ]


def test_without_fingerprints_nothing_was_compared() -> None:
    assert relatedness([of_report(samples.NEGATIVE)], POPULATIONS, bundled()).files == 0


def test_the_table_of_hints() -> None:
    hint = Hint("A", "B", sites=9, concordance=1.0, score=7.123, same_family=False)
    assert same_person_tsv([hint]) == "\t".join(COLUMNS) + "\nA\tB\t9\t1.0000\t7.12\tno\n"

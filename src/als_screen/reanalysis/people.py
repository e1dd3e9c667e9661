"""Who is who in two runs: by id, and by the genotypes of their files, never by id alone where these tell.

A fingerprint holds genotypes of one file (`interpretation/fingerprint.py`). Old results without one, and
files with too few sites, cannot tell, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from math import log10
from typing import Protocol

from als_screen.evidence import Record
from als_screen.interpretation.fingerprint import compared
from als_screen.interpretation.identity import Population
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.resources import Resources
from als_screen.states import IdentityState

#: Name, size and time of a file; None where it had gone.
FileState = tuple[str, int | None, int | None]
#: Pairs of people who left and people who came that are compared one by one; beyond, equal files only.
MAX_PAIRS = 20_000


class Note(StrEnum):
    """What is to be said about a person of one of two runs."""

    ADDED = "added"  # new in the sheet
    LEFT_OUT = "left_out"  # no longer in the sheet
    RENAMED = "renamed"  # the genotypes of someone who left under another id
    NEW_FILES = "new_files"  # other data under the same id, of the same person by genotype
    ANOTHER_PERSON = "another_person"  # other data under the same id, of somebody else: not compared
    IDENTITY_DOUBTFUL = "identity_doubtful"  # other data; the genotypes rather disagree: not compared
    IDENTITY_NOT_SHOWN = "identity_not_shown"  # other data under the same id; genotypes cannot tell whose


#: Of these the results of the two runs are not compared.
NOT_COMPARED = frozenset({Note.ANOTHER_PERSON, Note.IDENTITY_DOUBTFUL})


class PersonNote(Record):
    """A person to be named; `other` is the id that the old run has the same person's data under."""

    patient: str
    batch: str
    note: Note
    other: str = ""
    detail: str = ""


class SameFiles(Enum):
    """Whether the data files of a patient are those of the earlier run, as far as the runs recorded them."""

    YES = auto()  # name, size and time of each, and the sample in it
    COPIED = auto()  # name and size of each, or not everything was recorded
    UNKNOWN = auto()  # a run recorded no file
    NO = auto()


#: File and sample of each file of several people, None where it is not kept.
Columns = tuple[tuple[str, str], ...] | None


#: What is made from a data file and is none itself.
_INDEXES = (".tbi", ".csi", ".bai", ".crai")


def same_files(old: Sequence[FileState], new: Sequence[FileState]) -> SameFiles:
    """Return whether files are the same by name, size and time; indexes may be made anew."""
    if not (old and new):
        return SameFiles.UNKNOWN
    if old == new:
        return SameFiles.YES
    one, other = (
        sorted((name, size or 0) for name, size, _ in files if not name.endswith(_INDEXES))
        for files in (old, new)
    )
    return SameFiles.COPIED if one == other else SameFiles.NO


def same_data(files: SameFiles, old: Columns, new: Columns) -> SameFiles:
    """Return whether the data are the same, by files and by the sample that a file of several people has."""
    if files is SameFiles.NO or (old is not None and new is not None and old != new):
        return SameFiles.NO
    return SameFiles.COPIED if files is SameFiles.YES and (old is None or new is None) else files


class Printed(Protocol):
    """What has the genotypes of a person's files: a result, or what is kept of it here."""

    @property
    def fingerprint(self) -> Fingerprints | None:
        """Genotypes of each file."""


@dataclass(frozen=True, slots=True)
class Genotyper:
    """Compares people by genotype.

    Attributes:
        populations: frequency of ALT, by build.
        resources: bundled reference.
        min_sites: fewer sites never decide.
    """

    populations: Mapping[Build, Population]
    resources: Resources
    min_sites: int

    def same(self, one: Printed, other: Printed) -> tuple[IdentityState, float]:
        """Return whether two results are of one person, and log10 of the likelihood ratio that decides.

        Every file of one is compared with every file of the other; one pair that differs is enough to say
        different. Where none decides, the ratio is that of the pair that speaks most against.
        """
        verdicts = [
            compared(first, second, self.populations, self.resources, self.min_sites)
            for first in prints(one)
            for second in prints(other)
        ]
        against = [v.log10_lr or 0.0 for v in verdicts if v.state is IdentityState.DIFFERENT]
        favour = [v.log10_lr or 0.0 for v in verdicts if v.state is IdentityState.SAME]
        if against:
            return IdentityState.DIFFERENT, min(against)
        if favour:
            return IdentityState.SAME, max(favour)
        undecided = (v.log10_lr for v in verdicts if v.log10_lr is not None)
        return IdentityState.NOT_ASSESSED, min(undecided, default=0.0)


def prints(report: Printed) -> list[Fingerprint]:
    """Return the fingerprints of a result that hold a site."""
    both = report.fingerprint
    found = (both.vcf, both.reads) if both else ()
    return [one for one in found if one is not None and one.genotypes]


def note_of(
    old: Report, new: Report, batch: str, *, files: SameFiles, genotyper: Genotyper
) -> PersonNote | None:
    """Return what is to be said of an id that both runs have, None where its data are the same.

    Where the genotypes are not, those decide whatever the files are called. `batch` is that of the new sheet.
    """
    who, same = new.patient.patient, files is SameFiles.YES
    known = same or (files is SameFiles.COPIED and old.fingerprint is not None)
    known = known or (files is SameFiles.UNKNOWN and bool(prints(old)))
    if known and old.fingerprint == new.fingerprint:
        return None
    state, ratio = genotyper.same(old, new)
    detail = f"log10 likelihood ratio {ratio:.1f}"
    if state is IdentityState.DIFFERENT:
        return PersonNote(patient=who, batch=batch, note=Note.ANOTHER_PERSON, detail=detail)
    if state is IdentityState.NOT_ASSESSED and ratio < 0:
        return PersonNote(patient=who, batch=batch, note=Note.IDENTITY_DOUBTFUL, detail=detail)
    if same or (files is SameFiles.UNKNOWN and state is IdentityState.SAME):
        return None
    if state is IdentityState.SAME:
        return PersonNote(patient=who, batch=batch, note=Note.NEW_FILES, detail=detail)
    why = "an old or new result without genotypes" if not (prints(old) and prints(new)) else "too few sites"
    why += "; a run recorded no files" if files is SameFiles.UNKNOWN else ""
    return PersonNote(patient=who, batch=batch, note=Note.IDENTITY_NOT_SHOWN, detail=why)


@dataclass(frozen=True, slots=True)
class Person:
    """Who a result is of: the id in the run, the genotypes, and the data files as far as recorded."""

    id: str
    fingerprint: Fingerprints | None
    files: tuple[FileState, ...] = ()
    columns: Columns = None


def renamed(
    left: Sequence[Person], came: Sequence[Person], genotyper: Genotyper
) -> dict[str, tuple[str, str]]:
    """Return, by new id, the old id of people who are in both runs under different ids, and how it is known.

    By genotype the ratio must exceed the usual 4 by log10 of the number of candidates. Where genotypes leave
    it open, the same data files tell. Each must be the only candidate of the other.
    """
    found = _by_genotype(left, came, genotyper)
    taken = {old for old, _ in found.values()}
    rest = [one for one in left if one.id not in taken]
    return found | _by_files(rest, [one for one in came if one.id not in found], genotyper)


def _by_genotype(
    left: Sequence[Person], came: Sequence[Person], genotyper: Genotyper
) -> dict[str, tuple[str, str]]:
    asked = 4 + log10(max(1, len(left), len(came)))
    fits = [
        (new.id, old.id, ratio)
        for new, old in _candidates(left, came)
        for state, ratio in [genotyper.same(old, new)]
        if state is IdentityState.SAME and ratio >= asked
    ]
    return _only([(new, old, f"log10 likelihood ratio {ratio:.1f}") for new, old, ratio in fits])


def _candidates(left: Sequence[Person], came: Sequence[Person]) -> list[tuple[Person, Person]]:
    """Return the pairs to compare, new and old: all, or of too many those with an equal fingerprint."""
    if len(left) * len(came) <= MAX_PAIRS:
        return [(new, old) for new in came for old in left]
    by_genotype: dict[str, dict[str, Person]] = {}
    for one in left:
        for each in prints(one):
            by_genotype.setdefault(each.model_dump_json(), {})[one.id] = one
    pairs = []
    for new in came:
        equal: dict[str, Person] = {}
        for each in prints(new):
            equal |= by_genotype.get(each.model_dump_json(), {})
        pairs += [(new, old) for old in equal.values()]
    return pairs


def _by_files(
    left: Sequence[Person], came: Sequence[Person], genotyper: Genotyper
) -> dict[str, tuple[str, str]]:
    by_key: dict[object, list[Person]] = {}
    for one in left:
        by_key.setdefault(_key(one), []).append(one)
    pairs = [(new, old) for new in came if _key(new) for old in by_key.get(_key(new), [])]
    only = _only([(new.id, old.id, "the same data files; too few sites for genotypes") for new, old in pairs])
    refused = {new.id for new, old in pairs if new.id in only and not _is_same_by_files(old, new, genotyper)}
    return {new: one for new, one in only.items() if new not in refused}


def _key(one: Person) -> object:
    """Return name and size of the data files of a person, with the sample; None where they do not tell."""
    files = sorted((name, size or 0) for name, size, _ in one.files if not name.endswith(_INDEXES))
    known = one.columns is not None and files and all(size for _, size in files)
    return (tuple(files), one.columns) if known else None


def _is_same_by_files(old: Person, new: Person, genotyper: Genotyper) -> bool:
    """Tell whether files of one name and size are one, and the genotypes do not speak against it."""
    state, ratio = genotyper.same(old, new)
    alike = bool(prints(old)) and old.fingerprint == new.fingerprint
    one_file = same_files(old.files, new.files) is SameFiles.YES or alike
    return one_file and state is not IdentityState.DIFFERENT and ratio >= 0


def _only(pairs: Sequence[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """Return, by new id, the old id and the detail of pairs each side of which is in one pair alone."""
    news, olds = Counter(new for new, _, _ in pairs), Counter(old for _, old, _ in pairs)
    return {new: (old, how) for new, old, how in pairs if news[new] == olds[old] == 1}

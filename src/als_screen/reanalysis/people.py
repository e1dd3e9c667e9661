"""Who is who in two runs: by id, and by the genotypes of their files, never by id alone where these tell.

A fingerprint holds genotypes of one file (`interpretation/fingerprint.py`). Old results without one, and
files with too few sites, cannot tell, and that is said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from math import log10

from als_screen.evidence import Record
from als_screen.interpretation.fingerprint import compared
from als_screen.interpretation.identity import Population
from als_screen.models import Fingerprint, Report
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
    """A person to be named; `other` is the id in the old run where it is another."""

    patient: str
    batch: str
    note: Note
    other: str = ""
    detail: str = ""


class SameFiles(Enum):
    """Whether the data files of a patient are those of the earlier run, as far as the runs recorded them."""

    YES = auto()  # name, size and time of each
    COPIED = auto()  # name and size of each, or nothing was recorded
    NO = auto()


#: What is made from a data file and is none itself.
_INDEXES = (".tbi", ".csi", ".bai", ".crai")


def same_files(old: Sequence[FileState], new: Sequence[FileState]) -> SameFiles:
    """Return whether files are the same by name, size and time; indexes may be made anew."""
    if old and old == new:
        return SameFiles.YES
    one, other = (
        sorted((name, size or 0) for name, size, _ in files if not name.endswith(_INDEXES))
        for files in (old, new)
    )
    return SameFiles.COPIED if one == other else SameFiles.NO


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

    def same(self, one: Report, other: Report) -> tuple[IdentityState, float]:
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


def prints(report: Report) -> list[Fingerprint]:
    """Return the fingerprints of a result that hold a site."""
    both = report.fingerprint
    found = (both.vcf, both.reads) if both else ()
    return [one for one in found if one is not None and one.genotypes]


def note_of(
    old: Report, new: Report, batch: str, *, files: SameFiles, genotyper: Genotyper
) -> PersonNote | None:
    """Return what is to be said of an id that both runs have, None where its files are the same.

    `batch` is that of the new sheet.
    """
    who = new.patient.patient
    alike = old.fingerprint is not None and old.fingerprint == new.fingerprint
    if files is SameFiles.YES or (files is SameFiles.COPIED and alike):
        return None
    state, ratio = genotyper.same(old, new)
    detail = f"log10 likelihood ratio {ratio:.1f}"
    if state is IdentityState.DIFFERENT:
        return PersonNote(patient=who, batch=batch, note=Note.ANOTHER_PERSON, detail=detail)
    if state is IdentityState.SAME:
        return PersonNote(patient=who, batch=batch, note=Note.NEW_FILES, detail=detail)
    if ratio < 0:
        return PersonNote(patient=who, batch=batch, note=Note.IDENTITY_DOUBTFUL, detail=detail)
    why = "an old or new result without genotypes" if not (prints(old) and prints(new)) else "too few sites"
    return PersonNote(patient=who, batch=batch, note=Note.IDENTITY_NOT_SHOWN, detail=why)


def renamed(
    left: Sequence[Report], came: Sequence[Report], genotyper: Genotyper
) -> dict[str, tuple[str, float]]:
    """Return, by new id, the old id of people who are in both runs under different ids, and how clearly.

    The ratio must exceed the usual 4 by log10 of the number of candidates, and only one candidate may do.
    """
    by_genotype: dict[str, list[Report]] = {}
    for one in left:
        for each in prints(one):
            by_genotype.setdefault(each.model_dump_json(), []).append(one)
    every = len(left) * len(came) <= MAX_PAIRS
    found: dict[str, tuple[str, float]] = {}
    for new in came:
        equal = [one for each in prints(new) for one in by_genotype.get(each.model_dump_json(), [])]
        candidates = list(left) if every else list({one.patient.patient: one for one in equal}.values())
        fits = _fits(candidates, new, genotyper, len(left))
        if len(fits) == 1:
            found[new.patient.patient] = fits[0]
    twice = [old for old, _ in found.values()]
    return {new: one for new, one in found.items() if twice.count(one[0]) == 1}


def _fits(
    candidates: Sequence[Report], new: Report, genotyper: Genotyper, number: int
) -> list[tuple[str, float]]:
    asked = 4 + log10(max(1, number))
    verdicts = [(one.patient.patient, *genotyper.same(one, new)) for one in candidates]
    return [(old, ratio) for old, state, ratio in verdicts if state is IdentityState.SAME and ratio >= asked]

"""Sample names in headers that contradict the sheet: the only sign of files that were swapped together.

Laboratories name samples by run, tube or patient, so a name alone refuses nothing: what is odd becomes a
remark in the report. It names nobody, because it stands in one patient's report. Pure functions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.evidence import FileProblem, PatientCheck, Severity, VcfCheck
from als_screen.patient import Patient

#: Files of other patients that tell how samples are named here, and the share of them that must be alike.
LEAST_OTHERS, NEARLY_ALL = 5, 0.9
ANOTHERS = "the sample name in the file is that of another patient of the sheet"
UNLIKE = "the sample name in the file is not the patient's id, as it is in nearly all other files"
CONTRADICT = "VCF and reads have different sample names, and neither is the patient's id"
ACTION = "find out whose file it is before this result is used"


@dataclass(frozen=True, slots=True)
class _Named:
    """A file whose sample the sheet does not name: what its header calls it."""

    patient: str
    path: str
    sample: str


def with_doubtful_names(patients: Sequence[Patient], checks: Sequence[PatientCheck]) -> list[PatientCheck]:
    """Return the checks of a slice, with a warning for each file whose sample name contradicts the sheet."""
    files = [file for row, check in zip(patients, checks, strict=True) for file in _files(row, check)]
    owners = _given(patients, files) | {row.patient.casefold(): row.patient for row in patients}
    told = {
        check.patient: [*_anothers(own, owners), *_unlike(own, files), *_contradicting(own)]
        for check in checks
        if (own := [file for file in files if file.patient == check.patient])
    }
    return [_with(check, told[check.patient]) if told.get(check.patient) else check for check in checks]


def across_slices(slices: Sequence[Sequence[PatientCheck]]) -> Iterator[FileProblem]:
    """Yield a warning for each file whose sample is called like a patient of another slice of the run."""
    owners = {check.patient.casefold(): check.patient for checks in slices for check in checks}
    for checks in slices:
        here = {check.patient for check in checks}
        files = (file for check in checks for file in _all_files(check))
        yield from _anothers((one for one in files if owners.get(one.sample.casefold()) not in here), owners)


def different_samples(found: Sequence[VcfCheck]) -> str:
    """Return that VCFs of one patient have columns of different samples, "" where they do not."""
    names = {vcf.sample: Path(vcf.path).name for vcf in reversed(found)}
    if len(names) < 2:
        return ""
    shown = ", ".join(f"{sample!r} in {file}" for sample, file in sorted(names.items())[:5])
    return f"the VCF files are of different samples: {shown}"


def _given(patients: Sequence[Patient], files: Iterable[_Named]) -> dict[str, str]:
    """Return whose samples the sheet names; not one that several others' files have too: it is no name."""
    carried = Counter(file.sample.casefold() for file in set(files))
    return {
        name.casefold(): row.patient
        for row in patients
        for name in (row.vcf_sample, row.reads_sample)
        if name and carried[name.casefold()] <= 2
    }


def _all_files(check: PatientCheck) -> list[_Named]:
    files = [(vcf.path, vcf.sample) for vcf in check.vcf]
    files += [(check.reads.path, check.reads.sample)] if check.reads and check.reads.sample else []
    return [_Named(check.patient, path, sample) for path, sample in files]


def _files(row: Patient, check: PatientCheck) -> list[_Named]:
    """Return the files whose sample the sheet leaves to the header."""
    reads = check.reads.path if check.reads else None
    return [
        file for file in _all_files(check) if not (row.reads_sample if file.path == reads else row.vcf_sample)
    ]


def _anothers(files: Iterable[_Named], owners: Mapping[str, str]) -> Iterator[FileProblem]:
    """Yield a warning for files called like another patient; the patient's own id comes first."""
    for file in files:
        owner = owners.get(file.sample.casefold(), file.patient)
        if owner != file.patient and file.sample.casefold() != file.patient.casefold():
            yield _warning(file, ANOTHERS)


def _unlike(own: Sequence[_Named], files: Sequence[_Named]) -> Iterator[FileProblem]:
    """Yield a warning for files not called like their patient, where those of the others are."""
    others = [file for file in files if file.patient != own[0].patient]
    alike = sum(_is_own(file) for file in others)
    if len(others) >= LEAST_OTHERS and alike >= NEARLY_ALL * len(others):
        yield from (_warning(file, UNLIKE) for file in own if not _is_own(file))


def _contradicting(own: Sequence[_Named]) -> Iterator[FileProblem]:
    """Yield a warning where the files of a patient have different names, none of them the patient's."""
    if len({file.sample for file in own}) > 1 and not any(map(_is_own, own)):
        yield _warning(own[-1], CONTRADICT)


def _is_own(file: _Named) -> bool:
    """Tell whether a sample is called like its patient, perhaps with a run or lane before or behind."""
    sample, patient = file.sample.casefold(), file.patient.casefold()
    before, found, behind = sample.partition(patient)
    return bool(found) and not before[-1:].isalnum() and not behind[:1].isalnum()


def _warning(file: _Named, expected: str) -> FileProblem:
    return FileProblem(
        patient=file.patient, path=file.path, expected=expected, action=ACTION, severity=Severity.WARNING
    )


def _with(check: PatientCheck, told: Sequence[FileProblem]) -> PatientCheck:
    """Return a check with the first warning for each file."""
    first = {problem.path: problem for problem in reversed(told)}
    return check.model_copy(update={"problems": (*check.problems, *reversed(first.values()))})

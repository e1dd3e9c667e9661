"""Write the demo cohort's files: deterministic, nothing downloaded, nothing done twice."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from als_screen.resources import DEFAULT_RESOURCES
from als_screen.simulate.bam import Sample, write_bam, write_cram, write_truncated_bam
from als_screen.simulate.calls import Call, carried_calls, observe
from als_screen.simulate.demo_people import JOINT_NAME, PATIENTS, DemoPatient, ReadsFile, VcfFile
from als_screen.simulate.files import publish
from als_screen.simulate.gvcf import write_gvcf
from als_screen.simulate.haplotype import Person
from als_screen.simulate.pairs import Read
from als_screen.simulate.reads import sequence_person
from als_screen.simulate.vcf import write_vcf

#: Written last: what the files were made from, and their sizes.
STAMP = "complete.json"

_RESOURCES = ("reference/GRCh37.fa", "reference/GRCh38.fa", "transcripts.json", "repeat/locus.json")
_READS_SUFFIX = {ReadsFile.BAM: ".bam", ReadsFile.TRUNCATED: ".bam", ReadsFile.CRAM: ".cram"}
_READS_WRITER = {
    ReadsFile.BAM: write_bam,
    ReadsFile.TRUNCATED: write_truncated_bam,
    ReadsFile.CRAM: write_cram,
}

_FOLDERS = ("reads", "variants")

_Sequenced = tuple[Person, list[Read]]


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What the demo was made from, and the size of each file by its name below the directory."""

    made_from: str
    files: dict[str, int]


def write_demo(directory: Path) -> None:
    """Write all files of the demo below `directory`; do nothing where they are there, whole and current."""
    stamp, made_from = _read_stamp(directory / STAMP), _made_from()
    if stamp == _Stamp(made_from, _sizes(directory, stamp.files)):
        return
    (directory / STAMP).unlink(missing_ok=True)
    files = _write_patients(directory)
    for name in set(stamp.files) - set(files):
        (directory / name).unlink(missing_ok=True)
    text = json.dumps(asdict(_Stamp(made_from, _sizes(directory, files))), indent=1)
    publish(directory / STAMP, lambda path: path.write_text(text + "\n", encoding="ascii"))


def reads_path(patient: DemoPatient) -> Path | None:
    """Return where the reads of a patient lie below the demo's directory."""
    if patient.reads is ReadsFile.NONE:
        return None
    return Path(_FOLDERS[0]) / f"{patient.patient}{_READS_SUFFIX[patient.reads]}"


def vcf_path(patient: DemoPatient) -> Path | None:
    """Return where the VCF of a patient lies below the demo's directory."""
    if patient.vcf is VcfFile.NONE:
        return None
    stem = JOINT_NAME if patient.vcf is VcfFile.JOINT else patient.patient
    return Path(_FOLDERS[1]) / f"{stem}{patient.vcf}"


def _write_patients(directory: Path) -> list[str]:
    """Write everything; return the names of all files, indexes included."""
    joint: dict[DemoPatient, _Sequenced] = {}
    for patient in PATIENTS:
        sequenced = _sequence(patient)
        _write_reads(directory, patient, sequenced[1])
        if patient.vcf is VcfFile.JOINT:
            joint[patient] = sequenced
        else:
            _write_variants(directory, patient, *sequenced)
    _write_joint(directory, joint)
    return _made_files(directory)


def _made_files(directory: Path) -> list[str]:
    """Return the data files of all patients and their indexes, by name below the directory."""
    data = {path for patient in PATIENTS for path in (reads_path(patient), vcf_path(patient)) if path}
    beside = (item.relative_to(directory) for folder in _FOLDERS for item in (directory / folder).iterdir())
    return sorted(str(path) for path in beside if path in data or path.with_suffix("") in data)


def _sequence(patient: DemoPatient) -> _Sequenced:
    person = patient.person()
    return person, sequence_person(person, patient.sequencing, patient.seed)


def _sample(patient: DemoPatient) -> Sample:
    return Sample(patient.patient, patient.build, patient.prefix)


def _write_reads(directory: Path, patient: DemoPatient, reads: list[Read]) -> None:
    path = reads_path(patient)
    if path is not None:
        _READS_WRITER[patient.reads](directory / path, reads, _sample(patient))


def _write_variants(directory: Path, patient: DemoPatient, person: Person, reads: list[Read]) -> None:
    path = vcf_path(patient)
    if path is None:
        return
    calls = _calls(patient, person, reads)
    if patient.vcf is VcfFile.GVCF:
        write_gvcf(directory / path, calls, reads, _sample(patient))
    else:
        write_vcf(directory / path, {patient.column: calls}, _sample(patient))


def _calls(patient: DemoPatient, person: Person, reads: list[Read]) -> list[Call]:
    """Return what the patient's VCF holds: somebody else's genotypes after a mix-up."""
    if patient.vcf_of:
        person = patient.other_person()
        reads = sequence_person(person, patient.sequencing, patient.vcf_of)
    missed = [item.variant for item in patient.planted] if patient.vcf_lacks_variant else []
    return carried_calls(person, reads, missed)


def _write_joint(directory: Path, joint: dict[DemoPatient, _Sequenced]) -> None:
    """Write the patients that were called together: each has a genotype at every site of any of them."""
    sites = {item.variant for person, _ in joint.values() for item in person.carried}
    first = next(iter(joint))
    calls = {patient.column: observe(*sequenced, sites) for patient, sequenced in joint.items()}
    path = vcf_path(first)
    if path is not None:
        write_vcf(directory / path, calls, _sample(first))


def _made_from() -> str:
    """Return a hash of everything that decides the bytes of the files."""
    package = Path(__file__).parent
    resources = [DEFAULT_RESOURCES / name for name in _RESOURCES]
    paths = [*package.glob("*.py"), *package.glob("data/*.tsv"), *resources]
    digest = sha256(f"{version('pysam')} {version('numpy')}".encode())
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _read_stamp(path: Path) -> _Stamp:
    return _Stamp(**json.loads(path.read_text(encoding="ascii"))) if path.exists() else _Stamp("", {})


def _sizes(directory: Path, names: Iterable[str]) -> dict[str, int]:
    """Return the size of each file that exists."""
    return {name: (directory / name).stat().st_size for name in names if (directory / name).exists()}

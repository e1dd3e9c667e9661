"""Checks one patient's files against each other and against the sheet: `PatientCheck`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from als_screen import storage
from als_screen.errors import PatientDataError
from als_screen.evidence import FileProblem, PatientCheck, ReadsCheck, Severity, VcfCheck
from als_screen.htslib import quiet
from als_screen.inputs.build import Contigs, identify
from als_screen.inputs.diagnosis import unlike_genome
from als_screen.inputs.headers import Header, check_regular, read_reads_header, read_vcf_header
from als_screen.inputs.sample_names import different_samples
from als_screen.patient import Patient
from als_screen.regions import Build

SAME_PERSON = "give the files of one person; where they are, name the sample alike (`bcftools reheader -s`)"

HeaderReader = Callable[[Path], Header]


def check_patient(patient: Patient, build: Build | None = None, fasta: Path | None = None) -> PatientCheck:
    """Open every file of a patient as far as its header and return what is usable, and all problems.

    Args:
        patient: the row of the sheet.
        build: the configured build; None finds it.
        fasta: genome for CRAM.
    """
    check = _Checker(patient, build)
    vcfs = [found for path in patient.vcf if (found := check.vcf(path))]
    if len(vcfs) < len(patient.vcf):
        vcfs = []  # one part missing would read as reference there
    if different := different_samples([found for found, _ in vcfs]):
        check.wrong(Path(vcfs[0][0].path), different, SAME_PERSON)
        vcfs = []
    reads = check.reads(patient.reads, fasta) if patient.reads else None
    builds = {found for _, found in vcfs} | ({reads[1]} if reads else set())
    if len(builds) > 1:
        check.between(vcfs, reads)
        return PatientCheck(patient=patient.patient, build=None, problems=tuple(check.problems))
    return PatientCheck(
        patient=patient.patient,
        build=next(iter(builds), None),
        vcf=tuple(found for found, _ in vcfs),
        reads=reads[0] if reads else None,
        callable_bed=check.callable_bed(),
        problems=tuple(check.problems),
    )


class _Checker:
    """Collects the problems of one patient."""

    def __init__(self, patient: Patient, build: Build | None) -> None:
        self.patient = patient
        self.build = build
        self.problems: list[FileProblem] = []

    def wrong(self, path: Path, expected: str, action: str, severity: Severity = Severity.ERROR) -> None:
        """Note that a file cannot be used, or that something about it is doubtful."""
        self.problems.append(
            FileProblem(
                patient=self.patient.patient,
                path=str(path),
                expected=expected,
                action=action,
                severity=severity,
            )
        )

    def vcf(self, path: Path) -> tuple[VcfCheck, Build] | None:
        """Return what one VCF says and its build, or None where it cannot be used."""
        header, contigs = self._open(path, read_vcf_header)
        if header is None or contigs is None or contigs.build is None:
            return None
        sample = self._vcf_sample(path, header)
        if sample is None:
            return None
        found = VcfCheck(
            path=str(path),
            contigs=contigs.names,
            sample=sample,
            samples=len(header.samples),
            indexed=header.indexed,
            gvcf=header.gvcf,
        )
        return found, contigs.build

    def reads(self, path: Path, fasta: Path | None) -> tuple[ReadsCheck, Build] | None:
        """Return what the BAM or CRAM says and its build, or None where it cannot be used."""
        header, contigs = self._open(path, lambda where: read_reads_header(where, fasta))
        if header is None or contigs is None or contigs.build is None:
            return None
        if not header.indexed:
            self.wrong(path, "the index cannot be used", "make it again with `samtools index`")
            return None
        if header.shared_slices and (found := self._unlike_genome(path, fasta)):
            self.wrong(path, *found)
            return None
        if not self._reads_sample_fits(path, header):
            return None
        sample = header.samples[0] if header.samples else ""
        is_cram = path.suffix == ".cram"
        return ReadsCheck(
            path=str(path), contigs=contigs.names, sample=sample, is_cram=is_cram
        ), contigs.build

    def _unlike_genome(self, path: Path, fasta: Path | None) -> tuple[str, str] | None:
        with quiet():
            return unlike_genome(path, fasta)

    def callable_bed(self) -> str | None:
        """Return the path of the caller's callable regions, or None where it is no file."""
        path = self.patient.callable
        if path is None:
            return None
        try:
            check_regular(path)
        except PatientDataError as error:
            self.wrong(path, error.expected, error.action)
            return None
        return str(path)

    def between(self, vcfs: list[tuple[VcfCheck, Build]], reads: tuple[ReadsCheck, Build] | None) -> None:
        """Note that the files of the patient are on different builds."""
        each = [f"{Path(found.path).name}: {build}" for found, build in vcfs]
        each += [f"{Path(reads[0].path).name}: {reads[1]}"] if reads else []
        path = Path(reads[0].path if reads else vcfs[0][0].path)
        self.wrong(path, f"the files are on different builds ({', '.join(each)})", "give files on one build")

    def _open(self, path: Path, reader: HeaderReader) -> tuple[Header | None, Contigs | None]:
        try:
            header = reader(path)
        except PatientDataError as error:
            self.wrong(path, error.expected, error.action)
            return None, None
        except OSError as error:
            if error.errno not in storage.FAULTS:
                raise
            self.wrong(path, storage.told(error), storage.AGAIN)
            return None, None
        if header.doubt:
            self.wrong(
                path, header.doubt, "check it; end it with a line end if it is whole", Severity.WARNING
            )
        contigs = identify(header.contigs, self.build)
        if contigs.problem:
            self.wrong(path, contigs.problem, contigs.action)
        return header, contigs

    def _vcf_sample(self, path: Path, header: Header) -> str | None:
        """Return the patient's column: the named one, else the only one, else the one named like them."""
        samples = header.samples
        wanted = self.patient.vcf_sample
        if wanted is None:
            wanted = samples[0] if len(samples) == 1 else self.patient.patient
        if wanted in samples:
            return wanted
        has = _listed(samples)
        self.wrong(path, f"sample {wanted!r} is not in the header, which has {has}", "set vcf_sample")
        return None

    def _reads_sample_fits(self, path: Path, header: Header) -> bool:
        """Tell whether the reads are of one sample, and of the named one."""
        samples = header.samples
        wanted = self.patient.reads_sample
        if len(samples) > 1:
            expected = f"the file holds reads of several samples: {_listed(samples)}"
            self.wrong(path, expected, "split it by sample (`samtools split`)")
            return False
        if wanted is not None and wanted not in samples:
            expected = f"@RG SM {wanted!r} is not in the header, which has {_listed(samples)}"
            self.wrong(path, expected, "correct reads_sample")
            return False
        return True


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(repr(name) for name in names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return shown + more or "none"

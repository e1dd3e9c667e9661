"""The sample sheet: one row a patient, read strictly, every problem told at once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.files import stat_or_why, why_not_named, why_not_there
from als_screen.patient import ID_PATTERN, LibraryKind, Patient, known_id
from als_screen.tables import HIDDEN, HIDDEN_IN_TEXT, Form, cell_problem, read_table

CHROMOSOMES = ("1", "9", "16", "21")
#: Those of the genes whose sequence variants count; C9orf72 on 9 is judged by its repeat.
NEEDED_CHROMOSOMES = ("1", "16", "21")
#: An address instead of a path: https://…, s3://…
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
VCF_ENDINGS = (".vcf", ".vcf.gz", ".bcf")
READS_ENDINGS = (".bam", ".cram")
BED_ENDINGS = (".bed", ".bed.gz")
#: Index files in the order in which they are looked for, by ending of the data file; {} is the path,
#: {stem} the path without its ending.
INDEX_NAMES = {
    ".bam": ("{}.bai", "{stem}.bai", "{}.csi"),
    ".cram": ("{}.crai", "{stem}.crai"),
    ".vcf.gz": ("{}.tbi", "{}.csi"),
    ".bcf": ("{}.csi",),
    ".vcf": (),
}
CHOICES: dict[str, tuple[str, ...]] = {
    "library": tuple(LibraryKind),
    "sex": ("female", "male", "unknown"),
    "diagnosis": ("ALS", "PLS", "PMA", "FTD", "ALS-FTD", "unaffected", "unknown"),
    "family_history": ("familial", "sporadic", "unknown"),
    "research_consent": ("yes", "no", "unknown"),
}
#: Languages of the reports.
LANGUAGES = ("en", "nl", "fr")
#: What is printed on the clinical report only.
PERSONAL = ("name", "specimen", "birth_date", "collected", "received", "requester", "indication")
COLUMNS = (
    "patient", "vcf", "callable", "vcf_sample", "reads", "reads_sample", "library", "batch", "sex",
    "diagnosis", "family_history", "age_at_onset", "family", "research_consent", "language", *PERSONAL,
)  # fmt: skip
FORM = Form(
    name="the sample sheet",
    missing="set `samples` in the configuration (the demo's inputs are made by `make setup`)",
    columns=COLUMNS,
    required=("patient",),
)
#: Names that a run itself gives to files beside the folders of patients, in small letters.
RESERVED = (
    "manifest.jsonl",
    "rendered.jsonl",
    "repeat_catalogue.grch37.json",
    "repeat_catalogue.grch38.json",
)
#: The batch of rows that name none.
UNBATCHED = "unbatched"
#: The number of a row, 1 being the header, and its cells by column.
NumberedRow = tuple[int, dict[str, str]]
#: Path -> what tells the file there from any other, whatever link leads to it.
Places = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that can be worked with: the patients in sheet order, and warnings about them."""

    patients: tuple[Patient, ...]
    warnings: tuple[Problem, ...]


def read_sheet(path: Path, look: bool = True) -> Sheet:
    """Read and check the sheet; raise `InputError` with every problem of every row.

    Args:
        path: the sheet.
        look: whether the files that it names must be there. The run looks before it starts; a job does not,
            since thousands of jobs would ask the storage for every file of the cohort, and a file that has
            gone since is the matter of its patient.
    """
    problems: list[Problem] = []
    places: Places = {}
    patients = _patients(path, read_table(path, FORM, problems), problems, look, places)
    problems += _between_rows(patients, path)
    if not patients and not problems:
        problems.append(_empty(path))
    if problems:
        raise InputError(problems)
    return Sheet(tuple(patients), tuple(_shared_files(patients, places)))


def read_part(path: Path, choose: Callable[[list[NumberedRow]], Iterable[NumberedRow]]) -> list[Patient]:
    """Return the chosen rows of the sheet of a run that was started, and so looked at all of it.

    Each of a thousand jobs reads the sheet, and to check ten thousand rows takes half a second.

    Raises:
        InputError: the form of the sheet, or one of those rows, is wrong by now.
    """
    problems: list[Problem] = []
    patients = _patients(path, choose(read_rows(path)), problems, look=False)
    if problems:
        raise InputError(problems)
    return patients


def read_rows(path: Path) -> list[NumberedRow]:
    """Return the rows of the sheet of a run that was started, their cells not checked again.

    Raises:
        InputError: the form of the sheet is wrong by now, or it has no rows any more.
    """
    problems: list[Problem] = []
    rows = list(read_table(path, FORM, problems))
    if problems or not rows:
        raise InputError(problems or [_empty(path)])
    return rows


def _empty(path: Path) -> Problem:
    return Problem("", str(path), "the sheet has no patients", "add one row per patient")


def _patients(
    path: Path, rows: Iterable[NumberedRow], problems: list[Problem], look: bool, places: Places | None = None
) -> list[Patient]:
    return [
        _patient(cells, f"{path.name}, row {number}", path.parent, problems, look, places)
        for number, cells in rows
    ]


def read_row(cells: Mapping[str, str], base: Path) -> Patient:
    """Check one patient given without a sheet; relative paths are relative to `base`."""
    problems: list[Problem] = []
    patient = _patient(cells, "arguments", base, problems)
    if problems:
        raise InputError(problems)
    return patient


def index_of(path: Path) -> Path | None:
    """Return the index file beside `path`, or None where there is none."""
    return next(_indexes(path), None)


def indexes_of(path: Path) -> list[Path]:
    """Return every index file beside `path`: htslib has its own order of preference among several."""
    return list(_indexes(path))


def _indexes(path: Path) -> Iterator[Path]:
    """Yield the index files one by one: every look costs a call to the storage."""
    ending = _ending(path, tuple(INDEX_NAMES))
    stem = str(path)[: -len(ending)] if ending else str(path)
    names = (name.format(path, stem=stem) for name in INDEX_NAMES.get(ending, ()))
    return (Path(name) for name in names if not why_not_there(name))


def _patient(
    cells: Mapping[str, str],
    where: str,
    base: Path,
    problems: list[Problem],
    look: bool = True,
    places: Places | None = None,
) -> Patient:
    """Return the row as a `Patient`; what is wrong goes to `problems` and is left at its default.

    What the storage says of each file goes to `places`.
    """
    row = _Row(cells, where, base, problems, look, {} if places is None else places)
    vcf, reads = row.vcf(), row.reads()
    if "vcf" not in cells and "reads" not in cells:
        row.wrong("vcf, reads", "neither a VCF nor a BAM/CRAM is named", "fill in `vcf`, `reads`, or both")
    return Patient(
        patient=row.identifier("patient") or "",
        vcf=vcf,
        vcf_sample=cells.get("vcf_sample"),
        callable=row.callable(),
        reads=reads,
        reads_sample=cells.get("reads_sample"),
        library=LibraryKind(row.choice("library")),
        batch=row.identifier("batch"),
        sex=row.choice("sex"),
        diagnosis=row.choice("diagnosis"),
        family_history=row.choice("family_history"),
        age_at_onset=row.age(),
        family=cells.get("family"),
        research_consent=row.choice("research_consent"),
        language=row.language(),
        **{name: cells.get(name) for name in PERSONAL},
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One row being checked; every method returns the value or notes a problem and returns a default.

    No problem repeats a cell, since a name or a date of birth may have slipped into any column. An id that
    can be one, and the path of a file with the right ending, are told.
    """

    cells: Mapping[str, str]
    where: str
    base: Path
    problems: list[Problem]
    look: bool = True
    places: Places = field(default_factory=dict)

    def wrong(self, column: str, expected: str, action: str, path: str = "") -> None:
        """Note a problem of this row."""
        patient = known_id(self.cells.get("patient"))
        self.problems.append(Problem(patient, path or f"{self.where}, {column}", expected, action))

    def __post_init__(self) -> None:
        """Refuse what no cell may hold."""
        for column, cell in self.cells.items():
            if wrong := cell_problem(cell, HIDDEN_IN_TEXT if column in PERSONAL else HIDDEN):
                self.wrong(column, *wrong)

    def identifier(self, column: str) -> str | None:
        """Return an id, which is used in file names."""
        cell = self.cells.get(column)
        if cell is None and column == "patient":
            self.wrong(column, "the patient has no id", "fill in `patient`")
        elif cell is not None and not ID_PATTERN.fullmatch(cell):
            action = "use at most 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit"
            self.wrong(column, f"cannot be used as a {column} id", action)
        elif column == "patient" and cell is not None and cell.lower() in RESERVED:
            expected = f"{cell!r} cannot be used as a patient id: each run writes a file of that name"
            self.wrong(column, expected, "use another id")
        return known_id(cell) or None

    def choice(self, column: str) -> str:
        """Return one of the values of a closed column."""
        cell = self.cells.get(column, "unknown")
        if cell in CHOICES[column]:
            return cell
        self.wrong(column, f"not a value of {column}", f"use {', '.join(CHOICES[column])}")
        return "unknown"

    def language(self) -> str | None:
        """Return the language of the patient's report, None where the configuration decides."""
        cell = self.cells.get("language")
        if cell is None or cell in LANGUAGES:
            return cell
        self.wrong("language", "not a language of the reports", f"use {', '.join(LANGUAGES)}")
        return None

    def age(self) -> int | None:
        """Return the age at onset in years."""
        cell = self.cells.get("age_at_onset")
        if cell is None or (re.fullmatch(r"[0-9]{1,3}", cell) and int(cell) <= 120):
            return None if cell is None else int(cell)
        self.wrong("age_at_onset", "not an age", "whole years, 0 to 120")
        return None

    def path(self, column: str) -> Path | None:
        """Return a path, relative ones against the sheet's folder."""
        cell = self.cells.get(column)
        return None if cell is None else self.base / cell

    def existing(self, column: str, path: Path | None, cell: str = "") -> Path | None:
        """Return the path where something is there; `cell` is what the sheet says, where that is not all."""
        why = self._why_not_there(path) if path and self.look else ""
        if not why:
            return path
        if ADDRESS.match(written := cell or self.cells[column]):
            action = "copy the file here and name the copy: nothing is fetched while a run goes on"
            self.wrong(column, f"column {column} holds an address", action, written)
            return None
        self.wrong(column, f"the file in column {column} {why}", "correct the path", str(path))
        return None

    def _why_not_there(self, path: Path) -> str:
        found = why_not_named(str(path)) or stat_or_why(path)
        if isinstance(found, str):
            return found
        self.places[str(path)] = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
        return ""

    def callable(self) -> Path | None:
        """Return the callable regions; a path without an ending of BED that leads nowhere is not told."""
        path = self.path("callable")
        if path is None or _ending(path, BED_ENDINGS) or not (self.look and self._why_not_there(path)):
            return self.existing("callable", path)
        self.wrong("callable", "no file is there, and it is no BED by its ending", "correct the path")
        return None

    def vcf(self) -> tuple[Path, ...]:
        """Return the VCF files: one, several separated by `;`, or those that `{chrom}` finds."""
        found: list[Path] = []
        cells = [cell.strip() for cell in self.cells.get("vcf", "").split(";") if cell.strip()]
        if "vcf" in self.cells and not cells:
            self.wrong("vcf", "no file is named", "name a VCF, or leave the cell empty")
        for cell in cells:
            path = self.base / cell
            if not _ending(path, VCF_ENDINGS):
                self.wrong("vcf", "not a VCF by its ending", f"use {', '.join(VCF_ENDINGS)}")
            elif "{chrom}" in cell:
                found += self._by_chromosome(path)
            elif self.existing("vcf", path, cell):
                found.append(path)
        return tuple(dict.fromkeys(found))

    def _by_chromosome(self, template: Path) -> list[Path]:
        """Return the file of each chromosome; one that is missing would read as "no variant there"."""
        found = {chrom: self._of_chromosome(template, chrom) for chrom in CHROMOSOMES}
        missing = [chrom for chrom in NEEDED_CHROMOSOMES if not found[chrom]]
        twice = [chrom for chrom, paths in found.items() if len(paths) > 1]
        if not any(found.values()):
            action = "correct the path; {chrom} stands for 1, 9, 16, 21, with or without chr"
            self.wrong("vcf", "no file of that name exists for any chromosome", action, str(template))
        elif missing:
            expected = f"no file of that name exists for chromosome {', '.join(missing)}"
            action = "add it, or name the files that there are, separated by ;"
            self.wrong("vcf", expected, action, str(template))
        if twice:
            expected = f"two files are there for chromosome {', '.join(twice)}, with and without chr"
            self.wrong("vcf", expected, "remove one", str(template))
        return [path for paths in found.values() for path in paths]

    def _of_chromosome(self, template: Path, chrom: str) -> list[Path]:
        paths = [Path(str(template).replace("{chrom}", prefix + chrom)) for prefix in ("", "chr")]
        return [path for path in paths if not self._why_not_there(path)]

    def reads(self) -> Path | None:
        """Return the BAM or CRAM, which must have an index."""
        path = self.path("reads")
        if path is None:
            return None
        ending = _ending(path, READS_ENDINGS)
        if not ending:
            self.wrong("reads", "not a BAM or CRAM by its ending", "use .bam or .cram")
            return None
        if self.existing("reads", path) and self.look and index_of(path) is None:
            names = " or ".join(name.format(path.name, stem=path.stem) for name in INDEX_NAMES[ending])
            self.wrong("reads", f"there is no index ({names})", "make it with `samtools index`", str(path))
        return path


def _ending(path: Path, endings: Iterable[str]) -> str:
    return next((ending for ending in endings if path.name.endswith(ending)), "")


def _between_rows(patients: list[Patient], path: Path) -> list[Problem]:
    """Ids that are there twice, or that differ in case only (one folder on some file systems)."""
    problems = []
    ids: dict[str, str] = {}
    batches: dict[str, str] = {}
    for row in patients:
        seen = row.patient.lower() in ids
        other = ids.setdefault(row.patient.lower(), row.patient)
        if row.patient and seen:
            again = "the patient is there more than once"
            expected = again if other == row.patient else f"the id differs from {other!r} in case only"
            problems.append(Problem(row.patient, str(path), expected, "keep one row per patient, or rename"))
        batch = row.batch or UNBATCHED
        first = batches.setdefault(batch.lower(), batch)
        if first != batch:
            expected = f"batch {batch!r} differs from {first!r} in case only"
            problems.append(Problem(row.patient, str(path), expected, "write them alike"))
    return problems


def _shared_files(patients: list[Patient], places: Places) -> Iterator[Problem]:
    """Warn of one file (of one sample) named for several patients, also through several links.

    Without `vcf_sample` a VCF may be joint, with a column for each: what only its header tells is
    warned of when the headers have been read (`run_record.problem_lines`).
    """
    seen: dict[tuple[object, str], str] = {}
    for row in patients:
        named = [(path, row.vcf_sample or row.patient) for path in row.vcf]
        named += [(row.reads, "")] if row.reads else []
        for path, sample in named:
            place = places.get(str(path), os.path.normpath(path))
            other = seen.setdefault((place, sample), row.patient)
            if other != row.patient:
                expected = f"warning: the same data are named for patient {other}"
                action = "check the sheet if that is not meant"
                yield Problem(row.patient, os.path.normpath(path), expected, action)

"""The sample sheet: one row a patient, read strictly, every problem told at once.

The sheet is tab-separated UTF-8 (a byte-order mark and CRLF are fine). Cells are taken literally except that
one pair of enclosing double quotes is removed, as spreadsheet programs add it; a stray quote can therefore
never swallow the rows below it.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.files import why_not_there
from als_screen.patient import LibraryKind, Patient

ID_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CHROMOSOMES = ("1", "9", "16", "21")
#: Those of the genes whose sequence variants count; C9orf72 on 9 is judged by its repeat.
NEEDED_CHROMOSOMES = ("1", "16", "21")
VCF_ENDINGS = (".vcf", ".vcf.gz", ".bcf")
READS_ENDINGS = (".bam", ".cram")
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
#: What is printed on the clinical report only.
PERSONAL = ("name", "specimen", "birth_date", "collected", "received", "requester", "indication")
COLUMNS = (
    "patient", "vcf", "callable", "vcf_sample", "reads", "reads_sample", "library", "batch", "sex",
    "diagnosis", "family_history", "age_at_onset", "family", "research_consent", *PERSONAL,
)  # fmt: skip
MAX_CELL = 4096
#: Unicode categories that no cell may hold; in ids and paths also what cannot be seen or turns text around.
#: Names may hold the latter (right-to-left marks, joiners): they are printed, as text, and nothing else.
HIDDEN_IN_TEXT = ("Cc", "Zl", "Zp")
HIDDEN = (*HIDDEN_IN_TEXT, "Cf")
#: The batch of rows that name none.
UNBATCHED = "unbatched"


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
    patients = []
    for number, cells in _rows(path, problems):
        where = f"{path.name}, row {number}"
        patients.append(_patient(cells, where, path.parent, problems, look))
    problems += _between_rows(patients, path)
    if not patients and not problems:
        problems.append(Problem("", str(path), "the sheet has no patients", "add one row per patient"))
    if problems:
        raise InputError(problems)
    return Sheet(tuple(patients), tuple(_shared_files(patients)))


def read_row(cells: Mapping[str, str], base: Path) -> Patient:
    """Check one patient given without a sheet; relative paths are relative to `base`."""
    problems: list[Problem] = []
    patient = _patient(cells, "arguments", base, problems)
    if problems:
        raise InputError(problems)
    return patient


def index_of(path: Path) -> Path | None:
    """Return the index file beside `path`, or None where there is none."""
    return next(iter(indexes_of(path)), None)


def indexes_of(path: Path) -> list[Path]:
    """Return every index file beside `path`: htslib has its own order of preference among several."""
    ending = _ending(path, tuple(INDEX_NAMES))
    stem = str(path)[: -len(ending)] if ending else str(path)
    names = [name.format(path, stem=stem) for name in INDEX_NAMES.get(ending, ())]
    return [Path(name) for name in names if not why_not_there(Path(name))]


def _rows(path: Path, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the row number (1 is the header) and the non-empty cells by column."""
    lines = _lines(path)
    header = _header(lines[0])
    problems += _header_problems(header, path)
    if "patient" not in header:
        return
    for number, line in enumerate(lines[1:], start=2):
        cells = [_unquoted(cell) for cell in line.split("\t")]
        if not any(cells):
            continue
        if len(cells) > len(header) and any(cells[len(header) :]):
            expected = f"row {number} has {len(cells)} cells for {len(header)} columns"
            problems.append(Problem(cells[0][:64], str(path), expected, "remove the stray tab"))
        yield number, {name: cell for name, cell in zip(header, cells, strict=False) if cell}


def _lines(path: Path) -> list[str]:
    if why := why_not_there(path):
        action = "set `samples` in the configuration (the demo's inputs are made by `make setup`)"
        raise InputError([Problem("", str(path), f"the sample sheet {why}", action)])
    if not path.is_file():  # a pipe would block, and the sheet is read again by every job
        expected = "the sample sheet is not a regular file"
        raise InputError([Problem("", str(path), expected, "give a text file")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        expected = f"the sample sheet cannot be read: {error.strerror}"
        raise InputError([Problem("", str(path), expected, "give a readable file")]) from error
    except UnicodeDecodeError as error:
        raise _not_text(path) from error
    if "\0" in text:  # UTF-16 without its mark, or no text at all
        raise _not_text(path)
    return [line.rstrip("\r") for line in text.split("\n")]


def _not_text(path: Path) -> InputError:
    action = "save it as tab-separated text in UTF-8"
    return InputError([Problem("", str(path), "the sample sheet is not UTF-8 text", action)])


def _header(line: str) -> list[str]:
    """Return the column names without the empty ones at the end that spreadsheets leave."""
    names = [_unquoted(cell) for cell in line.split("\t")]
    while names and not names[-1]:
        names.pop()
    return names


def _header_problems(header: list[str], path: Path) -> list[Problem]:
    known = ", ".join(COLUMNS)
    problems = [
        Problem("", str(path), f"unknown column {name!r}", f"rename or remove it; the columns are {known}")
        for name in dict.fromkeys(header)
        if name not in COLUMNS
    ]
    problems += [
        Problem("", str(path), f"column {name!r} appears more than once", "keep one")
        for name in sorted(set(header))
        if header.count(name) > 1
    ]
    if "patient" not in header:
        action = "the first line must name the columns, separated by tabs"
        problems.append(Problem("", str(path), "there is no column 'patient'", action))
    return problems


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) >= 2 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"').strip()
    return cell


def _patient(
    cells: Mapping[str, str], where: str, base: Path, problems: list[Problem], look: bool = True
) -> Patient:
    """Return the row as a `Patient`; what is wrong goes to `problems` and is left at its default."""
    row = _Row(cells, where, base, problems, look)
    vcf, reads = row.vcf(), row.reads()
    if "vcf" not in cells and "reads" not in cells:
        row.wrong("vcf, reads", "neither a VCF nor a BAM/CRAM is named", "fill in `vcf`, `reads`, or both")
    return Patient(
        patient=row.identifier("patient") or "",
        vcf=vcf,
        vcf_sample=cells.get("vcf_sample"),
        callable=row.existing("callable", row.path("callable")),
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
        **{name: cells.get(name) for name in PERSONAL},
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """One row being checked; every method returns the value or notes a problem and returns a default."""

    cells: Mapping[str, str]
    where: str
    base: Path
    problems: list[Problem]
    look: bool = True

    def wrong(self, column: str, expected: str, action: str, path: str = "") -> None:
        """Note a problem of this row."""
        patient = self.cells.get("patient", "")[:64]
        self.problems.append(Problem(patient, path or f"{self.where}, {column}", expected, action))

    def __post_init__(self) -> None:
        """Refuse what no cell may hold."""
        for column, cell in self.cells.items():
            if len(cell) > MAX_CELL:
                self.wrong(column, f"{len(cell)} characters in one cell", f"at most {MAX_CELL}")
            if hidden := _hidden(cell, HIDDEN_IN_TEXT if column in PERSONAL else HIDDEN):
                self.wrong(column, f"a control character ({hidden})", "remove it")

    def identifier(self, column: str) -> str | None:
        """Return an id, which is used in file names."""
        cell = self.cells.get(column)
        if cell is None and column == "patient":
            self.wrong(column, "the patient has no id", "fill in `patient`")
        elif cell is not None and not ID_PATTERN.fullmatch(cell):
            action = "use at most 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit"
            self.wrong(column, f"{cell[:80]!r} cannot be used as a {column} id", action)
        return cell

    def choice(self, column: str) -> str:
        """Return one of the values of a closed column."""
        cell = self.cells.get(column, "unknown")
        if cell in CHOICES[column]:
            return cell
        self.wrong(column, f"{cell[:80]!r} is not a value of {column}", f"use {', '.join(CHOICES[column])}")
        return "unknown"

    def age(self) -> int | None:
        """Return the age at onset in years."""
        cell = self.cells.get("age_at_onset")
        if cell is None or (re.fullmatch(r"[0-9]{1,3}", cell) and int(cell) <= 120):
            return None if cell is None else int(cell)
        self.wrong("age_at_onset", f"{cell[:80]!r} is not an age", "whole years, 0 to 120")
        return None

    def path(self, column: str) -> Path | None:
        """Return a path, relative ones against the sheet's folder."""
        cell = self.cells.get(column)
        return None if cell is None else self.base / cell

    def existing(self, column: str, path: Path | None) -> Path | None:
        """Return the path where something is there."""
        why = why_not_there(path) if path and self.look else ""
        if not why:
            return path
        self.wrong(column, f"the file in column {column} {why}", "correct the path", str(path))
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
                self.wrong("vcf", "not a VCF by its ending", f"use {', '.join(VCF_ENDINGS)}", str(path))
            elif "{chrom}" in cell:
                found += self._by_chromosome(path)
            elif self.existing("vcf", path):
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

    @staticmethod
    def _of_chromosome(template: Path, chrom: str) -> list[Path]:
        paths = [Path(str(template).replace("{chrom}", prefix + chrom)) for prefix in ("", "chr")]
        return [path for path in paths if not why_not_there(path)]

    def reads(self) -> Path | None:
        """Return the BAM or CRAM, which must have an index."""
        path = self.path("reads")
        if path is None:
            return None
        ending = _ending(path, READS_ENDINGS)
        if not ending:
            self.wrong("reads", "not a BAM or CRAM by its ending", "use .bam or .cram", str(path))
            return None
        if self.existing("reads", path) and self.look and index_of(path) is None:
            names = " or ".join(name.format(path.name, stem=path.stem) for name in INDEX_NAMES[ending])
            self.wrong("reads", f"there is no index ({names})", "make it with `samtools index`", str(path))
        return path


def _hidden(cell: str, refused: Sequence[str]) -> str:
    """Return the first character of the refused Unicode categories (as "U+202E"), "" for none."""
    if cell.isprintable():
        return ""
    hidden = (char for char in cell if unicodedata.category(char) in refused)
    return next((f"U+{ord(char):04X}" for char in hidden), "")


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


def _shared_files(patients: list[Patient]) -> Iterator[Problem]:
    """Warn of one file (of one sample) named for several patients.

    Without `vcf_sample` a VCF may be joint, with a column for each: what only its header tells is
    warned of when the headers have been read (`run_record.problem_lines`).
    """
    seen: dict[tuple[str, str], str] = {}
    for row in patients:
        keys = [(os.path.normpath(path), row.vcf_sample or row.patient) for path in row.vcf]
        keys += [(os.path.normpath(row.reads), "")] if row.reads else []
        for key in keys:
            other = seen.setdefault(key, row.patient)
            if other != row.patient:
                expected = f"warning: the same data are named for patient {other}"
                yield Problem(row.patient, key[0], expected, "check the sheet if that is not meant")


def read_slices(path: Path, batch_size: int) -> dict[str, list[Patient]]:
    """Return the units of work of a run that has been started, for its jobs: no file is looked for."""
    return slices(read_sheet(path, look=False).patients, batch_size)


def slices(patients: Iterable[Patient], batch_size: int) -> dict[str, list[Patient]]:
    """Cut the patients into the units of work `{batch}.0001`, … of at most `batch_size`, in sheet order.

    Rows without a batch are in `unbatched.0001`, …. Appending rows changes the last slice of a batch only.
    """
    by_batch: dict[str, list[Patient]] = {}
    for row in patients:
        by_batch.setdefault(row.batch or UNBATCHED, []).append(row)
    return {
        f"{batch}.{number:04d}": rows[start : start + batch_size]
        for batch, rows in by_batch.items()
        for number, start in enumerate(range(0, len(rows), batch_size), start=1)
    }

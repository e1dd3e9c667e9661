"""The truth set of a laboratory: a TSV, checked as a whole before anything is compared.

Columns: `patient`, `repeat_state`, `repeat_short`, `repeat_long`, `variants`; an empty cell means that it was
not tested. See docs/validation.md.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from als_screen.errors import InputError, Problem
from als_screen.evidence import Zygosity
from als_screen.files import why_not_there
from als_screen.interpretation.naming.alleles import NotAnAlleleError, left_aligned
from als_screen.models import Report
from als_screen.patient import known_id
from als_screen.regions import CHROMOSOME_ACCESSIONS, VARIANT_GENES, Build, Gene
from als_screen.resources import Resources
from als_screen.states import RepeatState

COLUMNS = ("patient", "repeat_state", "repeat_short", "repeat_long", "variants")
#: What another method can say of the repeat.
STATES = (RepeatState.EXPANDED, RepeatState.INTERMEDIATE, RepeatState.NOT_EXPANDED)
#: In the column `variants`: tested, and nothing found.
NONE = "none"

_ALLELE = re.compile(r"(?:chr)?(1|16|21)[-:](\d+)[-: ]([ACGT]+)[-:>]([ACGT]+)", re.IGNORECASE)
_GENOMIC = re.compile(r"(NC_\d+\.\d+):g\.((\d+)\S*)")
_CODING = re.compile(r"([A-Za-z0-9_]+)(?:\.\d+)?:c\.(\S+)")


@dataclass(frozen=True, slots=True)
class TruthVariant:
    """One variant that a patient is known to carry.

    Attributes:
        text: as written.
        gene: whose.
        coding: what follows `c.`, "" where the allele is given instead.
        allele: 1-based left-aligned chrom, pos, ref, alt in the patient's build; None with a name.
        zygosity: None where it is not known.
        genomic: the whole HGVS name on the chromosome, "" where it is given otherwise.
    """

    text: str
    gene: Gene
    coding: str
    allele: tuple[str, int, str, str] | None
    zygosity: Zygosity | None
    genomic: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one patient; None where it was not tested."""

    patient: str
    state: RepeatState | None
    short: int | None
    long: int | None
    variants: tuple[TruthVariant, ...] | None


def read_truth(path: Path, results: dict[str, Report], resources: Resources) -> list[Truth]:
    """Return the rows of the truth set.

    Args:
        path: of the TSV.
        results: by patient; every patient of the truth set must be among them.
        resources: bundled reference and transcripts.

    Raises:
        InputError: with every problem of the file.
    """
    problems: list[Problem] = []
    rows = [_Row(number, cells, path, problems) for number, cells in _cells(path)]
    found = [row.truth(results, resources) for row in rows]
    names = [truth.patient for truth in found]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem(name, str(path), "the patient is there more than once", "keep one row"))
    if not rows:
        problems.append(Problem("", str(path), "there is no row below the header", "add the patients"))
    if problems:
        raise InputError(problems)
    return found


def patients_of(path: Path) -> set[str]:
    """Return who is in a truth set; raises `InputError` where it cannot be read."""
    return {cells["patient"] for _, cells in _cells(path)}


def _cells(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the cells of each row; raise `InputError` where the header is wrong."""
    why = why_not_there(path) or ("" if path.is_file() else "is not a file")
    if why:
        raise InputError([Problem("", str(path), f"the truth set {why}", "correct the path")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem("", str(path), "not readable as UTF-8 text", "save it as TSV")]) from error
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = [name.strip() for name in lines[0].split("\t")]
    unknown = [name for name in header if name not in COLUMNS]
    wrong = [f"unknown column {name!r}" for name in unknown]
    wrong += [] if "patient" in header else ["there is no column 'patient'"]
    wrong += ["a column is there twice"] if len(set(header)) < len(header) else []
    if wrong:
        action = f"the columns are {', '.join(COLUMNS)}, separated by tabs"
        raise InputError([Problem("", str(path), text, action) for text in wrong])
    for number, cells in enumerate(csv.reader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE), start=2):
        if any(cell.strip() for cell in cells):
            padded = [cell.strip() for cell in cells] + [""] * len(header)
            yield number, dict(zip(header, padded, strict=False))


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: dict[str, str]
    path: Path
    problems: list[Problem]

    def truth(self, results: dict[str, Report], resources: Resources) -> Truth:
        """Return the row; what is wrong goes to `problems`."""
        patient = self.cells["patient"]
        report = results.get(patient)
        if report is None:
            self.wrong("patient", "the results hold no such patient", "screen the patient, or remove the row")
        elif report.repeat.basis == "orthogonal":
            action = "validate results that were made without confirmations"
            self.wrong("patient", "the state in the results is itself a confirmation, not from reads", action)
        state, short, long = self.state(), self.size("repeat_short"), self.size("repeat_long")
        if short is not None and long is not None and short > long:
            self.wrong("repeat_short", "the short allele is longer than the long one", "exchange them")
        if report is not None and long is not None:
            state = self.agreed(state, long, report)
        return Truth(patient, state, short, long, self.variants(report, resources))

    def wrong(self, column: str, expected: str, action: str) -> None:
        """Note a problem."""
        where = f"{self.path}, row {self.number}, {column}"
        self.problems.append(Problem(known_id(self.cells["patient"]), where, expected, action))

    def state(self) -> RepeatState | None:
        """Return the state that another method gave."""
        cell = self.cells.get("repeat_state", "")
        if not cell or cell in STATES:
            return RepeatState(cell) if cell else None
        self.wrong("repeat_state", f"{cell[:40]!r} is not a state", f"use {', '.join(STATES)}")
        return None

    def size(self, column: str) -> int | None:
        """Return a size in units."""
        cell = self.cells.get(column, "")
        if not cell or re.fullmatch(r"[0-9]{1,5}", cell):
            return int(cell) if cell else None
        action = "give whole units; where only the class is known, repeat_state"
        self.wrong(column, f"{cell[:40]!r} is not a number of repeats", action)
        return None

    def agreed(self, state: RepeatState | None, long: int, report: Report) -> RepeatState:
        """Return the state of a size under the policy of the results; it must be the one that is given."""
        policy = report.repeat.policy
        above = (long > policy.normal_max) + (long > policy.intermediate_max)
        derived = (RepeatState.NOT_EXPANDED, RepeatState.INTERMEDIATE, RepeatState.EXPANDED)[above]
        if state is not None and state is not derived:
            expected = f"{long} repeats are {derived} under policy {policy.name}, the row says {state}"
            self.wrong("repeat_state", expected, "correct one of them")
        return derived

    def variants(self, report: Report | None, resources: Resources) -> tuple[TruthVariant, ...] | None:
        """Return the variants, () for none, None where the genes were not tested."""
        cell = self.cells.get("variants", "")
        if not cell:
            return None
        items = [item.strip() for item in cell.split(";") if item.strip()]
        if [item.lower() for item in items] == [NONE]:
            return ()
        build = report.genome_build if report is not None else None
        found = [self.variant(item, build, resources) for item in items]
        return tuple(variant for variant in found if variant is not None)

    def variant(self, item: str, build: Build | None, resources: Resources) -> TruthVariant | None:
        """Return one variant."""
        name, zygosity = self.zygosity(item)
        if coding := _CODING.fullmatch(name):
            return self.coding(item, coding[1], coding[2], zygosity, resources)
        if allele := _ALLELE.fullmatch(name):
            return self.allele(item, allele, zygosity, build, resources)
        if genomic := _GENOMIC.fullmatch(name):
            return self.genomic(item, genomic, zygosity, build, resources)
        action = "write NM_000454.5:c.14C>T, SOD1:c.14C>T, or chr21-31659783-C-T"
        self.wrong("variants", f"{item[:60]!r} is not a variant", action)
        return None

    def zygosity(self, item: str) -> tuple[str, Zygosity | None]:
        """Return the name and the zygosity behind it."""
        name, _, last = item.rpartition(" ")
        known = {"het": Zygosity.HETEROZYGOUS, "hom": Zygosity.HOMOZYGOUS}
        known |= {one.value: one for one in Zygosity if one is not Zygosity.UNKNOWN}
        return (name.strip(), known[last.lower()]) if name and last.lower() in known else (item, None)

    def coding(
        self, item: str, reference: str, change: str, zygosity: Zygosity | None, resources: Resources
    ) -> TruthVariant | None:
        """Return a variant that is named on a transcript."""
        names = {gene.value.upper(): gene for gene in VARIANT_GENES}
        for gene in VARIANT_GENES:
            accession = resources.transcript(Build.GRCH38, gene).accession
            names[accession.partition(".")[0]] = gene
        found = names.get(reference.upper())
        if found is None:
            action = f"name it on {', '.join(sorted(names))}, or give the genomic allele"
            self.wrong("variants", f"{item[:60]!r} is named on another transcript", action)
            return None
        return TruthVariant(item, found, plain_coding(change), None, zygosity)

    def genomic(
        self,
        item: str,
        found: re.Match[str],
        zygosity: Zygosity | None,
        build: Build | None,
        resources: Resources,
    ) -> TruthVariant | None:
        """Return a variant that is named on a chromosome of the patient's build."""
        name = f"{found[1]}:g.{plain_coding(found[2])}"
        if build is None:
            return TruthVariant(item, Gene.SOD1, "", None, zygosity, name)
        chroms = {accession: chrom for chrom, accession in CHROMOSOME_ACCESSIONS[build].items()}
        at = int(found[3])
        gene = resources.gene_at(build, chroms[found[1]], at - 1, at) if found[1] in chroms else None
        if gene is None:
            self.wrong(
                "variants", f"{item[:60]!r} lies in none of the genes ({build})", "correct or remove it"
            )
            return None
        return TruthVariant(item, gene, "", None, zygosity, name)

    def allele(
        self,
        item: str,
        found: re.Match[str],
        zygosity: Zygosity | None,
        build: Build | None,
        resources: Resources,
    ) -> TruthVariant | None:
        """Return a variant that is given as an allele of the patient's build."""
        if build is None:  # the patient is unknown, which is told, or not analysed: nothing to compare
            return TruthVariant(item, Gene.SOD1, "", (found[1], int(found[2]), found[3], found[4]), zygosity)
        gene = resources.gene_at(build, found[1], int(found[2]) - 1, int(found[2]))
        if gene is None:
            self.wrong(
                "variants", f"{item[:60]!r} lies in none of the genes ({build})", "correct or remove it"
            )
            return None
        try:
            place = left_aligned(resources.slices(build)[gene], int(found[2]), found[3], found[4])
        except NotAnAlleleError as error:
            self.wrong("variants", f"{item[:60]!r}: {error} ({build})", "give it in the patient's build")
            return None
        return TruthVariant(item, gene, "", (found[1], *place), zygosity)


def plain_coding(change: str) -> str:
    """Return what follows `c.` as it is compared: without the bases behind `del` and `dup`."""
    return re.sub(r"(del|dup)[ACGT]+$", r"\1", change.strip("()"))

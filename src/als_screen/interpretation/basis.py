"""What the results of a batch rest on, kept beside its findings as `{batch}.basis.json`.

A hash of each thing, so that a later run can tell whether a result still holds; `reuse.py` asks that.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from operator import not_
from pathlib import Path

from pydantic import Field

from als_screen.config import INTERPRETATION_SETTINGS
from als_screen.evidence import Record
from als_screen.interpretation.annotate import Annotator, Asked, Description
from als_screen.interpretation.interpret import Interpreter
from als_screen.regions import Build, Gene

PACKAGE = Path(__file__).resolve().parents[1]
#: Tables that are asked for frequencies beside what is said of alleles: by these persons are told apart.
_POPULATIONS = ("gnomad", "local_frequencies")


class Answered(Record):
    """What was said of one left-aligned allele, as hashes without the release of ClinVar.

    Attributes:
        told: of what the tables have under this allele; where that and `Basis.background` are as they were,
            so is `answer`.
        answer: of all that a result takes from its description.
    """

    build: Build
    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    told: str
    answer: str

    @property
    def asked(self) -> Asked:
        """Return the allele as it is asked for."""
        return self.build, self.gene, (self.chrom, self.pos, self.ref, self.alt)


class PatientBasis(Record):
    """What a patient's result rests on.

    Attributes:
        inputs: hash of row, evidence and confirmations.
        line: SHA-256 of the line of findings.
        asked: places in `Basis.alleles`.
        matches: the data match a file of a patient of the batch whose files are of different persons.
        fault: a bug ended the interpretation; tried again at the next start.
    """

    patient: str
    inputs: str
    line: str
    asked: tuple[int, ...]
    matches: bool
    fault: bool = Field(False, exclude_if=not_)


class Basis(Record):
    """`{batch}.basis.json`.

    Attributes:
        fixed: hash of what all results rest on besides the answers and the known alleles.
        known: hash of the alleles that are known to be pathogenic, which the reads are asked for.
        background: hash of what answers rest on besides what tables have under the allele itself.
    """

    schema_version: str = "1.0"
    fixed: str
    known: str
    background: str
    alleles: tuple[Answered, ...]
    patients: tuple[PatientBasis, ...]


def basis_beside(findings: Path) -> Path:
    """Return where the basis of a file of findings is."""
    return findings.with_suffix(".basis.json")


def ground_of(interpreter: Interpreter) -> Basis:
    """Return what all results rest on, without alleles and patients."""
    known = sha256(repr(sorted(interpreter.known.items())).encode()).hexdigest()
    fixed, background = _fixed(interpreter), _background(interpreter)
    return Basis(fixed=fixed, known=known, background=background, alleles=(), patients=())


def _fixed(interpreter: Interpreter) -> str:
    """Return a hash of code, settings, policies, bundled resources, known MNVs and populations."""
    versions = interpreter.versions
    tables = {*interpreter.annotator.knowledge.versions(), *interpreter.annotator.local_versions}
    kept = {name: one.sha256 for name, one in versions.items() if name not in tables or name in _POPULATIONS}
    chosen = interpreter.settings.model_dump_json(include=INTERPRETATION_SETTINGS)
    joined = [interpreter.annotator.known_mnvs(build, gene) for build in Build for gene in Gene]
    parts = (_code(), chosen, sorted(kept.items()), joined)
    return sha256(repr(parts).encode()).hexdigest()


@cache
def _code() -> str:
    """Return a hash of the package: other code may come to other results."""
    digest = sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _answer(said: Description) -> str:
    """Return a hash of all that a result takes from a description; the release of ClinVar is written anew."""
    facts, record = said.facts, said.facts and said.facts.clinvar
    parts = (
        said.name,
        said.classification,
        said.known,
        said.not_reported_reason,
        facts is None,
        record and (record.variation_id, record.significance, record.stars),
        facts and facts.population and facts.population.frequency(),
        facts and facts.curated,
    )
    return sha256(repr(parts).encode()).hexdigest()[:16]


def told(asked: Asked, annotator: Annotator) -> str:
    """Return a hash of what tables and persons say under an allele; frequencies are part of `fixed`."""
    build, _, key = asked
    tables = annotator.knowledge.builds[build]
    record = tables.clinvar.get(key)
    parts = (
        record and replace(record, seen=""),
        tables.catalogue.get(key),
        tables.curated.get(key),
        tables.scores.get(key),
        annotator.supplied.get((build, key)),
    )
    return sha256(repr(parts).encode()).hexdigest()[:16]


def _background(interpreter: Interpreter) -> str:
    """Return a hash of domains, of frequencies by name, of what gnomAD covered, and of known alleles.

    Of these it counts how certain each is; frequencies are a part of `_fixed` by content.
    """
    knowledge = interpreter.annotator.knowledge
    known = [
        (one, knowledge.builds[build].is_certain((one.chrom, one.pos, one.ref, one.alt)))
        for build in Build
        for one in interpreter.known[build]
    ]
    names = [interpreter.versions.get(name) for name in _POPULATIONS]
    covered = [tables.covered for tables in knowledge.builds.values()]
    parts = (knowledge.domains, names, covered, known)
    return sha256(repr(parts).encode()).hexdigest()


def answered(key: Asked, annotator: Annotator) -> Answered:
    """Return what tables have under an allele, and what is said of it, as hashes."""
    build, gene, (chrom, pos, ref, alt) = key
    answer = _answer(annotator.describe(build, gene, chrom, pos, ref, alt))
    has = told(key, annotator)
    return Answered(build=build, gene=gene, chrom=chrom, pos=pos, ref=ref, alt=alt, told=has, answer=answer)

"""Hashes of what results rest on besides a patient's own data: code, settings, policies, and what is known.

`told` and `answered` say it of one allele.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from als_screen.config import INTERPRETATION_SETTINGS
from als_screen.interpretation.annotate import Annotator, Asked, Description
from als_screen.interpretation.basis import Answered, Basis, where
from als_screen.interpretation.interpret import Interpreter
from als_screen.regions import Build, Gene

PACKAGE = Path(__file__).resolve().parents[1]
#: Tables that are asked for frequencies beside what is said of alleles: by these persons are told apart.
_POPULATIONS = ("gnomad", "local_frequencies")


def ground_of(interpreter: Interpreter) -> Basis:
    """Return what all results rest on, without alleles and patients."""
    known = sha256(repr(sorted(interpreter.known.items())).encode()).hexdigest()
    background = {
        where(build, gene): _background(interpreter, build, gene) for build in Build for gene in Gene
    }
    return Basis(fixed=_fixed(interpreter), known=known, background=background, alleles=(), patients=())


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


def _background(interpreter: Interpreter, build: Build, gene: Gene) -> str:
    """Return a hash of domains, frequencies by name, what gnomAD covered, and the gene's known alleles.

    Of these it counts how certain each is; frequencies are a part of `_fixed` by content.
    """
    knowledge = interpreter.annotator.knowledge
    tables = knowledge.builds[build]
    known = [
        (one, tables.is_certain((one.chrom, one.pos, one.ref, one.alt)))
        for one in interpreter.known[build]
        if one.gene is gene
    ]
    names = [interpreter.versions.get(name) for name in _POPULATIONS]
    parts = (knowledge.domains, names, tables.covered, known)
    return sha256(repr(parts).encode()).hexdigest()


def answered(key: Asked, annotator: Annotator) -> Answered:
    """Return what tables have under an allele, and what is said of it, as hashes."""
    build, gene, (chrom, pos, ref, alt) = key
    answer = _answer(annotator.describe(build, gene, chrom, pos, ref, alt))
    has = told(key, annotator)
    return Answered(build=build, gene=gene, chrom=chrom, pos=pos, ref=ref, alt=alt, told=has, answer=answer)

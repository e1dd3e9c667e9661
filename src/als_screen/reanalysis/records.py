"""The records of a knowledge table that can move a change, and knowledge with one of them exchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.interpret import Interpreter
from als_screen.interpretation.knowledge.lookup import BuildKnowledge
from als_screen.interpretation.knowledge.records import AlleleKey, ClinvarEntry
from als_screen.interpretation.recheck import Placed
from als_screen.reanalysis.trial import Entry
from als_screen.regions import Build

#: Tables that say something of single alleles, and where it is kept.
OF_ALLELES = {
    "clinvar": "clinvar",
    "gnomad": "populations",
    "curated": "curated",
    "known_als_variants": "catalogue",
    "predictors": "scores",
}


def candidates(
    one: Annotator,
    other: Annotator,
    build: Build,
    differing: Set[AlleleKey],
    alleles: Iterable[Placed],
    carried: Sequence[Placed],
) -> list[AlleleKey]:
    """Return, of the alleles of which a table says something else, those that can move what is said of some.

    These are records of the alleles themselves, of what overlaps them (a substitution of several bases and
    its parts), of known alleles that change the same residue (PS1, PM5), and of the other alleles that are
    carried in the gene (partners of a recessive one). Sorted by position.

    Args:
        one: of the earlier knowledge.
        other: of the later knowledge.
        build: of the result.
        differing: what `changed` gives for the table.
        alleles: that the change is about.
        carried: every allele of the patient.
    """
    found: set[AlleleKey] = set()
    for allele in alleles:
        partners = {_key(each) for each in carried if each.gene is allele.gene}
        near = _neighbours(one, build, allele) ^ _neighbours(other, build, allele)
        found |= {key for key in differing if _overlaps(key, allele)}
        found |= differing & (partners | {key for key, _ in near})
    return sorted(found, key=lambda key: (key[0], key[1], key[2:]))


def changed(one: BuildKnowledge, other: BuildKnowledge, table: str) -> set[AlleleKey]:
    """Return the alleles of which a table says something that results are judged by or print."""
    before: Mapping[AlleleKey, object] = getattr(one, OF_ALLELES[table])
    after: Mapping[AlleleKey, object] = getattr(other, OF_ALLELES[table])
    return {key for key in {*before, *after} if _judged(before.get(key)) != _judged(after.get(key))}


def with_entry(one: Interpreter, other: Interpreter, entry: Entry) -> Interpreter:
    """Return an interpreter that has one entry of a table from another one, and all else as it is."""
    knowledge = one.annotator.knowledge
    mine, theirs = knowledge.builds[entry.build], other.annotator.knowledge.builds[entry.build]
    name = OF_ALLELES[entry.table]
    entries = {key: value for key, value in getattr(mine, name).items() if key != entry.key}
    if entry.key in getattr(theirs, name):
        entries[entry.key] = getattr(theirs, name)[entry.key]
    changes: dict[str, Any] = {name: entries, "genes": {**theirs.genes, **mine.genes}}
    tables = replace(mine, **changes)
    return one.with_knowledge(replace(knowledge, builds={**knowledge.builds, entry.build: tables}))


def _judged(entry: object) -> object:
    """Return what counts of an entry: of ClinVar neither dates nor condition, nor the words for the stars."""
    if isinstance(entry, ClinvarEntry):
        return entry.variation_id, entry.significance, entry.stars
    return entry


def _neighbours(annotator: Annotator, build: Build, allele: Placed) -> set[tuple[AlleleKey, bool]]:
    """Return the known alleles that change the same residue, and how certain each is."""
    said = annotator.describe(build, allele.gene, *_key(allele))
    return {(one.key, one.certain) for one in said.facts.known_at_residue} if said.facts else set()


def _overlaps(key: AlleleKey, allele: Placed) -> bool:
    chrom, pos, ref, _ = key
    same = chrom == allele.chrom.removeprefix("chr")
    return same and pos < allele.pos + len(allele.ref) and allele.pos < pos + len(ref)


def _key(allele: Placed) -> AlleleKey:
    return allele.chrom.removeprefix("chr"), allele.pos, allele.ref, allele.alt

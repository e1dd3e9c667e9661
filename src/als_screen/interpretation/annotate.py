"""Everything that is said about an allele: name, class, knowledge, inheritance, whether it is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from als_screen.evidence import Allele, Zygosity
from als_screen.interpretation.alleles import NotAnAlleleError, left_aligned
from als_screen.interpretation.classify import classify
from als_screen.interpretation.criteria_facts import FactFinder, Facts
from als_screen.interpretation.criteria_policy import BUNDLED_POLICY, Policy, load_policy
from als_screen.interpretation.inheritance import Partner, inheritance
from als_screen.interpretation.knowledge import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.interpretation.knowledge_records import AlleleKey, ClinvarEntry
from als_screen.interpretation.names import Name, Namer
from als_screen.interpretation.reportable import not_reported_reason
from als_screen.models import (
    Basis,
    Classification,
    ClinvarRecord,
    Criterion,
    Frequency,
    Inheritance,
    VariantClass,
)
from als_screen.regions import Build, Gene
from als_screen.resources import Resources, bundled

PATHOGENIC = frozenset({Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC})


@dataclass(frozen=True, slots=True)
class Annotation:
    """What is said about one allele of one patient.

    `known`: ClinVar pathogenic or likely pathogenic at one star or more without conflict, or curated.
    `not_reported_reason` is None exactly where `reported`.
    """

    name: Name
    classification: VariantClass
    clinvar: ClinvarRecord | None
    frequency: Frequency | None
    inheritance: Inheritance
    known: bool
    reported: bool
    not_reported_reason: str | None


@dataclass(frozen=True, slots=True)
class _Described:
    """What is said about an allele whoever carries it."""

    name: Name
    facts: Facts | None
    classification: VariantClass
    known: bool
    not_reported_reason: str | None


@dataclass(slots=True)
class Context:
    """What annotating needs, read once per process; unique alleles are described once.

    `supplied`: criteria that a person supplied, by build and allele. `splice_bases`: intron beside each
    coding exon that is reportable.
    """

    resources: Resources
    knowledge: Knowledge
    policy: Policy
    namer: Namer
    splice_bases: int = 8
    supplied: Mapping[tuple[Build, AlleleKey], tuple[Criterion, ...]] = field(default_factory=dict)
    _finder: FactFinder = field(init=False)
    _described: dict[tuple[Build, Gene, AlleleKey], _Described] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index the known residues."""
        self._finder = FactFinder(self.resources, self.knowledge, self.policy.founder_groups)

    @classmethod
    def load(
        cls,
        knowledge: Path = BUNDLED_KNOWLEDGE,
        policy: Path = BUNDLED_POLICY,
        resources: Resources | None = None,
        splice_bases: int = 8,
    ) -> Context:
        """Read knowledge and policy; raises `InputError` where one cannot be used."""
        found = resources or bundled()
        return cls(found, Knowledge.load(knowledge), load_policy(policy), Namer(found), splice_bases)

    def described(self, build: Build, gene: Gene, chrom: str, pos: int, ref: str, alt: str) -> _Described:
        """Return what is said about an allele in any spelling, whoever carries it."""
        try:
            place = left_aligned(self.resources.slices(build)[gene], pos, ref, alt)
        except NotAnAlleleError:
            place = (pos, ref, alt)
        key = (chrom, *place)
        if (build, gene, key) not in self._described:
            self._described[build, gene, key] = self._describe(build, gene, key)
        return self._described[build, gene, key]

    def _describe(self, build: Build, gene: Gene, key: AlleleKey) -> _Described:
        name = self.namer.name(build, gene, *key)
        if name.change is None:
            return _Described(name, None, _unclassified(name), known=False, not_reported_reason=None)
        supplied = self.supplied.get((build, key), ())
        facts = self._finder.facts(build, gene, key, name, supplied)
        known = self.knowledge.builds[build].is_known(key)
        classification = classify(facts, self.policy)
        reportable = self.resources.reportable(build, gene, self.splice_bases)
        reason = not_reported_reason(facts, classification.proposed, reportable, self.policy, known=known)
        return _Described(name, facts, classification, known, reason)


def annotate(build: Build, allele: Allele, context: Context, others: Sequence[Allele] = ()) -> Annotation:
    """Return everything that is said about an allele of a patient.

    Args:
        build: the patient's genome build.
        allele: left-aligned or not.
        context: knowledge, policy and names.
        others: the patient's other alleles that count as present; a pathogenic one of the same gene can be
            the partner of a recessive allele.
    """
    found = _described(build, allele, context)
    facts = found.facts
    partner = _partner(build, allele, context, others)
    fits = inheritance(allele.zygosity, facts.curated if facts else None, partner)
    return Annotation(
        name=found.name,
        classification=found.classification,
        clinvar=_clinvar(facts.clinvar) if facts and facts.clinvar else None,
        frequency=facts.population.frequency() if facts and facts.population else None,
        inheritance=fits,
        known=found.known,
        reported=found.not_reported_reason is None,
        not_reported_reason=found.not_reported_reason,
    )


def _described(build: Build, allele: Allele, context: Context) -> _Described:
    return context.described(build, allele.gene, allele.chrom, allele.pos, allele.ref, allele.alt)


def _clinvar(entry: ClinvarEntry) -> ClinvarRecord:
    """Return the record for the report; its release is the snapshot that holds it."""
    return ClinvarRecord(
        variation_id=entry.variation_id,
        significance=entry.significance,
        stars=entry.stars,
        release=entry.seen,
    )


def _unclassified(name: Name) -> VariantClass:
    """Return the class of what could not be named: uncertain, and the reason."""
    conflict = f"could not be interpreted: {name.problem}"
    return VariantClass(
        proposed=Classification.UNCERTAIN, basis=Basis.CRITERIA, conflict=conflict, points=0, criteria=()
    )


def _partner(build: Build, allele: Allele, context: Context, others: Sequence[Allele]) -> Partner:
    """Return where the other pathogenic alleles of the gene lie; the clearest answer wins."""
    found = {
        phase(allele, other)
        for other in others
        if other.gene is allele.gene
        and (other.pos, other.ref, other.alt) != (allele.pos, allele.ref, allele.alt)
        and _described(build, other, context).classification.proposed in PATHOGENIC
    }
    ranked = (Partner.TRANS, Partner.UNPHASED, Partner.CIS)
    return next((partner for partner in ranked if partner in found), Partner.NONE)


def phase(one: Allele, other: Allele) -> Partner:
    """Return whether two alleles of a person lie on the same copy of the gene.

    A homozygous allele lies on both copies. Otherwise both must be phased in one phase set.
    """
    if Zygosity.HOMOZYGOUS in {one.zygosity, other.zygosity}:
        return Partner.TRANS
    copies = (_copy(one), _copy(other))
    if None in copies or one.phase_set is None or one.phase_set != other.phase_set:
        return Partner.UNPHASED
    return Partner.CIS if copies[0] == copies[1] else Partner.TRANS


def _copy(allele: Allele) -> int | None:
    """Return which copy of a phased genotype carries the allele; None where it is not phased or on both."""
    called = allele.genotype.split("|")
    places = [index for index, name in enumerate(called) if name == str(allele.allele_index)]
    return places[0] if len(called) > 1 and len(places) == 1 else None

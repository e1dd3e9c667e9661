"""Everything that is said about an allele: name, class, knowledge, inheritance, whether it is reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from als_screen.evidence import Allele
from als_screen.interpretation.criteria.classify import classify
from als_screen.interpretation.criteria.facts import FactFinder, Facts
from als_screen.interpretation.criteria.policy import BUNDLED_POLICY, Policy, load_policy, policy_version
from als_screen.interpretation.inheritance import Partner, inheritance
from als_screen.interpretation.knowledge.local import LocalFiles, Supplied, read_local, with_local
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.interpretation.knowledge.records import AlleleKey, ClinvarEntry
from als_screen.interpretation.naming.alleles import Change, NotAnAlleleError, left_aligned, parsed
from als_screen.interpretation.naming.haplotype import Joined, phase, put_together, taken_apart
from als_screen.interpretation.naming.names import Name, Namer
from als_screen.interpretation.reportable import not_reported_reason, unnamed_reason
from als_screen.models import ClinvarRecord, Frequency, Inheritance, ResourceVersion, VariantClass
from als_screen.regions import Build, Gene
from als_screen.resources import Resources, bundled
from als_screen.states import Basis, Classification

#: An allele that was asked for.
Asked = tuple[Build, Gene, AlleleKey]
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
class Description:
    """What is said about an allele whoever carries it; `facts` is None where it could not be named."""

    name: Name
    facts: Facts | None
    classification: VariantClass
    known: bool
    not_reported_reason: str | None


def passed(allele: Allele) -> bool:
    """Tell whether an allele passed its filters."""
    return allele.filter == "PASS"


@dataclass(slots=True)
class Annotator:
    """Says what is said about alleles; made once per process, describes every unique allele once.

    Of the knowledge it tells a patient's result what `describe` and `known_mnvs` answer, and nothing else:
    `reuse.py` takes results over where these are as they were.

    `supplied`: criteria that a person supplied, by build and allele. `splice_bases`: intron beside each
    coding exon that is reportable. `asked`: the alleles, left-aligned, that were asked for since somebody
    cleared it.
    """

    resources: Resources
    knowledge: Knowledge
    policy: Policy
    namer: Namer
    splice_bases: int = 8
    supplied: Supplied = field(default_factory=dict)
    local_versions: Mapping[str, ResourceVersion] = field(default_factory=dict)
    policy_file: Path = BUNDLED_POLICY
    _finder: FactFinder = field(init=False)
    _spelled: dict[Asked, Asked] = field(init=False, default_factory=dict)
    _described: dict[Asked, Description] = field(init=False, default_factory=dict)
    asked: set[Asked] = field(init=False, default_factory=set)
    _mnvs: dict[tuple[Build, Gene], list[Change]] = field(init=False, default_factory=dict)

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
        local: LocalFiles | None = None,
    ) -> Annotator:
        """Read knowledge, policy and the laboratory's files; raises `InputError` where one is unusable."""
        found = resources or bundled()
        own = read_local(found, local or LocalFiles())
        return cls(
            resources=found,
            knowledge=with_local(Knowledge.load(knowledge), own),
            policy=load_policy(policy),
            namer=Namer(found),
            splice_bases=splice_bases,
            supplied=own.supplied(),
            local_versions=own.versions,
            policy_file=policy,
        )

    def with_knowledge(self, knowledge: Knowledge) -> Annotator:
        """Return one that knows something else and is the same in all else."""
        return replace(self, knowledge=knowledge)

    def versions(self) -> dict[str, ResourceVersion]:
        """Return release and checksum of everything that a class rests on."""
        policy = {"acmg_policy": policy_version(self.policy_file)}
        return {**self.knowledge.versions(), **policy, **self.local_versions}

    def describe(self, build: Build, gene: Gene, chrom: str, pos: int, ref: str, alt: str) -> Description:
        """Return what is said about an allele, in any spelling, whoever carries it."""
        written = (build, gene, (chrom, pos, ref, alt))
        if written not in self._spelled:
            self._spelled[written] = (build, gene, (chrom, *self._left_aligned(build, gene, pos, ref, alt)))
        asked = self._spelled[written]
        self.asked.add(asked)
        if asked not in self._described:
            self._described[asked] = self._describe(*asked)
        return self._described[asked]

    def _left_aligned(self, build: Build, gene: Gene, pos: int, ref: str, alt: str) -> tuple[int, str, str]:
        try:
            return left_aligned(self.resources.slices(build)[gene], pos, ref, alt)
        except NotAnAlleleError:
            return pos, ref, alt

    def _describe(self, build: Build, gene: Gene, key: AlleleKey) -> Description:
        name = self.namer.name(build, gene, *key)
        reportable = self.resources.reportable(build, gene, self.splice_bases)
        if name.change is None:
            reason = unnamed_reason(gene, *key[:3], reportable)
            return Description(name, None, _unclassified(name), known=False, not_reported_reason=reason)
        supplied = self.supplied.get((build, key), ())
        facts = self._finder.facts(build, gene, key, name, supplied)
        known = self.knowledge.builds[build].is_known(key)
        classification = classify(facts, self.policy)
        reason = not_reported_reason(facts, classification.proposed, reportable, self.policy, known=known)
        return Description(name, facts, classification, known, reason)

    def annotate(self, build: Build, allele: Allele, others: Sequence[Allele] = ()) -> Annotation:
        """Return everything that is said about an allele of a patient.

        Args:
            build: the patient's genome build.
            allele: in any spelling.
            others: the patient's other alleles that count as present; a pathogenic one of the same gene can
                be the partner of a recessive allele.
        """
        found = self._of(build, allele)
        facts = found.facts
        partner = self._partner(build, allele, others)
        return Annotation(
            name=found.name,
            classification=found.classification,
            clinvar=clinvar_record(facts.clinvar) if facts and facts.clinvar else None,
            frequency=facts.population.frequency() if facts and facts.population else None,
            inheritance=inheritance(allele.zygosity, facts.curated if facts else None, partner),
            known=found.known,
            reported=found.not_reported_reason is None,
            not_reported_reason=found.not_reported_reason,
        )

    def annotate_all(
        self, build: Build, alleles: Sequence[Allele], counts: Callable[[Allele], bool] = passed
    ) -> list[tuple[Allele, Annotation]]:
        """Return a patient's alleles with what is said about each, in the order given.

        A substitution over several codons is listed codon by codon unless ClinVar holds it as it is. Alleles
        of one haplotype that lie in one codon, or make a substitution that ClinVar holds, make one more
        allele, listed last; the parts are then reported only where they are known themselves. Partners of
        recessive alleles are those that `counts` as present.
        """
        listed = self._listed(build, alleles)
        made = self._together(build, listed)
        whole = {part: joined.allele for joined in made for part in joined.parts}
        listed += [joined.allele for joined in made]
        partners = [allele for allele in listed if counts(allele) and self._is_pathogenic(build, allele)]
        return [(allele, self._annotated(build, allele, partners, whole.get(allele))) for allele in listed]

    def _annotated(
        self, build: Build, allele: Allele, partners: Sequence[Allele], whole: Allele | None
    ) -> Annotation:
        """Return the annotation of one listed allele; `whole` is what it is a part of."""
        annotation = self.annotate(build, allele, [other for other in partners if other is not whole])
        if whole is None or annotation.known or not annotation.reported:
            return annotation
        reason = f"read together with its neighbour as {self._of(build, whole).name.hgvs_c}"
        return replace(annotation, reported=False, not_reported_reason=reason)

    def _listed(self, build: Build, alleles: Sequence[Allele]) -> list[Allele]:
        """Return the alleles, substitutions over several codons taken apart, none listed twice for that."""
        parts = [(part, allele) for allele in alleles for part in self._parts(build, allele)]
        taken = {_place(part) for part, allele in parts if part is not allele}
        return [part for part, allele in parts if part is not allele or _place(part) not in taken]

    def _parts(self, build: Build, allele: Allele) -> list[Allele]:
        reference = self.resources.slices(build)[allele.gene]
        facts = self._of(build, allele).facts
        if facts is None or facts.clinvar is not None:
            return [allele]
        return taken_apart(reference, self.resources.transcript(build, allele.gene), allele)

    def _together(self, build: Build, alleles: Sequence[Allele]) -> list[Joined]:
        found: list[Joined] = []
        for gene in dict.fromkeys(allele.gene for allele in alleles):
            own = [allele for allele in alleles if allele.gene is gene]
            reference, transcript = self.resources.slices(build)[gene], self.resources.transcript(build, gene)
            found += put_together(reference, transcript, own, self.known_mnvs(build, gene))
        return found

    def known_mnvs(self, build: Build, gene: Gene) -> list[Change]:
        """Return the substitutions of several bases that ClinVar or a curated table holds."""
        if (build, gene) not in self._mnvs:
            self._mnvs[build, gene] = self._known_mnvs(build, gene)
        return self._mnvs[build, gene]

    def _known_mnvs(self, build: Build, gene: Gene) -> list[Change]:
        tables, reference = self.knowledge.builds[build], self.resources.slices(build)[gene]
        keys = (*tables.clinvar, *tables.curated)
        longer = dict.fromkeys(key for key in keys if len(key[2]) == len(key[3]) > 1)
        return [parsed(reference, *key[1:]) for key in longer if key[0] == reference.region.chrom]

    def _is_pathogenic(self, build: Build, allele: Allele) -> bool:
        return self._of(build, allele).classification.proposed in PATHOGENIC

    def _of(self, build: Build, allele: Allele) -> Description:
        return self.describe(build, allele.gene, allele.chrom, allele.pos, allele.ref, allele.alt)

    def _partner(self, build: Build, allele: Allele, others: Sequence[Allele]) -> Partner:
        """Return where the other pathogenic alleles of the gene lie; the clearest answer wins."""
        found = {
            phase(allele, other)
            for other in others
            if other.gene is allele.gene
            and (other.pos, other.ref, other.alt) != (allele.pos, allele.ref, allele.alt)
            and self._is_pathogenic(build, other)
        }
        ranked = (Partner.TRANS, Partner.UNPHASED, Partner.CIS)
        return next((partner for partner in ranked if partner in found), Partner.NONE)


def _place(allele: Allele) -> tuple[Gene, int, str, str]:
    return allele.gene, allele.pos, allele.ref, allele.alt


def clinvar_record(entry: ClinvarEntry) -> ClinvarRecord:
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

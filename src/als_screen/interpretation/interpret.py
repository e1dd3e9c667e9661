"""Evidence and knowledge of one patient -> the result: every judgement of the pipeline is made here.

Nothing in this area opens a BAM or VCF; a new ClinVar or another policy re-runs only this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from als_screen import __version__
from als_screen.config import INTERPRETATION_SETTINGS, Settings
from als_screen.confirmations import read_confirmations
from als_screen.coverage.lookup import counts_of, fits_reference
from als_screen.errors import AlsScreenError
from als_screen.evidence import (
    CoverageEvidence,
    PatientCheck,
    RepeatEvidence,
    State,
    VariantEvidence,
    VariantSource,
)
from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.assessment import assess_genes
from als_screen.interpretation.bugs import told
from als_screen.interpretation.callability import callability, callable_map
from als_screen.interpretation.carried import carried_variants
from als_screen.interpretation.conclusion import Assessed, gene_results, not_assessed, result
from als_screen.interpretation.contamination import contamination
from als_screen.interpretation.fingerprint import fingerprints
from als_screen.interpretation.given import fields_of, inputs_of, structural_of, unusable_of
from als_screen.interpretation.identity import Population, Snp, common_snps, identity, not_comparable
from als_screen.interpretation.knowledge.local import LocalFiles
from als_screen.interpretation.knowledge.lookup import Knowledge
from als_screen.interpretation.knowledge.records import KnownAllele
from als_screen.interpretation.orthogonal import confirmed_repeat
from als_screen.interpretation.recheck import Placed, ReadLookup, Rechecked, recheck
from als_screen.interpretation.remarks import remarks, unmatched
from als_screen.interpretation.repeat import interpret_repeat
from als_screen.interpretation.repeat_in_vcf import Claim, claims, held_against
from als_screen.interpretation.second_person import doubted_genes, doubted_repeat, doubted_variants
from als_screen.interpretation.sex import sex_check
from als_screen.interpretation.silent_vcf import doubted_by_silence, silence
from als_screen.interpretation.status import Standing, reads_broken, standing
from als_screen.interpretation.unlisted import unlisted
from als_screen.interpretation.versions import bundled_versions, sites_version
from als_screen.interpretation.wording import Answer, conclusion_text
from als_screen.models import (
    Conclusion,
    Contamination,
    Coverage,
    Fingerprints,
    GeneResult,
    Identity,
    Provenance,
    RepeatResult,
    Report,
    SexCheck,
)
from als_screen.patient import Patient
from als_screen.regions import Build, Gene
from als_screen.repeat.locus import RepeatPolicy, load_policies
from als_screen.resources import Resources
from als_screen.states import GeneState, Result, Status

_OTHER_GENOME = (
    "the reads differ from the reference at more bases than one person can; "
    "align them to the genome that the header names"
)


@dataclass(frozen=True, slots=True)
class PatientEvidence:
    """What the steps found of one patient."""

    check: PatientCheck
    variants: VariantEvidence
    repeat: RepeatEvidence
    coverage: CoverageEvidence


class Interpreter:
    """Interprets patients with one set of settings and knowledge, which are read once.

    `policies`: directory with `policies/` and `repeat/` to judge by; those of the resources where None.
    """

    def __init__(self, settings: Settings, resources: Resources, policies: Path | None = None) -> None:
        self.settings = settings
        self.resources = resources
        knowledge = settings.knowledge or resources.root / "knowledge"
        judged_by = policies or resources.root
        acmg = judged_by / "policies" / "acmg.json"
        if policies is None and settings.local.policy:
            acmg = settings.local.policy
        local = LocalFiles.of(settings)
        self.annotator = Annotator.load(knowledge, acmg, resources, settings.coverage.splice_bases, local)
        self.policy: RepeatPolicy = load_policies(judged_by).policy(
            settings.repeat.policy, settings.repeat.prior
        )
        self.known = {build: self.annotator.knowledge.known_pathogenic(build) for build in Build}
        self.confirmations = read_confirmations(settings.confirmations) if settings.confirmations else {}
        self.populations = {build: self._population(build) for build in Build}
        self.versions = {**self.annotator.versions(), **bundled_versions(resources.root)}
        if settings.identity.sites is not None:
            self.versions |= sites_version(settings.identity.sites)

    def with_knowledge(self, knowledge: Knowledge) -> Interpreter:
        """Return one that knows something else of alleles and is the same in all else, persons included."""
        other = copy(self)
        other.annotator = self.annotator.with_knowledge(knowledge)
        other.known = {build: knowledge.known_pathogenic(build) for build in Build}
        return other

    def report(self, patient: Patient, evidence: PatientEvidence) -> Report:
        """Return the result of one patient; one whom a bug meets is not analysed, whatever was found so far.

        Raises:
            AlsScreenError, OSError, MemoryError: of knowledge, disk and machine, which are not one patient's.
        """
        try:
            return self._whole(patient, evidence)
        except (AlsScreenError, OSError, MemoryError):
            raise
        except Exception as error:
            reason = told(error)
            stands = Standing(Status.NOT_ANALYSED, reason)
            return self._not_analysed(patient, evidence, stands, not_comparable(reason))

    def _whole(self, patient: Patient, evidence: PatientEvidence) -> Report:
        evidence = _without_broken_reads(evidence)
        found = self._report(patient, evidence)
        confirmed = self.confirmations.get(patient.patient, ())
        return found.model_copy(
            update={
                "confirmations": confirmed,
                "fingerprint": self._fingerprints(evidence),
                "remarks": (*found.remarks, *unmatched(confirmed, found.variants)),
            }
        )

    def _report(self, patient: Patient, evidence: PatientEvidence) -> Report:
        same, mixed = self._identity(evidence), self._contamination(evidence)
        stands = standing(evidence.check, evidence.variants, evidence.repeat, evidence.coverage, same)
        if stands.status is Status.NOT_ANALYSED or evidence.check.build is None:
            found = self._not_analysed(patient, evidence, stands, same)
        else:
            found = self._analysed(patient, evidence, evidence.check.build, stands, same, mixed)
        return found.model_copy(update={"contamination": mixed})

    def _analysed(
        self,
        patient: Patient,
        evidence: PatientEvidence,
        build: Build,
        stands: Standing,
        same: Identity,
        mixed: Contamination,
    ) -> Report:
        use = self.settings.coverage
        lookup = ReadLookup(evidence.coverage, self.resources)
        looked = self._recheck(build, lookup)
        missed = unlisted(
            build, evidence.variants, evidence.coverage, lookup, self.resources, use.splice_bases
        )
        shown = (*looked.present, *missed)
        carried = carried_variants(build, evidence.variants, shown, lookup, self.annotator, use.min_depth)
        variants = doubted_variants(carried, mixed)
        coverage = self._coverage(evidence, build)
        silent = silence(build, evidence.variants, missed, self.resources, use.splice_bases)
        looked_at = doubted_by_silence(self._assessed(build, evidence, coverage), silent)
        assessed = doubted_genes(looked_at, mixed)
        said = claims(build, evidence.variants)
        repeat = self._repeat(patient, evidence, mixed, said)
        genes = gene_results(repeat, variants, looked.listed, assessed)
        missing = not_assessed(repeat, assessed)
        stated = fields_of(patient).sex
        sex = sex_check(evidence.coverage.placed, stated)
        answer = Answer(
            status=stands.status,
            result=result(stands.status, genes),
            repeat=repeat,
            variants=variants,
            rechecked=looked.listed,
            missing=missing,
            predictive=patient.diagnosis == "unaffected",
            confirmations=self.confirmations.get(patient.patient, ()),
            foreign=mixed.share,
        )
        return Report(
            patient=fields_of(patient),
            status=stands.status,
            status_reason=stands.reason,
            genome_build=build,
            conclusion=self._conclusion(answer),
            genes=genes,
            repeat=repeat,
            variants=variants,
            structural_variants=structural_of(evidence.variants),
            unusable_records=unusable_of(evidence.variants),
            coverage=coverage,
            identity=same,
            recheck=looked.listed,
            recheck_absent=looked.absent,
            remarks=remarks(evidence.check, said, self.policy.thresholds, silent, sex, stated),
            sex_check=sex,
            provenance=self.provenance(patient),
        )

    def _assessed(
        self, build: Build, evidence: PatientEvidence, coverage: Coverage
    ) -> Mapping[Gene, Assessed]:
        """Return how much of each gene the data could show."""
        use = self.settings.coverage
        where = callable_map(evidence.coverage, evidence.variants, use.min_depth)
        return assess_genes(
            build, evidence.check, evidence.variants, coverage, where, self.resources, use.splice_bases
        )

    def _not_analysed(
        self, patient: Patient, evidence: PatientEvidence, stands: Standing, same: Identity
    ) -> Report:
        """Return a result that shows nothing of data that cannot be trusted to be the patient's."""
        reason = stands.reason or "the genome build is not known"
        unseen = RepeatEvidence(patient=patient.patient, state=State.NOT_ASSESSED, reason=reason)
        repeat = interpret_repeat(unseen, self.policy, patient.library)
        gene = GeneResult(state=GeneState.NOT_ASSESSED, reason=reason)
        answer = Answer(
            status=Status.NOT_ANALYSED,
            result=Result.NOT_ANALYSED,
            repeat=repeat,
            variants=(),
            rechecked=(),
            missing=tuple(Gene),
            predictive=False,
        )
        return Report(
            patient=fields_of(patient),
            status=Status.NOT_ANALYSED,
            status_reason=reason,
            genome_build=evidence.check.build,
            conclusion=self._conclusion(answer),
            genes=dict.fromkeys(Gene, gene),
            repeat=repeat,
            variants=(),
            structural_variants=(),
            unusable_records=(),
            coverage=Coverage(
                state=State.NOT_ASSESSED,
                basis="none",
                min_depth=self.settings.coverage.min_depth,
                reason=reason,
                genes={},
            ),
            identity=same,
            recheck=(),
            recheck_absent=0,
            sex_check=SexCheck(reason="the reads cannot be used"),
            provenance=self.provenance(patient),
        )

    def _identity(self, evidence: PatientEvidence) -> Identity:
        """Return whether VCF and reads are one person's, by the frequency of what the VCF has."""
        build = evidence.check.build
        if build is None or not (evidence.check.vcf and evidence.check.reads):
            return not_comparable("it takes a VCF and reads that can both be used")
        frequency, common = self.populations[build]
        return identity(
            evidence.variants,
            evidence.coverage,
            frequency,
            self.resources,
            common,
            self.settings.identity.min_sites,
        )

    def _contamination(self, evidence: PatientEvidence) -> Contamination:
        """Return whether a second person's reads are mixed in."""
        build = evidence.check.build
        frequency, common = self.populations[build or Build.GRCH38]
        return contamination(evidence.variants, evidence.coverage, frequency, common, self.resources)

    def _fingerprints(self, evidence: PatientEvidence) -> Fingerprints | None:
        """Return the genotypes that tell the person of each file from others."""
        build = evidence.check.build
        if build is None:
            return None
        _, common = self.populations[build]
        return fingerprints(build, evidence.variants, evidence.coverage, common, self.resources)

    def _population(self, build: Build) -> tuple[Population, tuple[Snp, ...]]:
        """Return the allele frequencies of a build, and its common SNVs."""
        frequency = self.annotator.knowledge.builds[build].frequency
        return frequency, common_snps(frequency, self.resources, build)

    def known_by_name(self, build: Build) -> dict[str, KnownAllele]:
        """Return the alleles that are known to be pathogenic, by the name that a recheck lists them under."""
        return {self._shown_name(build, allele): allele for allele in self.known[build]}

    def rechecked(self, evidence: PatientEvidence) -> Rechecked | None:
        """Return what the reads of a patient show of the known alleles; None where the build is not known."""
        build = evidence.check.build
        if build is None:
            return None
        return self._recheck(build, ReadLookup(_without_broken_reads(evidence).coverage, self.resources))

    def _recheck(self, build: Build, lookup: ReadLookup) -> Rechecked:
        names = partial(self._shown_name, build)
        return recheck(self.known[build], lookup, names, self.settings.coverage.min_depth)

    def _shown_name(self, build: Build, allele: Placed) -> str:
        """Return the name of a known allele, for which no table is asked."""
        place = allele.chrom, allele.pos, allele.ref, allele.alt
        name = self.annotator.namer.name(build, allele.gene, *place)
        return name.hgvs_c or name.hgvs_g or f"chr{allele.chrom}:{allele.pos} {allele.ref}>{allele.alt}"

    def _coverage(self, evidence: PatientEvidence, build: Build) -> Coverage:
        use = self.settings.coverage
        return callability(
            evidence.coverage, evidence.variants, self.resources, build, use.min_depth, use.splice_bases
        )

    def _repeat(
        self, patient: Patient, evidence: PatientEvidence, mixed: Contamination, said: Sequence[Claim]
    ) -> RepeatResult:
        seen = evidence.repeat
        if evidence.check.reads is None:
            wrong = [one.expected for one in evidence.check.problems if one.path == str(patient.reads)]
            reason = f"the reads could not be used: {wrong[0]}" if wrong else "no reads were given"
            seen = RepeatEvidence(patient=patient.patient, state=State.NOT_ASSESSED, reason=reason)
        found = doubted_repeat(interpret_repeat(seen, self.policy, patient.library), mixed)
        confirmed = self.confirmations.get(patient.patient, ())
        use = self.policy.thresholds
        shown = confirmed_repeat(found, confirmed, use)
        return held_against(shown, said, use) if shown.basis == "reads" else shown

    def _conclusion(self, answer: Answer) -> Conclusion:
        complete = answer.status is Status.ANALYSED and not answer.missing
        return Conclusion(
            result=answer.result,
            complete=complete,
            not_assessed=tuple(answer.missing),
            text=conclusion_text(self.resources.root, answer),
        )

    def provenance(self, patient: Patient) -> Provenance:
        """Return what a result of a patient is made with."""
        chosen = self.settings.model_dump(include=INTERPRETATION_SETTINGS, mode="json")
        return Provenance(
            pipeline=f"als-screen {__version__}",
            resources=self.versions,
            settings=chosen,
            inputs=inputs_of(patient, self.settings.samples.parent),
        )


def _without_broken_reads(evidence: PatientEvidence) -> PatientEvidence:
    """Drop everything that was read from a file that one step found broken, or of another genome."""
    why = reads_broken(evidence.check, evidence.variants, evidence.repeat, evidence.coverage)
    why = why or ("" if fits_reference(counts_of(evidence.coverage)) else _OTHER_GENOME)
    if not why:
        return evidence
    lost: dict[str, Any] = {"state": State.NOT_ASSESSED, "failed": True, "reason": why}
    who = evidence.check.patient
    called = evidence.variants.source is VariantSource.READS
    return replace(
        evidence,
        repeat=RepeatEvidence(patient=who, **lost),
        coverage=CoverageEvidence(patient=who, **lost),
        variants=VariantEvidence(patient=who, **lost) if called else evidence.variants,
    )

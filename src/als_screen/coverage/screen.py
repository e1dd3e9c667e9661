"""The stage `screen_coverage` for one patient: reads in, `CoverageEvidence` out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.coverage.reads import ReadsFile, open_reads
from als_screen.coverage.sites import count_sites
from als_screen.coverage.sliding import SlidingCount
from als_screen.coverage.tally import GeneTally
from als_screen.coverage.targets import BAM_GAP, CRAM_GAP, portions, target_regions
from als_screen.evidence import CoverageEvidence, PatientCheck, State, VariantEvidence
from als_screen.inputs.sites import Site
from als_screen.patient import Patient
from als_screen.regions import Build, Region
from als_screen.resources import Resources


def screen_coverage(
    patient: Patient,
    check: PatientCheck,
    variants: VariantEvidence,
    resources: Resources,
    fasta: Path | None,
    sites: Sequence[Site] = (),
    show: Callable[[ReadsFile, CoverageEvidence], None] | None = None,
) -> CoverageEvidence:
    """Count the patient's reads over the reportable range and at the sites of their alleles.

    Chromosomes that the file does not have are left out of `regions`; a region without reads is zeros.

    Args:
        patient: the row of the sheet.
        check: which reads file can be used, and its build.
        variants: whose alleles are counted too, wherever they lie in the gene regions.
        resources: bundled reference.
        fasta: genome, for a CRAM that does not embed it.
        sites: the SNVs of `identity.sites` in the build of the reads.
        show: given the open file and what was counted, for those who keep reads.

    Raises:
        PatientDataError: the file or its index is broken.
    """
    if check.reads is None or check.build is None:
        return _without_reads(patient, check)
    targets = target_regions(resources, check.build, variants.alleles)
    with open_reads(check.reads, fasta) as reads:
        present = [target for target in targets if reads.has(target.chrom)]
        genes = [GeneTally.empty(part, present) for part in resources.slices(check.build).values()]
        notes = _Notes()
        for gene in genes:
            for portion in portions(gene.targets, CRAM_GAP if reads.is_cram else BAM_GAP):
                _count(reads, portion, gene, notes)
        evidence = _evidence(patient, check.build, genes, notes)
        found = {"placed": reads.placed(), "sites": count_sites(reads, sites)}
        evidence = evidence.model_copy(update=found)
        if show is not None:
            show(reads, evidence)
    return evidence


def _without_reads(patient: Patient, check: PatientCheck) -> CoverageEvidence:
    given = patient.reads is not None
    reason = "the reads cannot be used" if given else "no reads were given"
    return CoverageEvidence(
        patient=patient.patient, state=State.NOT_ASSESSED, reason=reason, failed=given, build=check.build
    )


@dataclass(slots=True)
class _Notes:
    """What was odd about the reads."""

    without_qualities: bool = False
    without_bases: bool = False

    def text(self) -> str:
        """Return it in words, "" where nothing was."""
        notes = (
            (self.without_qualities, "reads without base qualities were counted as good enough"),
            (self.without_bases, "reads without bases were left out"),
        )
        return "; ".join(text for applies, text in notes if applies)


def _count(reads: ReadsFile, targets: Sequence[Region], gene: GeneTally, notes: _Notes) -> None:
    """Count over `targets`, from the reads that overlap one of them."""
    starts = [target.start for target in targets]

    def touches(start: int, end: int) -> bool:
        """Tell whether a read overlaps one of the sorted, disjoint targets."""
        before_its_end = bisect_right(starts, end - 1)
        return before_its_end > 0 and targets[before_its_end - 1].end > start

    counting = SlidingCount(gene, targets)
    for read in reads.fetch(Region(targets[0].chrom, targets[0].start, targets[-1].end), touches):
        notes.without_bases |= not read.bases
        if read.bases:
            notes.without_qualities |= not read.qualities
            counting.add(read)
    counting.finish()


def _evidence(patient: Patient, build: Build, genes: Sequence[GeneTally], notes: _Notes) -> CoverageEvidence:
    if not any(gene.targets for gene in genes):
        reason = "the reads file has none of the chromosomes of SOD1, TARDBP and FUS"
        return CoverageEvidence(patient=patient.patient, state=State.NOT_ASSESSED, reason=reason, build=build)
    return CoverageEvidence(
        patient=patient.patient,
        state=State.ASSESSED,
        reason=notes.text(),
        build=build,
        regions=tuple(counted for gene in genes for counted in gene.regions()),
        other=tuple(base for gene in genes for base in gene.others()),
        indels=tuple(indel for gene in genes for indel in gene.indel_counts()),
    )

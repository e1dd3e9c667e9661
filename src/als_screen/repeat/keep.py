"""Screen one patient's reads for the repeat and keep them: as a small BAM, and for the picture.

What is kept serves to look at. Where it cannot be made, the reason is recorded and the evidence stands:
a picture never fails a patient.
"""

from __future__ import annotations

from pathlib import Path

from als_screen.evidence import PatientCheck, RepeatEvidence, State
from als_screen.patient import Patient
from als_screen.read_views import RepeatReads
from als_screen.repeat.bamlet import remove_bamlet, write_bamlet
from als_screen.repeat.fragments import Placed
from als_screen.repeat.locus import load_locus
from als_screen.repeat.screen import screen_repeat, template
from als_screen.repeat.shown import Alignment, alignments, kept_reads
from als_screen.resources import Resources


def screen_and_keep(
    patient: Patient, check: PatientCheck, resources: Resources, fasta: Path | None, bam: Path
) -> tuple[RepeatEvidence, RepeatReads]:
    """Return the evidence and the reads to draw; write `bam` (.bam and .bam.bai) where there are reads.

    Args:
        patient: whose.
        check: what `check_inputs` found.
        resources: bundled reference and locus.
        fasta: the genome, for a CRAM without embedded reference.
        bam: removed where the patient has no reads over the repeat.

    Raises:
        PatientDataError: the file cannot be read to the end.
    """
    remove_bamlet(bam)
    seen: list[Placed] = []
    evidence = screen_repeat(patient, check, resources, fasta, seen.append)
    if not seen:
        return evidence, _without(evidence, evidence.reason)
    try:
        return evidence, _keep(check, evidence, seen[0], resources, bam)
    except OSError:
        raise  # the disk that is written to: nothing of the patient's
    except Exception as error:  # it must not cost the patient the evidence
        remove_bamlet(bam)
        return evidence, _without(evidence, f"the reads could not be kept ({type(error).__name__}: {error})")


def _keep(
    check: PatientCheck, evidence: RepeatEvidence, placed: Placed, resources: Resources, bam: Path
) -> RepeatReads:
    if check.reads is None or check.build is None:
        raise ValueError("reads without a file")
    repeat = load_locus(resources.root).builds[check.build].region
    fragments = alignments(placed, repeat, template(resources))
    if not fragments:
        return _without(evidence, evidence.reason or "no read lies over the repeat")
    write_bamlet(bam, check.reads, check.build, repeat.chrom, fragments)
    return _record(check.reads.contigs[repeat.chrom], evidence, fragments)


def _record(contig: str, evidence: RepeatEvidence, fragments: list[tuple[Alignment, ...]]) -> RepeatReads:
    kept, left_out = kept_reads(fragments)
    return RepeatReads(
        patient=evidence.patient,
        state=State.ASSESSED if kept else State.NOT_ASSESSED,
        reason="" if kept else evidence.reason or "no read lies over the repeat",
        build=evidence.build,
        contig=contig,
        counts=evidence.counts,
        in_repeat_pairs=evidence.in_repeat_pairs,
        reads=kept,
        left_out=left_out,
    )


def _without(evidence: RepeatEvidence, reason: str) -> RepeatReads:
    return RepeatReads(
        patient=evidence.patient, state=State.NOT_ASSESSED, reason=reason, build=evidence.build
    )

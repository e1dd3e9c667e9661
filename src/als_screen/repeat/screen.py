"""From the reads of one patient to the evidence about the C9orf72 repeat."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from als_screen.evidence import Library, PatientCheck, RepeatEvidence, State
from als_screen.patient import Patient
from als_screen.regions import Build, Gene, Region
from als_screen.repeat.fragments import Placed, count, mismatch_rate, place, template_of
from als_screen.repeat.library import Measured, gc_of_bins, measure
from als_screen.repeat.limits import Limit
from als_screen.repeat.locus import load_locus
from als_screen.repeat.model import posterior, sparse
from als_screen.repeat.reads import gather
from als_screen.repeat.realign import Template
from als_screen.repeat.records import LocusReads
from als_screen.resources import Resources

#: Shorter reads cannot show both flanks of any but the smallest alleles.
MIN_READ_LENGTH = 50
#: Longer reads need another error model.
MAX_READ_LENGTH = 1000
#: Flank depth below which nothing is concluded from absence.
MIN_DEPTH = 6.0
#: Locus depth over flank depth below which the locus counts as not covered, and as low.
NOT_COVERED = 0.1
LOW = 0.6
#: Depth of GC-rich flank over other flank below which GC-rich fragments were lost.
GC_LOSS = 0.7
#: A count counts as low when it is this many SDs below what is expected.
CHANCE = 2.5
#: Fragments that point into the repeat without a mate in the file, over all, above which mates are missing.
MISSING = 0.1
#: The same for mates that should lie far away, where reads of an expansion are: chimeras are rarer.
DISTANT = 0.05
#: Reads in the repeat that are unmapped, over all with an anchor, above which pairs of such reads, which
#: have no place in the file, are not seen.
UNMAPPED = 0.3
#: Part of bases beside the repeat that differ from the reference, above which it is another genome.
MAX_MISMATCH = 0.1
#: Part of reads at the locus that fit nowhere, above which reads and reference do not belong together.
MAX_MISFIT = 0.5
#: Range of read lengths, over the common one, above which they count as mixed.
MIXED = 0.1

#: Part of reads at the locus without usable bases, or of reads beside it with MAPQ 0, that is named.
UNUSABLE = 0.5

_FORBIDDING = {
    Limit.BASES_UNUSABLE: "the bases of the reads over the repeat are unknown or have no quality",
    Limit.REFERENCE_MISMATCH: "the reads at the repeat do not fit the reference",
    Limit.LOCUS_NOT_COVERED: "no reads over the repeat",
}


def screen_repeat(
    patient: Patient,
    check: PatientCheck,
    resources: Resources,
    fasta: Path | None,
    show: Callable[[Placed], None] | None = None,
) -> RepeatEvidence:
    """Return what the reads of one patient show of the repeat; never raises for a lack of reads.

    Args:
        patient: whose.
        check: what `check_inputs` found; its `reads` is None where there is no usable file.
        resources: bundled reference and locus.
        fasta: the genome, for a CRAM without embedded reference.
        show: given the placed fragments, where there are any, for those who keep their reads.

    Raises:
        PatientDataError: the file cannot be read to the end.
    """
    if check.reads is None or check.build is None:
        return _not_assessed(check, "no usable BAM or CRAM")
    locus = load_locus(resources.root)
    repeat = locus.builds[check.build].region
    if repeat.chrom not in check.reads.contigs:
        return _not_assessed(check, "the BAM or CRAM has no chromosome 9", Limit.CONTIG_MISSING)
    reads = gather(check.reads, repeat, locus.off_target_regions(check.build), fasta)
    library = measure(reads.profile, repeat, _gc(resources, check.build, repeat))
    blocked = _unusable(reads, library)
    if blocked is not None:
        return _not_assessed(check, blocked[1], blocked[0], library=library.record(0.0))
    placed = place(reads, repeat, template(resources))
    if show is not None:
        show(placed)
    return _assess(check, reads, library, placed, repeat, template(resources))


def _assess(
    check: PatientCheck,
    reads: LocusReads,
    library: Measured,
    placed: Placed,
    repeat: Region,
    template: Template,
) -> RepeatEvidence:
    """Weigh the pairs of sizes, and name the limits."""
    depth, errors = sum(placed.touching) / 2, mismatch_rate(reads, repeat, template)
    limits = _limits(reads, library, placed, depth)
    if errors is not None and errors > MAX_MISMATCH and Limit.REFERENCE_MISMATCH not in limits:
        limits.append(Limit.REFERENCE_MISMATCH)
    for limit, reason in _FORBIDDING.items():
        if limit in limits:
            return _not_assessed(check, reason, *limits, library=library.record(depth, errors))
    unseen = {Limit.NO_OFF_TARGET_READS, Limit.IN_REPEAT_PAIRS_UNSEEN}
    pairs_seen = library.paired and not unseen & set(limits)
    hidden = template.hidden_left + template.hidden_right
    mates_seen = not {Limit.MATES_MISSING, Limit.DISTANT_MATES_MISSING} & set(limits)
    found = posterior(placed, library, hidden, pairs_seen=pairs_seen, mates_seen=mates_seen)
    counts = count(placed)
    reach = int(library.fragment_mean or library.read_length) // 6 if mates_seen else 0
    return RepeatEvidence(
        patient=check.patient,
        state=State.ASSESSED,
        build=check.build,
        library=library.record(depth, errors),
        counts=counts,
        in_repeat_pairs=placed.in_repeat_pairs,
        sizes=tuple(int(size) for size in found.sizes),
        likelihood=sparse(found),
        lost_allele=round(found.lost, 3),
        size_limit=None if pairs_seen and mates_seen else reach,
        limits=tuple(limit.value for limit in limits),
    )


def _not_assessed(
    check: PatientCheck, reason: str, *limits: Limit, library: Library | None = None
) -> RepeatEvidence:
    return RepeatEvidence(
        patient=check.patient,
        state=State.NOT_ASSESSED,
        reason=reason,
        build=check.build,
        library=library or Library(),
        limits=tuple(limit.value for limit in limits),
    )


def _unusable(reads: LocusReads, library: Measured) -> tuple[Limit, str] | None:
    """Return why the reads cannot be used at all, if so."""
    if not len(reads.profile.starts):
        if reads.duplicates:
            return Limit.ONLY_DUPLICATES, "all reads at the repeat are marked as duplicates"
        return Limit.NO_READS, "no reads within 5 kb of the repeat"
    if library.read_length < MIN_READ_LENGTH:
        return Limit.READS_TOO_SHORT, f"reads of {library.read_length} bases are too short"
    if library.longest > MAX_READ_LENGTH:
        return Limit.LONG_READS, "long reads are not supported"
    return None


def _limits(reads: LocusReads, library: Measured, placed: Placed, depth: float) -> list[Limit]:
    """Return what weakens a conclusion, in the order of the enum."""
    ratio = depth / library.depth if library.depth else 0.0
    mixed = library.longest - library.shortest > MIXED * library.read_length
    anchored = sum(1 for fragment in placed.fragments if fragment.in_repeat)
    unusable = placed.blank > UNUSABLE * placed.reads
    holds = {
        Limit.DEPTH_TOO_LOW: library.depth < MIN_DEPTH,
        Limit.LOCUS_NOT_COVERED: ratio < NOT_COVERED and not unusable,
        Limit.LOCUS_DEPTH_LOW: NOT_COVERED <= ratio < LOW and _below(ratio, library.depth),
        Limit.BASES_UNUSABLE: unusable,
        Limit.MAPPING_UNSURE: reads.profile.unsure > UNUSABLE * len(reads.profile.starts),
        Limit.REFERENCE_MISMATCH: not unusable
        and placed.misfits > MAX_MISFIT * (placed.misfits + len(placed.fragments)),
        Limit.NO_MATES: not library.paired,
        Limit.MATES_MISSING: reads.missing_mates > max(2.0, MISSING * len(placed.fragments)),
        Limit.DISTANT_MATES_MISSING: reads.distant_missing > max(2.0, DISTANT * len(placed.fragments)),
        Limit.IN_REPEAT_PAIRS_UNSEEN: not reads.unplaced_seen
        and reads.unmapped_repeat > max(2.0, UNMAPPED * anchored),
        Limit.NO_OFF_TARGET_READS: library.paired and not (reads.off_target_reads or _pairs_unplaced(reads)),
        Limit.MIXED_READ_LENGTHS: mixed,
        Limit.FRAGMENT_LENGTH_UNKNOWN: library.paired and library.fragment_mean is None,
        Limit.GC_LOSS: _gc_loss(library),
        Limit.UNEXPLAINED_IN_REPEAT: placed.in_repeat_pairs > 0 and not anchored,
    }
    return [limit for limit in Limit if holds.get(limit, False)]


def _pairs_unplaced(reads: LocusReads) -> bool:
    """Tell whether pairs inside the repeat have no place, and all reads without a place were seen."""
    return reads.unplaced_seen and reads.unmapped_repeat > 0


def _gc_loss(library: Measured) -> bool:
    """Tell whether GC-rich flank is less covered than chance allows."""
    if library.gc_ratio is None or library.gc_ratio >= GC_LOSS:
        return False
    return _below(library.gc_ratio, library.gc_fragments / max(library.gc_ratio, 0.01))


def _below(ratio: float, expected: float) -> bool:
    """Tell whether `ratio` of an expected count lies below 1 by more than chance."""
    return bool((1.0 - ratio) * np.sqrt(expected) > CHANCE)


@cache
def template(resources: Resources) -> Template:
    """Return the sequence that reads are placed on, made once per process."""
    return template_of(load_locus(resources.root))


@cache
def _gc(resources: Resources, build: Build, repeat: Region) -> npt.NDArray[np.float64]:
    part = resources.slices(build)[Gene.C9ORF72]
    return gc_of_bins(part.sequence, part.region.start, repeat)

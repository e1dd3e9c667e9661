"""Reads for the tests of pictures."""

from __future__ import annotations

from als_screen.evidence import ReadClass, ReadCount, State
from als_screen.read_views import Lies, RepeatRead, RepeatReads, SiteRead, SiteReads, VariantReads
from als_screen.regions import Build
from als_screen.repeat.locus import load_locus

LOCUS = load_locus()


def repeat_read(lies: Lies, start: int, units: int, length: int = 150, **changes: object) -> RepeatRead:
    """A read without errors."""
    flank, motif = len(LOCUS.left_flank), LOCUS.motif_plus
    long = LOCUS.left_flank + motif * (units if lies is Lies.SPANNING else 300) + LOCUS.right_flank
    origin = {Lies.RIGHT: len(long) - len(LOCUS.right_flank), Lies.INSIDE: flank}.get(lies, flank)
    bases = long[origin + start : origin + start + length]
    fields = {"lies": lies, "start": start, "units": units, "reverse": False, "bases": bases}
    return RepeatRead.model_validate(fields | changes)


def repeat_reads(*reads: RepeatRead, **changes: object) -> RepeatReads:
    fields = {
        "patient": "P",
        "state": State.ASSESSED,
        "build": Build.GRCH38,
        "contig": "chr9",
        "counts": (
            ReadCount(read_class=ReadClass.SPANNING, units=2, fragments=14),
            ReadCount(read_class=ReadClass.FLANKING, units=17, fragments=21),
            ReadCount(read_class=ReadClass.IN_REPEAT, units=25, fragments=8),
        ),
        "in_repeat_pairs": 30,
        "reads": reads,
    }
    return RepeatReads.model_validate(fields | changes)


EXPANDED_READS = repeat_reads(
    *(repeat_read(Lies.SPANNING, -20 - 9 * step, 2) for step in range(12)),
    *(repeat_read(Lies.LEFT, -10 - 9 * step, (140 - 9 * step) // 6) for step in range(15)),
    *(repeat_read(Lies.RIGHT, -10 - 9 * step, (10 + 9 * step) // 6) for step in range(15)),
    *(repeat_read(Lies.INSIDE, step % 6, 25) for step in range(20)),
    left_out={Lies.INSIDE: 17},
)


def site_reads(**changes: object) -> SiteReads:
    """SOD1 c.14C>T: eight reads with the allele of twenty."""
    reference = "A" * 40 + "C" + "G" * 40
    rows = [
        SiteRead(reverse=n % 2 == 0, row="." * 40 + ("T" if n < 8 else ".") + "." * 40) for n in range(20)
    ]
    fields = {
        "chrom": "21",
        "pos": 31659783,
        "ref": "C",
        "alt": "T",
        "start": 31659783 - 41,
        "reference": reference,
        "reads": rows,
        "total": 20,
    }
    return SiteReads.model_validate(fields | changes)


def variant_reads(*sites: SiteReads, **changes: object) -> VariantReads:
    return VariantReads.model_validate(
        {"patient": "P", "state": State.ASSESSED, "sites": sites or (site_reads(),)} | changes
    )

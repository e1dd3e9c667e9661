"""Whether a genome can be opened as it is: htslib writes the indexes that it misses beside it."""

from __future__ import annotations

from pathlib import Path

from als_screen.errors import PatientDataError
from als_screen.files import why_not_there
from als_screen.inputs.ends import is_bgzf, is_gzip

MAKE_INDEX = "make it with `samtools faidx`"


def unindexed(fasta: Path) -> tuple[str, str] | None:
    """Return what a FASTA lacks that is there itself, and what to do about it; None where it lacks nothing.

    Raises:
        OSError: it cannot be read.
    """
    packed = is_gzip(fasta)
    if packed and not is_bgzf(fasta):
        return "is in plain gzip, of which no part can be read", "unpack it, or compress it with `bgzip`"
    for suffix in (".fai", ".gzi") if packed else (".fai",):
        if why_not_there(f"{fasta}{suffix}"):
            return f"has no {suffix} index beside it", MAKE_INDEX
    return None


def openable(fasta: Path | None) -> str | None:
    """Return the genome as htslib takes it; raise `PatientDataError` where it would write beside it."""
    if fasta is None:
        return None
    try:
        lacks = unindexed(fasta)
    except OSError as error:
        raise PatientDataError(str(fasta), f"cannot be read: {error.strerror}", "check the path") from error
    if lacks:
        raise PatientDataError(str(fasta), f"the genome {lacks[0]}", lacks[1])
    return str(fasta)

"""How far a symbolic allele or a breakend reaches, from END and SVLEN as they are written. Pure functions.

htslib takes them only where the header declares them as numbers; elsewhere such an allele has one base.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from als_screen.variants.records import UNKNOWN_END, is_structural

#: Alleles that change the genome at one point, whatever their length; tandem repeats among them.
POINTS = ("<INS", "<TRA", "<BND", "<STR", "<TR", "<CNV:TR", "<VNTR", ".")
_BREAKEND = re.compile(r"[][]<?(.+?)>?:([0-9]{1,10})[][]")
_END = re.compile(r"(?:^|;)END=([0-9]{1,10})(?:;|$)")
_LENGTHS = re.compile(r"(?:^|;)SVLEN=([^;]+)")
_LENGTH = re.compile(r"[+-]?0*([1-9][0-9]{0,9})(?:\.0*)?")


def reaches_far(alts: Iterable[str] | None) -> bool:
    """Tell whether an allele may reach beyond REF, so that `last_base` is to be asked."""
    return any(is_structural(alt) for alt in alts or ())


def last_base(contig: str, pos: int, stop: int, ref: str, alts: Iterable[str], info: str) -> int:
    """Return the last base (1-based) of the alleles of a record; `UNKNOWN_END` where nothing tells.

    `stop` is what htslib takes for the last base; the others are columns, as written.
    """
    return max(stop, *(_of_allele(contig, pos, stop, ref, alt, info) for alt in alts))


def _of_allele(contig: str, pos: int, stop: int, ref: str, alt: str, info: str) -> int:
    if mate := _BREAKEND.search(alt):  # a mate before it has a record of its own, which reaches to here
        return min(int(mate[2]), UNKNOWN_END) if mate[1] == contig else pos
    if not is_structural(alt) or alt.startswith(POINTS) or alt.endswith("."):
        return pos
    told = [end for end in _told(pos, info) if end >= pos]
    if stop > pos or len(ref) > 1:
        told.append(stop)
    return min(max(told, default=UNKNOWN_END), UNKNOWN_END)


def _told(pos: int, info: str) -> list[int]:
    """Return the last bases by END and by each SVLEN."""
    lengths = [one for text in _LENGTHS.findall(info) for one in text.split(",")]
    by_length = [pos + int(found[1]) for one in lengths if (found := _LENGTH.fullmatch(one))]
    return _told_end(info) + by_length


def _told_end(info: str) -> list[int]:
    return [int(end) for end in _END.findall(info)]


def place_of(line: bytes) -> tuple[str, int, int]:
    """Return contig, position and last base of a line of a VCF; position 0 where it is no record."""
    columns = line.decode("utf-8", "replace").rstrip("\r\n").split("\t", 8)
    if len(columns) < 8 or not re.fullmatch("[0-9]{1,10}", columns[1]):
        return columns[0], 0, 0
    contig, pos, ref, info = columns[0], int(columns[1]), columns[3], columns[7]
    alts = columns[4].split(",") if columns[4] != "." else []
    last = max(pos + len(ref) - 1, pos, *_told_end(info))
    return contig, pos, last_base(contig, pos, last, ref, alts, info) if reaches_far(alts) else last

"""Depths, qualities and phase from the FORMAT and INFO fields of a record, whatever callers make of them.

A field that is missing, or of a type that holds no count, says nothing: it never stops a patient. The
arguments are plain mappings of what a reader found, FORMAT of the patient and INFO of the record.
"""

from __future__ import annotations

from collections.abc import Mapping

Fields = Mapping[str, object]
Counts = tuple[int | None, ...]

#: Digits of a count; Python refuses to read more than some thousands.
MOST_DIGITS = 18
#: FORMAT fields that are looked at.
FORMAT_KEYS = frozenset({"DP", "AD", "RO", "AO", "MIN_DP", "GQ", "GQX", "RGQ", "PS"})
#: INFO fields that stand in for them where the file has one sample only.
INFO_KEYS = ("DP", "MIN_DP")


def integer(value: object) -> int | None:
    """Return a count, or None where the field is missing, negative, or of a type that holds no count."""
    if isinstance(value, tuple) and len(value) == 1:
        value = value[0]
    if type(value) is int:
        return value if value >= 0 else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS:
        return int(value)
    return None


def integers(value: object) -> Counts:
    """Return a list of counts, also one that was declared as text; empty where it holds none."""
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    items = value.split(",") if isinstance(value, str) else value
    counts = tuple(map(integer, items)) if isinstance(items, (tuple, list)) else (integer(items),)
    return counts if any(count is not None for count in counts) else ()


def allele_depths(fields: Fields, alleles: int) -> Counts:
    """Return the reads of REF and each ALT from AD, or RO and AO (freebayes).

    A list of another length than the alleles says nothing about any of them.
    """
    depths = integers(fields.get("AD"))
    if not depths and "AO" in fields:
        depths = (integer(fields.get("RO")), *integers(fields["AO"]))
    return depths if len(depths) == alleles else ()


def lengths(svlen: object, alts: int) -> Counts:
    """Return INFO/SVLEN of each ALT, which is the record's however many samples the file has."""
    found = integers(svlen)
    return found if len(found) == alts else ()


def depth(fields: Fields, info: Fields, depths: Counts) -> int | None:
    """Return DP, else the sum of the allele depths, else INFO/DP."""
    total = sum(count or 0 for count in depths) if depths and None not in depths else None
    return first(integer(fields.get("DP")), total, integer(info.get("DP")))


def least_depth(fields: Fields, info: Fields) -> int | None:
    """Return MIN_DP of a gVCF block."""
    return first(integer(fields.get("MIN_DP")), integer(info.get("MIN_DP")))


def genotype_quality(fields: Fields) -> int | None:
    """Return GQ, else GQX (Strelka), else RGQ (GATK, sites without a variant)."""
    return first(*(integer(fields.get(key)) for key in ("GQ", "GQX", "RGQ")))


def phase_set(fields: Fields, *, phased: bool) -> str | None:
    """Return PS, "" for phased without PS, None for unphased."""
    if not phased:
        return None
    value = fields.get("PS")
    return "" if value in (None, ".") else str(value)


def first(*values: int | None) -> int | None:
    """Return the first that is known."""
    return next((value for value in values if value is not None), None)

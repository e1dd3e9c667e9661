"""Zygosity from a raw genotype: haploid calls, half-calls and `*` have no zygosity that one could guess."""

from __future__ import annotations

from als_screen.evidence import Zygosity

Copies = tuple[int | None, ...]


def zygosity(copies: Copies, allele: int, spanning: int | None = None, *, deleted: bool = False) -> Zygosity:
    """Return in how many copies an allele is.

    Args:
        copies: the allele numbers of GT, None for ".".
        allele: the number whose zygosity is asked; it must be among `copies`.
        spanning: the number of the `*` allele in the record, if it has one.
        deleted: whether a called heterozygous deletion of the same patient covers the position, which is
            what makes a `*` believable.

    Returns:
        UNKNOWN for haploid calls, half-calls, and a `*` that no called deletion explains; for more than two
        copies HOMOZYGOUS where all are this allele, else UNKNOWN.

    Raises:
        ValueError: the genotype does not have the allele.
    """
    if allele not in copies:
        raise ValueError(f"allele {allele} is not in the genotype {copies}")
    if len(copies) < 2 or None in copies:
        return Zygosity.UNKNOWN
    if all(copy == allele for copy in copies):
        return Zygosity.HOMOZYGOUS
    if len(copies) > 2:
        return Zygosity.UNKNOWN
    if spanning in copies:
        return Zygosity.HEMIZYGOUS if deleted else Zygosity.UNKNOWN
    return Zygosity.HETEROZYGOUS


def is_reference(copies: Copies) -> bool:
    """Tell whether every one of at least two copies is called as the reference allele."""
    return len(copies) >= 2 and all(copy == 0 for copy in copies)

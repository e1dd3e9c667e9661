"""The standard genetic code, and names of amino acids."""

from __future__ import annotations

from functools import lru_cache

_BASES = "TCAG"
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"

#: NCBI translation table 1.
CODONS = {
    first + second + third: _AMINO_ACIDS[16 * i + 4 * j + k]
    for i, first in enumerate(_BASES)
    for j, second in enumerate(_BASES)
    for k, third in enumerate(_BASES)
}

#: Three-letter to one-letter codes, IUPAC.
ONE_LETTER = {
    "Ala": "A",
    "Arg": "R",
    "Asn": "N",
    "Asp": "D",
    "Cys": "C",
    "Gln": "Q",
    "Glu": "E",
    "Gly": "G",
    "His": "H",
    "Ile": "I",
    "Leu": "L",
    "Lys": "K",
    "Met": "M",
    "Phe": "F",
    "Pro": "P",
    "Ser": "S",
    "Thr": "T",
    "Trp": "W",
    "Tyr": "Y",
    "Val": "V",
    "Ter": "*",
}

THREE_LETTERS = {one: three for three, one in ONE_LETTER.items()}


@lru_cache(maxsize=64)
def translated(coding: str) -> str:
    """Return the residues of the whole codons of `coding`, stops as "*", reading on behind them."""
    return "".join(CODONS[coding[index : index + 3]] for index in range(0, len(coding) - 2, 3))

"""What a change inside the coding sequence does to the protein. Pure functions of sequences."""

from __future__ import annotations

from dataclasses import dataclass

from als_screen.interpretation.naming.codons import translated


@dataclass(frozen=True, slots=True)
class ProteinChange:
    """The change of the protein, one-letter codes, 1-based residue numbers with the initial Met as 1.

    Attributes:
        pos: first residue that differs; `ref` and `alt` are the residues from there on that differ, "*" is a
            stop. For a frameshift both are the first residue that differs.
        length: residues of the new protein before its first stop; None where no stop was found.
        frameshift: the reading frame is lost.
    """

    ref: str
    pos: int
    alt: str
    length: int | None
    frameshift: bool = False

    @property
    def is_missense(self) -> bool:
        """Tell whether one residue became one other."""
        return not self.frameshift and len(self.ref) == len(self.alt) == 1 and "*" not in self.ref + self.alt


@dataclass(frozen=True, slots=True)
class CodingChange:
    """A change of the coding sequence: `deleted` bases at 0-based `offset` become `inserted`."""

    offset: int
    deleted: int
    inserted: str

    def applied(self, sequence: str) -> str:
        """Return the changed sequence."""
        return sequence[: self.offset] + self.inserted + sequence[self.offset + self.deleted :]


def coding_effect(coding: str, behind: str, change: CodingChange) -> tuple[str, ProteinChange | None]:
    """Return the Sequence Ontology term of a change, and the protein change where it has one.

    Args:
        coding: the coding sequence with its stop codon.
        behind: the transcript after it, for proteins that read through.
        change: begins inside `coding`; it may reach into `behind`.
    """
    new = change.applied(coding)
    old_residues, residues = translated(coding), translated(change.applied(coding + behind))
    if change.offset < 3 and new[:3] != coding[:3]:
        return "start_lost", None
    if change.offset + change.deleted > len(coding):
        return "stop_retained_variant" if residues.startswith(old_residues) else "stop_lost", None
    if _touches_stop(change, len(coding)) and residues.startswith(old_residues):
        return "stop_retained_variant", None
    if (len(new) - len(coding)) % 3:
        return _frameshift(old_residues, residues)
    return _in_frame(old_residues, translated(new), residues)


def _touches_stop(change: CodingChange, length: int) -> bool:
    stop = length - 3
    return change.offset + change.deleted > stop or change.offset == stop


def _length(residues: str) -> int | None:
    stop = residues.find("*")
    return None if stop < 0 else stop


def _first_difference(old: str, new: str) -> int:
    """Return where two proteins part; where one ends, if it is the beginning of the other."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(old), len(new)))


def _frameshift(old: str, new: str) -> tuple[str, ProteinChange | None]:
    first = _first_difference(old, new)
    left, right = old[first : first + 1], new[first : first + 1]
    if left == "*":
        return "stop_lost", ProteinChange(left, first + 1, right, _length(new))
    if right == "*":
        return "stop_gained", ProteinChange(left, first + 1, right, first)
    return "frameshift_variant", ProteinChange(left, first + 1, right, _length(new), frameshift=True)


def _in_frame(old: str, new: str, residues: str) -> tuple[str, ProteinChange | None]:
    """Compare proteins of the same frame; `residues` reads on behind the coding sequence."""
    if old == new:
        return "synonymous_variant", None
    first = _first_difference(old, new)
    left, right = old[first:], new[first:]
    tail = 0
    while tail < min(len(left), len(right)) and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    left, right = left[: len(left) - tail], right[: len(right) - tail]
    if first >= len(old) - 1:
        return "stop_lost", ProteinChange("*", first + 1, residues[first : first + 1], _length(residues))
    return _term(left, right), ProteinChange(left, first + 1, right, _length(residues))


def _term(left: str, right: str) -> str:
    """Return the term of residues `left` before the stop that became `right`; they share no end."""
    if right.startswith("*") or ("*" in right and "*" not in left):
        return "stop_gained"
    if "*" in left:
        return "stop_lost"
    if len(left) == len(right):
        return "missense_variant"
    if not left:
        return "inframe_insertion"
    return "protein_altering_variant" if right else "inframe_deletion"

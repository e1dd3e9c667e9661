"""A second opinion on HGVS names, made from the exon table and the bases alone.

It shares no code with the package or with `hgvs`: it reads `resources/transcripts.json` and the FASTA of a
build by itself, and works on one string, the region in the direction of transcription. `expected_g` and
`expected_c` make the name (HGVS 21.1: 3' rule, dup before ins, inv before delins); `protein_faults` reads a
p. name back, applies it to the protein and compares the result with the translation of the changed
transcript, so that it needs no rules of its own about how a change is best described.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RESOURCES = Path(__file__).parents[1] / "resources"
THREE_LETTERS = "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrValTer"
ONE = {THREE_LETTERS[3 * at : 3 * at + 3]: one for at, one in enumerate("ARNDCQEGHILKMFPSTWYV*")}
GENETIC_CODE = dict(
    zip(
        (a + b + c for a in "TCAG" for b in "TCAG" for c in "TCAG"),
        "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG",
        strict=True,
    )
)


def other_strand(bases: str) -> str:
    return bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


def translation(bases: str) -> str:
    """Return the protein up to and with its first stop."""
    protein = "".join(GENETIC_CODE[bases[at : at + 3]] for at in range(0, len(bases) - 2, 3))
    return protein[: protein.index("*") + 1] if "*" in protein else protein


@dataclass(frozen=True)
class Edit:
    """The bases [start, end) of a string become `new`."""

    start: int
    end: int
    new: str

    def applied(self, bases: str) -> str:
        return bases[: self.start] + self.new + bases[self.end :]


@dataclass(frozen=True)
class Region:
    """A gene's region as one string in the direction of transcription; all places are 0-based in it."""

    gene: str
    contig: str
    transcript: str
    protein: str
    low: int  # 0-based + strand position of the lowest base
    forward: bool
    bases: str
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int]

    def edit(self, pos: int, ref: str, alt: str) -> Edit:
        """Return a VCF allele as a 3'-shifted edit that shares nothing with the bases it replaces."""
        start = pos - 1 - self.low
        if not self.forward:
            start = len(self.bases) - start - len(ref)
            ref, alt = other_strand(ref), other_strand(alt)
        assert self.bases[start : start + len(ref)] == ref
        return shifted(self.bases, Edit(start, start + len(ref), alt))

    def number(self, place: int) -> str | None:
        """Return the c. number of a base; None outside the transcript."""
        if not self.exons[0][0] <= place < self.exons[-1][1]:
            return None
        for low, high in self.exons:
            if low <= place < high:
                return self._exonic(place)
        before = max(high - 1 for _, high in self.exons if high <= place)
        after = min(low for low, _ in self.exons if low > place)
        if place - before <= after - place:
            return f"{self._exonic(before)}+{place - before}"
        return f"{self._exonic(after)}-{after - place}"

    def _exonic(self, place: int) -> str:
        def bases_between(low: int, high: int) -> int:
            return sum(max(0, min(high, end) - max(low, start)) for start, end in self.exons)

        first, behind = self.coding
        if place < first:
            return f"-{bases_between(place, first)}"
        if place >= behind:
            return f"*{bases_between(behind, place + 1)}"
        return str(bases_between(first, place + 1))

    def transcribed(self, edit: Edit | None = None) -> str:
        """Return the coding sequence and what follows it, after an edit of bases of one exon."""
        edit = edit or Edit(self.coding[0], self.coding[0], "")
        spliced = [place for low, high in self.exons for place in range(low, high) if place >= self.coding[0]]
        before = "".join(self.bases[place] for place in spliced if place < edit.start)
        return before + edit.new + "".join(self.bases[place] for place in spliced if place >= edit.end)

    def inside_one_exon(self, edit: Edit) -> bool:
        if edit.start == edit.end:
            return any(low < edit.start < high for low, high in self.exons)
        return any(low <= edit.start and edit.end <= high for low, high in self.exons)


def shifted(bases: str, edit: Edit) -> Edit:
    """Return the edit trimmed, and moved to the 3' end where it is a pure insertion or deletion."""
    start, end, new = edit.start, edit.end, edit.new
    while end > start and new and bases[end - 1] == new[-1]:
        end, new = end - 1, new[:-1]
    while end > start and new and bases[start] == new[0]:
        start, new = start + 1, new[1:]
    while not new and end < len(bases) and bases[end] == bases[start]:
        start, end = start + 1, end + 1
    while start == end < len(bases) and bases[start] == new[0]:
        start, end, new = start + 1, end + 1, new[1:] + new[0]
    return Edit(start, end, new)


@cache
def region(build: str, gene: str) -> Region:
    data = json.loads((RESOURCES / "transcripts.json").read_text())["transcripts"].values()
    entry = next(each for each in data if each["gene_name"] == gene)
    placed = entry["genome_builds"][build]
    lines = (RESOURCES / "reference" / f"{build}.fa").read_text().split(">")[1:]
    header, _, text = next(each for each in lines if f"gene={gene} " in each).partition("\n")
    low = int(header.split(":")[1].split("-")[0]) - 1
    bases, forward = text.replace("\n", "").upper(), placed["strand"] == "+"

    def turned(start: int, end: int) -> tuple[int, int]:
        return (start - low, end - low) if forward else (len(bases) - (end - low), len(bases) - (start - low))

    return Region(
        gene=gene,
        contig=placed["contig"],
        transcript=entry["id"],
        protein=entry["protein"],
        low=low,
        forward=forward,
        bases=bases if forward else other_strand(bases),
        exons=tuple(sorted(turned(exon[0], exon[1]) for exon in placed["exons"])),
        coding=turned(placed["cds_start"], placed["cds_end"]),
    )


def described(bases: str, edit: Edit, number: Callable[[int], str | None]) -> str | None:
    """Return the edit in HGVS words; `number` gives the name of a base, None where it has none."""
    old, new = bases[edit.start : edit.end], edit.new

    if not old and bases[edit.start - len(new) : edit.start] == new:
        first, last, word = edit.start - len(new), edit.start - 1, "dup"
    elif not old:
        first, last, word = edit.start - 1, edit.start, f"ins{new}"
    else:
        first, last, word = edit.start, edit.end - 1, _replacement(old, new)
    names = number(first), number(last)
    if None in names:
        return None
    return f"{names[0]}{word}" if first == last else f"{names[0]}_{names[1]}{word}"


def _replacement(old: str, new: str) -> str:
    if not new:
        return "del"
    if len(old) == 1 == len(new):
        return f"{old}>{new}"
    if len(old) == len(new) and other_strand(old) == new:
        return "inv"
    return f"delins{new}"


def expected_c(here: Region, edit: Edit) -> str | None:
    text = described(here.bases, edit, here.number)
    return None if text is None else f"{here.transcript}:c.{text}"


def expected_g(here: Region, pos: int, ref: str, alt: str) -> str:
    bases = here.bases if here.forward else other_strand(here.bases)
    start = pos - 1 - here.low
    edit = shifted(bases, Edit(start, start + len(ref), alt))
    return f"{here.contig}:g.{described(bases, edit, lambda place: str(here.low + place + 1))}"


# --------------------------------------------------------------------------------------------- proteins


def protein_faults(here: Region, edit: Edit, hgvs_c: str, hgvs_p: str | None) -> list[str]:
    """Return what is wrong with a p. name; where the change is in no exon alone it must be unknown or none.

    `hgvs_c` only tells whether a dup is one of exon bases: it then counts as a change of that exon.
    """
    start, behind = here.coding
    dup_in_exon = hgvs_c.endswith("dup") and not re.search(r"\d[+-]\d", hgvs_c)
    if not (here.inside_one_exon(edit) and not _dup_over_edge(hgvs_c)) and not dup_in_exon:
        return [] if hgvs_p is None or hgvs_p.endswith(":p.?") else [f"protein of no exon: {hgvs_p}"]
    if edit.end <= start or edit.start >= behind:
        return [] if hgvs_p is None or hgvs_p.endswith(":p.?") else [f"protein of no coding base: {hgvs_p}"]
    old, new = translation(here.transcribed()), translation(here.transcribed(edit))
    said = (hgvs_p or "").removeprefix(f"{here.protein}:p.")
    if edit.start < start or here.transcribed(edit)[:3] != "ATG":
        return [] if said in {"(Met1?)", "?"} or (not said and new == old) else [f"lost start: {hgvs_p}"]
    if edit.end > behind and said in {"", "?"}:
        return []
    if not re.fullmatch(r"\(.+\)", said):
        return [f"none, or not in brackets: {hgvs_p}"]
    return _faults(old, new, said.strip("()"))


def _dup_over_edge(hgvs_c: str) -> bool:
    return hgvs_c.endswith("dup") and bool(re.search(r"\d[+-]\d", hgvs_c))


def _faults(old: str, new: str, said: str) -> list[str]:
    """Return why `said` does not lead from one protein to the other."""
    for pattern, reading in _READINGS:
        if found := re.fullmatch(pattern, said):
            fault = reading(old, new, found)
            return [f"{fault}: {said}"] if fault else []
    return [f"not understood: {said}"]


def _silent(old: str, new: str, found: re.Match[str]) -> str:
    place = int(found[2])
    return "" if old == new and old[place - 1] == ONE[found[1]] else "not silent"


def _substitution(old: str, new: str, found: re.Match[str]) -> str:
    place, residue = int(found[2]), ONE[found[3]]
    if old[place - 1] != ONE[found[1]] or residue == old[place - 1]:
        return "another residue is there"
    made = old[: place - 1] + residue + ("" if residue == "*" else old[place:])
    return "" if made == new else "another protein"


def _frameshift(old: str, new: str, found: re.Match[str]) -> str:
    place = int(found[2])
    first = next(at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    if (first, old[first], new[first]) != (place - 1, ONE[found[1]], ONE[found[3]]):
        return "not the first residue that changes"
    stop = str(len(new) - first) if new.endswith("*") else "?"
    return "" if found[4] == stop else f"the stop is at {stop}"


def _extension(old: str, new: str, found: re.Match[str]) -> str:
    place = int(found[1])
    if len(old) != place or new[: place - 1] != old[:-1] or new[place - 1] != ONE[found[2]]:
        return "another extension"
    stop = str(len(new) - place) if new.endswith("*") else "?"
    return "" if found[3] == stop else f"the stop is at {stop}"


def _length_change(old: str, new: str, found: re.Match[str]) -> str:
    low, high = int(found[2]), int(found[4] or found[2])
    kind, residues = found[5], "".join(ONE[each] for each in re.findall("[A-Z][a-z]{2}", found[6]))
    if old[low - 1] != ONE[found[1]] or (found[3] and old[high - 1] != ONE[found[3]]):
        return "another residue is there"
    if kind == "ins" and high != low + 1:
        return "not between neighbours"
    made = {
        "del": Edit(low - 1, high, ""),
        "dup": Edit(high, high, old[low - 1 : high]),
        "ins": Edit(low, low, residues),
        "delins": Edit(low - 1, high, residues),
    }[kind]
    if translation_of(made.applied(old)) != new:
        return "another protein"
    if kind == "ins" and old[low - len(residues) : low] == residues:
        return "is a dup"
    return "" if "*" in residues or shifted(old, made) == made else "not at the 3' end, or not minimal"


def translation_of(protein: str) -> str:
    return protein[: protein.index("*") + 1] if "*" in protein else protein


_RESIDUE = "([A-Z][a-z]{2})"
_READINGS = (
    (rf"{_RESIDUE}(\d+)(?:_{_RESIDUE}(\d+))?=", _silent),
    (rf"{_RESIDUE}(\d+){_RESIDUE}", _substitution),
    (rf"{_RESIDUE}(\d+){_RESIDUE}fsTer(\d+|\?)", _frameshift),
    (rf"Ter(\d+){_RESIDUE}extTer(\d+|\?)", _extension),
    (rf"{_RESIDUE}(\d+)(?:_{_RESIDUE}(\d+))?(del|dup|ins|delins)((?:{_RESIDUE})*)", _length_change),
)


# ---------------------------------------------------------------------------------------------- alleles


def alleles(gene: str, seed: int, count: int) -> Iterator[tuple[int, str, str]]:
    """Yield GRCh38 alleles (1-based, REF, ALT) of a gene: half near edges, start and stop."""
    here, draw = region("GRCh38", gene), random.Random(f"{gene} {seed}")
    plus = here.bases if here.forward else other_strand(here.bases)
    edges = [edge for exon in here.exons for edge in exon] + list(here.coding) * len(here.exons)
    while count:
        place = draw.choice(edges) + draw.randint(-12, 12)
        if draw.random() < 0.5:
            low, high = draw.choice(here.exons)
            place = draw.randint(low - 25, high + 25)
        place = place if here.forward else len(plus) - place
        ref, alt = _drawn(plus, place, draw)
        if ref != alt:
            count -= 1
            yield here.low + place + 1, ref, alt


def every_substitution(gene: str) -> Iterator[tuple[int, str, str]]:
    """Yield each single-base change of the coding exons and 20 bases beside them, on GRCh38."""
    here = region("GRCh38", gene)
    plus = here.bases if here.forward else other_strand(here.bases)
    start, behind = here.coding
    wanted = {p for a, b in here.exons if a < behind and start < b for p in range(a - 20, b + 20)}
    for place in sorted(wanted if here.forward else {len(plus) - 1 - each for each in wanted}):
        for alt in "ACGT".replace(plus[place], ""):
            yield here.low + place + 1, plus[place], alt


def _drawn(plus: str, place: int, draw: random.Random) -> tuple[str, str]:
    """Return REF and ALT at a place of the + strand."""
    length, first = draw.choice((1, 1, 2, 3, 3, 4, 6, 9, 12, 30)), plus[place]

    def anything(bases: int) -> str:
        return "".join(draw.choices("ACGT", k=bases))

    kind = draw.choice(("snv", "ins", "del", "dup", "delins", "mnv", "inv", "exon"))
    if kind == "snv":
        return first, draw.choice("ACGT".replace(first, ""))
    if kind == "ins":
        return first, first + anything(length)
    if kind == "del":
        return plus[place : place + 1 + length], first
    if kind == "exon":
        return plus[place : place + 150], first
    if kind == "dup":
        return first, first + plus[place + 1 : place + 1 + length]
    ref = plus[place : place + 1 + (length if kind == "delins" else min(length, 5))]
    if kind == "inv":
        return ref, other_strand(ref)
    return ref, anything(draw.randint(1, 8) if kind == "delins" else len(ref))

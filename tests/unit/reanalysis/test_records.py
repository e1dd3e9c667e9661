"""Which records of a table can move what is said of an allele, and knowledge with one of them exchanged."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from als_screen.reanalysis.records import candidates, changed, with_entry
from als_screen.reanalysis.trial import Entry
from als_screen.regions import Build, Gene
from reanalysis_runs import H275Y, Place, Said, interpreter, release


class At(NamedTuple):
    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str


FUS = At(Gene.FUS, *H275Y)
#: SOD1 c.169G>A and c.170G>A change one residue, whose codon an intron of 2.6 kb divides.
G57S, G57D = At(Gene.SOD1, "21", 31_663_886, "G", "A"), ("21", 31_666_449, "G", "A")
D91A = At(Gene.SOD1, "21", 31_667_290, "A", "C")
MNV = ("16", 31_188_347, "TC", "AT")
UP: Said = ("Pathogenic", 2)


@pytest.mark.parametrize(
    ("about", "carried", "moved", "expected"),
    [
        pytest.param(FUS, (), {H275Y: UP}, [H275Y], id="the record of the allele"),
        pytest.param(FUS, (), {H275Y: ("Uncertain significance", 2)}, [], id="which says what it said"),
        pytest.param(
            FUS, (), {("16", 31_188_349, "A", "G"): UP}, [("16", 31_188_349, "A", "G")], id="same residue"
        ),
        pytest.param(
            FUS, (), {("16", 31_188_349, "A", "G"): ("Benign", 2)}, [], id="a benign neighbour, no PM5"
        ),
        pytest.param(FUS, (), {("16", 31_188_352, "A", "G"): UP}, [], id="another residue"),
        pytest.param(G57S, (), {G57D: UP}, [G57D], id="a residue over an intron"),
        pytest.param(FUS, (), {MNV: UP}, [MNV], id="MNV"),
        pytest.param(D91A, (D91A, G57S), {G57S[1:]: UP}, [G57S[1:]], id="a partner"),
        pytest.param(D91A, (D91A,), {G57S[1:]: UP}, [], id="that is not carried"),
        pytest.param(D91A, (D91A, FUS), {H275Y: UP}, [], id="of another gene"),
    ],
)
def test_candidates(
    tmp_path: Path, about: At, carried: tuple[At, ...], moved: dict[Place, Said], expected: list[Place]
) -> None:
    uncertain: Said = ("Uncertain significance", 2)
    moved = {H275Y: uncertain, **moved}
    own = moved.pop(H275Y)
    old = interpreter(release(tmp_path / "1", "2026-01-01", uncertain)).annotator
    new = interpreter(release(tmp_path / "2", "2026-02-01", own, moved)).annotator
    before, after = (each.knowledge.builds[Build.GRCH38] for each in (old, new))
    differing = changed(before, after, "clinvar")
    assert candidates(old, new, Build.GRCH38, differing, [about], carried) == expected


def test_an_entry_alone_is_exchanged(tmp_path: Path) -> None:
    near = ("16", 31_188_349, "A", "G")
    old = interpreter(release(tmp_path / "1", "2026-01-01", None, {near: None}))
    newer = release(tmp_path / "2", "2026-02-01", UP, {near: UP})
    new = interpreter(newer)
    made = with_entry(old, new, Entry(newer, "clinvar", Build.GRCH38, near))
    one, other = (each.annotator.knowledge.builds[Build.GRCH38] for each in (old, made))
    assert changed(one, other, "clinvar") == {near}
    assert {known.pos for known in made.known[Build.GRCH38]} - {
        known.pos for known in old.known[Build.GRCH38]
    } == {near[1]}
    back = with_entry(new, old, Entry(tmp_path / "1", "clinvar", Build.GRCH38, near))
    assert near not in back.annotator.knowledge.builds[Build.GRCH38].clinvar
    assert H275Y in back.annotator.knowledge.builds[Build.GRCH38].clinvar

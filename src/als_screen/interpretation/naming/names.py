"""The name of an allele: HGVS g., c. and p., the legacy name, and the Sequence Ontology consequence."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from als_screen.interpretation.naming.alleles import (
    Change,
    NotAnAlleleError,
    equivalents,
    joined,
    parsed,
    shifted_left,
    shifted_right,
    vcf_form,
)
from als_screen.interpretation.naming.codons import ONE_LETTER, THREE_LETTERS
from als_screen.interpretation.naming.consequence import SEVERITY, Consequence, SplicePlace, consequence
from als_screen.interpretation.naming.protein_effect import ProteinChange
from als_screen.regions import Build, Gene
from als_screen.resources import Resources, Transcript

if TYPE_CHECKING:
    from als_screen.interpretation.naming.hgvs_names import HgvsNamer

#: Residues that the literature does not count: SOD1 was numbered without its initial methionine.
LEGACY_OFFSET = {Gene.SOD1: 1}

#: Terms that have a protein name; the others have no effect on the protein to name.
_PROTEIN_TERMS = frozenset(SEVERITY[: SEVERITY.index("5_prime_UTR_variant")]) - {"splice_region_variant"}

#: Beside "intron_variant": a change that reaches from coding bases into an intron, or over it into an exon.
_OVER_AN_EDGE = {"coding_sequence_variant", "start_lost", "stop_lost"}


@dataclass(frozen=True, slots=True)
class Name:
    """What an allele is called, and what it does to the transcript.

    Attributes:
        hgvs_c, hgvs_p, legacy: None where they do not exist; `problem` then says why, unless it is obvious
            (an intronic change has no protein name).
        consequence: the most severe Sequence Ontology term; `consequences` all of them.
        protein: the parsed protein change, for changes inside the coding sequence; None where the name says
            that it is not known.
        splice: how near a splice site it lies; `unspliced_exons` those whose site it destroys.
        change: the change on the + strand, shifted towards the 3' end of the transcript.
    """

    hgvs_g: str | None
    hgvs_c: str | None
    hgvs_p: str | None
    legacy: str | None
    consequence: str | None
    consequences: tuple[str, ...] = ()
    protein: ProteinChange | None = None
    splice: SplicePlace = SplicePlace.FAR
    unspliced_exons: tuple[int, ...] = ()
    change: Change | None = None
    problem: str | None = None


class Namer:
    """Names alleles on the reporting transcripts; every unique allele is named once per process."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._named: dict[tuple[Build, Gene, str, int, str, str], Name] = {}

    def name(self, build: Build, gene: Gene, chrom: str, pos: int, ref: str, alt: str) -> Name:
        """Return the name of a VCF allele (1-based `pos`, `chrom` without `chr`); never raises for data.

        Any spelling of one allele gets one name.
        """
        key = (build, gene, chrom, pos, ref, alt)
        if key not in self._named:
            self._named[key] = self._name(build, gene, chrom, pos, ref, alt)
        return self._named[key]

    def name_together(self, build: Build, gene: Gene, alleles: Iterable[tuple[int, str, str]]) -> Name:
        """Return the name of alleles (pos, ref, alt) of one haplotype as one change."""
        try:
            pos, ref, alt = self.together(build, gene, alleles)
        except NotAnAlleleError as error:
            return unnamed(str(error))
        return self.name(build, gene, self._resources.gene_region(build, gene).chrom, pos, ref, alt)

    def together(
        self, build: Build, gene: Gene, alleles: Iterable[tuple[int, str, str]]
    ) -> tuple[int, str, str]:
        """Return alleles of one haplotype as one left-aligned VCF allele; raises `NotAnAlleleError`."""
        reference = self._resources.slices(build)[gene]
        return vcf_form(reference, joined(reference, [parsed(reference, *allele) for allele in alleles]))

    @cached_property
    def _hgvs(self) -> HgvsNamer:
        return _hgvs_namer(self._resources)

    def _name(self, build: Build, gene: Gene, chrom: str, pos: int, ref: str, alt: str) -> Name:
        reference, transcript = self._resources.slices(build)[gene], self._resources.transcript(build, gene)
        if chrom != reference.region.chrom:
            return unnamed(f"{gene} lies on chromosome {reference.region.chrom}, not {chrom}")
        try:
            change = parsed(reference, pos, ref, alt)
        except NotAnAlleleError as error:
            return unnamed(str(error))
        shift = shifted_right if transcript.strand == "+" else shifted_left
        return self._named_change(build, transcript, shift(reference, change))

    def _named_change(self, build: Build, transcript: Transcript, change: Change) -> Name:
        reference = self._resources.slices(build)[transcript.gene]
        found = consequence(reference, transcript, change, equivalents(reference, change))
        own = _own_words(found, residues=sum(map(len, transcript.coding_exons())) // 3 - 1)
        with_protein = own is None and bool(_PROTEIN_TERMS & set(found.terms))
        names = self._hgvs.name(build, transcript, change, with_protein=with_protein)
        hgvs_p = _predicted(names.hgvs_p) if own is None else f"{transcript.protein}:p.{own}"
        return Name(
            hgvs_g=names.hgvs_g,
            hgvs_c=names.hgvs_c,
            hgvs_p=hgvs_p,
            legacy=_legacy(transcript.gene, hgvs_p),
            consequence=found.terms[0],
            consequences=found.terms,
            protein=None if _is_unknown(hgvs_p) else found.protein,
            splice=found.splice,
            unspliced_exons=found.unspliced_exons,
            change=change,
            problem=names.problem,
        )


def _hgvs_namer(resources: Resources) -> HgvsNamer:
    """Return the namer; its import takes 0.4 s, so it is left until names are needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # `hgvs` leaves its defaults.ini open
        from als_screen.interpretation.naming.hgvs_names import HgvsNamer
    return HgvsNamer(resources)


def unnamed(problem: str) -> Name:
    """Return the name of what cannot be named, with the reason."""
    return Name(None, None, None, None, None, problem=problem)


def _own_words(found: Consequence, residues: int) -> str | None:
    """Return what stands behind `p.` where `hgvs` names what is not made; None where it names the protein.

    What a deletion over the edge of an exon or a lost start leads to is not known, a stop that stays is
    silent, and a stop in what is inserted before the stop ends the protein. `residues`: of the protein.
    """
    terms, protein = set(found.terms), found.protein
    if "intron_variant" in terms and terms & _OVER_AN_EDGE:
        return "?"
    if "stop_retained_variant" in terms:
        return f"(Ter{residues + 1}=)"
    if "start_lost" in terms:
        return "(Met1?)"
    if "stop_lost" in terms and protein is not None and protein.pos == residues + 1 and protein.alt:
        return f"({_extension(protein)})"
    return None


def _predicted(hgvs_p: str | None) -> str | None:
    """Return the name as HGVS asks for a predicted protein: in brackets, unless it is unknown."""
    if hgvs_p is None or _is_unknown(hgvs_p):
        return hgvs_p
    accession, _, described = hgvs_p.partition(":p.")
    if "Xaa" in described:  # `hgvs` ran past the end of the transcript
        return f"{accession}:p.?"
    return f"{accession}:p.({described.strip('()')})"


def _extension(protein: ProteinChange) -> str:
    """Return the name of a protein that goes on where its stop was."""
    more = "?" if protein.length is None else protein.length + 1 - protein.pos
    return f"Ter{protein.pos}{THREE_LETTERS[protein.alt[0]]}extTer{more}"


def _is_unknown(hgvs_p: str | None) -> bool:
    return (hgvs_p or "").endswith(":p.?")


def _legacy(gene: Gene, hgvs_p: str | None) -> str | None:
    """Return the name of the literature: one-letter codes, SOD1 without the initial methionine."""
    described = (hgvs_p or "").rpartition(":p.")[2].strip("()")
    if described in {"", "?"}:
        return None
    offset = LEGACY_OFFSET.get(gene, 0)
    if described == "Met1?":
        return None if offset else "M1?"
    return (
        re.sub(r"(?<!fs)(?<!ext)([A-Z][a-z]{2})(\d*)", lambda found: _short(found, offset), described)
        .replace("fsTer", "fs*")
        .replace("extTer", "ext*")
    )


def _short(found: re.Match[str], offset: int) -> str:
    residue, number = found.groups()
    return ONE_LETTER[residue] + (str(int(number) - offset) if number else "")

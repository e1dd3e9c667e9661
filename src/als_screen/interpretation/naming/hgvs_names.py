"""HGVS names through `hgvs` and `cdot`, offline: the bundled transcripts and sequence are all they see.

Importing this module costs about 0.4 s, so `names.py` does it when the first allele is named.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, TypeAlias

from cdot.hgvs.dataproviders.json_data_provider import JSONDataProvider
from hgvs.edit import Inv, NARefAlt
from hgvs.enums import Datum
from hgvs.exceptions import HGVSError
from hgvs.location import BaseOffsetInterval, BaseOffsetPosition, Interval, SimplePosition
from hgvs.normalizer import Normalizer
from hgvs.posedit import PosEdit
from hgvs.sequencevariant import SequenceVariant
from hgvs.variantmapper import VariantMapper

from als_screen.interpretation.naming.alleles import Change, reverse_complement
from als_screen.interpretation.naming.consequence import spliced
from als_screen.regions import CHROMOSOME_ACCESSIONS, Build
from als_screen.resources import ReferenceSlice, Resources, Transcript

_ALIGNMENT = "splign"

#: `hgvs` has no type annotations.
Variant: TypeAlias = Any


class BundledSequences:
    """The sequence source of `hgvs`: the bundled slices, and the transcripts spliced from them."""

    source = "bundled"

    def __init__(self, resources: Resources) -> None:
        self._transcripts: dict[str, str] = {}
        self._slices: dict[str, ReferenceSlice] = {}
        for build in Build:
            for gene, part in resources.slices(build).items():
                transcript = resources.transcript(build, gene)
                self._slices[CHROMOSOME_ACCESSIONS[build][part.region.chrom]] = part
                self._transcripts[transcript.accession] = spliced(part, transcript)

    def fetch_seq(self, accession: str, start: int | None = None, end: int | None = None) -> str:
        """Return bases of a 0-based half-open interval; N where a chromosome's sequence is not bundled.

        `hgvs` looks as far around an insertion as that is long, and refuses a sequence that is too short.
        """
        if accession in self._transcripts:
            return self._transcripts[accession][start:end]
        part = self._slices[accession]
        start = part.region.start if start is None else start
        end = part.region.end if end is None else end
        low, high = max(start, part.region.start), min(end, part.region.end)
        if low >= high:
            return "N" * (end - start)
        return "N" * (low - start) + part.fetch(low, high) + "N" * (end - high)


@dataclass(frozen=True, slots=True)
class HgvsNames:
    """The names of one change; `hgvs_c` and `protein` are None where `problem` says why."""

    hgvs_g: str
    hgvs_c: str | None
    hgvs_p: str | None
    problem: str | None


class HgvsNamer:
    """Names changes on both builds."""

    def __init__(self, resources: Resources) -> None:
        transcripts = io.BytesIO((resources.root / "transcripts.json").read_bytes())
        provider = JSONDataProvider([transcripts], seqfetcher=BundledSequences(resources))
        self._mapper = VariantMapper(provider)
        self._towards: dict[int, Normalizer] = {
            direction: Normalizer(
                provider,
                cross_boundaries=True,
                shuffle_direction=direction,
                alt_aln_method=_ALIGNMENT,
                validate=False,
            )
            for direction in (3, 5)
        }

    def name(
        self, build: Build, transcript: Transcript, change: Change, *, with_protein: bool = True
    ) -> HgvsNames:
        """Return the names of a trimmed change; without the protein's where it has nothing to say.

        The genomic name is shifted along the + strand. The transcript's name comes from the change shifted
        in the direction of transcription over the genome, across exon edges: shifting after the mapping
        would leave intronic indels and those at an edge where they were.
        """
        genomic = variant = _genomic(CHROMOSOME_ACCESSIONS[build][transcript.chrom], change)
        try:
            genomic = self._shifted(variant, change, 3)
            mapped = genomic if transcript.strand == "+" else self._shifted(variant, change, 5)
            coding = self._mapper.g_to_c(mapped, transcript.accession, _ALIGNMENT)
        except HGVSError as error:
            return HgvsNames(str(genomic), None, None, f"no name on {transcript.accession}: {_said(error)}")
        protein, problem = self._protein(coding, transcript.protein) if with_protein else (None, None)
        return HgvsNames(str(genomic), str(coding), protein, problem)

    def _shifted(self, variant: Variant, change: Change, direction: int) -> Variant:
        return variant if change.is_substitution else self._towards[direction].normalize(variant)

    def _protein(self, coding: Variant, accession: str) -> tuple[str | None, str | None]:
        try:
            return str(self._mapper.c_to_p(_as_insertion(coding), accession)), None
        except HGVSError as error:
            return None, f"no name on {accession}: {_said(error)}"
        except IndexError:  # `hgvs` looks for a residue behind the end
            return None, f"no name on {accession}: the change reaches behind the end of the protein"


def _as_insertion(coding: Variant) -> Variant:
    """Return a duplication inside the coding sequence as an insertion, anything else as it is.

    `hgvs` takes a duplication that begins or ends an exon for intronic, and its protein for unknown. The name
    says that the bases of the exon are there twice.
    """
    start, end = coding.posedit.pos.start, coding.posedit.pos.end
    places = (start, end)
    if coding.posedit.edit.type != "dup" or any(
        place.datum is not Datum.CDS_START or place.offset or place.base < 1 for place in places
    ):
        return coding
    behind = BaseOffsetInterval(
        BaseOffsetPosition(end.base, datum=Datum.CDS_START),
        BaseOffsetPosition(end.base + 1, datum=Datum.CDS_START),
    )
    return SequenceVariant(coding.ac, "c", PosEdit(behind, NARefAlt(None, coding.posedit.edit.ref)))


def _said(error: HGVSError) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _genomic(accession: str, change: Change) -> Variant:
    """Return the change as `hgvs` writes it; several bases that are turned around are an inversion."""
    if change.ref:
        place = Interval(SimplePosition(change.start + 1), SimplePosition(change.end))
    else:
        place = Interval(SimplePosition(change.start), SimplePosition(change.start + 1))
    if change.is_mnv and change.alt == reverse_complement(change.ref):
        return SequenceVariant(accession, "g", PosEdit(place, Inv(ref=change.ref)))
    edit = NARefAlt(change.ref or None, change.alt or None)
    return SequenceVariant(accession, "g", PosEdit(place, edit))

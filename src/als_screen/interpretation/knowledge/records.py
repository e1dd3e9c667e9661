"""The records of a knowledge directory."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from als_screen.regions import Gene
from als_screen.states import Classification

#: Chromosome without `chr`, 1-based position, REF, ALT; left-aligned and trimmed.
AlleleKey = tuple[str, int, str, str]


class Side(StrEnum):
    """What a ClinVar record says, reduced to what decisions need."""

    PATHOGENIC = "pathogenic"  # pathogenic or likely pathogenic
    BENIGN = "benign"  # benign or likely benign
    UNCERTAIN = "uncertain"
    CONFLICTING = "conflicting"
    OTHER = "other"  # risk factor, association, drug response, not provided …


#: ClinVar's aggregate germline classifications, with the class that each sets where it may set one. Of a
#: record that names two classes the weaker is proposed.
CLINVAR_CLASSES: dict[str, tuple[Side, Classification | None]] = {
    "pathogenic": (Side.PATHOGENIC, Classification.PATHOGENIC),
    "likely pathogenic": (Side.PATHOGENIC, Classification.LIKELY_PATHOGENIC),
    "pathogenic/likely pathogenic": (Side.PATHOGENIC, Classification.LIKELY_PATHOGENIC),
    "uncertain significance": (Side.UNCERTAIN, Classification.UNCERTAIN),
    "likely benign": (Side.BENIGN, Classification.LIKELY_BENIGN),
    "benign": (Side.BENIGN, Classification.BENIGN),
    "benign/likely benign": (Side.BENIGN, Classification.LIKELY_BENIGN),
    "conflicting classifications of pathogenicity": (Side.CONFLICTING, None),
    "conflicting interpretations of pathogenicity": (Side.CONFLICTING, None),
}


@dataclass(frozen=True, slots=True)
class ClinvarEntry:
    """A ClinVar record; `seen` is the snapshot date it was taken from."""

    variation_id: int
    significance: str
    review_status: str
    stars: int
    evaluated: str
    seen: str
    condition: str

    @property
    def side(self) -> Side:
        """Return what it says; terms behind a `|` or `,` (e.g. "Pathogenic|risk factor") are left out."""
        return self._class()[0]

    @property
    def classification(self) -> Classification | None:
        """Return the class it names; None where it names none of the five or conflicts."""
        return self._class()[1]

    @property
    def says_pathogenic(self) -> bool:
        """Tell whether a submitter says pathogenic: "Pathogenic" or "Pathogenic/Likely pathogenic"."""
        return self.side is Side.PATHOGENIC and self.significance.lower().startswith("pathogenic")

    def _class(self) -> tuple[Side, Classification | None]:
        first = self.significance.partition("|")[0].lower().replace("_", " ").replace(", low penetrance", "")
        named = "/".join(dict.fromkeys(first.partition(",")[0].strip().split("/")))
        return CLINVAR_CLASSES.get(named, (Side.OTHER, None))


#: Flag of a record that gnomAD holds but that failed its filters: its counts say nothing.
FILTERED = "filtered"


@dataclass(frozen=True, slots=True)
class Population:
    """An allele in one release of gnomAD, or in a laboratory's own table.

    `group`, `group_ac`, `group_an`: the non-founder group with the highest frequency, where given.
    `faf95`: filtering allele frequency as published; None where it was not.
    """

    release: str
    ac: int
    an: int
    af: float
    hom: int | None
    group: str = ""
    group_ac: int | None = None
    group_an: int | None = None
    faf95: float | None = None
    flags: str = ""

    @property
    def filtered(self) -> bool:
        """Tell whether it was seen and failed the database's filters."""
        return FILTERED in self.flags.split(",")


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A published ALS variant: in whom it was reported, and in which populations."""

    reported_in: str
    populations: tuple[str, ...]

    @property
    def familial(self) -> bool:
        """Tell whether a familial patient was reported."""
        return "FALS" in self.reported_in

    @property
    def several(self) -> bool:
        """Tell whether the catalogue's words mean more than one unrelated patient."""
        words = self.reported_in
        return len(self.populations) > 1 or "probands" in words or ("FALS" in words and "SALS" in words)


class Mode(StrEnum):
    """How an allele is inherited."""

    DOMINANT = "dominant"
    RECESSIVE = "recessive"


@dataclass(frozen=True, slots=True)
class CuratedEntry:
    """A curated statement about one allele.

    Attributes:
        label: HGVS p. name.
        classification: None where only the inheritance is curated.
        mode: inheritance of the disease it causes.
        frequency_exempt: BS1 and BA1 do not apply.
        note: printed where the zygosity does not fit.
        source: citation.
    """

    label: str
    classification: Classification | None
    mode: Mode
    frequency_exempt: bool
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class PredictorScores:
    """Scores that the user's files give; None where they do not."""

    revel: float | None = None
    alphamissense: float | None = None
    spliceai: float | None = None


@dataclass(frozen=True, slots=True)
class CoveredSite:
    """A 0-based half-open interval that gnomAD covers, with the typical number of chromosomes read."""

    chrom: str
    start: int
    end: int
    chromosomes: int


class DomainRole(StrEnum):
    """What a stretch of protein means for the criteria."""

    HOT_SPOT = "hot_spot"  # PM1
    LOW_COMPLEXITY = "low_complexity"  # in-frame length changes say little
    LOCALISATION_SIGNAL = "localisation_signal"  # its loss is the mechanism
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, slots=True)
class Domain:
    """Residues `start` to `end` (1-based, inclusive, initial Met is 1) of a protein."""

    gene: Gene
    start: int
    end: int
    role: DomainRole
    name: str
    source: str

    def holds(self, gene: Gene, residue: int) -> bool:
        """Tell whether the residue lies in it."""
        return self.gene is gene and self.start <= residue <= self.end


@dataclass(frozen=True, slots=True)
class KnownAllele:
    """A known pathogenic or likely pathogenic allele, for the recheck in the reads."""

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str

"""The records between steps: what was checked, and what the files of one patient show.

These are the lines of `results/checks/*.json` and `results/evidence/*/*.jsonl`. Evidence never depends on
knowledge (ClinVar, thresholds, policies), so a new release re-reads none of it. Positions in fields are
1-based; intervals are 0-based half-open `[chrom, start, end]`. Chromosomes are "1", "9", "16", "21".
"""

from __future__ import annotations

from enum import StrEnum
from operator import not_
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from als_screen.regions import Build, Gene

SCHEMA_VERSION = "1.0"


class Record(BaseModel):
    """A frozen record that refuses fields that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class State(StrEnum):
    """Whether a step could look at all."""

    ASSESSED = "assessed"
    NOT_ASSESSED = "not_assessed"


class Severity(StrEnum):
    """What a problem in a file costs."""

    ERROR = "error"  # the file is not used
    WARNING = "warning"  # the file is used, and the report says so


class Zygosity(StrEnum):
    """Copies of an allele; `unknown` for haploid and half-calls."""

    HETEROZYGOUS = "heterozygous"
    HOMOZYGOUS = "homozygous"
    HEMIZYGOUS = "hemizygous"
    UNKNOWN = "unknown"


# ---------------------------------------------------------------------------------------------- checks


class FileProblem(Record):
    """Something wrong inside, or between, files that exist."""

    patient: str
    path: str
    expected: str
    action: str
    severity: Severity = Severity.ERROR


class VcfCheck(Record):
    """What the header of one VCF or BCF says.

    Attributes:
        path: absolute.
        contigs: the file's own name of each chromosome of ours that it has, e.g. {"21": "chr21"}.
        sample: the patient's column in this file.
        samples: number of sample columns.
        indexed: a usable .tbi/.csi is beside it, so a region can be fetched; else it is streamed.
        gvcf: it declares <NON_REF> or <*> reference blocks.
    """

    path: str
    contigs: dict[str, str]
    sample: str
    samples: int
    indexed: bool
    gvcf: bool


class ReadsCheck(Record):
    """What the header of a BAM or CRAM says; `contigs` as in `VcfCheck`."""

    path: str
    contigs: dict[str, str]
    sample: str
    is_cram: bool


class PatientCheck(Record):
    """What `check_inputs` found of one patient: the usable files, and every problem.

    `vcf` is empty and `reads` is None where the sheet names none or where it cannot be used;
    `build` is None where no usable file tells it.
    """

    patient: str
    build: Build | None
    vcf: tuple[VcfCheck, ...] = ()
    reads: ReadsCheck | None = None
    callable_bed: str | None = None
    problems: tuple[FileProblem, ...] = ()
    fault: bool = Field(False, exclude_if=not_)  # the machine's: tried again at the next start


class BatchCheck(Record):
    """`results/checks/{batch}.json`."""

    schema_version: str = SCHEMA_VERSION
    batch: str
    patients: tuple[PatientCheck, ...]


# -------------------------------------------------------------------------------------------- variants


class Allele(Record):
    """One alternate allele that the patient carries in a gene region, left-aligned and trimmed.

    Attributes:
        gene: whose region it lies in.
        chrom, pos, ref, alt: 1-based, left-aligned and trimmed in the patient's own build.
        zygosity: from the raw genotype (`als_screen.variants.genotype`).
        genotype: raw, as in the file ("0/1", "1|2", "./1"); `allele_index` is this allele in it.
        phase_set: PS where given, for alleles on one haplotype; phased without PS is "".
        depth, alt_depth: DP and this allele's AD; None where the file does not say.
        quality: QUAL; `genotype_quality`: GQ.
        filter: "PASS", or the FILTER names joined by ";". "." (not filtered) is stored as "PASS".
        record: the record as written in the file, "chrom:pos ref>alt[,alt]".
    """

    gene: Gene
    chrom: str
    pos: int
    ref: str
    alt: str
    zygosity: Zygosity
    genotype: str
    allele_index: int
    phase_set: str | None = None
    depth: int | None = None
    alt_depth: int | None = None
    quality: float | None = None
    genotype_quality: int | None = None
    filter: str = "PASS"
    record: str = ""


class StructuralRecord(Record):
    """A symbolic or breakend record that touches a gene: listed, not interpreted; `length`: its SVLEN."""

    gene: Gene
    chrom: str
    pos: int
    end: int
    alt: str
    genotype: str
    filter: str
    length: int | None = Field(None, exclude_if=not_)


class UnusableRecord(Record):
    """A record over a gene that could not be turned into alleles, with the reason.

    `end` is the 1-based last base of what it may concern; 0 where that is `pos` alone.
    """

    chrom: str
    pos: int
    end: int = 0
    record: str
    reason: str


class ReferenceBlock(Record):
    """A 0-based half-open interval that the caller calls homozygous reference; depth, GQ where given."""

    chrom: str
    start: int
    end: int
    depth: int | None
    genotype_quality: int | None


class SiteCall(Record):
    """What a VCF says at an SNV of `identity.sites`; `frequency` is that of ALT in the configured file."""

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float
    copies: Literal[0, 1, 2]


class VariantSource(StrEnum):
    """Where the alleles come from."""

    VCF = "vcf"
    GVCF = "gvcf"
    READS = "reads"  # no VCF: called from the reads with bcftools
    NONE = "none"


class VariantEvidence(Record):
    """One line of `variants.jsonl`.

    `reference` and `callable_regions` are where absence of an allele means reference: gVCF blocks and
    explicit 0/0 records, and the callable BED (no depth, no quality) but for what records leave open.
    Without them and without reads, absence is "not assessed".
    `left_out` counts records of the gene regions that gave no allele, by reason.
    `sites` are the SNVs of `identity.sites` of which the VCF speaks; the field is only there with some.
    `unreached` are the chromosomes of which no VCF has a record behind the gene, so that it may have been cut
    before; `callable_regions` say nothing there. Only with a callable BED, and only there with some.
    """

    schema_version: str = SCHEMA_VERSION
    patient: str
    state: State
    reason: str = ""
    failed: bool = False  # a file that was given could not be used
    fault: bool = Field(False, exclude_if=not_)  # the machine's: tried again at the next start
    source: VariantSource = VariantSource.NONE
    build: Build | None = None
    alleles: tuple[Allele, ...] = ()
    structural: tuple[StructuralRecord, ...] = ()
    unusable: tuple[UnusableRecord, ...] = ()
    reference: tuple[ReferenceBlock, ...] = ()
    callable_regions: tuple[ReferenceBlock, ...] = ()
    left_out: dict[str, int] = {}
    sites: tuple[SiteCall, ...] = Field((), exclude_if=not_)
    unreached: tuple[str, ...] = Field((), exclude_if=not_)

    @property
    def tells_reference(self) -> bool:
        """Tell whether absence of an allele means reference anywhere."""
        return bool(self.reference or self.callable_regions)


# -------------------------------------------------------------------------------------------- coverage


class RegionCounts(Record):
    """Fragments over every base of one interval, in base order.

    `depth`: fragments with base quality >= 10 and MAPQ >= 20, duplicates out, overlapping mates once.
    `forward`, `reverse`: those of them with base quality >= 20 that show the reference base, by strand.
    """

    chrom: str
    start: int  # 0-based
    depth: tuple[int, ...]
    forward: tuple[int, ...]
    reverse: tuple[int, ...]


class OtherBase(Record):
    """Fragments with base quality >= 20 that show another base than the reference at 1-based `pos`."""

    chrom: str
    pos: int
    base: Literal["A", "C", "G", "T"]
    forward: int
    reverse: int


class IndelCount(Record):
    """An insertion or deletion in >= 2 fragments; left-aligned VCF form."""

    chrom: str
    pos: int
    ref: str
    alt: str
    forward: int
    reverse: int


class SiteCount(Record):
    """Fragments with base quality >= 20 at an SNV of `identity.sites`, by what they show.

    `frequency` is that of ALT in the configured file; evidence of earlier versions has none.
    """

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float | None = None
    reference: int
    alternate: int
    other: int


class PlacedReads(Record):
    """Reads that the index of a BAM counts on one chromosome; `length` in bases, from the header."""

    chrom: str
    length: int
    reads: int


class CoverageEvidence(Record):
    """One line of `coverage.jsonl`; `sites` is there only where something was counted at one."""

    schema_version: str = SCHEMA_VERSION
    patient: str
    state: State
    reason: str = ""
    failed: bool = False  # a file that was given could not be used
    fault: bool = Field(False, exclude_if=not_)  # the machine's: tried again at the next start
    build: Build | None = None
    regions: tuple[RegionCounts, ...] = ()
    other: tuple[OtherBase, ...] = ()
    indels: tuple[IndelCount, ...] = ()
    placed: tuple[PlacedReads, ...] = ()  # on 1 to 22, X and Y; none of a CRAM, whose index keeps no counts
    sites: tuple[SiteCount, ...] = Field((), exclude_if=not_)


# ---------------------------------------------------------------------------------------------- repeat


class ReadClass(StrEnum):
    """What a fragment says about the length of the repeat."""

    SPANNING = "spanning"  # both flanks in one read: an exact size
    FLANKING = "flanking"  # one flank: at least so many units
    IN_REPEAT = "in_repeat"  # no flank: longer than the read


class ReadCount(Record):
    """How many fragments of one class show `units` repeat units."""

    read_class: ReadClass
    units: int
    fragments: int


class Library(Record):
    """What was measured in this BAM around the locus; None where there was too little to measure."""

    read_length: int | None = None
    read_length_min: int | None = None
    read_length_max: int | None = None
    fragment_length: float | None = None
    fragment_length_sd: float | None = None
    flank_depth: float | None = None
    locus_depth: float | None = None
    error_rate: float | None = None
    gc_ratio: float | None = None  # fragments seen over GC-rich flank against expected


class RepeatEvidence(Record):
    """One line of `repeat.jsonl`.

    `likelihood` is the log10 likelihood of the reads over pairs of allele sizes (short <= long) on `sizes`,
    relative to the best pair, kept where it is >= -8: `[short, long, log10]`. The policy's prior, threshold
    and state are applied later, in `interpret`, and so are the sizes.
    `size_limit`: units above which the reads, without all mates, do not bound a size; None: they do.
    `limits` are conditions found in the data that forbid or weaken a conclusion, as machine-readable codes.
    `lost_allele`: log10 likelihood, on the scale of `likelihood`, that one allele gives no reads at all.
    """

    schema_version: str = SCHEMA_VERSION
    patient: str
    state: State
    reason: str = ""
    failed: bool = False  # a file that was given could not be used
    fault: bool = Field(False, exclude_if=not_)  # the machine's: tried again at the next start
    build: Build | None = None
    library: Library = Library()
    counts: tuple[ReadCount, ...] = ()
    in_repeat_pairs: int = 0
    sizes: tuple[int, ...] = ()
    likelihood: tuple[tuple[int, int, float], ...] = ()
    size_limit: int | None = None
    limits: tuple[str, ...] = ()
    lost_allele: float | None = None

"""Who is in the demo cohort and which files each of them has. The sheet is `config/samples.tsv`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from als_screen.regions import Build, Region
from als_screen.simulate.common import draw_common
from als_screen.simulate.haplotype import Carried, Person, SmallVariant
from als_screen.simulate.settings import Sequencing, random_for


class ReadsFile(StrEnum):
    """What a demo patient has by way of reads."""

    BAM = "bam"
    CRAM = "cram"
    TRUNCATED = "truncated"
    NONE = "none"


class VcfFile(StrEnum):
    """What a demo patient has by way of variants; the value is the suffix of the file."""

    VCF_GZ = ".vcf.gz"
    VCF = ".vcf"
    BCF = ".bcf"
    GVCF = ".g.vcf.gz"
    JOINT = ".joint.vcf.gz"
    NONE = ""


@dataclass(frozen=True, slots=True)
class KnownVariant:
    """A published variant on both builds, 1-based. Source: ClinVar, by VariationID."""

    variation_id: int
    chrom: str
    positions: tuple[int, int]
    ref: str
    alt: str

    def on(self, build: Build) -> SmallVariant:
        """Return the variant on a build; `positions` are GRCh37, GRCh38."""
        return SmallVariant(self.chrom, self.positions[build is Build.GRCH38], self.ref, self.alt)


SOD1_A5V = KnownVariant(14763, "21", (33032096, 31659783), "C", "T")
SOD1_H47R = KnownVariant(14764, "21", (33036170, 31663857), "A", "G")
SOD1_D91A = KnownVariant(14766, "21", (33039603, 31667290), "A", "C")
SOD1_I114T = KnownVariant(197145, "21", (33039672, 31667359), "T", "C")
TARDBP_G298S = KnownVariant(5232, "1", (11082358, 11022301), "G", "A")
TARDBP_M337V = KnownVariant(5228, "1", (11082475, 11022418), "A", "G")
TARDBP_A382T = KnownVariant(21474, "1", (11082610, 11022553), "G", "A")
FUS_H275Y = KnownVariant(2065419, "16", (31199669, 31188348), "C", "T")
FUS_R521C = KnownVariant(16224, "16", (31202739, 31191418), "C", "T")
FUS_R521H = KnownVariant(16225, "16", (31202740, 31191419), "G", "A")
FUS_P525L = KnownVariant(280110, "16", (31202752, 31191431), "C", "T")

#: Exon 3 of SOD1 (NM_000454.5) on GRCh38, 0-based half-open.
_SOD1_EXON_3 = Region("21", 31_666_448, 31_666_518)


@dataclass(frozen=True, slots=True)
class DemoPatient:
    """One patient of the demo.

    Attributes:
        variant, copies: what the person carries besides common variants, on (first, second) haplotype.
        vcf_column: the sample name in the VCF where it is not the patient's id.
        vcf_lacks_variant: the caller missed `variant`, though the reads show it.
        draw: sequences the same person anew. Of 24 draws of 27 units in 150-base reads, 7 left an expansion
            possible (probability above 0.05); the demo shows one of the other 17.
        vcf_of: seed of the other person whose genotypes the VCF has, "" where it is the patient's own.
    """

    patient: str
    repeats: tuple[int, int] = (2, 5)
    variant: KnownVariant | None = None
    copies: tuple[int, int] = (1, 0)
    build: Build = Build.GRCH38
    prefix: bool = True
    reads: ReadsFile = ReadsFile.BAM
    vcf: VcfFile = VcfFile.VCF_GZ
    vcf_column: str = ""
    vcf_lacks_variant: bool = False
    vcf_of: str = ""
    draw: str = ""
    sequencing: Sequencing = field(default_factory=Sequencing)

    @property
    def column(self) -> str:
        """The sample name in the VCF."""
        return self.vcf_column or self.patient

    @property
    def planted(self) -> tuple[Carried, ...]:
        """What is carried besides common variants."""
        return () if self.variant is None else (Carried(self.variant.on(self.build), self.copies),)

    @property
    def seed(self) -> str:
        """What the reads are drawn from, and named after."""
        return f"{self.patient}{self.draw}"

    def person(self) -> Person:
        """Return the person: common variants drawn for the patient's id, and what was planted."""
        common = draw_common(random_for(self.patient, "common"), self.build)
        return Person(self.build, (*common, *self.planted), self.repeats)

    def other_person(self) -> Person:
        """Return the person whose genotypes are in the VCF of a mix-up."""
        return Person(self.build, tuple(draw_common(random_for(self.vcf_of, "common"), self.build)))


#: The run whose patients were called together.
JOINT_NAME = "RUN-2026-02"

PATIENTS = (
    DemoPatient("DEMO-01-C9-EXPANDED", repeats=(2, 700)),
    DemoPatient("DEMO-02-C9-INTERMEDIATE", repeats=(2, 27), draw="f"),
    DemoPatient("DEMO-03-SOD1-A5V", variant=SOD1_A5V),
    DemoPatient("DEMO-04-SOD1-D91A-HOM", (2, 8), SOD1_D91A, (1, 1)),
    DemoPatient("DEMO-05-TARDBP-A382T", (2, 2), TARDBP_A382T, (0, 1), vcf=VcfFile.BCF),
    DemoPatient("DEMO-06-FUS-R521C", (5, 8), FUS_R521C, vcf=VcfFile.VCF),
    DemoPatient("DEMO-07-FUS-P525L", (2, 10), FUS_P525L, (0, 1)),
    DemoPatient("DEMO-08-FUS-VUS", variant=FUS_H275Y),
    DemoPatient("DEMO-09-NEGATIVE", (2, 8)),
    DemoPatient("DEMO-10-UNCOVERED-EXON", (2, 6), sequencing=Sequencing(uncovered=(_SOD1_EXON_3,))),
    DemoPatient("DEMO-11-GRCH37", variant=SOD1_I114T, build=Build.GRCH37, prefix=False),
    DemoPatient("DEMO-12-VCF-ONLY", reads=ReadsFile.NONE),
    DemoPatient("DEMO-13-CRAM-ONLY", (5, 8), SOD1_H47R, reads=ReadsFile.CRAM, vcf=VcfFile.NONE),
    DemoPatient("DEMO-14-JOINT-CARRIER", variant=TARDBP_G298S, vcf=VcfFile.JOINT),
    DemoPatient("DEMO-15-JOINT-NEGATIVE", (2, 10), vcf=VcfFile.JOINT, vcf_column="LAB-4711"),
    DemoPatient("DEMO-16-TRUNCATED-BAM", reads=ReadsFile.TRUNCATED, vcf=VcfFile.NONE),
    DemoPatient("DEMO-17-IN-PART", variant=FUS_R521H, reads=ReadsFile.TRUNCATED),
    DemoPatient("DEMO-18-SWAPPED-VCF", vcf_of="somebody else"),
    DemoPatient("DEMO-19-GVCF", reads=ReadsFile.NONE, vcf=VcfFile.GVCF),
    DemoPatient("DEMO-20-MISSED-BY-CALLER", variant=TARDBP_M337V, vcf_lacks_variant=True),
    DemoPatient("DEMO-21-SOD1-D91A-HET", (2, 8), SOD1_D91A),
)

"""Whole reports in the states that a clinic meets, built by hand."""

from __future__ import annotations

from typing import Any

from als_screen.evidence import State, Zygosity
from als_screen.models import (
    AlleleSupport,
    ClinvarRecord,
    Conclusion,
    Contamination,
    Coverage,
    Criterion,
    Frequency,
    GeneCoverage,
    GeneResult,
    Identity,
    Inheritance,
    PatientFields,
    Provenance,
    ReadSupport,
    Recheck,
    RepeatAllele,
    RepeatPolicyName,
    RepeatResult,
    Report,
    ResourceVersion,
    StructuralFinding,
    Text,
    Variant,
    VariantClass,
)
from als_screen.regions import VARIANT_GENES, Build, Gene
from als_screen.reports.catalogue import Language
from als_screen.reports.settings import Laboratory, ReportSettings, Signatory
from als_screen.reports.standing import Authorisation
from als_screen.states import (
    Basis,
    Classification,
    ContaminationState,
    CriterionState,
    GeneState,
    IdentityState,
    ReadSupportState,
    RecheckState,
    RepeatState,
    Result,
    Status,
    Strength,
)

SETTINGS = ReportSettings(
    laboratory=Laboratory(
        name="Example Laboratory for Genetics",
        address=("Example street 1", "1000 Example"),
        contact="+00 000 000 00",
        accreditation="Accreditation text of the laboratory",
    ),
    signatories=(Signatory(name="(name of signatory)", role="clinical geneticist"),),
    language=Language.ENGLISH,
    report_date="2026-06-12",
    pipeline_version="0.1.0",
)

POLICY = RepeatPolicyName(name="STRchive", version="2026-06", normal_max=23, intermediate_max=30)
LOCUS = "chr9:27573529-27573546 (GRCh38, 3 pure GGCCCC units)"


def allele(
    size: int, low: int, high: int | None, bound: Any = "exact", support: tuple[int, int, int] = (14, 3, 0)
) -> RepeatAllele:
    spanning, flanking, inside = support
    return RepeatAllele(
        repeats=size,
        ci=(low, high),
        bound=bound,
        support=AlleleSupport(spanning=spanning, flanking=flanking, in_repeat=inside),
    )


def repeat(state: RepeatState, alleles: tuple[RepeatAllele, ...], reason: str, **more: Any) -> RepeatResult:
    fields: dict[str, Any] = {
        "locus_definition": LOCUS,
        "hgvs_g": None,
        "state": state,
        "reason": reason,
        "alleles": alleles,
        "probability_expanded": 0.00012,
        "log10_likelihood_ratio": -6.4,
        "policy": POLICY,
        "quality": {
            "locus_depth": 29.13,
            "flank_depth": 31.0,
            "read_length": 150,
            "fragment_length": 401.5,
            "dropout_suspected": False,
            "error_rate": 0.0021,
            "limits": [],
        },
    }
    return RepeatResult(**{**fields, **more})


NOT_EXPANDED = repeat(
    RepeatState.NOT_EXPANDED,
    (allele(2, 2, 2), allele(8, 8, 8, support=(11, 4, 0))),
    "both alleles spanned by reads",
    hgvs_g="NC_000009.12:g.27573529_27573546GGCCCC[2];[8]",
)
LARGE = repeat(
    RepeatState.EXPANDED,
    (allele(2, 2, 2), allele(610, 240, None, "at_least", (0, 21, 38))),
    "38 fragments inside the repeat; the longer allele exceeds the read length",
    probability_expanded=0.99999,
    log10_likelihood_ratio=14.2,
)
INTERMEDIATE = repeat(
    RepeatState.INTERMEDIATE,
    (allele(5, 5, 5), allele(27, 25, 29, "estimate", (1, 9, 0))),
    "the longer allele lies in the intermediate range",
    probability_expanded=0.031,
    log10_likelihood_ratio=-1.2,
)
NO_REPEAT = repeat(
    RepeatState.NOT_ASSESSED,
    (),
    "no reads were given; the repeat cannot be seen in a VCF",
    probability_expanded=None,
    log10_likelihood_ratio=None,
    quality={},
)


def criterion(code: str, state: CriterionState, strength: Strength | None, because: str) -> Criterion:
    return Criterion(code=code, state=state, strength=strength, because=because, source="ClinVar 2026-06-01")


CRITERIA = (
    criterion(
        "PS1", CriterionState.MET, Strength.STRONG, "the same change is pathogenic in ClinVar with two stars"
    ),
    criterion("PM2", CriterionState.MET, Strength.SUPPORTING, "absent from the frequency data"),
    criterion("PP3", CriterionState.NOT_MET, None, "no computed evidence"),
    criterion("PS3", CriterionState.NOT_AUTOMATED, None, "functional studies need a person"),
)


def variant(**more: Any) -> Variant:
    fields: dict[str, Any] = {
        "gene": Gene.SOD1,
        "chrom": "chr21",
        "pos": 31659783,
        "ref": "C",
        "alt": "T",
        "hgvs_g": "NC_000021.9:g.31659783C>T",
        "hgvs_c": "NM_000454.5:c.14C>T",
        "hgvs_p": "NP_000445.1:p.(Ala5Val)",
        "legacy": "A4V",
        "consequence": "missense_variant",
        "zygosity": Zygosity.HETEROZYGOUS,
        "genotype": "0/1",
        "depth": 1030,
        "alt_fraction": 0.4857,
        "filter": "PASS",
        "source": "vcf",
        "known": True,
        "read_support": ReadSupport(state=ReadSupportState.CONFIRMED, ref=16, alt=15, forward=8, reverse=7),
        "classification": VariantClass(
            proposed=Classification.PATHOGENIC,
            basis=Basis.CLINVAR,
            conflict=None,
            points=10,
            criteria=CRITERIA,
        ),
        "clinvar": ClinvarRecord(
            variation_id=14763, significance="Pathogenic", stars=2, release="2026-06-01"
        ),
        "frequency": None,
        "inheritance": Inheritance(fits=True, note="autosomal dominant, heterozygous"),
        "reported": True,
        "not_reported_reason": None,
    }
    return Variant(**{**fields, **more})


VUS = variant(
    gene=Gene.TARDBP,
    chrom="chr1",
    pos=11022312,
    ref="A",
    alt="G",
    hgvs_g="NC_000001.11:g.11022312A>G",
    hgvs_c="NM_007375.4:c.903A>G",
    hgvs_p="NP_031401.1:p.(Ser301Gly)",
    legacy=None,
    known=False,
    classification=VariantClass(
        proposed=Classification.UNCERTAIN,
        basis=Basis.CRITERIA,
        conflict="ClinVar submitters disagree",
        points=3,
        criteria=CRITERIA[1:],
    ),
    clinvar=None,
    frequency=Frequency(source="gnomAD 4.1", af=0.0000124, faf95=0.000008, ac=20, an=1_612_902, hom=0),
    inheritance=Inheritance(fits=True, note="autosomal dominant, heterozygous"),
)
UNREPORTED = variant(
    gene=Gene.FUS,
    chrom="chr16",
    pos=31182591,
    hgvs_g=None,
    hgvs_c="NM_004960.4:c.147C>A",
    hgvs_p="NP_004951.1:p.(Gly49=)",
    legacy=None,
    consequence="synonymous_variant",
    known=False,
    classification=VariantClass(
        proposed=Classification.BENIGN, basis=Basis.CRITERIA, conflict=None, points=-8, criteria=()
    ),
    clinvar=None,
    reported=False,
    not_reported_reason="benign",
)
WHOLE = Coverage(
    state=State.ASSESSED,
    basis="reads",
    min_depth=10,
    genes={gene: GeneCoverage(callable_fraction=1.0, below=()) for gene in VARIANT_GENES},
)
HOLE = Coverage(
    state=State.ASSESSED,
    basis="reads",
    min_depth=10,
    genes={
        **WHOLE.genes,
        Gene.FUS: GeneCoverage(
            callable_fraction=0.9127, below=(("chr16", 31191385, 31191460), ("chr16", 31190381, 31190382))
        ),
    },
)
NO_COVERAGE = Coverage(
    state=State.NOT_ASSESSED,
    basis="none",
    min_depth=10,
    reason="a VCF alone does not say where it could see",
    genes={},
)
SAME = Identity(state=IdentityState.SAME, informative_sites=24, concordance=1.0, log10_lr=11.23)
NO_IDENTITY = Identity(
    state=IdentityState.NOT_ASSESSED,
    informative_sites=0,
    concordance=None,
    log10_lr=None,
    reason="only one file was given",
)
OPEN = Contamination(
    sites=12,
    log10_lr=-0.42,
    reason="too few common SNVs with enough reads to tell; give a file of them as identity.sites",
)
NO_READS = Contamination(reason="there are no reads that can be used")
MIXED = Contamination(state=ContaminationState.DETECTED, share=0.2, sites=101, log10_lr=17.31)
PERSON = PatientFields(
    patient="P001",
    batch="RUN7",
    library="pcr_free",
    sex="female",
    diagnosis="ALS",
    family_history="familial",
    age_at_onset=52,
    name="Example Person",
    specimen="B-2026-0417",
    birth_date="1971-03-09",
    collected="2026-05-28",
    received="2026-05-29",
    requester="Neurology, Example Hospital",
    indication="Progressive weakness, upper and lower motor neuron signs",
)
PROVENANCE = Provenance(
    pipeline="als-screen 0.1.0",
    resources={
        "gnomad": ResourceVersion(release="4.1", sha256="b" * 64),
        "clinvar": ResourceVersion(release="2026-06-01", sha256="a" * 64),
    },
    settings={"splice_bases": 8, "min_depth": 10},
    inputs={"vcf": ["P001.vcf.gz"], "reads": "P001.bam"},
)


def genes(**states: tuple[GeneState, str]) -> dict[Gene, GeneResult]:
    default = (GeneState.NOT_FOUND, "nothing to report, wholly assessed")
    pairs = {gene: states.get(gene.value, default) for gene in Gene}
    return {gene: GeneResult(state=state, reason=reason) for gene, (state, reason) in pairs.items()}


def conclusion(result: Result, text: str, not_assessed: tuple[Gene, ...] = ()) -> Conclusion:
    complete = not not_assessed and result is not Result.NOT_ANALYSED
    words = Text(en=text, nl=f"[nl] {text}", fr=f"[fr] {text}")
    return Conclusion(result=result, complete=complete, not_assessed=not_assessed, text=words)


def report(**more: Any) -> Report:
    fields: dict[str, Any] = {
        "patient": PERSON,
        "status": Status.ANALYSED,
        "status_reason": None,
        "genome_build": Build.GRCH38,
        "conclusion": conclusion(Result.NOT_FOUND, "No cause found in the four genes."),
        "genes": genes(),
        "repeat": NOT_EXPANDED,
        "variants": (UNREPORTED,),
        "structural_variants": (),
        "unusable_records": (),
        "coverage": WHOLE,
        "identity": SAME,
        "recheck": (),
        "recheck_absent": 182,
        "contamination": OPEN,
        "provenance": PROVENANCE,
    }
    return Report(**{**fields, **more})


def _person(patient: str, **more: Any) -> PatientFields:
    return PERSON.model_copy(update={"patient": patient, **more})


EXPANSION = report(
    patient=_person("P001"),
    conclusion=conclusion(
        Result.POSITIVE, "Pathogenic expansion of the C9orf72 repeat (at least 240 repeats)."
    ),
    genes=genes(C9orf72=(GeneState.POSITIVE, "expanded allele")),
    repeat=LARGE,
)
INTERMEDIATE_REPORT = report(
    patient=_person("P002", family_history="sporadic"),
    conclusion=conclusion(Result.UNCERTAIN, "Intermediate C9orf72 allele (about 27 repeats)."),
    genes=genes(C9orf72=(GeneState.UNCERTAIN, "intermediate allele")),
    repeat=INTERMEDIATE,
)
SOD1_POSITIVE = report(
    patient=_person("P003"),
    conclusion=conclusion(Result.POSITIVE, "Pathogenic SOD1 variant p.(Ala5Val), heterozygous."),
    genes=genes(SOD1=(GeneState.POSITIVE, "pathogenic variant, heterozygous")),
    variants=(variant(), UNREPORTED),
    recheck=(
        Recheck(variant="NM_000454.5:c.14C>T", gene=Gene.SOD1, state=RecheckState.PRESENT, ref=16, alt=15),
    ),
)
VUS_REPORT = report(
    patient=_person("P004"),
    conclusion=conclusion(Result.UNCERTAIN, "Variant of uncertain significance in TARDBP."),
    genes=genes(TARDBP=(GeneState.UNCERTAIN, "variant of uncertain significance")),
    variants=(VUS, UNREPORTED),
    structural_variants=(
        StructuralFinding(
            gene=Gene.FUS,
            chrom="chr16",
            pos=31181000,
            end=31182000,
            alt="<DEL>",
            genotype="0/1",
            filter="PASS",
        ),
    ),
)
NEGATIVE = report(patient=_person("P005", family_history="sporadic"))
INCOMPLETE = report(
    patient=_person("P006", name=None, specimen=None, birth_date=None),
    conclusion=conclusion(Result.INCOMPLETE, "Nothing found, but FUS was not wholly assessed.", (Gene.FUS,)),
    genes=genes(FUS=(GeneState.INCOMPLETE, "76 bases below 10 fragments")),
    coverage=HOLE,
    recheck=(
        Recheck(variant="NM_004960.4:c.1561C>T", gene=Gene.FUS, state=RecheckState.NOT_COVERED, ref=2, alt=0),
    ),
)
VCF_ONLY = report(
    patient=_person("P007", library="unknown"),
    conclusion=conclusion(
        Result.INCOMPLETE, "Nothing found in the variant file; most was not assessed.", tuple(Gene)
    ),
    genes=genes(
        C9orf72=(GeneState.NOT_ASSESSED, "no reads"),
        SOD1=(GeneState.INCOMPLETE, "absence from a VCF is not reference"),
        TARDBP=(GeneState.INCOMPLETE, "absence from a VCF is not reference"),
        FUS=(GeneState.INCOMPLETE, "absence from a VCF is not reference"),
    ),
    repeat=NO_REPEAT,
    coverage=NO_COVERAGE,
    identity=NO_IDENTITY,
    contamination=NO_READS,
    recheck_absent=0,
)
_NOTHING = genes(**{gene.value: (GeneState.NOT_ASSESSED, "not analysed") for gene in Gene})
NOT_ANALYSED = report(
    patient=_person("P008"),
    status=Status.NOT_ANALYSED,
    status_reason="P008.bam: the file ends before its end mark; copy it again",
    genome_build=None,
    conclusion=conclusion(Result.NOT_ANALYSED, "Not analysed.", tuple(Gene)),
    genes=_NOTHING,
    repeat=NO_REPEAT,
    variants=(),
    coverage=NO_COVERAGE,
    identity=NO_IDENTITY,
    contamination=NO_READS,
    recheck_absent=0,
)
#: As no writer should ever get it: `interpret` forgot to withhold what may be another person's.
DIFFERENT = report(
    patient=_person("P009"),
    status=Status.NOT_ANALYSED,
    status_reason="the VCF and the reads are of different persons",
    conclusion=conclusion(Result.NOT_ANALYSED, "Not analysed: the files contradict each other.", tuple(Gene)),
    genes=genes(SOD1=(GeneState.POSITIVE, "pathogenic variant SECRETREASON")),
    repeat=LARGE,
    variants=(variant(),),
    identity=Identity(state=IdentityState.DIFFERENT, informative_sites=31, concordance=0.42, log10_lr=-38.0),
    recheck=(
        Recheck(variant="NM_000454.5:c.14C>T", gene=Gene.SOD1, state=RecheckState.PRESENT, ref=16, alt=15),
    ),
)

SAMPLES: dict[str, Report] = {
    "large expansion": EXPANSION,
    "intermediate": INTERMEDIATE_REPORT,
    "SOD1 heterozygous": SOD1_POSITIVE,
    "VUS": VUS_REPORT,
    "negative": NEGATIVE,
    "negative, uncovered exon": INCOMPLETE,
    "VCF only": VCF_ONLY,
    "not analysed": NOT_ANALYSED,
    "identity different": DIFFERENT,
}
#: A signature on the report of P001.
SIGNATURE = Authorisation(
    patient="P001",
    number=1,
    by="(name of signatory)",
    role="clinical geneticist",
    at="2026-06-15T09:30:00+00:00",
    signed={"report.json": "c" * 64},
)

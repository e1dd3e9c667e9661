"""screen_variants: the files of one patient -> variant evidence and a normalised VCF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from als_screen.errors import PatientDataError
from als_screen.evidence import (
    PatientCheck,
    ReferenceBlock,
    State,
    VariantEvidence,
    VariantSource,
    VcfCheck,
)
from als_screen.inputs.sites import Site, Sites
from als_screen.patient import Patient
from als_screen.regions import VARIANT_GENES, Build, Gene, Region
from als_screen.resources import Resources
from als_screen.variants.assemble import Assembled, assemble
from als_screen.variants.call import ReadSource, called_records
from als_screen.variants.callable_bed import read_callable
from als_screen.variants.output import remove_normalised_vcf, write_normalised_vcf
from als_screen.variants.records import UNNAMED_ALTS, RawRecord
from als_screen.variants.sift import LeftOut
from als_screen.variants.sites import called_sites
from als_screen.variants.vcf import Content, read_vcf, with_autosomes

#: More alleles than anybody has in the 92 kb of the gene regions, where a hundred are usual. Interpretation
#: takes 40 KB of memory for each, and has no limit of a patient's own.
MOST_ALLELES = 5000
#: A file whose REF alleles disagree with the genome this often, and more often than not, is on another build:
#: by chance REF agrees at one base in four.
MIN_DISAGREEING = 5
#: Where none agrees, two tell it.
MIN_ALL_DISAGREEING = 2
NO_SITES: Sites = {}


def screen_variants(
    patient: Patient,
    check: PatientCheck,
    resources: Resources,
    vcf_out: Path,
    fasta: Path | None,
    sites: Sites = NO_SITES,
) -> VariantEvidence:
    """Return what the VCFs of a patient show, or where there is none the reads, and write it to `vcf_out`.

    At `sites`, by build, the genotypes of the VCFs are kept too.

    `vcf_out` (.vcf.gz, with .tbi) exists afterwards if and only if the state is "assessed".

    A VCF that breaks while it is read gives way to the reads where there are any: `failed`, with the reason.

    Raises:
        PatientDataError: a file is unreadable, truncated or malformed, or disagrees with its build.
    """
    remove_normalised_vcf(vcf_out)
    if check.build is None or not (check.vcf or check.reads):
        return _not_assessed(patient, check)
    evidence = _looked_at(patient, check, check.build, resources, fasta, sites.get(check.build, ()))
    write_normalised_vcf(vcf_out, patient.patient, check.build, evidence.alleles)
    return evidence


def _looked_at(
    patient: Patient,
    check: PatientCheck,
    build: Build,
    resources: Resources,
    fasta: Path | None,
    sites: Sequence[Site],
) -> VariantEvidence:
    """Screen the VCF; where it turns out to be broken, the reads, and say so."""
    if not check.vcf:
        return _from_reads(patient, check, build, resources, fasta)
    try:
        read = _contents(check, build, resources, sites)
    except PatientDataError as error:
        if check.reads is None:
            raise
        found = _from_reads(patient, check, build, resources, fasta)
        broken = f"{Path(error.path).name}: {error.expected}; {error.action}"
        return found.model_copy(update={"failed": True, "reason": f"{broken}. {found.reason}"})
    records = [record for _, content in read for record in content.records]
    genes = [resources.gene_region(build, gene) for gene in Gene]
    inside = [one for one in records if any(part.overlaps(one.chrom, one.start, one.end) for part in genes)]
    evidence = _from_vcf(patient, check, build, resources, inside)
    unreached = _unreached(read, build, resources) if evidence.callable_regions else ()
    return evidence.model_copy(update={"sites": called_sites(records, sites), "unreached": unreached})


def _not_assessed(patient: Patient, check: PatientCheck) -> VariantEvidence:
    named = patient.vcf or patient.reads
    return VariantEvidence(
        patient=patient.patient,
        state=State.NOT_ASSESSED,
        reason="Neither a VCF nor reads could be used." if named else "There is neither a VCF nor reads.",
        failed=bool(named),
        build=check.build,
    )


def _contents(
    check: PatientCheck, build: Build, resources: Resources, sites: Sequence[Site]
) -> list[tuple[VcfCheck, Content]]:
    """Return the records over the genes and over the sites; each file is read once."""
    regions = [resources.gene_region(build, gene) for gene in Gene]
    regions += [Region(site.chrom, site.pos - 1, site.pos) for site in sites]
    files = [with_autosomes(file) for file in check.vcf] if sites else check.vcf
    return [(file, read_vcf(file, regions)) for file in files]


def _unreached(
    read: Sequence[tuple[VcfCheck, Content]], build: Build, resources: Resources
) -> tuple[str, ...]:
    """Return the chromosomes on which the files may have been cut before the last base that is needed."""
    needed = [resources.reportable(build, gene, 0)[-1] for gene in VARIANT_GENES]
    found = [exon.chrom for exon in needed if not _go_on(read, exon)]
    return tuple(sorted(found, key=int))


def _go_on(read: Sequence[tuple[VcfCheck, Content]], exon: Region) -> bool:
    """Tell whether a file goes on behind an exon, and each does that has records of its chromosome."""
    files = [(content, file.contigs[exon.chrom]) for file, content in read if exon.chrom in file.contigs]
    behind = [one.reaches(contig, exon.end) for one, contig in files]
    met = [one.reaches(contig, exon.end) for one, contig in files if contig in one.last]
    return any(behind) and all(met)


def _from_vcf(
    patient: Patient, check: PatientCheck, build: Build, resources: Resources, records: Sequence[RawRecord]
) -> VariantEvidence:
    callable_blocks, broken = _callable(check, build, resources)
    found = assemble(records, callable_blocks, build, resources)
    _refuse_other_genome(check, found, build)
    gvcf = any(file.gvcf for file in check.vcf) or any(_is_block(record) for record in records)
    source = VariantSource.GVCF if gvcf else VariantSource.VCF
    covered = {chrom for file in check.vcf for chrom in file.contigs}
    evidence = _evidence(patient, build, source, found, _lacking(covered, build, resources))
    if not broken:
        return evidence
    return evidence.model_copy(update={"failed": True, "reason": f"{broken}. {evidence.reason}".strip()})


def _callable(
    check: PatientCheck, build: Build, resources: Resources
) -> tuple[Sequence[ReferenceBlock], str]:
    """Return the caller's callable regions, and why they cannot be used; the VCF is sound without them."""
    if check.callable_bed is None:
        return [], ""
    regions = [resources.gene_region(build, gene) for gene in Gene]
    try:
        return read_callable(Path(check.callable_bed), regions), ""
    except PatientDataError as error:
        return [], f"{Path(error.path).name}: {error.expected}; {error.action}"


def _is_block(record: RawRecord) -> bool:
    return bool(UNNAMED_ALTS & set(record.alts)) or (not record.alts and record.end > record.ref_end)


def _refuse_other_genome(check: PatientCheck, found: Assembled, build: Build) -> None:
    disagreeing = found.left_out.get(LeftOut.NOT_GENOME, 0)
    agrees = found.alleles or LeftOut.REFERENCE in found.left_out
    none_agrees = not agrees and disagreeing >= MIN_ALL_DISAGREEING
    if none_agrees or (disagreeing >= MIN_DISAGREEING and 2 * disagreeing > found.records):
        paths = ", ".join(file.path for file in check.vcf)
        problem = f"REF alleles of {build}; {disagreeing} of {found.records} disagree in the gene regions"
        raise PatientDataError(paths, problem, "give the file on the build that its header names")


def _from_reads(
    patient: Patient, check: PatientCheck, build: Build, resources: Resources, fasta: Path | None
) -> VariantEvidence:
    if check.reads is None:
        raise ValueError(f"{patient.patient}: no reads to call from")
    source = ReadSource(check.reads, fasta, patient.library)
    found = assemble(called_records(source, build, resources), [], build, resources)
    lacking = _lacking(set(check.reads.contigs), build, resources)
    notes = "Called from the reads, as no VCF could be used." if patient.vcf else ""
    return _evidence(patient, build, VariantSource.READS, found, " ".join(filter(None, (notes, lacking))))


def _lacking(chromosomes: set[str], build: Build, resources: Resources) -> str:
    """Return which genes no file can speak of, as a sentence."""
    genes = [gene for gene in Gene if resources.gene_region(build, gene).chrom not in chromosomes]
    return f"No file has the chromosome of {', '.join(genes)}." if genes else ""


def _refuse_too_many(patient: Patient, found: Assembled) -> None:
    number = len(found.alleles) + len(found.structural)
    if number > MOST_ALLELES:
        paths = ", ".join(map(str, patient.vcf or [patient.reads]))
        problem = f"{number} alleles in the gene regions, where no person has more than {MOST_ALLELES}"
        raise PatientDataError(paths, problem, "give the file of the patient's own variants")


def _evidence(
    patient: Patient, build: Build, source: VariantSource, found: Assembled, reason: str
) -> VariantEvidence:
    _refuse_too_many(patient, found)
    return VariantEvidence(
        patient=patient.patient,
        state=State.ASSESSED,
        reason=reason,
        source=source,
        build=build,
        alleles=found.alleles,
        structural=found.structural,
        unusable=found.unusable,
        reference=found.reference,
        callable_regions=found.callable_regions,
        left_out=found.left_out,
    )

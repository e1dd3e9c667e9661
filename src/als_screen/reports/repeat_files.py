"""The repeat of one patient in the shape of ExpansionHunter's VCF and JSON, and its picture by itself.

Tools that annotate such files (stranger, Scout) take what they find for a call, and some take "." for no
repeats. So a locus that was not assessed has the genotype `./.` and no size; and only a record whose size
and state agree carries REPID, the key by which annotators find the thresholds of the catalogue.

Source of the format: ExpansionHunter's documentation, "Output VCF files" and "Output JSON files".
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from als_screen.evidence import ReadClass
from als_screen.files import indented_json
from als_screen.models import RepeatAllele, RepeatPolicyName, RepeatResult, Report
from als_screen.read_views import Lies, RepeatReads
from als_screen.regions import CHROMOSOME_LENGTHS, Build
from als_screen.repeat.locus import RepeatLocus, load_locus
from als_screen.reports.pictures import ReadsShown, repeat_picture
from als_screen.reports.withhold import withheld
from als_screen.states import RepeatState

REPEAT_FILES = ("repeat.vcf", "repeat.json", "repeat.svg")
#: What annotators' catalogues call the locus.
LOCUS_ID = "C9ORF72"
#: HGNC id of C9orf72.
HGNC_ID = 28337

_HEADER = (
    '##FILTER=<ID=PASS,Description="All filters passed">',
    '##FILTER=<ID=NotAssessed,Description="No conclusion about the repeat: see STATE and WHY">',
    '##FILTER=<ID=PossibleExpansion,Description="An expansion is possible, the sizes do not tell">',
    '##FILTER=<ID=SizeDisagrees,Description="The sizes lie in another range than the state">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="Last base of the repeat in the reference">',
    '##INFO=<ID=REF,Number=1,Type=Integer,Description="Repeat units in the reference">',
    '##INFO=<ID=RL,Number=1,Type=Integer,Description="Length of the repeat in the reference, in bases">',
    '##INFO=<ID=RU,Number=1,Type=String,Description="Repeat unit in the orientation of the reference">',
    '##INFO=<ID=VARID,Number=1,Type=String,Description="Name of the variant">',
    '##INFO=<ID=REPID,Number=1,Type=String,Description="Locus in the catalogue, where size and state agree">',
    '##INFO=<ID=STATE,Number=1,Type=String,Description="State of the repeat under POLICY">',
    '##INFO=<ID=POLICY,Number=1,Type=String,Description="Policy and version, percent-encoded">',
    '##INFO=<ID=WHY,Number=1,Type=String,Description="Reason for the state, percent-encoded">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=SO,Number=1,Type=String,Description="Reads behind each: SPANNING, FLANKING, INREPEAT">',
    '##FORMAT=<ID=REPCN,Number=1,Type=String,Description="Repeat units of each allele">',
    '##FORMAT=<ID=REPCI,Number=1,Type=String,Description="95 % credible interval of each; .: no limit">',
    '##FORMAT=<ID=ADSP,Number=1,Type=String,Description="Spanning fragments of each allele">',
    '##FORMAT=<ID=ADFL,Number=1,Type=String,Description="Flanking fragments of each allele">',
    '##FORMAT=<ID=ADIR,Number=1,Type=String,Description="Fragments in the repeat, of each allele">',
    '##FORMAT=<ID=LC,Number=1,Type=Float,Description="Depth at the locus">',
)
_FORMAT = "GT:SO:REPCN:REPCI:ADSP:ADFL:ADIR:LC"
_RANGES = (RepeatState.NOT_EXPANDED, RepeatState.INTERMEDIATE, RepeatState.EXPANDED)


def repeat_files(report: Report, shown: ReadsShown) -> dict[str, str]:
    """Return the files by name, none for a patient without build; the picture only where it can be drawn."""
    safe = withheld(report)
    if safe.genome_build is None:
        return {}
    known = safe is report and safe.repeat.alleles  # else withheld, or another step found the reads broken
    reads = shown.repeat if known else None
    files = {"repeat.vcf": repeat_vcf(safe, reads), "repeat.json": repeat_json(safe, reads)}
    picture = repeat_picture(safe, reads, str, alone=True)
    return files | ({"repeat.svg": f"{picture.svg}\n"} if picture.svg else {})


def repeat_vcf(report: Report, reads: RepeatReads | None) -> str:
    """Return the VCF of one patient."""
    build, locus, result = Build(str(report.genome_build)), load_locus(), report.repeat
    contig = _contig(build, locus, reads)
    sizes = _sizes(result)
    alts = [size for size in dict.fromkeys(sizes) if size != locus.reference_units]
    lines = ["##fileformat=VCFv4.1", f"##reference={build}", *_HEADER]
    lines += [f'##ALT=<ID=STR{size},Description="Allele of {size} repeat units">' for size in alts]
    length = CHROMOSOME_LENGTHS[build][locus.builds[build].chrom]
    lines.append(f"##contig=<ID={contig},length={length},assembly={build}>")
    lines.append(
        "\t".join(
            ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", report.patient.patient)
        )
    )
    place = locus.builds[build]
    alt = ",".join(f"<STR{size}>" for size in alts) or "."
    row = (contig, place.start, ".", locus.left_flank[-1], alt, ".", _filter(result))
    genotype = [0 if size == locus.reference_units else alts.index(size) + 1 for size in sizes]
    fields = (*map(str, row), _info(result, locus, build), _FORMAT, _sample(result, genotype))
    lines.append("\t".join(fields))
    return "\n".join(lines) + "\n"


def repeat_json(report: Report, reads: RepeatReads | None) -> str:
    """Return the JSON of one patient; fields that are not ExpansionHunter's are State, Policy and Reason."""
    build, locus, result = Build(str(report.genome_build)), load_locus(), report.repeat
    assessed = bool(_sizes(result))
    place, quality = locus.builds[build], result.quality
    contig = _contig(build, locus, reads)
    variant: dict[str, Any] = {
        "VariantId": LOCUS_ID,
        "VariantType": "Repeat",
        "VariantSubtype": "RareRepeat",
        "RepeatUnit": locus.motif_plus,
        "ReferenceRegion": f"{contig}:{place.start}-{place.end}",
        "CountsOfSpanningReads": _counts(reads, ReadClass.SPANNING),
        "CountsOfFlankingReads": _counts(reads, ReadClass.FLANKING),
        "CountsOfInrepeatReads": _counts(reads, ReadClass.IN_REPEAT),
    }
    if assessed:
        variant["Genotype"] = "/".join(map(str, _sizes(result)))
        variant["GenotypeConfidenceInterval"] = "/".join(map(_interval, result.alleles))
    found = {
        "LocusId": LOCUS_ID,
        "AlleleCount": 2,
        "Coverage": quality.get("locus_depth"),
        "FragmentLength": quality.get("fragment_length"),
        "ReadLength": quality.get("read_length"),
        "State": result.state,
        "Policy": _policy(result.policy),
        "Reason": result.reason,
        "Variants": {LOCUS_ID: variant},
    }
    sample = {"SampleId": report.patient.patient, "Sex": report.patient.sex}
    whole = {"LocusResults": {LOCUS_ID: found}, "SampleParameters": sample}
    return indented_json(whole)


def catalogue_json(policy: RepeatPolicyName, build: Build) -> str:
    """Return the locus as a variant catalogue with the policy's thresholds, as annotators read it."""
    locus = load_locus()
    place = locus.builds[build]
    entry = {
        "LocusId": LOCUS_ID,
        "HGNCId": HGNC_ID,
        "InheritanceMode": "AD",
        "DisplayRU": locus.motif,
        "SourceDisplay": _policy(policy),
        "Source": policy.name,
        "SourceId": policy.version,
        "LocusStructure": f"({locus.motif_plus})*",
        "ReferenceRegion": f"{_prefix(build)}{place.chrom}:{place.start}-{place.end}",
        "VariantType": "RareRepeat",
        "OfftargetRegions": [
            f"{_prefix(build)}{region.chrom}:{region.start}-{region.end}"
            for region in locus.off_target_regions(build)
        ],
        "NormalMax": policy.normal_max,
        "PathologicMin": policy.intermediate_max + 1,
    }
    return indented_json([entry])


def _contig(build: Build, locus: RepeatLocus, reads: RepeatReads | None) -> str:
    """Return the chromosome's name in the patient's reads, else as the build is commonly written."""
    return (reads.contig if reads else "") or f"{_prefix(build)}{locus.builds[build].chrom}"


def _prefix(build: Build) -> str:
    return "chr" if build is Build.GRCH38 else ""


def _policy(policy: RepeatPolicyName) -> str:
    return f"{policy.name} {policy.version}"


def _sizes(result: RepeatResult) -> list[int]:
    """Return the size of each allele, none where the repeat was not assessed."""
    if result.state is RepeatState.NOT_ASSESSED:
        return []
    return [allele.ci[0] if allele.repeats is None else allele.repeats for allele in result.alleles]


def _agrees(result: RepeatResult) -> bool:
    """Tell whether the range that holds the longer size is the state's."""
    sizes, policy = _sizes(result), result.policy
    if not sizes:
        return False
    longest = max(sizes)
    return _RANGES[(longest > policy.normal_max) + (longest > policy.intermediate_max)] is result.state


def _filter(result: RepeatResult) -> str:
    if not _sizes(result):
        return "NotAssessed"
    if result.state is RepeatState.POSSIBLE_EXPANSION:
        return "PossibleExpansion"
    return "PASS" if _agrees(result) else "SizeDisagrees"


def _info(result: RepeatResult, locus: RepeatLocus, build: Build) -> str:
    place = locus.builds[build]
    fields = {
        "END": place.end,
        "REF": locus.reference_units,
        "RL": place.end - place.start,
        "RU": locus.motif_plus,
        "VARID": LOCUS_ID,
        **({"REPID": LOCUS_ID} if _agrees(result) else {}),
        "STATE": result.state,
        "POLICY": quote(_policy(result.policy)),
        **({"WHY": quote(result.reason, safe=" ").replace(" ", "_")} if result.reason else {}),
    }
    return ";".join(f"{key}={value}" for key, value in fields.items())


def _sample(result: RepeatResult, genotype: list[int]) -> str:
    if not genotype:
        return ":".join(["./."] + ["."] * _FORMAT.count(":"))
    alleles = result.alleles
    support = [allele.support for allele in alleles]
    depth = result.quality.get("locus_depth")
    columns = (
        map(str, genotype),
        (_source(allele, result.quality.get("read_length")) for allele in alleles),
        map(str, _sizes(result)),
        map(_interval, alleles),
        (str(one.spanning) for one in support),
        (str(one.flanking) for one in support),
        (str(one.in_repeat) for one in support),
    )
    return ":".join(["/".join(column) for column in columns] + ["." if depth is None else f"{depth:.6g}"])


def _source(allele: RepeatAllele, read_length: int | None) -> str:
    """Return the kind of reads that the size rests on."""
    if allele.support.spanning and allele.bound == "exact":
        return "SPANNING"
    size = allele.ci[0] if allele.repeats is None else allele.repeats
    longer = read_length is not None and 6 * size > read_length
    return "INREPEAT" if longer and allele.support.in_repeat else "FLANKING"


def _interval(allele: RepeatAllele) -> str:
    low, high = allele.ci
    return f"{low}-{'.' if high is None else high}"


def _counts(reads: RepeatReads | None, kind: ReadClass) -> str:
    """Return "(units, fragments), …", "()" for none; pairs inside the repeat count with the longest."""
    if reads is None:
        return "()"
    found = {one.units: one.fragments for one in reads.counts if one.read_class is kind}
    if kind is ReadClass.IN_REPEAT and reads.in_repeat_pairs:
        units = max([*found, *(read.units for read in reads.reads if read.lies is Lies.INSIDE)], default=0)
        found[units] = found.get(units, 0) + reads.in_repeat_pairs
    return ", ".join(f"({units}, {number})" for units, number in sorted(found.items())) or "()"

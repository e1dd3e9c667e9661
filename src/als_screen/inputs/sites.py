"""The file of common SNVs (`identity.sites`) at which VCF and reads are compared besides the genes.

A table (TSV: chrom, pos, ref, alt, af, and build where the configuration does not say it) or a VCF, VCF.gz or
BCF with AF in INFO. Only autosomal SNVs serve; a VCF may hold others, which are passed over.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from sys import intern

import pysam

from als_screen.errors import InputError, Problem
from als_screen.files import why_not_there
from als_screen.htslib import quiet
from als_screen.inputs.bounds import MAX_HEADER
from als_screen.inputs.build import identify
from als_screen.regions import AUTOSOME_LENGTHS, Build
from als_screen.resources import Resources
from als_screen.samples import VCF_ENDINGS
from als_screen.tables import Form, read_table

FORM = Form(
    name="the file of identity.sites",
    missing="correct the path in the configuration",
    columns=("build", "chrom", "pos", "ref", "alt", "af"),
    required=("chrom", "pos", "ref", "alt", "af"),
)
#: More sites cost much time in every patient's BAM and tell nothing more: a hundred are plenty.
MOST_SITES = 20_000
#: Records of a VCF that are looked through for them.
MOST_RECORDS = 50 * MOST_SITES
#: Columns of a VCF before FORMAT: those of the samples, of which a joint one has thousands, say nothing here.
COLUMNS = 8
#: Wrong lines that are told one by one.
MOST_TOLD = 20
_CONTIG = re.compile(r"##contig=<ID=([^,>]+)(?:.*?[,<]length=(\d+))?")
_AF = re.compile(r"(?:^|;)AF=([^;]*)")


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """A common SNV: 1-based position, chromosome without chr, frequency of ALT."""

    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float


Sites = Mapping[Build, tuple[Site, ...]]
#: What a line says: where it stands, build, chrom, pos, ref, alt, af; all as written.
_Line = tuple[str, str, str, str, str, str, str]


def read_sites(path: Path | None, build: Build | None, resources: Resources) -> Sites:
    """Return the sites by build, sorted; none where there is no file.

    Args:
        path: a table or VCF.
        build: the configured build, for a file that does not state its own.
        resources: bundled sequence, against which REF is held in the gene regions.

    Raises:
        InputError: every line that is wrong, by file and line, at most `MOST_TOLD` of them one by one.
    """
    if path is None:
        return {}
    problems: list[Problem] = []
    lines = _vcf_lines(path, build) if path.name.endswith(VCF_ENDINGS) else _rows(path, build, problems)
    found: dict[Build, dict[tuple[str, int], Site]] = {one: {} for one in Build}
    for line in lines:
        try:
            which, site = _site(line, resources)
            if found[which].setdefault((site.chrom, site.pos), site) is not site:
                raise ValueError("a second line for one position", "keep one")
            if len(found[which]) > MOST_SITES:
                raise _refused(path, f"has more than {MOST_SITES:,} sites", "keep some hundred, far apart")
        except ValueError as error:
            problems.append(Problem("", f"{path}, {line[0]}", *error.args))
    _raise(path, problems)
    if not any(found.values()):
        raise _refused(path, "has no autosomal SNV with a frequency", "name a file of common SNVs")
    return {one: tuple(sorted(sites.values())) for one, sites in found.items()}


def _raise(path: Path, problems: list[Problem]) -> None:
    more = len(problems) - MOST_TOLD
    if more > 0:
        rest = Problem("", str(path), f"{more} more lines of identity.sites are wrong", "correct them")
        raise InputError([*problems[:MOST_TOLD], rest])
    if problems:
        raise InputError(problems)


def _refused(path: Path, expected: str, action: str) -> InputError:
    return InputError([Problem("", str(path), f"the file of identity.sites {expected}", action)])


def _rows(path: Path, build: Build | None, problems: list[Problem]) -> Iterator[_Line]:
    """Yield the rows of a table."""
    for number, cells in read_table(path, FORM, problems):
        stated = cells.get("build", build.value if build else "")
        chrom, pos, ref, alt, af = (cells.get(name, "") for name in FORM.required)
        yield f"line {number}", stated, chrom, pos, ref, alt, af


def _vcf_lines(path: Path, build: Build | None) -> Iterator[_Line]:
    """Yield the biallelic autosomal SNVs of a VCF that passed its filters; each position once."""
    header: dict[str, int | None] = {}
    found: list[tuple[int, str, str, str, str, str]] = []
    records: Counter[tuple[str, str]] = Counter()
    count = 0
    for number, text in enumerate(_text_lines(path), start=1):
        if text.startswith("##"):
            header |= {name: int(length) if length else None for name, length in _CONTIG.findall(text)}
        elif not text.startswith("#") and text:
            chrom, pos, ref, alt, filters, frequency = _fields(path, number, text)
            records[chrom, pos] += 1
            if filters in ("PASS", ".") and _is_snv(chrom, ref, alt):
                found.append((number, chrom, pos, ref, alt, frequency))
            count += 1
            if count > MOST_RECORDS:
                raise _refused(path, f"has more than {MOST_RECORDS:,} records", "keep the sites alone")
    stated = identify(header, build)
    if records and stated.build is None:
        raise _refused(path, f"does not state its build: {stated.problem}", stated.action)
    for number, *site in found:
        if records[site[0], site[1]] == 1:
            chrom, pos, ref, alt, frequency = site
            yield f"line {number}", str(stated.build), chrom, pos, ref, alt, frequency


def _fields(path: Path, number: int, text: str) -> tuple[str, str, str, str, str, str]:
    """Return chrom, pos, ref, alt, filter and AF of a record, as written; "" for no AF."""
    fields = text.split("\t")
    if len(fields) < COLUMNS:
        raise _refused(path, f"has {len(fields)} columns in line {number}", "give a whole VCF")
    chrom, pos, _, ref, alt, _, filters, info = fields[:COLUMNS]
    frequency = _AF.search(info)
    return intern(chrom), pos, intern(ref), intern(alt), filters, frequency[1] if frequency else ""


def _is_snv(chrom: str, ref: str, alt: str) -> bool:
    return _chromosome(chrom) in AUTOSOME_LENGTHS[Build.GRCH38] and len(ref) == len(alt) == 1


def _text_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a VCF, VCF.gz or BCF."""
    why = why_not_there(path) or ("" if path.is_file() else "is not a regular file")
    if why:
        raise _refused(path, why, FORM.missing)
    try:
        yield from _bcf_lines(path) if path.suffix == ".bcf" else _plain_lines(path)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise _refused(path, "cannot be read to its end", "copy or make it again") from error


def _plain_lines(path: Path) -> Iterator[str]:
    """Yield header lines, and the first `COLUMNS` columns of records; a file of gigabytes is not kept."""
    opened = gzip.open if path.suffix == ".gz" else open
    header = 0
    with opened(path, "rb") as file:
        while line := file.readline(MAX_HEADER):
            header += len(line) if line.startswith(b"#") else 0
            if len(line) == MAX_HEADER or header > MAX_HEADER:
                what = "header" if line.startswith(b"#") else "line"
                raise _refused(
                    path, f"has a {what} of more than {MAX_HEADER >> 20} MB", "keep the sites alone"
                )
            yield b"\t".join(line.rstrip(b"\r\n").split(b"\t", COLUMNS)[:COLUMNS]).decode("utf-8")


def _bcf_lines(path: Path) -> Iterator[str]:
    with quiet(), pysam.VariantFile(str(path), drop_samples=True) as file:
        yield from str(file.header).splitlines()
        yield from (str(record).rstrip("\n") for record in file)


def _chromosome(name: str) -> str:
    return name.removeprefix("chr")


def _site(line: _Line, resources: Resources) -> tuple[Build, Site]:
    """Return the site of a line; raise `ValueError` with what is wrong and what to do."""
    _, stated, name, pos, ref, alt, af = line
    if stated not in set(Build):
        said = f"{stated!r} is not a build" if stated else "the build of the sites is not stated"
        raise ValueError(said, "add the column `build` with GRCh37 or GRCh38, or set reference.build")
    build, chrom = Build(stated), _chromosome(name)
    if chrom not in AUTOSOME_LENGTHS[build]:
        raise ValueError(f"{name[:20]!r} is not an autosome", "use 1 to 22, with or without chr")
    site = Site(chrom, _position(pos, chrom, build), *_bases(ref, alt), _frequency(af))
    gene = resources.gene_at(build, chrom, site.pos - 1, site.pos)
    if gene is not None and (base := resources.slices(build)[gene].fetch(site.pos - 1, site.pos)) != site.ref:
        raise ValueError(f"ref is {site.ref}, {build} has {base} there", "give sites of that build")
    return build, site


def _position(text: str, chrom: str, build: Build) -> int:
    length = AUTOSOME_LENGTHS[build][chrom]
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 1 <= int(text) <= length:
        expected = f"position {text[:20]!r} is not on chromosome {chrom} of {build} ({length:,} bases)"
        raise ValueError(expected, "give 1-based positions of that build")
    return int(text)


def _bases(ref: str, alt: str) -> tuple[str, str]:
    one, other = ref.upper(), alt.upper()
    if one not in tuple("ACGT") or other not in tuple("ACGT") or one == other:
        raise ValueError(f"{ref[:20]!r} to {alt[:20]!r} is not an SNV", "give one base each of A, C, G, T")
    return one, other


def _frequency(text: str) -> float:
    try:
        frequency = float(text)
    except ValueError:
        frequency = 0.0
    if not 0 < frequency < 1:
        raise ValueError(f"frequency {text[:20]!r} is not between 0 and 1", "give the frequency of alt")
    return frequency


def autosomes(names: Iterable[str], ours: Iterable[str]) -> dict[str, str]:
    """Return the file's own name of each autosome, in the style in which it names our chromosomes.

    Args:
        names: all contigs of the file.
        ours: its names of the chromosomes of the genes; `chr21`, `21` or `NC_000021.9`.
    """
    known, first = set(names), next(iter(ours), "")
    if first.startswith("NC_"):
        numbered = ((re.fullmatch(r"NC_0000(\d\d)\.\d+", name), name) for name in sorted(known))
        found = {str(int(match[1])): name for match, name in numbered if match}
        return {chrom: name for chrom, name in found.items() if chrom in AUTOSOME_LENGTHS[Build.GRCH38]}
    prefix = "chr" if first.startswith("chr") else ""
    return {chrom: prefix + chrom for chrom in AUTOSOME_LENGTHS[Build.GRCH38] if prefix + chrom in known}

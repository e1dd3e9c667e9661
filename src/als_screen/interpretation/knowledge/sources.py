"""Downloaded records as rows of our tables: ClinVar, REVEL, AlphaMissense, SpliceAI."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.knowledge.places import Place, gene_of, placed
from als_screen.interpretation.knowledge.sites import Site, read_header, read_sites, read_table, refused
from als_screen.interpretation.naming.alleles import NotAnAlleleError, parsed
from als_screen.interpretation.naming.consequence import consequence
from als_screen.regions import Build
from als_screen.resources import Resources

#: Stars of ClinVar's review status (NCBI, "Review status").
STARS = {
    "practice guideline": 4,
    "reviewed by expert panel": 3,
    "criteria provided, multiple submitters, no conflicts": 2,
    "criteria provided, single submitter": 1,
    "criteria provided, conflicting classifications": 1,
    "criteria provided, conflicting interpretations": 1,
}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows by place, and how many records of the genes were left out."""

    rows: dict[Place, tuple[str, ...]]
    left_out: int


def number(path: Path, text: str) -> float:
    """Return a number of a file; raises `InputError` where it is none."""
    try:
        return float(text)
    except ValueError as error:
        raise refused(path, f"has {text!r} where a number should be", "download it again") from error


def header_build(path: Path, info: Iterable[str]) -> Build:
    """Return the build of a VCF; raises `InputError` where it or one of the INFO fields is not declared."""
    header = read_header(path)
    missing = sorted(set(info) - header.info)
    if missing:
        raise refused(path, f"is another file than expected: it declares no INFO {', '.join(missing)}")
    if header.build is None:
        raise refused(
            path, "is on no build that is known: neither contig lengths nor ##reference say GRCh37 or GRCh38"
        )
    return header.build


def alleles(
    resources: Resources, build: Build, sites: Iterable[Site], path: Path
) -> Iterator[tuple[Site, int, Place | None]]:
    """Yield each alternate allele in the gene regions with its place; None where it has none.

    Where REF often differs from the reference the file is on another build than it says, and is refused.
    """
    found = wrong = 0
    for site in sites:
        gene = gene_of(resources, build, site.chrom, site.pos)
        if gene is None:
            continue
        for index, alt in enumerate(site.alt):
            found += 1
            try:
                place = placed(resources, build, gene, site.pos, site.ref, alt)
            except NotAnAlleleError as error:
                wrong += "differ from the reference" in str(error)
                yield site, index, None
            else:
                yield site, index, place
    if not found:
        raise refused(path, f"holds no record in the four genes on {build}")
    if wrong * 20 > found:
        raise refused(
            path, f"is on another build than it says: {wrong} of {found} REF alleles differ from {build}"
        )


def clinvar(resources: Resources, path: Path) -> tuple[str, Gathered]:
    """Return the release date of a ClinVar VCF, and its rows behind the place columns."""
    build = header_build(path, ("CLNSIG", "CLNREVSTAT"))
    date = read_header(path).values.get("fileDate", "")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        raise refused(path, "has no ##fileDate=YYYY-MM-DD, which is its release")
    rows: dict[Place, tuple[str, ...]] = {}
    left_out = 0
    for site, _, place in alleles(resources, build, read_sites(path), path):
        if place is None or not site.info.get("CLNSIG"):
            left_out += 1
            continue
        status = site.info.get("CLNREVSTAT", "").replace("_", " ")
        names = site.info.get("CLNDN", "").replace("_", " ")
        significance = site.info["CLNSIG"].replace("_", " ")
        stars = str(STARS.get(status, 0))
        rows[place] = (site.name, significance, status, stars, "", date, names)
    return date, Gathered(rows, left_out)


def spliceai(resources: Resources, path: Path) -> dict[Place, float]:
    """Return the largest delta score of each allele of a SpliceAI VCF, over its transcripts."""
    build = header_build(path, ("SpliceAI",))
    found: dict[Place, float] = {}
    for site, index, place in alleles(resources, build, read_sites(path), path):
        for entry in site.info.get("SpliceAI", "").split(","):
            cells = entry.split("|")
            if place is not None and len(cells) > 5 and cells[0] == site.alt[index] and "." not in cells[2:6]:
                found[place] = max(found.get(place, 0.0), *(number(path, cell) for cell in cells[2:6]))
    return found


def revel(resources: Resources, path: Path) -> dict[Place, float]:
    """Return the score of each allele of the REVEL table (comma-separated, hg19 positions read)."""
    found: dict[Place, float] = {}
    for row in read_table(path, ",", "chr"):
        residues = row.get("aaref", "") + row.get("aaalt", "")
        _keep(resources, found, Build.GRCH37, path, row, ("chr", "hg19_pos", "ref", "alt", "REVEL"), residues)
    return found


def alphamissense(resources: Resources, path: Path) -> dict[Place, float]:
    """Return the score of each allele of an AlphaMissense table (hg19 or hg38, tab-separated)."""
    found: dict[Place, float] = {}
    for row in read_table(path, "\t", "#CHROM"):
        build = Build.GRCH38 if row.get("genome") == "hg38" else Build.GRCH37
        variant = row.get("protein_variant", "")
        names = ("#CHROM", "POS", "REF", "ALT", "am_pathogenicity")
        _keep(resources, found, build, path, row, names, variant[:1] + variant[-1:])
    return found


def _keep(
    resources: Resources,
    found: dict[Place, float],
    build: Build,
    path: Path,
    row: dict[str, str],
    names: tuple[str, str, str, str, str],
    residues: str,
) -> None:
    """Add the score of one row, if it lies in a gene and scores its protein, keeping the highest.

    Args:
        resources: reference and transcripts.
        found: the scores so far.
        build: of the row's position.
        path: the file.
        row: its cells by column.
        names: the columns of chromosome, position, REF, ALT and score.
        residues: the residue and what the row says it becomes, "" where it does not say: in another
            transcript's reading frame the same base makes another change.
    """
    if any(name not in row for name in names):
        raise refused(path, f"lacks one of the columns {', '.join(names)}")
    chrom, pos, ref, alt, score = (row[name] for name in names)
    gene = gene_of(resources, build, chrom, int(pos)) if pos.isdigit() else None
    if gene is None:
        return
    try:
        place = placed(resources, build, gene, int(pos), ref, alt)
    except NotAnAlleleError as error:
        raise refused(path, f"{chrom}:{pos} {ref}>{alt} is not on {build}: {error}") from error
    if residues in {"", _residues(resources, place)}:
        found[place] = max(found.get(place, 0.0), number(path, score))


def _residues(resources: Resources, place: Place) -> str:
    """Return the residue that an allele changes and what it becomes, "-" where it changes none."""
    reference = resources.slices(Build.GRCH38)[place.gene]
    change = parsed(reference, place.grch38, place.ref, place.alt)
    protein = consequence(
        reference, resources.transcript(Build.GRCH38, place.gene), change, (change,)
    ).protein
    return "-" if protein is None else protein.ref + protein.alt

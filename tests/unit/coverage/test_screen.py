"""From a BAM to evidence: what is counted where, and what is said where nothing can be."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from als_screen.coverage import screen, sliding
from als_screen.coverage.lookup import Counts, Strands
from als_screen.coverage.screen import screen_coverage
from als_screen.errors import PatientDataError
from als_screen.evidence import CoverageEvidence, IndelCount, PatientCheck, State, VariantEvidence
from als_screen.regions import Build, Gene, Region
from als_screen.resources import bundled
from coverage_reads import allele, carrying, checked, gene_bases, patient, sam_line, write_sam_lines

#: SOD1 exon 4, with p.Asp91Ala at 31667290 (1-based).
EXON = Region("21", 31_667_257, 31_667_375)
SITE = 31_667_290
START = SITE - 51


def screened(
    path: Path | None, check: PatientCheck, variants: VariantEvidence | None = None
) -> CoverageEvidence:
    return screen_coverage(patient(path), check, variants or carrying(), bundled(), None)


def from_lines(tmp_path: Path, lines: list[str], variants: VariantEvidence | None = None) -> CoverageEvidence:
    path = write_sam_lines(tmp_path / "a.bam", lines)
    return screened(path, checked(path), variants)


def read_line(name: str, alt: str = "", flag: int = 0) -> str:
    """A read of 100 bases over the site, the 51st of which is `alt`."""
    bases = gene_bases(Gene.SOD1, START, START + 100)
    return sam_line(name, START, "100M", bases[:50] + (alt or bases[50]) + bases[51:], flag=flag)


def test_a_heterozygous_site(tmp_path: Path) -> None:
    lines = [
        read_line(f"r{number}", "C" if number % 2 else "", 16 * (number % 3 == 0)) for number in range(30)
    ]
    evidence = from_lines(tmp_path, lines)
    assert (evidence.state, evidence.reason) == (State.ASSESSED, "")
    site = Counts(evidence).site("21", SITE)
    assert site is not None
    assert site.depth == 30
    assert site.reference == Strands(10, 5)
    assert site.others == {"C": Strands(10, 5)}
    assert len(evidence.other) == 1


def test_mates_that_overlap_count_once(tmp_path: Path) -> None:
    lines = [read_line("r", "C", flag) for flag in (0x1 | 0x40, 0x1 | 0x80 | 0x10)]
    site = Counts(from_lines(tmp_path, lines)).site("21", SITE)
    assert site is not None
    assert (site.depth, site.others["C"].total) == (1, 1)


def test_an_indel_in_both_mates_counts_once_and_in_one_fragment_not_at_all(tmp_path: Path) -> None:
    bases = gene_bases(Gene.SOD1, START, START + 103)
    cut = bases[:50] + bases[53:]

    def mates(name: str) -> list[str]:
        return [sam_line(name, START, "50M3D50M", cut, flag=flag) for flag in (0x41, 0x91)]

    assert from_lines(tmp_path, mates("a")).indels == ()
    (found,) = from_lines(tmp_path, [*mates("a"), *mates("b"), *mates("c")]).indels
    assert found.forward + found.reverse == 3
    assert len(found.ref) == 4
    assert len(found.alt) == 1
    assert found.ref == gene_bases(Gene.SOD1, found.pos - 1, found.pos + 3)


def test_one_indel_placed_in_two_ways(tmp_path: Path) -> None:
    """A repeated unit: half of the aligners put a deletion left, half right."""
    run = next(
        at
        for region in bundled().reportable(Build.GRCH38, Gene.SOD1)
        for at in range(region.start, region.end)
        if gene_bases(Gene.SOD1, at - 1, at + 4).count(gene_bases(Gene.SOD1, at, at + 1)) == 4
        and gene_bases(Gene.SOD1, at - 1, at) != gene_bases(Gene.SOD1, at, at + 1)
    )
    bases = gene_bases(Gene.SOD1, run - 40, run + 61)
    lines = [sam_line("l", run - 40, "40M1D60M", bases[:40] + bases[41:])]
    lines.append(sam_line("r", run - 40, "43M1D57M", bases[:43] + bases[44:]))
    anchor, first = gene_bases(Gene.SOD1, run - 1, run), gene_bases(Gene.SOD1, run, run + 1)
    expected = IndelCount(chrom="21", pos=run, ref=anchor + first, alt=anchor, forward=2, reverse=0)
    assert from_lines(tmp_path, lines).indels == (expected,)


def test_nothing_there_is_zero_over_every_target(tmp_path: Path) -> None:
    evidence = from_lines(tmp_path, [])
    assert evidence.state is State.ASSESSED
    counted = [Region(one.chrom, one.start, one.start + len(one.depth)) for one in evidence.regions]
    assert sorted(counted) == bundled().counted_regions(Build.GRCH38)
    assert not any(sum(one.depth) + sum(one.forward) + sum(one.reverse) for one in evidence.regions)


def test_chromosomes_that_the_file_lacks_are_left_out(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", [read_line("r")], ("9", "21"), prefix="chr")
    evidence = screened(path, checked(path, ("9", "21")))
    assert {region.chrom for region in evidence.regions} == {"21"}


def test_a_file_with_c9orf72_alone(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", [], ("9",))
    evidence = screened(path, checked(path, ("9",)))
    assert evidence.state is State.NOT_ASSESSED
    assert "SOD1" in evidence.reason
    assert not evidence.failed


def test_contigs_without_chr(tmp_path: Path) -> None:
    lines = [read_line("r").replace("\tchr21\t", "\t21\t")]
    path = write_sam_lines(tmp_path / "a.bam", lines, prefix="")
    site = Counts(screened(path, checked(path, prefix=""))).site("21", SITE)
    assert site is not None
    assert site.depth == 1


def test_no_reads_and_reads_that_cannot_be_used(tmp_path: Path) -> None:
    check = PatientCheck(patient="P1", build=Build.GRCH38)
    without = screened(None, check)
    assert (without.state, without.failed) == (State.NOT_ASSESSED, False)
    broken = screened(tmp_path / "broken.bam", check)
    assert (broken.state, broken.failed) == (State.NOT_ASSESSED, True)
    assert without.reason != broken.reason


def test_the_patients_own_sites_are_counted_in_introns_and_c9orf72(tmp_path: Path) -> None:
    intron, repeat = 31_661_000, 27_573_529
    own = carrying(
        allele(Gene.SOD1, intron, gene_bases(Gene.SOD1, intron - 1, intron), "N"),
        allele(Gene.C9ORF72, repeat, gene_bases(Gene.C9ORF72, repeat - 1, repeat), "T"),
    )
    bases = gene_bases(Gene.C9ORF72, repeat - 30, repeat + 30)
    evidence = from_lines(tmp_path, [sam_line("r", repeat - 30, "60M", bases, contig="chr9")], own)
    counts = Counts(evidence)
    at_repeat, at_intron = counts.site("9", repeat), counts.site("21", intron)
    assert at_repeat is not None
    assert at_repeat.depth == 1
    assert at_intron is not None
    assert at_intron.depth == 0


@pytest.mark.parametrize(
    ("bases", "quality", "note"),
    [
        (gene_bases(Gene.SOD1, START, START + 100), None, "without base qualities"),
        ("", None, "without bases"),
    ],
)
def test_odd_reads_are_told(tmp_path: Path, bases: str, quality: int | None, note: str) -> None:
    evidence = from_lines(tmp_path, [sam_line("r", START, "100M", bases, quality=quality)])
    assert note in evidence.reason
    site = Counts(evidence).site("21", SITE)
    assert site is not None
    assert (site.depth, site.reference.total) == ((1, 1) if bases else (0, 0))


def test_reads_of_one_base_and_of_a_hundred_thousand(tmp_path: Path) -> None:
    whole = bundled().gene_region(Build.GRCH38, Gene.SOD1)
    body = gene_bases(Gene.SOD1, whole.start, whole.end)
    flank = "A" * 45_000
    long = sam_line("long", whole.start - 45_000, f"{len(flank) * 2 + len(body)}M", flank + body + flank)
    short = sam_line("short", SITE - 1, "1M", "A")
    evidence = from_lines(tmp_path, [long, short])
    site = Counts(evidence).site("21", SITE)
    assert site is not None
    assert site.depth == 2
    assert all(set(region.depth) <= {1, 2} for region in evidence.regions if region.chrom == "21")
    assert evidence.other == ()


def mixed_lines(seed: int) -> list[str]:
    """Fragments with errors, indels and overlapping mates over exon 4."""
    rng = random.Random(seed)
    lines = []
    for number in range(60):
        start = rng.randrange(EXON.start - 90, EXON.end)
        for flag in (0x41, 0x91) if number % 2 else (0,):
            place = start + rng.randrange(30)
            bases = list(gene_bases(Gene.SOD1, place, place + 83))
            bases[rng.randrange(30)] = rng.choice("ACGTN")
            cigar = rng.choice(["80M", "40M3D40M", "40M2I38M", "5S75M", "30M1I20M1D29M"])
            lines.append(sam_line(f"r{number}", place, cigar, "".join(bases[:80]), flag=flag, quality=30))
    return lines


@pytest.mark.parametrize("seed", range(3))
def test_counts_do_not_depend_on_the_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    path = write_sam_lines(tmp_path / "a.bam", mixed_lines(seed))
    whole = screened(path, checked(path))
    assert whole.indels
    monkeypatch.setattr(sliding, "BASES_AT_ONCE", 700)
    assert screened(path, checked(path)) == whole
    monkeypatch.setattr(screen, "BAM_GAP", 100_000)
    assert screened(path, checked(path)) == whole


def test_a_truncated_file_is_an_error(tmp_path: Path) -> None:
    path = write_sam_lines(tmp_path / "a.bam", mixed_lines(1))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(PatientDataError):
        screened(path, checked(path))

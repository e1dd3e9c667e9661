from __future__ import annotations

from pathlib import Path

from als_screen.coverage.reads import open_reads
from als_screen.coverage.sites import count_sites
from als_screen.inputs.sites import Site
from als_screen.patient import Patient
from sites_files import SITES, bam_of, checked


def place(index: int, pos: int | None = None, chrom: str | None = None) -> Site:
    site = SITES[index]
    return Site(chrom or site.chrom, pos or site.pos, site.ref, site.alt, 0.25)


def test_fragments_are_counted_by_what_they_show(tmp_path: Path) -> None:
    copies = dict(zip(SITES, [0, 1, 2], strict=False))
    check = checked(Patient("P1", reads=bam_of(tmp_path / "a.bam", copies))).patients[0].reads
    assert check
    with open_reads(check, None) as reads:
        sites = [place(0), place(1), place(2), place(0, pos=SITES[0].pos + 1), place(5), place(0, chrom="7")]
        found = count_sites(reads, sites)
    assert [(one.pos, one.reference, one.alternate, one.other) for one in found] == [
        (SITES[0].pos, 20, 0, 0),
        (SITES[1].pos, 10, 10, 0),
        (SITES[2].pos, 0, 20, 0),
        (SITES[0].pos + 1, 0, 0, 20),
    ], "sites without reads are left out"
    assert {one.frequency for one in found} == {0.25}


def test_chromosomes_that_the_file_lacks_are_left_out(tmp_path: Path) -> None:
    check = checked(Patient("P1", reads=bam_of(tmp_path / "a.bam", {}, "NC"))).patients[0].reads
    assert check
    with open_reads(check, None) as reads:
        assert count_sites(reads, [place(0, chrom="7")]) == ()

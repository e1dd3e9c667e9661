from pathlib import Path

import pysam
import pytest

from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.variants.slices import write_fasta


@pytest.mark.parametrize("build", list(Build))
def test_the_fasta_gives_every_gene_by_its_handwritten_index(tmp_path: Path, build: Build) -> None:
    slices = bundled().slices(build)
    path = write_fasta(slices, tmp_path)
    with pysam.FastaFile(str(path)) as fasta:
        assert {name: fasta.fetch(name) for name in fasta.references} == {
            str(gene): part.sequence for gene, part in slices.items()
        }
        assert fasta.fetch("SOD1", 100, 160) == slices[Gene.SOD1].sequence[100:160]
    index = path.with_suffix(".fa.fai").read_bytes()
    path.with_suffix(".fa.fai").unlink()
    pysam.faidx(str(path))
    assert path.with_suffix(".fa.fai").read_bytes() == index

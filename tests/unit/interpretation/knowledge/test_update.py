import gzip
from pathlib import Path

import pysam
import pytest

from als_screen.errors import InputError
from als_screen.interpretation.annotate import Annotator
from als_screen.interpretation.knowledge.lookup import Knowledge
from als_screen.interpretation.knowledge.records import PredictorScores
from als_screen.interpretation.knowledge.update import Downloads, update_knowledge
from als_screen.regions import CHROMOSOME_LENGTHS, Build, Gene
from als_screen.states import Classification
from interpretation_shared import allele, annotator, other_build

CLINVAR_HEADER = [
    "##fileformat=VCFv4.1",
    "##fileDate=2026-08-02",
    "##source=ClinVar",
    "##reference={build}",
    '##INFO=<ID=CLNSIG,Number=.,Type=String,Description="x">',
    '##INFO=<ID=CLNREVSTAT,Number=.,Type=String,Description="x">',
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
]
TWO_STARS = "CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;CLNDN=ALS_type_1"
A4V = 31659783


def lines(build: Build = Build.GRCH38) -> list[str]:
    """Return records of SOD1 as ClinVar writes them, one untrimmed, on a build."""
    rows = [
        (A4V, "14763", "C", "T", f"CLNSIG=Benign;{TWO_STARS}"),
        (31668509, "7", "TGAAG", "TG", f"CLNSIG=Likely_pathogenic;{TWO_STARS}"),
        (31659790, "8", "G", "N", f"CLNSIG=Pathogenic;{TWO_STARS}"),
        (31659774, "9", "C", "T", TWO_STARS),
    ]
    moved = [(pos if build is Build.GRCH38 else other_build(Gene.SOD1, pos), *rest) for pos, *rest in rows]
    return [f"21\t{pos}\t{name}\t{ref}\t{alt}\t.\t.\t{info}" for pos, name, ref, alt, info in moved]


def written(path: Path, content: list[str], build: Build = Build.GRCH38) -> Path:
    text = "\n".join(content).replace("{build}", build.value) + "\n"
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


@pytest.mark.parametrize(("build", "name"), [(Build.GRCH38, "clinvar.vcf.gz"), (Build.GRCH37, "clinvar.vcf")])
def test_clinvar_replaces_its_table(tmp_path: Path, build: Build, name: str) -> None:
    far = "1\t100\t5\tA\tC\t.\t.\tCLNSIG=Pathogenic"
    path = written(tmp_path / name, [*CLINVAR_HEADER, far, *lines(build), "MT\t1\tx"], build)
    [said] = update_knowledge(Downloads(clinvar=path), tmp_path / "mine")
    assert said.startswith("clinvar 2026-08-02: 2 alleles; 2 records left out")
    assert said.endswith("NONE IN C9orf72, TARDBP, FUS: is the file whole?")
    knowledge = Knowledge.load(tmp_path / "mine")
    assert knowledge.versions()["clinvar"].release == "2026-08-02"
    assert knowledge.versions()["gnomad"] == annotator().knowledge.versions()["gnomad"]
    tables = knowledge.builds[Build.GRCH38]
    assert set(tables.clinvar) == {("21", A4V, "C", "T"), ("21", 31668509, "TGAA", "T")}
    entry = tables.clinvar["21", A4V, "C", "T"]
    assert (entry.variation_id, entry.stars, entry.significance, entry.seen) == (
        14763,
        2,
        "Benign",
        "2026-08-02",
    )
    assert entry.condition == "ALS type 1"


def test_a_new_clinvar_changes_the_class(tmp_path: Path) -> None:
    path = written(tmp_path / "clinvar.vcf", [*CLINVAR_HEADER, *lines()])
    update_knowledge(Downloads(clinvar=path), tmp_path / "mine")
    mine = Annotator.load(tmp_path / "mine")
    before = annotator().annotate(Build.GRCH38, allele(Gene.SOD1, A4V, "C", "T"))
    after = mine.annotate(Build.GRCH38, allele(Gene.SOD1, A4V, "C", "T"))
    assert before.classification.proposed is Classification.PATHOGENIC
    assert after.classification.proposed is Classification.BENIGN
    assert after.clinvar is not None
    assert after.clinvar.release == "2026-08-02"


def test_it_can_be_updated_in_place_and_says_the_same_twice(tmp_path: Path) -> None:
    path = written(tmp_path / "clinvar.vcf", [*CLINVAR_HEADER, *lines()])
    out = tmp_path / "mine"
    update_knowledge(Downloads(clinvar=path), out)
    first = {file.name: file.read_bytes() for file in out.iterdir()}
    update_knowledge(Downloads(clinvar=path), out, base=out)
    assert {file.name: file.read_bytes() for file in out.iterdir()} == first
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clinvar.vcf", "mine"]


def _without(text: str) -> list[str]:
    return [line for line in CLINVAR_HEADER if text not in line]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["no VCF at all"], "is no VCF"),
        ([*_without("CLNSIG"), *lines()], "declares no INFO CLNSIG"),
        ([*_without("##reference"), *lines()], "on no build that is known"),
        ([*_without("fileDate"), *lines()], "has no ##fileDate"),
        ([*CLINVAR_HEADER, *lines(Build.GRCH37)], "holds no record in the four genes"),
        (
            [*CLINVAR_HEADER, f"21\t{A4V + 1}\t1\tA\tT\t.\t.\tCLNSIG=Benign"],
            "is on another build than it says",
        ),
        ([*CLINVAR_HEADER, "21\tbroken"], "line 8 is no VCF line"),
        (CLINVAR_HEADER, "holds no record in the four genes"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason_and_nothing_is_written(
    tmp_path: Path, content: list[str], said: str
) -> None:
    path = written(tmp_path / "clinvar.vcf", content)
    with pytest.raises(InputError, match=said):
        update_knowledge(Downloads(clinvar=path), tmp_path / "mine")
    assert [file.name for file in tmp_path.iterdir()] == ["clinvar.vcf"]


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "clinvar.vcf.gz", [*CLINVAR_HEADER, *lines()])
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(InputError, match="cannot be read to its end"):
        update_knowledge(Downloads(clinvar=path), tmp_path / "mine")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read to its end"):
        update_knowledge(Downloads(clinvar=tmp_path / "none.vcf"), tmp_path / "mine")


def test_nothing_given_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no downloaded file was given"):
        update_knowledge(Downloads(), tmp_path / "mine")


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "clinvar.vcf", [*CLINVAR_HEADER, *lines()])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(InputError, match="is no knowledge directory"):
        update_knowledge(Downloads(clinvar=path), tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"


# ------------------------------------------------------------------------------------------- gnomAD


def gnomad(tmp_path: Path, fields: str, filters: str = "PASS") -> Path:
    header = [
        "##fileformat=VCFv4.2",
        f"##contig=<ID=chr21,length={CHROMOSOME_LENGTHS[Build.GRCH38]['21']}>",
        '##INFO=<ID=AC,Number=A,Type=Integer,Description="x">',
        '##INFO=<ID=AN,Number=1,Type=Integer,Description="x">',
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
    ]
    return written(tmp_path / "gnomad.vcf", [*header, f"chr21\t{A4V}\t.\tC\tT\t.\t{filters}\t{fields}"])


@pytest.mark.parametrize(
    ("fields", "group", "faf95", "note"),
    [
        ("AC=5;AN=1000;nhomalt=1;faf95_nfe=0.001;faf95_afr=0.002", "afr", 0.002, "the highest group"),
        ("AC=5;AN=1000;faf95_fin=0.5;faf95_nfe=0.001", "nfe", 0.001, "founder groups are left out"),
        ("AC=5;AN=1000;fafmax_faf95_max=0.003;fafmax_faf95_max_gen_anc=sas", "sas", 0.003, "v4 names"),
        ("AC=5;AN=1000;popmax=amr;AC_popmax=4;AN_popmax=100", "amr", None, "computed later"),
        ("AC=5;AN=1000", "", None, "counts only"),
    ],
)
def test_gnomad_release_goes_before_the_older_ones(
    tmp_path: Path, fields: str, group: str, faf95: float | None, note: str
) -> None:
    path = gnomad(tmp_path, fields)
    update_knowledge(Downloads(gnomad=(path,), gnomad_release="v5.0"), tmp_path / "mine")
    knowledge = Knowledge.load(tmp_path / "mine")
    found = knowledge.builds[Build.GRCH38].populations["21", A4V, "C", "T"]
    assert [one.release for one in found] == ["v5.0", "v4.1", "v2.1.1"]
    assert (found[0].group, found[0].faf95, found[0].af) == (group, faf95, 0.005), note
    assert "v5.0" in knowledge.versions()["gnomad"].release


def test_an_allele_that_is_gone_after_quality_control_is_not_seen(tmp_path: Path) -> None:
    path = gnomad(tmp_path, "AC=0;AN=1000", filters="AC0")
    [said] = update_knowledge(Downloads(gnomad=(path,), gnomad_release="v5.0"), tmp_path / "mine")
    assert said.startswith("gnomad v5.0: 0 alleles; 1 left out")


def test_gnomad_needs_its_release(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="needs its release"):
        update_knowledge(Downloads(gnomad=(gnomad(tmp_path, "AC=5;AN=1000"),)), tmp_path / "mine")


def test_a_run_that_was_killed_between_two_renames_is_put_right(tmp_path: Path) -> None:
    path = written(tmp_path / "clinvar.vcf", [*CLINVAR_HEADER, *lines()])
    out = tmp_path / "mine"
    update_knowledge(Downloads(clinvar=path), out)
    out.rename(tmp_path / ".mine.old")
    update_knowledge(Downloads(clinvar=path), out, base=out)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["clinvar.vcf", "mine"]


def test_the_older_directory_is_whole_until_the_new_one_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "clinvar.vcf", [*CLINVAR_HEADER, *lines()])
    out = tmp_path / "mine"
    update_knowledge(Downloads(clinvar=path), out)
    rename = Path.rename

    def killed(self: Path, target: Path) -> Path:
        if self.name == "knowledge":
            raise KeyboardInterrupt
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        update_knowledge(Downloads(clinvar=path), out)
    assert Knowledge.load(tmp_path / ".mine.old").versions()["clinvar"].release == "2026-08-02"


def test_a_file_cut_between_two_blocks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinvar.vcf.gz"
    with pysam.BGZFile(str(path), "w", None) as out:
        out.write(("\n".join([*CLINVAR_HEADER, *lines()]).replace("{build}", "GRCh38") + "\n").encode())
    update_knowledge(Downloads(clinvar=path), tmp_path / "mine")
    path.write_bytes(path.read_bytes()[:-28])
    with pytest.raises(InputError, match="the last block is missing"):
        update_knowledge(Downloads(clinvar=path), tmp_path / "mine")


# ------------------------------------------------------------------------------------------- scores


REVEL = "chr,hg19_pos,grch38_pos,ref,alt,aaref,aaalt,REVEL,Ensembl_transcriptid"
SPLICEAI = [
    "##fileformat=VCFv4.2",
    "##reference=GRCh38",
    '##INFO=<ID=SpliceAI,Number=.,Type=String,Description="x">',
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
]


def test_scores_become_criteria(tmp_path: Path) -> None:
    pos37 = other_build(Gene.SOD1, A4V)
    revel = written(
        tmp_path / "revel.csv",
        [
            REVEL,
            f"21,{pos37},{A4V},C,T,A,V,0.80,ENST1",
            f"21,{pos37},{A4V},C,T,A,V,0.95,ENST2",
            f"21,{pos37},{A4V},C,T,P,L,0.99,ENST3",
            "2,1,1,A,C,A,V,0.1,ENST3",
        ],
    )
    alphamissense = written(
        tmp_path / "am.tsv.gz",
        [
            "# Copyright",
            "#CHROM\tPOS\tREF\tALT\tgenome\tuniprot_id\ttranscript_id\tprotein_variant\tam_pathogenicity\tam_class",
            f"chr21\t{A4V}\tC\tT\thg38\tP00441\tENST\tA5V\t0.9\tlikely_pathogenic",
            f"chr21\t{A4V}\tC\tT\thg38\tQ00000\tENST\tP9L\t0.99\tlikely_pathogenic",
        ],
    )
    spliceai = written(
        tmp_path / "spliceai.vcf",
        [
            "##fileformat=VCFv4.2",
            "##reference=GRCh37/hg19",
            '##INFO=<ID=SpliceAI,Number=.,Type=String,Description="x">',
            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
            f"21\t{pos37}\t.\tC\tT\t.\t.\tSpliceAI=T|SOD1|0.01|0.05|0.00|0.02|1|2|3|4,T|X|.|.|.|.|.|.|.|.",
        ],
    )
    downloads = Downloads(revel=revel, alphamissense=alphamissense, spliceai=spliceai, date="2026-08-01")
    [said] = update_knowledge(downloads, tmp_path / "mine")
    assert said == "predictors: 1 alleles from revel.csv, am.tsv.gz, spliceai.vcf"
    mine = Annotator.load(tmp_path / "mine")
    scores = mine.knowledge.builds[Build.GRCH37].scores["21", pos37, "C", "T"]
    assert (scores.revel, scores.alphamissense, scores.spliceai) == (0.95, 0.9, 0.05)
    found = mine.annotate(Build.GRCH38, allele(Gene.SOD1, A4V, "C", "T"))
    assert [one.because for one in found.classification.criteria if one.code == "PP3"] == [
        "revel 0.95; lowered beside PM5"
    ]


def test_scores_that_are_not_given_again_stay(tmp_path: Path) -> None:
    pos37, mine = other_build(Gene.SOD1, A4V), tmp_path / "mine"
    revel = written(tmp_path / "revel.csv", [REVEL, f"21,{pos37},{A4V},C,T,A,V,0.8,E"])
    later = written(tmp_path / "later.csv", [REVEL, f"21,{pos37},{A4V},C,A,A,D,0.7,E"])
    spliceai = written(
        tmp_path / "spliceai.vcf",
        [*SPLICEAI, f"21\t{A4V}\t.\tC\tT\t.\t.\tSpliceAI=T|SOD1|0.01|0.05|0.00|0.02|1|2|3|4"],
    )
    update_knowledge(Downloads(revel=revel), mine)
    [said] = update_knowledge(Downloads(spliceai=spliceai), mine, base=mine)
    assert said == "predictors: 1 alleles from spliceai.vcf; revel as before"
    scores = Knowledge.load(mine).builds[Build.GRCH38].scores
    assert scores["21", A4V, "C", "T"] == PredictorScores(revel=0.8, spliceai=0.05)
    update_knowledge(Downloads(revel=later), mine, base=mine)
    scores = Knowledge.load(mine).builds[Build.GRCH38].scores
    assert scores["21", A4V, "C", "T"] == PredictorScores(spliceai=0.05)
    assert scores["21", A4V, "C", "A"] == PredictorScores(revel=0.7)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (["a,b"], "no header line"),
        (["chr,hg19_pos,ref,alt", "21,1,A,C"], "lacks one of the columns"),
        (["chr,hg19_pos,ref,alt,REVEL", "2,1,A,C,0.5"], "holds no score in the four genes"),
        (["chr,hg19_pos,ref,alt,REVEL", "21,33032096,G,A,0.5"], "is not on GRCh37"),
        (["chr,hg19_pos,ref,alt,REVEL", "21,33032096,C,A,high"], "where a number should be"),
    ],
)
def test_a_wrong_score_file_is_refused(tmp_path: Path, content: list[str], said: str) -> None:
    path = written(tmp_path / "revel.csv", content)
    with pytest.raises(InputError, match=said):
        update_knowledge(Downloads(revel=path), tmp_path / "mine")

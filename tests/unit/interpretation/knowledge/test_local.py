from pathlib import Path

import pytest

from als_screen.config import load_settings
from als_screen.errors import InputError
from als_screen.interpretation.annotate import Annotation, Annotator
from als_screen.interpretation.interpret import Interpreter
from als_screen.interpretation.knowledge.local import (
    CLASS_COLUMNS,
    CRITERIA_COLUMNS,
    FREQUENCY_COLUMNS,
    LocalFiles,
    read_local,
)
from als_screen.regions import Build, Gene
from als_screen.resources import bundled
from als_screen.states import Basis, Classification, CriterionState
from interpretation_shared import allele, annotator, other_build

FUS = (31184984, "G", "A")  # missense, nothing known
PLACE = ("GRCh38", "chr16", "31184984", "G", "A")


def table(path: Path, columns: tuple[str, ...], *rows: tuple[str, ...]) -> Path:
    path.write_text("\n".join("\t".join(row) for row in (columns, *rows)) + "\n")
    return path


def annotated(files: LocalFiles) -> Annotation:
    return Annotator.load(local=files).annotate(Build.GRCH38, allele(Gene.FUS, *FUS))


def test_supplied_criteria_are_applied_with_their_source(tmp_path: Path) -> None:
    start = other_build(Gene.FUS, FUS[0]) - 1
    before_it = bundled().slices(Build.GRCH37)[Gene.FUS].fetch(start - 1, start)
    path = table(
        tmp_path / "criteria.tsv",
        CRITERIA_COLUMNS,
        (*PLACE, "PS3", "moderate", "mislocalised in neurons", "PMID 1"),
        (
            "GRCh37",
            "16",
            str(start),
            f"{before_it}G",
            f"{before_it}A",
            "PP1",
            "supporting",
            "two",
            "us",
        ),
    )
    before = annotator().annotate(Build.GRCH38, allele(Gene.FUS, *FUS))
    found = annotated(LocalFiles(criteria=path))
    met = {one.code: one for one in found.classification.criteria if one.state is CriterionState.MET}
    assert {"PS3", "PP1"} <= set(met)
    assert met["PS3"].source == "PMID 1 (criteria.tsv)"
    assert found.classification.points == before.classification.points + 3


def test_an_own_class_goes_before_everything(tmp_path: Path) -> None:
    row = (*PLACE, "likely_pathogenic", "recessive", "one allele does not explain it", "board of 2026-05")
    files = LocalFiles(classes=table(tmp_path / "classes.tsv", CLASS_COLUMNS, row))
    found = annotated(files)
    assert found.classification.proposed is Classification.LIKELY_PATHOGENIC
    assert found.classification.basis is Basis.CURATED
    assert found.known
    assert not found.inheritance.fits
    mine = Annotator.load(local=files)
    for build, pos in ((Build.GRCH38, FUS[0]), (Build.GRCH37, other_build(Gene.FUS, FUS[0]))):
        known = mine.knowledge.known_pathogenic(build)
        assert (Gene.FUS, pos, "A") in {(one.gene, one.pos, one.alt) for one in known}


def test_in_house_frequencies_count_where_they_are_higher(tmp_path: Path) -> None:
    path = table(tmp_path / "controls.tsv", FREQUENCY_COLUMNS, (*PLACE, "20", "4000", ""))
    found = annotated(LocalFiles(frequencies=path))
    assert found.frequency is not None
    assert found.frequency.source == "local controls.tsv"
    assert found.classification.proposed is Classification.BENIGN


def test_versions_name_the_files(tmp_path: Path) -> None:
    path = table(tmp_path / "controls.tsv", FREQUENCY_COLUMNS, (*PLACE, "1", "4000", "0"))
    versions = Annotator.load(local=LocalFiles(frequencies=path)).versions()
    assert versions["local_frequencies"].release == "controls.tsv"
    assert "local_classes" not in versions


@pytest.mark.parametrize(
    ("kind", "columns", "row", "said"),
    [
        ("criteria", CRITERIA_COLUMNS, (*PLACE, "PM2", "supporting", "x", "y"), "PM2 cannot be supplied"),
        ("criteria", CRITERIA_COLUMNS, (*PLACE, "PS3", "huge", "x", "y"), "row 1: 'huge'"),
        ("criteria", CRITERIA_COLUMNS, (*PLACE, "BS3", "stand_alone", "x", "y"), "only BA1 stands alone"),
        ("criteria", CRITERIA_COLUMNS, (*PLACE, "PS3", "strong", "x", ""), "needs a reason and a source"),
        ("classes", CLASS_COLUMNS, (*PLACE, "bad", "dominant", "", "y"), "row 1: 'bad'"),
        ("classes", CLASS_COLUMNS, (*PLACE, "benign", "", "", "y"), "row 1: ''"),
        ("classes", CLASS_COLUMNS, ("hg18", *PLACE[1:], "benign", "dominant", "", "y"), "'hg18'"),
        (
            "classes",
            CLASS_COLUMNS,
            ("GRCh38", "2", *PLACE[2:], "benign", "dominant", "", "y"),
            "none of the genes",
        ),
        ("classes", CLASS_COLUMNS, ("GRCh37", *PLACE[1:], "benign", "dominant", "", "y"), "row 1"),
        ("frequencies", FREQUENCY_COLUMNS, (*PLACE, "5", "4", ""), "5 alleles on 4"),
        (
            "frequencies",
            FREQUENCY_COLUMNS,
            (*PLACE, "1", "4000", "-3"),
            "-3 homozygous people with 1 alleles",
        ),
        ("frequencies", FREQUENCY_COLUMNS, (*PLACE, "3", "4000", "2"), "2 homozygous people with 3 alleles"),
        ("criteria", CRITERIA_COLUMNS, (*PLACE, "PS3", "strong", "x" * 200_000, "y"), "a cell that no table"),
        (
            "criteria",
            ("x" * 200_000, *CRITERIA_COLUMNS),
            ("", *PLACE, "PS3", "strong", "x", "y"),
            "a cell that",
        ),
        ("frequencies", ("a", "b"), ("1", "2"), "lacks the columns"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, kind: str, columns: tuple[str, ...], row: tuple[str, ...], said: str
) -> None:
    path = table(tmp_path / "own.tsv", columns, row)
    with pytest.raises(InputError, match=said):
        read_local(bundled(), LocalFiles(**{kind: path}))


def test_one_criterion_twice_is_refused(tmp_path: Path) -> None:
    row = (*PLACE, "PS3", "strong", "x", "y")
    path = table(tmp_path / "own.tsv", CRITERIA_COLUMNS, row, row)
    with pytest.raises(InputError, match="PS3 twice"):
        read_local(bundled(), LocalFiles(criteria=path))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_local(bundled(), LocalFiles(classes=tmp_path / "none.tsv"))


def test_two_rows_of_one_allele_are_refused(tmp_path: Path) -> None:
    rows = [(*PLACE, one, "dominant", "", "us") for one in ("benign", "pathogenic")]
    path = table(tmp_path / "classes.tsv", CLASS_COLUMNS, *rows)
    with pytest.raises(InputError, match="two rows for FUS"):
        read_local(bundled(), LocalFiles(classes=path))


def test_every_wrong_row_is_told_at_once(tmp_path: Path) -> None:
    rows = [(*PLACE, "5", "3", ""), (*PLACE, "many", "3", "")]
    path = table(tmp_path / "counts.tsv", FREQUENCY_COLUMNS, *rows)
    with pytest.raises(InputError) as caught:
        read_local(bundled(), LocalFiles(frequencies=path))
    assert [problem.expected[:5] for problem in caught.value.problems] == ["row 1", "row 2"]


def test_a_table_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = table(tmp_path / "counts.tsv", FREQUENCY_COLUMNS, (*PLACE, "1", "200", ""))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read_local(bundled(), LocalFiles(frequencies=path)).frequencies) == 1


def test_the_configuration_names_the_tables(tmp_path: Path) -> None:
    path = table(tmp_path / "classes.tsv", CLASS_COLUMNS, (*PLACE, "benign", "dominant", "", "us"))
    interpreter = Interpreter(load_settings({"local": {"classes": str(path)}}), bundled())
    found = interpreter.annotator.annotate(Build.GRCH38, allele(Gene.FUS, *FUS))
    assert found.classification.basis is Basis.CURATED
    assert interpreter.versions["local_classes"].release == "classes.tsv"

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from als_screen.config import Settings, load_settings
from als_screen.errors import InputError, Problem
from als_screen.patient import Patient
from als_screen.plan import (
    CLINICAL_FIELDS,
    FILE_FIELDS,
    PRINTED_FIELDS,
    Plan,
    load_plan,
    setting_problems,
)
from als_screen.samples import COLUMNS, PERSONAL, Sheet

Write = Callable[..., Path]


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    def write(*rows: str, header: str = "patient\tvcf") -> Path:
        (tmp_path / "a.vcf").touch()
        path = tmp_path / "s.tsv"
        path.write_text("\n".join([header, *(rows or ("P1\ta.vcf",))]) + "\n")
        return path

    return write


def problems_of(user: dict[str, Any]) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        load_plan(user)
    assert all(problem.action and "\n" not in problem.line() for problem in caught.value.problems)
    return caught.value.problems


def plan_of(*patients: Patient, **settings: Any) -> Plan:
    return Plan(Settings(samples=Path("s.tsv"), **settings), Sheet(patients, ()))


# ----------------------------------------------------------------------------------------- what is checked


def test_a_plan_of_a_sheet(sheet: Write) -> None:
    plan = load_plan({"samples": str(sheet("P1\ta.vcf", "P2\ta.vcf")), "batch_size": 1})
    assert {name: [row.patient for row in rows] for name, rows in plan.slices.items()} == {
        "unbatched.0001": ["P1"],
        "unbatched.0002": ["P2"],
    }


def test_problems_of_configuration_and_sheet_are_told_together(sheet: Write, tmp_path: Path) -> None:
    path = str(sheet("P1\tnone.vcf"))
    found = problems_of({"samples": path, "report": {"clinic": str(tmp_path / "none.yaml")}})
    assert [problem.expected for problem in found] == [
        "report.clinic does not exist",
        "the file in column vcf does not exist",
    ]


def test_problems_of_the_sheet_are_told_beside_wrong_values_and_unknown_keys(sheet: Write) -> None:
    found = problems_of({"samples": str(sheet("P1\tnone.vcf")), "batch_size": 0, "colour": 1})
    assert len(found) == 3
    assert found[-1].expected == "the file in column vcf does not exist"


def test_files_and_policies_are_told_beside_wrong_values(sheet: Write, tmp_path: Path) -> None:
    user = {
        "samples": str(sheet("P1\tgone.vcf")),
        "batch_size": 0,
        "unknown_key": 1,
        "reference": {"build": "hg19", "fasta": str(tmp_path / "no.fa")},
        "repeat": {"policy": "none-such"},
    }
    told = "\n".join(problem.line() for problem in problems_of(user))
    for word in ("batch_size", "unknown_key", "reference.build", "no.fa", "none-such", "gone.vcf"):
        assert word in told, word


@pytest.mark.parametrize("samples", [None, 5, "a\0b"])
def test_where_the_sheet_itself_is_wrong_there_is_no_sheet_to_read(samples: Any) -> None:
    (problem,) = problems_of({"samples": samples})
    assert problem.path == "config: samples"


@pytest.mark.parametrize(
    ("key", "make", "expected", "why"),
    [
        ("reference.fasta", None, "reference.fasta does not exist", "nothing"),
        ("reference.fasta", "folder", "reference.fasta is not a regular file", "a folder"),
        ("reference.fasta", "pipe", "reference.fasta is not a regular file", "a pipe would block"),
        ("reference.fasta", "file", "reference.fasta has no .fai index beside it", "no index"),
        ("research.key", None, "research.key does not exist", "nothing"),
        ("research.key", "folder", "research.key is not a regular file", "a folder"),
        ("research.key", "file", "research.key has fewer than 32 bytes", "an empty key"),
        ("report.clinic", None, "report.clinic does not exist", "nothing"),
        ("report.clinic", "pipe", "report.clinic is not a regular file", "a pipe would block"),
        ("knowledge", None, "knowledge does not exist", "nothing"),
        ("local.criteria", None, "local.criteria does not exist", "nothing"),
        ("local.policy", "folder", "local.policy is not a regular file", "a folder"),
        ("knowledge", "file", "knowledge is not a directory", "a file"),
    ],
)
def test_files_that_the_configuration_names(
    sheet: Write, tmp_path: Path, key: str, make: str | None, expected: str, why: str
) -> None:
    path = tmp_path / "x"
    makers: dict[str | None, Callable[[Path], object]] = {
        "folder": Path.mkdir, "pipe": os.mkfifo, "file": Path.touch, None: lambda _: None,
    }  # fmt: skip
    makers[make](path)
    head, _, rest = key.partition(".")
    found = problems_of({"samples": str(sheet()), head: {rest: str(path)} if rest else str(path)})
    assert [problem.expected for problem in found] == [expected], why
    assert found[0].path == str(path)


@pytest.mark.parametrize(("size", "refused"), [(31, True), (32, False)])
def test_a_key_of_a_byte_less_is_refused(sheet: Write, tmp_path: Path, size: int, refused: bool) -> None:
    (tmp_path / "key").write_bytes(bytes(size))
    user = {"samples": str(sheet()), "research": {"key": str(tmp_path / "key")}}
    if not refused:
        assert load_plan(user)
        return
    (problem,) = problems_of(user)
    assert problem.action.startswith("make one with `openssl rand -out key 32`")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("local.criteria", "lacks the columns build, chrom, pos, ref, alt, code"),
        ("local.classes", "lacks the columns build, chrom, pos, ref, alt, class"),
        ("local.frequencies", "lacks the columns build, chrom, pos, ref, alt, ac"),
        ("local.policy", "is no ACMG/AMP policy"),
        ("knowledge", "cannot be read as the manifest of a knowledge directory"),
    ],
)
def test_knowledge_that_cannot_be_used_is_told_before_anything_starts(
    sheet: Write, tmp_path: Path, key: str, expected: str
) -> None:
    path = tmp_path / "x"
    (Path.mkdir if key == "knowledge" else Path.touch)(path)
    head, _, rest = key.partition(".")
    (problem,) = problems_of({"samples": str(sheet()), head: {rest: str(path)} if rest else str(path)})
    assert expected in problem.expected


def test_a_genome_with_its_index_is_fine(sheet: Write, tmp_path: Path) -> None:
    (tmp_path / "g.fa").touch()
    (tmp_path / "g.fa.fai").touch()
    assert load_plan({"samples": str(sheet()), "reference": {"fasta": str(tmp_path / "g.fa")}})


def test_a_policy_that_is_not_there(sheet: Write) -> None:
    (problem,) = problems_of({"samples": str(sheet()), "repeat": {"policy": "none"}})
    assert problem.path == "config: repeat.policy"
    assert "strchive" in problem.action


# -------------------------------------------------------------------------------------- files and re-runs


def test_the_files_of_a_slice_with_their_indexes(tmp_path: Path) -> None:
    for name in ("a.vcf.gz", "a.vcf.gz.tbi", "b.vcf", "c.bed", "a.bam", "a.bam.bai"):
        (tmp_path / name).touch()
    vcf, reads = (tmp_path / "a.vcf.gz", tmp_path / "b.vcf"), tmp_path / "a.bam"
    plan = plan_of(
        Patient("P1", vcf=vcf, reads=reads, callable=tmp_path / "c.bed"), Patient("P2", reads=reads)
    )
    names = {Path(state.path).name for state in plan.files("unbatched.0001")}
    assert names == {"a.vcf.gz", "b.vcf", "a.vcf.gz.tbi", "c.bed", "a.bam", "a.bam.bai"}


def test_a_changed_file_changes_the_hash_of_its_slice_only(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.vcf", "b.vcf")]
    for path in paths:
        path.write_text("1")
        os.utime(path, (1000, 1000))

    def hashes() -> list[str]:
        plan = plan_of(*(Patient(path.stem, vcf=(path,)) for path in paths), batch_size=1)
        return [plan.files_hash(f"unbatched.000{number}") for number in (1, 2)]

    before = hashes()
    assert hashes() == before
    os.utime(paths[0], (900, 900))
    older = hashes()
    assert (older[0] != before[0], older[1]) == (True, before[1]), "an older file in its place is seen too"
    paths[0].write_text("12")
    os.utime(paths[0], (900, 900))
    assert hashes()[0] != older[0]


def test_snakemake_looks_at_the_file_that_was_changed_last(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.vcf", "b.vcf")]
    for path, when in zip(paths, (2000, 1000), strict=True):
        path.touch()
        os.utime(path, (when, when))
    rows = [Patient(path.stem, vcf=(path,)) for path in (*paths, tmp_path / "gone.vcf")]
    assert plan_of(*rows).newest_file("unbatched.0001") == [str(paths[0])]
    assert plan_of(*rows[2:]).newest_file("unbatched.0001") == []


def test_the_storage_is_asked_once_for_the_files_of_a_slice(tmp_path: Path) -> None:
    path = tmp_path / "a.vcf"
    path.touch()
    plan = plan_of(Patient("P1", vcf=(path,)))
    before = plan.files_hash("unbatched.0001")
    path.unlink()
    assert plan.files_hash("unbatched.0001") == before
    assert plan.newest_file("unbatched.0001") == [str(path)]


P1 = Patient("P1", vcf=(Path("a.vcf"),))


@pytest.mark.parametrize(
    ("change", "files", "clinical", "printed", "why"),
    [
        ({"reads": Path("b.bam")}, True, False, False, "another file is evidence only"),
        ({"vcf_sample": "S"}, True, False, False, "another column of the VCF"),
        ({"diagnosis": "ALS"}, False, True, True, "a diagnosis re-reads no file"),
        ({"age_at_onset": 50}, False, True, True, "nor does an age"),
        ({"name": "N"}, False, False, True, "a name is printed only"),
        ({"indication": "I"}, False, False, True, "so is an indication"),
        ({"patient": "P2"}, True, True, True, "another patient"),
    ],
)
def test_what_a_changed_field_makes_run_again(
    change: dict[str, Any], files: bool, clinical: bool, printed: bool, why: str
) -> None:
    before, after = plan_of(P1), plan_of(replace(P1, **change))
    name = "unbatched.0001"
    assert (before.files_hash(name) != after.files_hash(name)) is files, why
    assert (before.clinical_hash(name) != after.clinical_hash(name)) is clinical, why
    assert (before.printed_hash(name) != after.printed_hash(name)) is printed, why


def test_every_column_makes_something_run_again() -> None:
    assert {*FILE_FIELDS, *PRINTED_FIELDS} == set(COLUMNS)
    assert not set(PERSONAL) & {*FILE_FIELDS, *CLINICAL_FIELDS}


def test_hashes_hide_what_they_are_of() -> None:
    plan = plan_of(replace(P1, name="Secret Name"))
    for text in (plan.printed_hash("unbatched.0001"), plan.clinical_hash("unbatched.0001")):
        assert len(text) == 16
        int(text, 16)


def test_who_is_in_which_slice_has_a_hash() -> None:
    assert plan_of(P1).patients_hash() != plan_of(P1, Patient("P2")).patients_hash()
    assert plan_of(P1).patients_hash() == plan_of(replace(P1, diagnosis="ALS")).patients_hash()


def test_settings_belong_to_the_stages_that_use_them(tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text("laboratory: {name: A}")
    usual, clinic = plan_of(P1), {"report": {"clinic": tmp_path / "clinic.yaml"}}
    assert plan_of(P1, coverage={"min_depth": 20}).interpretation_key() != usual.interpretation_key()
    assert plan_of(P1, report={"pdf": False}).interpretation_key() == usual.interpretation_key()
    assert plan_of(P1, reference={"build": "GRCh37"}).reference_key() != usual.reference_key()
    assert plan_of(P1, tolerate_failures=True).report_key() == usual.report_key()
    first = plan_of(P1, **clinic).report_key()
    (tmp_path / "clinic.yaml").write_text("laboratory: {logo: logo.png}")
    (tmp_path / "logo.png").write_bytes(b"a")
    second = plan_of(P1, **clinic).report_key()
    (tmp_path / "logo.png").write_bytes(b"b")
    study = {"gene": "SOD1", "result": "positive", "text": "T"}
    others = (
        plan_of(P1, **clinic).report_key(),
        usual.report_key(),
        plan_of(P1, studies=[study]).report_key(),
    )
    assert len({first, second, *others}) == 5


def test_knowledge_has_a_hash_of_its_files(tmp_path: Path) -> None:
    resources, own = tmp_path / "resources", tmp_path / "own"
    for folder in ("repeat", "policies", "wording", "knowledge"):
        (resources / folder).mkdir(parents=True)
    own.mkdir()
    first = plan_of(P1).knowledge_hash(resources)
    (resources / "knowledge" / "clinvar.tsv").write_text("1")
    second = plan_of(P1).knowledge_hash(resources)
    (resources / "policies" / "acmg.json").write_text("{}")
    third = plan_of(P1).knowledge_hash(resources)
    (own / "clinvar.tsv").write_text("2")
    assert len({first, second, third, plan_of(P1, knowledge=own).knowledge_hash(resources)}) == 4
    (tmp_path / "classes.tsv").write_text("x")
    assert plan_of(P1, local={"classes": tmp_path / "classes.tsv"}).knowledge_hash(resources) != third


# --------------------------------------------------------------------------------- what other methods showed


@pytest.fixture
def confirmed(tmp_path: Path) -> Write:
    def write(*rows: str) -> Path:
        path = tmp_path / "c.tsv"
        header = "patient\tfinding\tmethod\tresult\tsize\tdate\tby"
        path.write_text("\n".join([header, *rows]) + "\n")
        return path

    return write


def test_confirmations_change_the_hash_of_their_patients_slice_only(sheet: Write, confirmed: Write) -> None:
    config = {"samples": str(sheet("P1\ta.vcf", "P2\ta.vcf")), "batch_size": 1}
    slices = ("unbatched.0001", "unbatched.0002")
    assert [load_plan(config).confirmations_hash(name) for name in slices] == ["", ""]
    hashes = []
    for result in ("confirmed", "not_confirmed"):
        path = confirmed(f"P2\tC9orf72\tRP-PCR\t{result}\t\t2025-11-20\tLab")
        hashes.append(
            [load_plan({**config, "confirmations": str(path)}).confirmations_hash(n) for n in slices]
        )
    assert [one[0] for one in hashes] == ["", ""]
    assert len({one[1] for one in hashes} - {""}) == 2
    assert "Lab" not in str(hashes)


def test_problems_of_the_confirmations_are_told_with_the_others(sheet: Write, confirmed: Write) -> None:
    path = confirmed("P1\tC9orf72\tRP-PCR\tmaybe\t\t2025-11-20\tLab", "P1\tC9orf72\tRP-PCR\t31\t\tx\tLab")
    found = problems_of({"samples": str(sheet("P1\tnone.vcf")), "confirmations": str(path)})
    assert [problem.expected for problem in found] == [
        "not a result",
        "not a date",
        "the file in column vcf does not exist",
    ]


@pytest.mark.parametrize(
    ("policy", "wrong"), [("strchive-2026-06", True), ("genereviews-2020", False), ("none", False)]
)
def test_contradictions_depend_on_the_policy(
    sheet: Write, confirmed: Write, policy: str, wrong: bool
) -> None:
    rows = [f"P1\tC9orf72\tRP-PCR\t{size}\t\t2025-11-20\tLab" for size in (28, 45)]
    user = {"samples": str(sheet()), "confirmations": str(confirmed(*rows)), "repeat": {"policy": policy}}
    try:
        load_plan(user)
        found: list[str] = []
    except InputError as error:
        found = [problem.expected for problem in error.problems]
    assert any("contradict" in expected for expected in found) is wrong


def test_a_confirmation_of_tomorrow_is_refused(sheet: Write, confirmed: Write) -> None:
    path = confirmed("P1\tC9orf72\tRP-PCR\tconfirmed\t\t2999-01-01\tLab")
    found = problems_of({"samples": str(sheet()), "confirmations": str(path)})
    assert [problem.expected for problem in found] == ["date 2999-01-01 is in the future"]


def test_a_confirmed_patient_who_is_not_in_the_sheet_is_a_warning(sheet: Write, confirmed: Write) -> None:
    path = confirmed("P9\tC9orf72\tRP-PCR\tconfirmed\t\t2025-11-20\tLab")
    plan = load_plan({"samples": str(sheet()), "confirmations": str(path)})
    assert [warning.expected for warning in plan.warnings] == ["warning: not in the sample sheet: P9"]


@pytest.mark.parametrize(
    ("folders", "previous", "said"),
    [
        (["old/results/findings", "old/results/run.json"], "old", ""),
        (["old/findings", "old/complete.json"], "old", ""),
        (["old/findings", "old/failed.json"], "old", ""),
        (["old/results/findings"], "old", "previous has not finished"),
        (["old"], "old", "holds no results/findings"),
        ([], "old", "holds no results/findings"),
        (["results/findings"], ".", "is the directory of this run"),
        (["results/findings"], "results", "is the directory of this run"),
    ],
)
def test_previous_is_an_earlier_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders: list[str], previous: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in folders:
        path = tmp_path / folder
        path.write_text("{}") if path.suffix else path.mkdir(parents=True)
    settings = load_settings({"samples": "s.tsv", "previous": previous}, cwd=tmp_path)
    problems = [problem.expected for problem in setting_problems(settings)]
    assert len(problems) == bool(said)
    assert all(said in problem for problem in problems)


def test_a_cut_previous_run_is_told_before_anything_starts(sheet: Write, tmp_path: Path) -> None:
    findings = tmp_path / "old" / "results" / "findings"
    findings.mkdir(parents=True)
    (findings / "a.jsonl").write_text('{"patient": "P')
    (findings.parent / "complete.json").write_text("{}")
    config = {"samples": str(sheet()), "previous": str(tmp_path / "old")}
    assert [one.expected for one in problems_of(config)] == [
        "the findings of previous are cut off at their end"
    ]
    load_plan(config, look=False)


def test_a_wrong_file_of_sites_is_told_before_anything_starts(sheet: Write, tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("build\tchrom\tpos\tref\talt\taf\nGRCh38\t1\t0\tA\tG\t0.5\n")
    found = problems_of({"samples": str(sheet()), "identity": {"sites": str(tmp_path / "s.txt")}})
    assert [problem.path for problem in found] == [f"{tmp_path}/s.txt, line 2"]
    found = problems_of({"samples": str(sheet()), "identity": {"sites": str(tmp_path / "none.tsv")}})
    assert [problem.expected for problem in found] == ["identity.sites does not exist"]


def test_the_content_of_the_file_of_sites_is_a_parameter_and_its_path_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("x")
    (tmp_path / "b.tsv").write_text("x")
    one, other = (plan_of(Patient("P1"), identity={"sites": tmp_path / name}) for name in ("a.tsv", "b.tsv"))
    assert one.sites_hash() == other.sites_hash() != ""
    assert plan_of(Patient("P1")).sites_hash() == ""
    assert one.interpretation_key() == plan_of(Patient("P1")).interpretation_key()
    (tmp_path / "b.tsv").write_text("y")
    assert one.sites_hash() != other.sites_hash()

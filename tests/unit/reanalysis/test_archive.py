"""What a run used is kept beside its results, and found again by checksum only."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.config import LocalSettings
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge
from als_screen.models import ResourceVersion
from als_screen.reanalysis.archive import Places, exchanged, keep, kept, knowledge_of, own_tables, tables
from als_screen.resources import bundled
from reanalysis_runs import evidence, interpreter, release, run

ROOT = bundled().root


def test_the_same_is_kept_once(tmp_path: Path) -> None:
    first = keep(tmp_path, ROOT, BUNDLED_KNOWLEDGE)
    assert keep(tmp_path, ROOT, BUNDLED_KNOWLEDGE) == first
    assert kept(tmp_path) == [first]
    Knowledge.load(first / "knowledge")


def test_two_jobs_may_keep_the_same_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, looks = keep(tmp_path, ROOT, BUNDLED_KNOWLEDGE), iter([False])
    is_dir = Path.is_dir
    seen = lambda path: next(looks, is_dir(path)) if path == first else is_dir(path)  # noqa: E731
    monkeypatch.setattr(Path, "is_dir", seen)
    assert keep(tmp_path, ROOT, BUNDLED_KNOWLEDGE) == first
    assert list((tmp_path / "knowledge").iterdir()) == [first]


def test_what_lies_beside_the_tables_is_not_copied(tmp_path: Path) -> None:
    folder = release(tmp_path / "k", "2026-01-01", None)
    (folder / "clinvar.vcf.gz").write_bytes(b"a large download")
    assert not list(keep(tmp_path / "results", ROOT, folder).rglob("clinvar.vcf.gz"))


def test_own_policy_and_tables_are_kept_under_their_names(tmp_path: Path) -> None:
    table, policy = tmp_path / "own classes.tsv", tmp_path / "own.json"
    table.write_text("build\n")
    policy.write_bytes((ROOT / "policies" / "acmg.json").read_bytes() + b"\n")
    own = LocalSettings(criteria=None, classes=table, frequencies=None, policy=policy)
    copy = keep(tmp_path / "results", ROOT, BUNDLED_KNOWLEDGE, own)
    assert own_tables(copy / "knowledge")["classes"].name == "own classes.tsv"
    assert tables(copy / "knowledge")["local_classes"].release == "own classes.tsv"
    assert (copy / "policies" / "acmg.json").read_bytes() == policy.read_bytes()


def test_found_by_checksum(tmp_path: Path) -> None:
    folder = release(tmp_path / "k", "2026-01-01", ("Pathogenic", 2))
    made = run(tmp_path / "run", folder, {"P": evidence("P")})
    versions = interpreter(folder).versions
    (copy,) = kept(made / "results")
    assert Places([copy, ROOT]).of(versions) == (copy / "knowledge", copy)
    other = {**versions, "clinvar": ResourceVersion(release="2026-01-01", sha256="0" * 64)}
    assert Places([copy, ROOT]).of(other) == (None, copy)
    assert Places([], [folder]).of(versions) == (folder, None)
    (folder / "clinvar.tsv").write_text("changed since\n")
    assert Places([], [folder]).of(versions) == (None, None)


def test_single_tables_are_exchanged(tmp_path: Path) -> None:
    folder = release(tmp_path / "k", "2026-01-01", ("Pathogenic", 2))
    mixed = tables(exchanged(BUNDLED_KNOWLEDGE, folder, ("clinvar",), tmp_path / "mixed"))
    assert mixed == {**tables(BUNDLED_KNOWLEDGE), "clinvar": tables(folder)["clinvar"]}
    Knowledge.load(tmp_path / "mixed")


def test_own_tables_are_knowledge() -> None:
    one = ResourceVersion(release="own.tsv", sha256="0" * 64)
    assert set(knowledge_of({"local_classes": one, "acmg_policy": one, "wording": one})) == {"local_classes"}

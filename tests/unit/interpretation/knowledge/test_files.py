import shutil
from pathlib import Path

import pytest

from als_screen.errors import InputError
from als_screen.interpretation.knowledge.files import (
    MANIFEST,
    Manifest,
    parse_rows,
    read_manifest,
    write_manifest,
    write_rows,
)
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE, Knowledge


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED_KNOWLEDGE, tmp_path / "knowledge"))


def test_a_copy_loads(directory: Path) -> None:
    assert Knowledge.load(directory).versions() == Knowledge.load(BUNDLED_KNOWLEDGE).versions()


def test_a_changed_table_is_refused(directory: Path) -> None:
    path = directory / "clinvar.tsv"
    path.write_text(path.read_text().replace("Uncertain significance", "Pathogenic", 1))
    with pytest.raises(InputError, match=r"clinvar\.tsv.*SHA-256"):
        Knowledge.load(directory)


def test_a_missing_table_is_refused(directory: Path) -> None:
    (directory / "gnomad.tsv").unlink()
    with pytest.raises(InputError, match=r"gnomad\.tsv.*cannot be read"):
        Knowledge.load(directory)


@pytest.mark.parametrize("content", ["", "[]", '{"resources": {}}', '{"resources": {"clinvar": 1}}'])
def test_a_wrong_manifest_is_refused(directory: Path, content: str) -> None:
    (directory / MANIFEST).write_text(content)
    with pytest.raises(InputError, match=r"manifest\.json"):
        read_manifest(directory)


def test_an_unknown_table_is_named(directory: Path) -> None:
    manifest = read_manifest(directory)
    entry = manifest.resources["clinvar"]
    both = Manifest(resources={**manifest.resources, "mystery": entry})
    (directory / MANIFEST).write_text(both.model_dump_json())
    with pytest.raises(InputError, match="unknown: mystery"):
        read_manifest(directory)


def test_written_rows_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    write_rows(path, ["a comment"], ["a", "b"], [("1", 'say "x"'), (2, "")])
    assert parse_rows(path, path.read_text(), ["a", "b"]) == [{"a": "1", "b": 'say "x"'}, {"a": "2", "b": ""}]


@pytest.mark.parametrize(
    ("text", "said"), [("a\tc\n1\t2\n", "lacks the columns b"), ("a\tb\n1\n", "more or fewer")]
)
def test_a_broken_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_rows(tmp_path / "t.tsv", text, ["a", "b"])


def test_write_manifest_takes_the_checksums_of_now(directory: Path) -> None:
    path = directory / "clinvar.tsv"
    before = read_manifest(directory)
    path.write_text(path.read_text() + "# one more comment\n")
    write_manifest(directory, before.resources)
    after = read_manifest(directory)
    assert after.resources["clinvar"].sha256 != before.resources["clinvar"].sha256
    assert after.resources["gnomad"] == before.resources["gnomad"]

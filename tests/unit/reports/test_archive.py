from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError
from als_screen.reports.archive import AUTHORISATION, newest_signed
from als_screen.reports.json_report import report_json
from unit.reports.samples import EXPANSION, SIGNATURE


def keep(archive: Path, folder: str, number: int) -> Path:
    """Keep a signed report as `authorise` does."""
    path = archive / "P001" / folder
    path.mkdir(parents=True)
    (path / "report.json").write_text(report_json(EXPANSION), encoding="utf-8")
    files = {"report.json": sha256((path / "report.json").read_bytes()).hexdigest()}
    record = SIGNATURE.model_copy(update={"number": number, "files": files})
    (path / AUTHORISATION).write_text(record.model_dump_json(), encoding="utf-8")
    return path


def test_who_was_never_signed_has_none(tmp_path: Path) -> None:
    assert newest_signed(tmp_path, "P001") is None


def test_the_newest_counts_and_half_written_ones_do_not(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        keep(tmp_path, f"{number:04d}", number)
    keep(tmp_path, ".0011.77.tmp", 11)
    (tmp_path / "P001" / "0012").mkdir()
    found = newest_signed(tmp_path, "P001")
    assert found is not None
    assert found.authorisation.number == 10
    assert found.report() == EXPANSION
    assert set(found.contents()) == {"report.json"}
    assert newest_signed(tmp_path, "P00") is None


def test_an_altered_file_is_an_error(tmp_path: Path) -> None:
    (keep(tmp_path, "0001", 1) / "report.json").write_text("{}")
    found = newest_signed(tmp_path, "P001")
    assert found is not None
    with pytest.raises(AlsScreenError, match="not the file that was signed"):
        found.contents()
    with pytest.raises(AlsScreenError, match="not what authorise wrote"):
        found.report().model_dump()

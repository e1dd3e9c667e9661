from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from als_screen.simulate import demo
from als_screen.simulate.demo import STAMP, write_demo
from als_screen.simulate.demo_people import PATIENTS, DemoPatient
from als_screen.simulate.settings import Sequencing

#: One of each way of writing: VCF alone, joint, truncated with VCF, mix-up.
CHOSEN = ("DEMO-12-VCF-ONLY", "DEMO-14-JOINT-CARRIER", "DEMO-15-JOINT-NEGATIVE", "DEMO-17-IN-PART")


def thin(*names: str) -> tuple[DemoPatient, ...]:
    """Patients of the demo with so few reads that they are quickly made."""
    chosen = (patient for patient in PATIENTS if patient.patient in names)
    return tuple(replace(patient, sequencing=Sequencing(depth=4)) for patient in chosen)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PATIENTS", thin(*CHOSEN))


def contents(directory: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.usefixtures("few")
def test_the_demo_is_written_once_whole_and_the_same(tmp_path: Path) -> None:
    write_demo(tmp_path)
    first = contents(tmp_path)
    assert set(first) == {
        STAMP,
        *(f"reads/{name}.bam{suffix}" for name in CHOSEN[1:] for suffix in ("", ".bai")),
        *(f"variants/{name}.vcf.gz{suffix}" for name in (CHOSEN[0], CHOSEN[3]) for suffix in ("", ".tbi")),
        *(f"variants/RUN-2026-02.joint.vcf.gz{suffix}" for suffix in ("", ".tbi")),
    }
    for name, (modified, _) in first.items():
        if name.endswith((".bai", ".tbi")):
            assert modified >= first[name[:-4]][0]

    write_demo(tmp_path)
    assert contents(tmp_path) == first

    # A lost file and one of another version: all is made again, with the same bytes.
    (tmp_path / "reads" / f"{CHOSEN[1]}.bam").unlink()
    write_demo(tmp_path)
    again = contents(tmp_path)
    assert {name: data for name, (_, data) in again.items()} == {
        name: data for name, (_, data) in first.items()
    }


def test_files_of_an_earlier_version_vanish_and_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "PATIENTS", thin(*CHOSEN[:3]))
    write_demo(tmp_path)
    (tmp_path / "variants" / "mine.txt").write_text("kept")
    monkeypatch.setattr(demo, "PATIENTS", thin(*CHOSEN[1:3]))
    monkeypatch.setattr(demo, "_made_from", lambda: "a later version")
    write_demo(tmp_path)
    left = {path.name for path in (tmp_path / "variants").iterdir()}
    assert left == {"mine.txt", "RUN-2026-02.joint.vcf.gz", "RUN-2026-02.joint.vcf.gz.tbi"}

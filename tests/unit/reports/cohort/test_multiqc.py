from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from als_screen.reports.cohort.multiqc import multiqc_json
from unit.reports import samples
from unit.reports.cohort.people import cohort, renamed
from unit.reports.pages import HOSTILE


def test_multiqc_itself_reads_it(tmp_path: Path) -> None:
    (tmp_path / "als_screen_mqc.json").write_text(multiqc_json(cohort(list(samples.SAMPLES.values()))))
    multiqc = Path(sys.executable).with_name("multiqc")
    done = subprocess.run(
        [multiqc, "--no-ansi", "--no-version-check", "--force", "--outdir", tmp_path / "out", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    table = (tmp_path / "out" / "multiqc_data" / "multiqc_als_screen_table.txt").read_text().splitlines()
    assert len(table) == 1 + len(samples.SAMPLES)
    row = dict(
        zip(table[0].split("\t"), next(x for x in table if x.startswith("P001")).split("\t"), strict=True)
    )
    assert float(row["repeat_long"]) == 610
    assert row["result"] == "positive"


def test_no_free_text_goes_in_and_ids_are_escaped() -> None:
    report = samples.NOT_ANALYSED.model_copy(update={"status_reason": HOSTILE})
    text = multiqc_json(cohort([renamed(report, "<b>P1", batch=HOSTILE, family=HOSTILE)]))
    assert "<" not in text.replace("<br", "")
    assert list(json.loads(text)["data"]) == ["&lt;b&gt;P1"]


def test_what_does_not_exist_is_left_out() -> None:
    cells = json.loads(multiqc_json(cohort([samples.VCF_ONLY])))["data"]["P007"]
    assert "repeat_long" not in cells
    assert "callable_SOD1" not in cells

"""Whose data are behind a signed report and today's finding, where both have one id."""

from __future__ import annotations

from pathlib import Path

import pytest

from als_screen.errors import AlsScreenError
from als_screen.models import Fingerprint, Fingerprints, Report
from als_screen.regions import Build
from als_screen.reports.archive import SignedReport
from als_screen.reports.standing import Whose
from als_screen.reports.whose import whose
from unit.reports import samples
from unit.reports.signed import PERSON, STRANGER, keep, of

#: SNVs at which the first three genotypes agree and the last one does not: less than decides.
TOO_FEW = {chrom: text for chrom, text in PERSON.items() if chrom == "1"}


def other_files(report: Report) -> Report:
    provenance = report.provenance.model_copy(update={"inputs": {"vcf": ["new/other.vcf.gz"], "reads": []}})
    return report.model_copy(update={"provenance": provenance})


@pytest.mark.parametrize(
    ("before", "after", "files", "expected"),
    [
        pytest.param(PERSON, PERSON, "same", None, id="nothing is other"),
        pytest.param(PERSON, PERSON, "other", None, id="other files of the same person"),
        pytest.param(PERSON, STRANGER, "other", Whose.ANOTHER, id="another person's files"),
        pytest.param(PERSON, STRANGER, "same", Whose.ANOTHER, id="another person's under the same names"),
        pytest.param(TOO_FEW, {"1": TOO_FEW["1"][:-1] + "0"}, "other", Whose.DOUBTFUL, id="rather another's"),
        pytest.param(TOO_FEW, TOO_FEW, "other", Whose.NOT_SHOWN, id="too few sites"),
        pytest.param(PERSON, {}, "other", Whose.NOT_SHOWN, id="new files without a genotype"),
        pytest.param(PERSON, None, "other", Whose.NOT_SHOWN, id="new files that could not be analysed"),
        pytest.param(None, PERSON, "other", Whose.NOT_SHOWN, id="signed before genotypes were kept"),
        pytest.param(None, PERSON, "same", None, id="signed before genotypes were kept, the same files"),
        pytest.param(None, None, "same", None, id="no genotypes at all, the same files"),
    ],
)
def test_whose(
    tmp_path: Path,
    before: dict[str, str] | None,
    after: dict[str, str] | None,
    files: str,
    expected: Whose | None,
) -> None:
    signed = keep(tmp_path, of(samples.NEGATIVE, before))
    report = of(samples.NEGATIVE, after)
    assert whose(signed, other_files(report) if files == "other" else report) is expected


def test_files_in_another_directory_have_the_same_names(tmp_path: Path) -> None:
    moved = {"vcf": ["../moved/P001.vcf.gz"], "reads": "/moved/P001.bam"}
    provenance = samples.PROVENANCE.model_copy(update={"inputs": moved})
    report = of(samples.NEGATIVE, PERSON).model_copy(update={"provenance": provenance})
    assert whose(keep(tmp_path, of(samples.NEGATIVE, None)), report) is None


def test_genotypes_that_were_altered_are_never_believed(tmp_path: Path) -> None:
    signed: SignedReport = keep(tmp_path, of(samples.NEGATIVE, PERSON))
    (signed.folder / "fingerprint.json").write_text(
        Fingerprints(vcf=None, reads=Fingerprint(build=Build.GRCH38, genotypes=STRANGER)).model_dump_json()
    )
    with pytest.raises(AlsScreenError, match="not the file that was signed"):
        whose(signed, of(samples.NEGATIVE, STRANGER))
    (signed.folder / "fingerprint.json").unlink()
    with pytest.raises(AlsScreenError, match="not the file that was signed"):
        whose(signed, of(samples.NEGATIVE, STRANGER))

"""Whether a signed report and today's finding are of one person's data: an id alone does not tell.

Genotypes decide, by the rule of `reanalysis.people`. The frequencies are the bundled ones: the answer is
printed, and must not depend on which knowledge is there when the draft is signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import PurePath
from typing import TYPE_CHECKING

from als_screen.config import IdentitySettings
from als_screen.models import Report
from als_screen.reports.archive import SignedReport
from als_screen.reports.standing import Whose
from als_screen.resources import bundled

if TYPE_CHECKING:
    from als_screen.reanalysis.people import Genotyper


def whose(signed: SignedReport, report: Report) -> Whose | None:
    """Return whose data the signed report has beside a finding; None: the same data, or the same person's.

    Where genotypes say nothing, data files of the same names are taken for the same.

    Args:
        signed: the newest under the id.
        report: the finding, with its fingerprint.

    Raises:
        AlsScreenError: a file of the signed report was altered.
    """
    before = signed.report().model_copy(update={"fingerprint": signed.fingerprint()})
    same = _names(before) == _names(report)
    if same and before.fingerprint in (None, report.fingerprint):
        return None
    from als_screen.reanalysis.people import SameFiles, note_of

    files = SameFiles.YES if same else SameFiles.NO
    sites = max(_min_sites(before), _min_sites(report))
    note = note_of(before, report, "", files=files, genotyper=_genotyper(sites))
    return next((one for one in Whose if note and one.value == note.note.value), None)


@cache
def _genotyper(min_sites: int) -> Genotyper:
    """Return who tells people apart; tables are read once per process, and only where they are asked for."""
    from als_screen.reanalysis.population import genotyper

    return genotyper(bundled(), (), min_sites)


def _names(report: Report) -> list[tuple[str, str]]:
    """Return the names of the files with a person's data by kind, wherever they lie."""
    return sorted(_files(report.provenance.inputs))


def _files(inputs: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for kind in ("vcf", "reads"):
        found = inputs.get(kind, ())
        for path in found if isinstance(found, list | tuple) else (found,):
            yield kind, PurePath(str(path)).name


def _min_sites(report: Report) -> int:
    asked = report.provenance.settings.get("identity", {}).get("min_sites")
    return asked if isinstance(asked, int) else IdentitySettings().min_sites

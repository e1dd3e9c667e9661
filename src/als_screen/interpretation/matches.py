"""Whose data the files of a mixed-up patient are: the others of the batch that match them are flagged.

The remark names nobody, because it stands in a patient's report; the cohort's page names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10

from als_screen.interpretation.fingerprint import compared
from als_screen.interpretation.identity import DECISIVE_LOG10_LR, Population
from als_screen.models import Fingerprint, Report
from als_screen.regions import Build
from als_screen.resources import Resources
from als_screen.states import IdentityState

MATCHES_ANOTHER = (
    "the files of this patient match a file of another patient whose own files are of different persons; "
    "find out which file is whose before this result is used"
)


def flag_matches(
    reports: Sequence[Report], populations: Mapping[Build, Population], resources: Resources
) -> list[Report]:
    """Return the reports, with a remark where a file matches one of a patient whose files contradict.

    Args:
        reports: of one batch, with fingerprints.
        populations: frequency of ALT, by build.
        resources: bundled reference.
    """
    mixed = [report for report in reports if report.identity.state is IdentityState.DIFFERENT]
    limit = DECISIVE_LOG10_LR + log10(max(1, 2 * len(reports)))

    def matches(one: Report, other: Report) -> bool:
        pairs = ((a, b) for a in _files(one) for b in _files(other))
        ratios = (compared(a, b, populations, resources).log10_lr for a, b in pairs)
        return any(ratio is not None and ratio >= limit for ratio in ratios)

    return [
        report.model_copy(update={"remarks": (*report.remarks, MATCHES_ANOTHER)})
        if any(matches(report, other) for other in mixed if other is not report)
        else report
        for report in reports
    ]


def _files(report: Report) -> list[Fingerprint]:
    found = report.fingerprint
    return [one for one in ((found.vcf, found.reads) if found else ()) if one is not None]

"""Whose data the files of a mixed-up patient are: the others of the batch that match them are flagged.

The remark names nobody, because it stands in a patient's report; the cohort's page names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log10

from als_screen.interpretation.fingerprint import Genotype, SiteKey, agreement, unpacked
from als_screen.interpretation.identity import DECISIVE_LOG10_LR, Population
from als_screen.models import Report
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
    mixed = [place for place, one in enumerate(reports) if one.identity.state is IdentityState.DIFFERENT]
    if not mixed:
        return list(reports)
    files = [_files(report, resources) for report in reports]
    limit = DECISIVE_LOG10_LR + log10(max(1, 2 * len(reports)))

    def matches(one: int, other: int) -> bool:
        pairs = ((a, b) for a in files[one] for b in files[other])
        ratios = (agreement(a, b, populations).log10_lr for a, b in pairs)
        return any(ratio is not None and ratio >= limit for ratio in ratios)

    return [
        with_remark(report) if any(matches(place, other) for other in mixed if other != place) else report
        for place, report in enumerate(reports)
    ]


def with_remark(report: Report) -> Report:
    """Return a report with the remark."""
    return report.model_copy(update={"remarks": (*report.remarks, MATCHES_ANOTHER)})


def _files(report: Report, resources: Resources) -> list[dict[SiteKey, Genotype]]:
    """Return the genotypes of each file of a patient."""
    found = report.fingerprint
    kept = [one for one in ((found.vcf, found.reads) if found else ()) if one is not None]
    return [unpacked(one, resources) for one in kept]

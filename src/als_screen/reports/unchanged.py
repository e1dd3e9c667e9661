"""What of a finding has to be the same for a report to stay as it is when only knowledge has a new release.

A report is a document: it names the releases that it was made with, and goes on doing so while nothing that
its reader relies on has changed. Everything else, policies, settings, software and words included, counts.
"""

from __future__ import annotations

from als_screen.models import Provenance, Recheck, Report, ResourceVersion, Variant, VariantClass
from als_screen.reanalysis.archive import knowledge_of
from als_screen.regions import Gene
from als_screen.reports.json_report import report_text
from als_screen.states import Basis, RecheckState

_ANY = ResourceVersion(release="", sha256="")
#: Stands for known alleles of which none could be looked for.
_SOME = (Recheck(variant="", gene=Gene.SOD1, state=RecheckState.NOT_COVERED, ref=0, alt=0),)


def without_releases(report: Report) -> Report:
    """Return a finding without releases of knowledge, and without what they say of alleles not reported.

    Of an allele that is not reported the class and the reason count. The number of known alleles that are
    absent counts the knowledge; those that are present, possible or not covered are listed, and count, unless
    none could be looked for: which there are then tells of the knowledge alone.
    """
    unseen = not report.recheck_absent and {one.state for one in report.recheck} == {RecheckState.NOT_COVERED}
    return report.model_copy(
        update={
            "variants": tuple(_printed(one) for one in report.variants),
            "recheck": _SOME if unseen else report.recheck,
            "recheck_absent": 0,
            "provenance": unversioned(report.provenance),
        }
    )


def same_but_for_releases(one: Report, other: Report) -> bool:
    """Tell whether a report of one finding is as good as one of the other."""
    return report_text(without_releases(one)) == report_text(without_releases(other))


def _printed(variant: Variant) -> Variant:
    if variant.reported:
        record = variant.clinvar
        return (
            variant.model_copy(update={"clinvar": record.model_copy(update={"release": ""})})
            if record
            else variant
        )
    bare = VariantClass(
        proposed=variant.classification.proposed, basis=Basis.CRITERIA, conflict=None, points=0, criteria=()
    )
    return variant.model_copy(update={"classification": bare, "clinvar": None, "frequency": None})


def unversioned(made: Provenance) -> Provenance:
    """Return a provenance in which knowledge tables have a name only."""
    known = knowledge_of(made.resources)
    resources = {name: _ANY if name in known else one for name, one in made.resources.items()}
    return made.model_copy(update={"resources": resources})

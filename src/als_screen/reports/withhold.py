"""Nothing that may be another person's leaves in a report.

`interpret` already empties such findings; this is the second lock, used by every writer.
"""

from __future__ import annotations

from als_screen.models import GeneResult, Report, SexCheck
from als_screen.regions import Gene
from als_screen.states import GeneState, IdentityState, RepeatState, Result

_REASON = "withheld: the files are of different persons"


def withheld(report: Report) -> Report:
    """Return `report` without genotype, repeat size and variant where identity is `different`.

    Raises:
        ValueError: the conclusion claims a result all the same.
    """
    if report.identity.state is not IdentityState.DIFFERENT:
        return report
    if report.conclusion.result is not Result.NOT_ANALYSED:
        raise ValueError(f"{report.patient.patient}: identity different, yet {report.conclusion.result}")
    return report.model_copy(
        update={
            "genes": {gene: GeneResult(state=GeneState.NOT_ASSESSED, reason=_REASON) for gene in Gene},
            "repeat": report.repeat.model_copy(
                update={
                    "hgvs_g": None,
                    "state": RepeatState.NOT_ASSESSED,
                    "reason": _REASON,
                    "alleles": (),
                    "probability_expanded": None,
                    "log10_likelihood_ratio": None,
                    "basis": "reads",
                    "orthogonal_size": None,
                    "quality": {},
                }
            ),
            "variants": (),
            "structural_variants": (),
            "unusable_records": (),
            "recheck": (),
            "recheck_absent": 0,
            "confirmations": (),
            "sex_check": SexCheck(reason=_REASON),
            "fingerprint": None,
        }
    )

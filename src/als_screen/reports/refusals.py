"""When a report cannot be signed: every reason at once, so that a person mends them in one go."""

from __future__ import annotations

from dataclasses import dataclass

from als_screen.errors import Problem
from als_screen.models import Report
from als_screen.reports.settings import Signatory
from als_screen.reports.standing import DRAFT, Standing, Whose
from als_screen.reports.view import identifiers
from als_screen.states import IdentityState, RepeatState, Result

#: Characters of a name, a role or a reason.
MAX_TEXT = 500


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asks for: to sign the report of a patient.

    Attributes:
        patient: whose report.
        by: name of the person who signs.
        role: of that person.
        unconfirmed: why an expansion is reported without confirmation, None where it need not be.
        other_person: why this report is right though the one before is of another person's data.
    """

    patient: str
    by: str
    role: str
    unconfirmed: str | None = None
    other_person: str | None = None


def refusals(
    request: Request, report: Report, signatories: tuple[Signatory, ...], standing: Standing = DRAFT
) -> list[Problem]:
    """Return why this report cannot be signed by this person, nothing where it can.

    `standing` is that of the draft.
    """
    found = [*_of_person(request, signatories), *_of_result(report), *_of_identity(report)]
    found += [*_of_confirmation(request, report), *_of_earlier(request, standing)]
    return [Problem(request.patient, "authorise", expected, action) for expected, action in found]


def _of_person(request: Request, signatories: tuple[Signatory, ...]) -> list[tuple[str, str]]:
    texts = {
        "--by": request.by,
        "--role": request.role,
        "--unconfirmed": request.unconfirmed,
        "--other-person": request.other_person,
    }
    given = {option: text for option, text in texts.items() if text is not None}
    wrong = [
        (f"{option} is no text of 1 to {MAX_TEXT} printable characters", "say it in words")
        for option, text in given.items()
        if not (text.strip() and len(text) <= MAX_TEXT and text.isprintable())
    ]
    names = [f"{person.name} ({person.role})" for person in signatories]
    if signatories and f"{request.by} ({request.role})" not in names:
        wrong.append(
            (f"{request.by} ({request.role}) is no signatory of the clinic", f"use one of {', '.join(names)}")
        )
    return wrong


def _of_result(report: Report) -> list[tuple[str, str]]:
    if report.identity.state is IdentityState.DIFFERENT:
        return [("the VCF and the reads are of different persons", "find out which file is whose, run again")]
    if report.conclusion.result is Result.NOT_ANALYSED:
        return [(f"not analysed: {report.status_reason}", "mend the reason and run again")]
    return []


def _of_identity(report: Report) -> list[tuple[str, str]]:
    if len(identifiers(report)) >= 2:
        return []
    action = "fill in name, birth_date or specimen in the sample sheet and run again"
    return [("fewer than two of name, birth date, patient and specimen are known", action)]


def _of_confirmation(request: Request, report: Report) -> list[tuple[str, str]]:
    expanded = report.repeat.state is RepeatState.EXPANDED
    confirmed = report.repeat.basis == "orthogonal"
    if expanded and not confirmed and request.unconfirmed is None:
        action = "add the confirmation to `confirmations` and run again, or give --unconfirmed REASON"
        return [("the C9orf72 expansion is not confirmed by another method", action)]
    if request.unconfirmed is not None and (confirmed or not expanded):
        return [("--unconfirmed is given, but there is no unconfirmed expansion", "leave it out")]
    return []


def _of_earlier(request: Request, standing: Standing) -> list[tuple[str, str]]:
    """Refuse what would stand under the id of another person's report, unless somebody says why."""
    earlier = standing.earlier
    if earlier is None or not standing.apart:
        given = request.other_person is not None
        expected = "--other-person is given, but no signed report is of another person's data"
        return [(expected, "leave it out")] if given else []
    if request.other_person is not None:
        return []
    rather = "rather " if standing.whose is Whose.DOUBTFUL else ""
    expected = (
        f"by genotype these data and those of signed report no. {earlier.number} are {rather}of two persons"
    )
    action = "find out whose each are, mend the sheet and run again; where this report is right, "
    return [(expected, f"{action}give --other-person REASON")]

"""Where a report stands: a draft of the machine, or signed by a person, once or again after a change."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from als_screen.evidence import Record


class Stage(StrEnum):
    """What a reader may do with a report. Only `authorise` makes the last two."""

    DRAFT = "draft"
    AMENDED_DRAFT = "amended_draft"
    FINAL = "final"
    AMENDED = "amended"


class Change(Record):
    """One thing that is not as in the report that was signed before.

    Attributes:
        subject: `conclusion`, `repeat`, a column of the sheet, or the name of a variant.
        before: what it was, "" where it was not there.
        after: what it is, "" where it is gone.
        cause: what brought it about (knowledge, policy, software, input), "" where that is not known.
    """

    subject: str
    before: str
    after: str
    cause: str = ""


class Authorisation(Record):
    """A person's signature; the content of `results/authorised/{patient}/{number}/authorisation.json`.

    Attributes:
        number: of the patient's signed reports, from 1.
        by: name of the person who signed.
        role: of that person, as printed.
        at: moment in UTC, ISO 8601 with seconds.
        unconfirmed: why an expansion is reported without confirmation by another method.
        signed: SHA-256 of each file of the draft that was signed; `report.json` is its content.
        changes: against the signed report before, which is kept.
        files: SHA-256 of each file of the final report; empty while it is being rendered.
    """

    schema_version: str = "1.0"
    patient: str
    number: int = Field(ge=1)
    by: str
    role: str
    at: str
    unconfirmed: str | None = None
    signed: dict[str, str]
    changes: tuple[Change, ...] = ()
    files: dict[str, str] = {}  # noqa: RUF012 - pydantic copies defaults


class Standing(Record):
    """What is printed about a report's status.

    Attributes:
        authorised: the signature on this very report.
        earlier: the newest signature on an earlier one.
        changes: against that earlier one.
    """

    authorised: Authorisation | None = None
    earlier: Authorisation | None = None
    changes: tuple[Change, ...] = ()

    @property
    def stage(self) -> Stage:
        """Return what the report is."""
        if self.authorised is not None:
            return Stage.AMENDED if self.earlier else Stage.FINAL
        return Stage.AMENDED_DRAFT if self.changes else Stage.DRAFT

    @property
    def signed(self) -> bool:
        """Tell whether a person has authorised this very report."""
        return self.authorised is not None


DRAFT = Standing()

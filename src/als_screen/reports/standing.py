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


class Whose(StrEnum):
    """Whose data a report has beside the one that was signed before, where that is not plain.

    As `reanalysis.people.Note` has them. Of the first two, the reports are not compared.
    """

    ANOTHER = "another_person"  # by genotype another person's
    DOUBTFUL = "identity_doubtful"  # the genotypes rather disagree
    NOT_SHOWN = "identity_not_shown"  # other data; genotypes cannot tell


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
        other_person: why it was signed although the report before is, by genotype, of another person's data.
        series: number of the first of the reports that replace each other; one of another person begins anew.
        signed: SHA-256 of each file of the draft that was signed; `report.json` is its content.
        changes: against the signed report before, which is kept.
        files: SHA-256 of each file of the final report; empty while it is being rendered.
        internal: SHA-256 of each file beside them that is no part of the report and is not given out.
    """

    schema_version: str = "1.0"
    patient: str
    number: int = Field(ge=1)
    by: str
    role: str
    at: str
    unconfirmed: str | None = None
    other_person: str | None = None
    series: int = Field(default=1, ge=1)
    signed: dict[str, str]
    changes: tuple[Change, ...] = ()
    files: dict[str, str] = {}  # noqa: RUF012 - pydantic copies defaults
    internal: dict[str, str] = {}  # noqa: RUF012


class Standing(Record):
    """What is printed about a report's status.

    Attributes:
        authorised: the signature on this very report.
        earlier: the newest signature on an earlier one.
        changes: against that earlier one.
        whose: whose data the earlier one has, None where they are this person's.
    """

    authorised: Authorisation | None = None
    earlier: Authorisation | None = None
    changes: tuple[Change, ...] = ()
    whose: Whose | None = None

    @property
    def apart(self) -> bool:
        """Tell whether the earlier report is not compared, and not replaced: it is another person's."""
        return self.whose in {Whose.ANOTHER, Whose.DOUBTFUL}

    @property
    def series(self) -> int:
        """Return the number of the first of the reports that replace each other, up to this one."""
        if self.earlier is None:
            return self.authorised.series if self.authorised else 1
        return self.earlier.number + 1 if self.apart else self.earlier.series

    @property
    def stage(self) -> Stage:
        """Return what the report is."""
        if self.authorised is not None:
            return Stage.AMENDED if self.earlier and not self.apart else Stage.FINAL
        return Stage.AMENDED_DRAFT if self.changes else Stage.DRAFT

    @property
    def signed(self) -> bool:
        """Tell whether a person has authorised this very report."""
        return self.authorised is not None


DRAFT = Standing()

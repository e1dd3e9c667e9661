"""What a clinic configures about its reports; everything is optional and says so where it is missing."""

from __future__ import annotations

import re
from datetime import date

from pydantic import Field, field_validator

from als_screen.config import Study
from als_screen.evidence import Record
from als_screen.reports.advice import Topic
from als_screen.reports.catalogue import Language

_LOGO = re.compile(r"data:image/(png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=]+")


class Laboratory(Record):
    """The laboratory that answers for the report; `logo` is a base64 `data:` URI of an image."""

    name: str | None = None
    address: tuple[str, ...] = ()
    contact: str | None = None
    accreditation: str | None = None
    logo: str | None = None

    @field_validator("logo")
    @classmethod
    def _logo_is_inline(cls, value: str | None) -> str | None:
        """Refuse a logo that the page would have to fetch."""
        if value is not None and not _LOGO.fullmatch(value):
            raise ValueError("a logo is given as data:image/(png|jpeg|svg+xml);base64,…")
        return value


class Signatory(Record):
    """A person who may authorise reports, with the role that is printed."""

    name: str
    role: str


class Clinic(Record):
    """The clinic's own file.

    Attributes:
        laboratory: who answers for the report.
        signatories: who may authorise; where any is named, nobody else may.
        texts: the clinic's own recommendations, by topic and language; an empty text leaves a topic out.
    """

    laboratory: Laboratory = Laboratory()
    signatories: tuple[Signatory, ...] = ()
    texts: dict[Topic, dict[Language, str]] = {}  # noqa: RUF012 - pydantic copies defaults


class ReportSettings(Clinic):
    """Everything a report needs that is not the finding.

    Attributes:
        studies: the clinic's list of studies and gene-directed treatments.
        language: of the patient reports, unless a patient asks for another.
        report_date: ISO date that is printed; injected, never read from a clock; no part of the render hash.
        pipeline_version: of the software that renders (the finding carries the one that interpreted).
        splice_bases: bases of intron beside each coding exon that are reportable; the same number as was used
            to interpret.
    """

    studies: tuple[Study, ...] = ()
    language: Language = Language.ENGLISH
    report_date: str | None = None
    pipeline_version: str | None = None
    splice_bases: int = Field(default=8, ge=0, le=50)

    @field_validator("report_date")
    @classmethod
    def _report_date_is_iso(cls, value: str | None) -> str | None:
        """Refuse what is not a date."""
        if value is not None:
            date.fromisoformat(value)
        return value

"""The cohort: one offline page to browse, a table, findings as JSON Lines; nothing that names a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from als_screen.models import IdentityState, RepeatState, Report, Result, Status
from als_screen.regions import Gene
from als_screen.reports.catalogue import Language
from als_screen.reports.cohort_rows import COLUMNS, CohortRow, cohort_row, cohort_tsv
from als_screen.reports.environment import csp_hash, environment, static
from als_screen.reports.json_report import finding_line
from als_screen.reports.settings import ReportSettings
from als_screen.reports.withhold import withheld

__all__ = ["cohort_tsv", "findings_jsonl", "render_cohort"]

#: Where a patient's report is, relative to the page; None where there is none.
Links = Mapping[str, str] | Callable[[str], str | None]

#: Upper ends of the bins of the allele-size picture, in repeats; the last bin is open.
_BINS = (*range(1, 41), 60, 100, 300, 1000)


def findings_jsonl(reports: Iterable[Report]) -> str:
    """Return `findings.jsonl`: the object of `report.json`, one a line, identifying columns left out."""
    return "".join(map(finding_line, reports))


def render_cohort(reports: Sequence[Report], settings: ReportSettings, links: Links | None = None) -> str:
    """Return the cohort's page: failed and not wholly assessed patients first, then everyone.

    Args:
        reports: in any order; the page keeps it among patients of the same standing.
        settings: of the laboratory; the page is in English.
        links: from a patient to the patient's report, relative to the page.
    """
    reports = sorted(map(withheld, reports), key=_urgency)
    rows = [cohort_row(report) for report in reports]
    style, script = static("cohort.css"), static("cohort.js")
    return (
        environment(Language.ENGLISH)
        .get_template("cohort.html.j2")
        .render(
            settings=settings,
            summary=_summary(reports),
            yields=[_yield(reports, title, field) for title, field in _GROUPS],
            versions=_versions(rows),
            data=Markup(embedded(_table(rows, partial(_link, links)))),  # noqa: S704 - `embedded` escapes
            troubled=_troubled(reports, rows, links),
            histogram=_histogram(reports),
            policies=_policies(reports),
            style=style,
            script=script,
            style_hash=csp_hash(style),
            script_hash=csp_hash(script),
        )
    )


def embedded(value: object) -> str:
    """Return JSON that is safe inside a script element: it holds no `<`, `>`, `&` and no line separators."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _link(links: Links | None, patient: str) -> str:
    if links is None:
        return ""
    return (links.get(patient) if isinstance(links, Mapping) else links(patient)) or ""


def _table(rows: list[CohortRow], link: Callable[[str], str]) -> dict[str, Any]:
    """Return columns and cells; repeated cells are kept once and named by number."""
    values: dict[str, int] = {}
    cells = [[values.setdefault(cell, len(values)) for cell in row.cells] for row in rows]
    return {
        "columns": [str(column) for column in COLUMNS],
        "values": list(values),
        "rows": cells,
        "links": [link(row["patient"]) for row in rows],
    }


def _urgency(report: Report) -> int:
    """Return the place of a patient: failed, in part, not complete, then everyone else."""
    if _is_troubled(report):
        return (Status.NOT_ANALYSED, Status.ANALYSED_IN_PART, Status.ANALYSED).index(report.status)
    return len(Status)


def _troubled(reports: Sequence[Report], rows: list[CohortRow], links: Links | None) -> list[dict[str, str]]:
    """Return who was not wholly analysed, in the order given."""
    return [
        {
            "patient": row["patient"],
            "batch": row["batch"],
            "status": report.status,
            "result": report.conclusion.result,
            "why": report.status_reason or _why(report),
            "not_assessed": row["not_assessed"],
            "link": _link(links, row["patient"]),
        }
        for report, row in zip(reports, rows, strict=True)
        if _is_troubled(report)
    ]


def _is_troubled(report: Report) -> bool:
    different = report.identity.state is IdentityState.DIFFERENT
    return report.status is not Status.ANALYSED or not report.conclusion.complete or different


def _why(report: Report) -> str:
    missing = [gene for gene in report.conclusion.not_assessed if gene in report.genes]
    return "; ".join(f"{gene}: {report.genes[gene].reason}" for gene in missing)


def _summary(reports: Sequence[Report]) -> dict[str, Any]:
    results = Counter(report.conclusion.result for report in reports)
    return {
        "patients": len(reports),
        "results": [(result, results[result]) for result in Result],
        "genes": [(gene, _gene_counts(reports, gene)) for gene in Gene],
        "not_analysed": sum(report.status is Status.NOT_ANALYSED for report in reports),
        "in_part": sum(report.status is Status.ANALYSED_IN_PART for report in reports),
        "incomplete": sum(
            report.status is Status.ANALYSED and not report.conclusion.complete for report in reports
        ),
    }


def _gene_counts(reports: Sequence[Report], gene: Gene) -> Counter[str]:
    return Counter(report.genes[gene].state for report in reports if gene in report.genes)


_GROUPS = (
    ("Family history", lambda report: report.patient.family_history),
    ("Diagnosis", lambda report: report.patient.diagnosis),
    ("Batch", lambda report: report.patient.batch or "no batch"),
)


def _yield(reports: Sequence[Report], title: str, field: Callable[[Report], str]) -> dict[str, Any]:
    """Return, by a field of the sheet, how many were analysed and how many of those are positive."""
    groups: dict[str, Counter[str]] = {}
    for report in reports:
        groups.setdefault(field(report), Counter())[report.conclusion.result] += 1
    rows = []
    for name, counts in sorted(groups.items()):
        analysed = counts.total() - counts[Result.NOT_ANALYSED]
        rows.append({"name": name, "all": counts.total(), "analysed": analysed, "counts": counts})
    return {"title": title, "rows": rows}


def _versions(rows: list[CohortRow]) -> list[tuple[str, str, str, int]]:
    """Return pipeline, resources and build that findings were made with, and how many patients each."""
    seen = Counter((row["pipeline"], row["resources"], row["genome_build"] or "not known") for row in rows)
    return [(*key, count) for key, count in sorted(seen.items())]


def _policies(reports: Sequence[Report]) -> list[str]:
    policies = (report.repeat.policy for report in reports)
    ranges = ((p.name, p.version, p.normal_max, p.intermediate_max + 1) for p in policies)
    return sorted(
        {f"{name} {version}: normal ≤ {low}, expanded ≥ {high}" for name, version, low, high in ranges}
    )


def _histogram(reports: Sequence[Report]) -> dict[str, Any]:
    """Return alleles by size, of patients whose repeat was assessed; heights are 0 to 1."""
    assessed = [r for r in reports if r.repeat.state is not RepeatState.NOT_ASSESSED]
    sizes = [
        allele.repeats
        for report in assessed
        for allele in report.repeat.alleles
        if allele.repeats is not None
    ]
    counts = Counter(_bin(size) for size in sizes)
    tallest = max(counts.values(), default=1)
    bars = [
        {"label": _bin_label(index), "count": counts[index], "height": counts[index] / tallest}
        for index in range(len(_BINS) + 1)
    ]
    return {"bars": bars, "patients": len(assessed), "alleles": len(sizes), "tallest": tallest}


def _bin(size: int) -> int:
    return next((index for index, high in enumerate(_BINS) if size <= high), len(_BINS))


def _bin_label(index: int) -> str:
    if index == len(_BINS):
        return f">{_BINS[-1]}"
    low = _BINS[index - 1] + 1 if index else 0
    return str(_BINS[index]) if low == _BINS[index] else f"{low}–{_BINS[index]}"

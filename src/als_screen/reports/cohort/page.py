"""The cohort's page: one file, no network, readable without its scripts, failed patients first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from als_screen.evidence import State
from als_screen.models import RepeatPolicyName
from als_screen.regions import Gene
from als_screen.reports.catalogue import N_, Language, gettext
from als_screen.reports.cohort import words
from als_screen.reports.cohort.collect import Cohort, reasons
from als_screen.reports.cohort.finding import CohortFinding, SecondPerson, Sex
from als_screen.reports.cohort.groups import Yield, batch_quality, bin_label, sizes, yields
from als_screen.reports.cohort.libraries import libraries
from als_screen.reports.cohort.plots import depth_plot, protein_plot, sizes_plot, yield_plot
from als_screen.reports.cohort.proteins import known_domains, proteins
from als_screen.reports.cohort.sharing import sites_for_relatives
from als_screen.reports.cohort.table import embedded, table
from als_screen.reports.cohort.words import Translate
from als_screen.reports.environment import csp_hash, environment, static
from als_screen.reports.labels import field_label
from als_screen.reports.settings import ReportSettings
from als_screen.resources import bundled
from als_screen.states import ContaminationState, IdentityState, Result, SexState, Status

#: Rows of a list that the page holds as plain HTML; the rest is in the table and in cohort.tsv.
MOST_ROWS = 300


def render_cohort(cohort: Cohort, settings: ReportSettings) -> str:
    """Return the cohort's page in the language of the settings."""
    translate = gettext(settings.language)
    parts = _parts(cohort, translate, settings.language)
    plots = parts.pop("plots")
    used = libraries()
    script, style = static("cohort.js"), used.table_style + static("cohort.css")
    scripts = (used.table, used.plots, script)
    return (
        environment(settings.language)
        .get_template("cohort/page.html.j2")
        .render(
            **parts,
            settings=settings,
            most=MOST_ROWS,
            words=words,
            title=lambda column: words.title(column, translate),
            libraries=used,
            data=_json(table(cohort, translate, settings.language) | _told(translate, settings.language)),
            plots=_json(plots),
            style=style,
            scripts=scripts,
            script_hashes=" ".join(map(csp_hash, scripts)),
            style_hashes=" ".join(map(csp_hash, (style, ""))),
        )
    )


def _json(data: object) -> Markup:
    return Markup(embedded(data))  # noqa: S704 - `embedded` escapes


def _parts(cohort: Cohort, translate: Translate, language: Language) -> dict[str, Any]:
    """Return what each section shows, and the plots by the id of their place."""
    findings = cohort.findings
    found, batches = sizes(findings), batch_quality(findings)
    policies = sorted({_Policy(one.repeat.policy) for one in findings}, key=lambda one: one.text)
    drawn = proteins(cohort.variants, bundled(), known_domains())
    groups = [_group(findings, *chosen, translate) for chosen in _GROUPS]
    names = [batch.name or translate(N_("no batch")) for batch in batches]
    only = policies[0].policy if len(policies) == 1 else None
    plots = {
        "plot-sizes": sizes_plot(found, only, translate, language),
        **{f"plot-{one.gene}": protein_plot(one, translate, language) for one in drawn},
        **{f"plot-{g.column}": yield_plot(g.rows, g.names, translate, language) for g in groups},
        "plot-depth": depth_plot(batches, names, translate, language),
    }
    return {
        "summary": _summary(findings),
        "troubled": _troubled(cohort),
        "sizes": found,
        "bins": _bins(found.counts),
        "policies": [one.policy for one in policies],
        "proteins": drawn,
        "variants": cohort.variants,
        "groups": groups,
        "batches": list(zip(names, batches, strict=True)),
        "outliers": cohort.outliers,
        "related": cohort.related,
        "links": cohort.links,
        "identity": Counter(one.identity.state for one in findings),
        "different": [one for one in findings if one.identity.state is IdentityState.DIFFERENT],
        "mixtures": Counter(one.contamination.state for one in findings),
        "mixtures_open": _open(one.contamination for one in findings),
        "mixed": [one for one in findings if one.contamination.state is ContaminationState.DETECTED],
        "shared": cohort.shared,
        "sites_for_relatives": sites_for_relatives(max(2, cohort.related.files)),
        "sexes": Counter(one.sex_check.state for one in findings),
        "sexes_open": _open(one.sex_check for one in findings),
        "sexes_differ": [one for one in findings if one.sex_check.state is SexState.DIFFERS],
        "versions": cohort.versions,
        "kept": cohort.kept,
        "signed": cohort.signed,
        "plots": plots,
    }


@dataclass(frozen=True, slots=True)
class _Policy:
    """A policy that can be in a set and be sorted."""

    policy: RepeatPolicyName

    @property
    def text(self) -> str:
        return self.policy.model_dump_json()


@dataclass(frozen=True, slots=True)
class _Group:
    """Yield by one column of the sheet; `names` are its values in words."""

    column: str
    title: str
    rows: list[Yield]
    names: list[str]


_GROUPS: tuple[tuple[str, Callable[[CohortFinding], str]], ...] = (
    ("family_history", lambda finding: finding.patient.family_history),
    ("diagnosis", lambda finding: finding.patient.diagnosis),
    ("batch", lambda finding: finding.patient.batch or ""),
)


def _group(
    findings: Sequence[CohortFinding],
    column: str,
    value: Callable[[CohortFinding], str],
    translate: Translate,
) -> _Group:
    rows = yields(findings, value)
    if column == "batch":
        names = [row.name or translate(N_("no batch")) for row in rows]
    else:
        names = [translate(field_label(column, row.name)) for row in rows]
    return _Group(column, words.title(column, translate), rows, names)


def _bins(counts: dict[Any, list[int]]) -> list[tuple[str, list[int]]]:
    """Return the sizes that anybody has, with the count of each state."""
    columns = zip(*counts.values(), strict=True)
    return [(bin_label(index), list(column)) for index, column in enumerate(columns) if any(column)]


def _troubled(cohort: Cohort) -> list[tuple[CohortFinding, dict[str, list[Gene]]]]:
    """Return who was not wholly assessed, most urgent first, and why."""
    ordered = (cohort.findings[index] for index in cohort.by_urgency)
    return [(one, reasons(one)) for one in ordered if one.is_troubled]


def _open(checks: Iterable[Sex] | Iterable[SecondPerson]) -> list[tuple[str, int]]:
    """Return why a check was not made, with how often."""
    reasons = Counter(one.reason for one in checks if one.state.value == State.NOT_ASSESSED.value)
    return sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))


def _summary(findings: Sequence[CohortFinding]) -> dict[str, Any]:
    results = Counter(one.conclusion.result for one in findings)
    states = Counter(one.status for one in findings)
    return {
        "patients": len(findings),
        "results": [(result, results[result]) for result in Result],
        "genes": [(gene, _gene_counts(findings, gene)) for gene in Gene],
        "not_analysed": states[Status.NOT_ANALYSED],
        "in_part": states[Status.ANALYSED_IN_PART],
        "incomplete": sum(one.status is Status.ANALYSED and not one.conclusion.complete for one in findings),
    }


def _gene_counts(findings: Sequence[CohortFinding], gene: Gene) -> Counter[str]:
    return Counter(one.genes[gene].state for one in findings if gene in one.genes)


def _told(translate: Translate, language: Language) -> dict[str, Any]:
    """Return what the script says, in the language of the page."""
    return {
        "language": str(language),
        "words": {
            "all": translate(N_("all")),
            "empty": translate(N_("(empty)")),
            "columns": translate(N_("Columns")),
            "search": translate(N_("Search")),
            "info": translate(N_("_START_ to _END_ of _TOTAL_ patients")),
            "none": translate(N_("No patient")),
            "filtered": translate(N_("(of _MAX_ in all)")),
            "length": translate(N_("_MENU_ a page")),
            "zero": translate(N_("No patient fits the search and the filters.")),
            "first": translate(N_("First page")),
            "previous": translate(N_("Previous page")),
            "next": translate(N_("Next page")),
            "last": translate(N_("Last page")),
            "sort": translate(N_(": sort")),
        },
    }

"""The plots of the page as plotly figures: plain dictionaries, texts escaped, no word only by colour."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

from als_screen.interpretation.knowledge.records import Domain, DomainRole
from als_screen.models import RepeatPolicyName
from als_screen.reports.catalogue import N_, Language
from als_screen.reports.cohort.groups import BINS, BatchQuality, Sizes, Yield, bin_label
from als_screen.reports.cohort.proteins import CohortVariant, Protein
from als_screen.reports.cohort.words import Translate
from als_screen.reports.labels import label
from als_screen.states import Classification, RepeatState, Result

Figure = dict[str, Any]
#: Where a mark stands along the protein, in residues, and its variant.
Place = tuple[float, CohortVariant]
#: Marks of one residue stand this share of the protein apart.
SIDE_STEP = 0.012

_INK = "#1b1f24"

_COLOURS: dict[str, str] = {
    Result.POSITIVE: "#8c1616",
    Result.UNCERTAIN: "#d08a1d",
    Result.NOT_FOUND: "#2f7d4f",
    Result.INCOMPLETE: "#8fa0d8",
    Result.NOT_ANALYSED: "#9aa1a8",
    RepeatState.EXPANDED: "#8c1616",
    RepeatState.POSSIBLE_EXPANSION: "#d9603b",
    RepeatState.INTERMEDIATE: "#d08a1d",
    RepeatState.NOT_EXPANDED: "#3f5f87",
}
_CLASSES = {
    Classification.PATHOGENIC: ("#8c1616", "circle"),
    Classification.LIKELY_PATHOGENIC: ("#d9603b", "square"),
    Classification.UNCERTAIN: ("#d08a1d", "diamond"),
    Classification.LIKELY_BENIGN: ("#3f5f87", "triangle-up"),
    Classification.BENIGN: ("#2f7d4f", "triangle-down"),
}
_ROLES = {
    DomainRole.HOT_SPOT: ("#5b4a8a", "#fff", N_("hot spot")),
    DomainRole.LOCALISATION_SIGNAL: ("#2b2140", "#fff", N_("localisation signal")),
    DomainRole.LOW_COMPLEXITY: ("#c6c2d2", _INK, N_("low complexity")),
    DomainRole.DESCRIPTIVE: ("#a9bccf", _INK, N_("domain")),
}
_SEPARATORS = {Language.ENGLISH: ".,", Language.DUTCH: ",.", Language.FRENCH: ",\u202f"}
#: Highest count up to which an axis has a tick at every whole number.
FEW = 8
_GRID = "#e3e6e9"


def shown(text: str) -> str:
    """Return text that plotly shows as it is: it reads some HTML."""
    return escape(text, quote=False)


def sizes_plot(
    sizes: Sizes, policy: RepeatPolicyName | None, translate: Translate, language: Language
) -> Figure:
    """Return alleles by size, stacked by the state of the patient's repeat, with the policy's limits."""
    labels = [bin_label(index) for index in range(len(BINS) + 1)]
    traces = [
        {
            "type": "bar",
            "name": translate(label(state)),
            "x": labels,
            "y": counts,
            "marker": {"color": _COLOURS[state]},
        }
        for state, counts in reversed(sizes.counts.items())
        if any(counts)
    ]
    layout = _layout(language) | {
        "barmode": "stack",
        "xaxis": _axis(translate(N_("Repeats")))
        | {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": labels,
            "automargin": True,
            "showgrid": False,
        },
        "yaxis": _counts(translate(N_("Alleles")), max(map(max, sizes.counts.values()))),
        "shapes": [_limit(size) for size in ((policy.normal_max, policy.intermediate_max) if policy else ())],
    }
    return {"data": traces, "layout": layout}


def protein_plot(protein: Protein, translate: Translate, language: Language) -> Figure:
    """Return a lollipop a variant along the protein, its height the patients, and the domains below."""
    places = places_of(protein)
    stems = [_stems(places)] if places else []
    traces = [*stems, *_heads(places, translate), *_domains(protein, translate)]
    highest = max((variant.patients for variant in protein.variants), default=1)
    layout = _layout(language) | {
        "xaxis": _axis(f"{protein.accession} ({translate(N_('residue'))})")
        | {"range": [-protein.length * 0.01, protein.length * 1.01], "showgrid": False, "anchor": "y2"},
        "yaxis": _counts(translate(N_("Patients")), highest)
        | {"domain": [0.24, 1], "range": [0, highest * 1.15 + 0.3]},
        "yaxis2": {"domain": [0, 0.2], "range": [0, 1], "visible": False, "fixedrange": True},
        "hovermode": "closest",
        "barmode": "overlay",
        "uniformtext": {"minsize": 10, "mode": "hide"},
    }
    return {"data": traces, "layout": layout}


def yield_plot(
    groups: Sequence[Yield], names: Sequence[str], translate: Translate, language: Language
) -> Figure:
    """Return the results of each group, stacked."""
    traces = [
        {
            "type": "bar",
            "name": translate(label(result)),
            "x": [shown(name) for name in names],
            "y": [group.results[result] for group in groups],
            "marker": {"color": _COLOURS[result]},
        }
        for result in Result
    ]
    layout = _layout(language) | {
        "barmode": "stack",
        "xaxis": _axis("") | {"type": "category", "automargin": True},
        "yaxis": _counts(translate(N_("Patients")), max((group.patients for group in groups), default=0)),
    }
    return {"data": traces, "layout": layout}


def depth_plot(
    batches: Sequence[BatchQuality], names: Sequence[str], translate: Translate, language: Language
) -> Figure:
    """Return a box a batch of the depth beside the repeat; whiskers reach the smallest and the largest."""
    measured = [(shown(name), batch.depth) for batch, name in zip(batches, names, strict=True) if batch.depth]
    trace = {
        "type": "box",
        "name": "",
        "x": [name for name, _ in measured],
        "lowerfence": [depth.low for _, depth in measured],
        "q1": [depth.first for _, depth in measured],
        "median": [depth.middle for _, depth in measured],
        "q3": [depth.third for _, depth in measured],
        "upperfence": [depth.high for _, depth in measured],
        "marker": {"color": "#3f5f87"},
    }
    layout = _layout(language) | {
        "showlegend": False,
        "xaxis": _axis("") | {"type": "category", "automargin": True},
        "yaxis": _axis(translate(N_("Depth beside the repeat"))) | {"rangemode": "tozero"},
    }
    return {"data": [trace] if measured else [], "layout": layout}


def places_of(protein: Protein) -> list[Place]:
    """Return where each variant stands: those of one residue side by side, so that none hides another."""
    step = protein.length * SIDE_STEP
    found: list[Place] = []
    for residue, group in groupby(protein.variants, key=lambda variant: variant.residue or 0):
        variants = list(group)
        middle = (len(variants) - 1) / 2
        found += [(residue + (number - middle) * step, one) for number, one in enumerate(variants)]
    return found


def _stems(places: Sequence[Place]) -> Figure:
    """Return the sticks as one line with gaps."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [x for place, _ in places for x in (place, place, None)],
        "y": [y for _, variant in places for y in (0, variant.patients, None)],
        "line": {"color": "#9aa1a8", "width": 1.5},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _heads(places: Sequence[Place], translate: Translate) -> list[Figure]:
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": translate(label(proposed)),
            "x": [place for place, _ in found],
            "y": [variant.patients for _, variant in found],
            "text": [shown(f"{variant.name} {variant.legacy}".rstrip()) for _, variant in found],
            "customdata": [variant.name for _, variant in found],
            "hoverinfo": "text+y",
            "marker": {"color": colour, "symbol": symbol, "size": 11, "line": {"color": "#fff", "width": 1}},
        }
        for proposed, (colour, symbol) in _CLASSES.items()
        if (found := [place for place in places if place[1].proposed is proposed])
    ]


def _domains(protein: Protein, translate: Translate) -> list[Figure]:
    """Return the protein as a bar, and its domains on it, one trace a role."""
    whole = _stretch([(1, protein.length)], "#e9ecef", [""]) | {"showlegend": False, "hoverinfo": "skip"}
    traces = [whole]
    for role, (colour, ink, name) in _ROLES.items():
        found = [domain for domain in protein.domains if domain.role is role]
        if found:
            texts = [domain.name for domain in found]
            bars = _stretch([(domain.start, domain.end) for domain in found], colour, texts)
            seen = ["" if _is_covered(domain, protein.domains) else shown(domain.name) for domain in found]
            traces.append(bars | {"name": translate(name), "insidetextfont": {"color": ink}, "text": seen})
    return traces


def _is_covered(domain: Domain, domains: Sequence[Domain]) -> bool:
    """Tell whether another domain is drawn where the name of this one would stand.

    One of another role hides any part; one of its own role only the middle half counts, since such domains
    often share a few residues at their ends.
    """
    quarter = (domain.end - domain.start) // 4
    return any(
        one.start <= domain.end - inset and domain.start + inset <= one.end
        for one in domains
        for inset in [quarter if one.role is domain.role else 0]
        if one is not domain
    )


def _stretch(places: Sequence[tuple[int, int]], colour: str, texts: Sequence[str]) -> Figure:
    """Return bars from the first to the last residue of each place, named where the name has room."""
    return {
        "type": "bar",
        "orientation": "h",
        "base": [start - 0.5 for start, _ in places],
        "x": [end - start + 1 for start, end in places],
        "y": [0.5] * len(places),
        "width": [0.8] * len(places),
        "yaxis": "y2",
        "marker": {"color": colour, "line": {"color": "#fff", "width": 0.5}},
        "text": [shown(text) for text in texts],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "hovertext": [
            f"{shown(text)} ({start}–{end})" for text, (start, end) in zip(texts, places, strict=True)
        ],
        "hoverinfo": "text",
    }


def _limit(size: int) -> Figure:
    """Return the line above the last bin that holds `size`."""
    place = bisect_left(BINS, size) + 0.5
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "line": {"color": "#515a64", "width": 1.5, "dash": "dash"},
    }


def _counts(name: str, highest: int) -> Figure:
    """Return an axis of whole numbers."""
    return _axis(name) | ({"dtick": 1} if highest <= FEW else {})


def _axis(name: str) -> Figure:
    return {"title": {"text": name}, "gridcolor": _GRID, "linecolor": "#3d454d", "zeroline": False}


def _layout(language: Language) -> Figure:
    return {
        "separators": _SEPARATORS[language],
        "font": {"family": "inherit", "size": 13, "color": _INK},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "margin": {"l": 60, "r": 10, "t": 10, "b": 50},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "showlegend": True,
        "dragmode": False,
    }

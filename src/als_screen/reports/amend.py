"""What is different between a signed report and the finding of today, in words that go on top of it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from als_screen.models import Confirmation, RepeatAllele, Report
from als_screen.reanalysis.compare import compare_reports, name_of
from als_screen.reports.standing import Change
from als_screen.reports.withhold import withheld
from als_screen.samples import PERSONAL

#: Fields of the person that a report prints; a corrected one is told like a corrected result.
FIELDS = ("diagnosis", "sex", "family_history", "age_at_onset", "library", *PERSONAL)
#: Settings and resources that are the laboratory's policy rather than knowledge.
_POLICY = ("acmg_policy", "repeat_policies", "wording")


def changes_between(before: Report, after: Report) -> tuple[Change, ...]:
    """Return what has changed in what is printed: the person's fields, the results, sizes and zygosities."""
    shown = withheld(after)
    cause = causes(before, shown)
    results = [
        Change(subject=one.subject, before=one.before, after=one.after, cause=cause)
        for one in compare_reports(before, shown)
        if one.reportable
    ]
    parts = (_person(before, shown), results, _measured(before, shown, cause), _confirmed(before, shown))
    return tuple(chain.from_iterable(parts))


def causes(before: Report, after: Report) -> str:
    """Return what differs in what the two were made from, ";"-joined: input, knowledge, policy, software."""
    old, new = before.provenance, after.provenance
    changed = {name for name in old.resources | new.resources if _differs(old.resources, new.resources, name)}
    policy = {name for name in changed if name in _POLICY}
    differs = {
        "input": old.inputs != new.inputs,
        "knowledge": bool(changed - policy),
        "policy": bool(policy) or old.settings != new.settings or before.repeat.policy != after.repeat.policy,
        "software": old.pipeline != new.pipeline,
    }
    return ";".join(name for name, is_so in differs.items() if is_so)


def _differs(old: Mapping[str, object], new: Mapping[str, object], name: str) -> bool:
    return old.get(name) != new.get(name)


def _person(before: Report, after: Report) -> list[Change]:
    pairs = ((name, getattr(before.patient, name), getattr(after.patient, name)) for name in FIELDS)
    return [
        Change(subject=name, before=_text(old), after=_text(new), cause="input")
        for name, old, new in pairs
        if old != new
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _measured(before: Report, after: Report, cause: str) -> list[Change]:
    """Return changes of repeat sizes and of the zygosity of reported variants."""
    old = {name_of(one): one.zygosity.value for one in before.variants if one.reported}
    new = {name_of(one): one.zygosity.value for one in after.variants if one.reported}
    sizes = ("repeat", *(_sizes(one.repeat.alleles) for one in (before, after)))
    pairs = [sizes, *((name, old[name], new[name]) for name in old if name in new)]
    return [
        Change(subject=name, before=one, after=other, cause=cause)
        for name, one, other in pairs
        if one != other
    ]


def _confirmed(before: Report, after: Report) -> list[Change]:
    """Return what another method has shown since, and what is no longer on record."""
    old, new = (dict.fromkeys(map(_confirmation, one.confirmations)) for one in (before, after))
    gone = [
        Change(subject=name, before=text, after="", cause="input")
        for name, text in old
        if (name, text) not in new
    ]
    return gone + [
        Change(subject=name, before="", after=text, cause="input")
        for name, text in new
        if (name, text) not in old
    ]


def _confirmation(one: Confirmation) -> tuple[str, str]:
    """Return the finding, and the method with what it showed."""
    size = "" if one.size is None else f", {one.size[0]}–{one.size[1] or ''}"
    return one.finding, f"{one.method}: {one.result.value.replace('_', ' ')}{size} ({one.date}, {one.by})"


def _sizes(alleles: tuple[RepeatAllele, ...]) -> str:
    """Return the sizes as they are printed in one line."""
    return " / ".join(
        f"≥ {one.ci[0]}" if one.bound == "at_least" or one.repeats is None else str(one.repeats)
        for one in alleles
    )

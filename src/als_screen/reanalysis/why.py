"""The causes of a patient's changes in words: the record, policy, data or version behind each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from als_screen.interpretation.recheck import Placed
from als_screen.models import Report
from als_screen.reanalysis.archive import Places, kept, policies_of
from als_screen.reanalysis.causes import Derived, Deriver
from als_screen.reanalysis.compare import Change, name_of
from als_screen.reanalysis.folder import RunFolder
from als_screen.reanalysis.parts import Cause, flat
from als_screen.reanalysis.side import Side
from als_screen.reanalysis.tables import record_changes
from als_screen.resources import Resources
from als_screen.states import RecheckState

_POLICIES = {"acmg_policy": "ACMG/AMP policy", "repeat_policies": "repeat policies"}


@dataclass(frozen=True, slots=True)
class Why:
    """One thing behind a change, in its old and new version."""

    what: str
    old: str
    new: str


class Explainer:
    """Explains the changes of patients between two runs.

    Args:
        old, new: the runs.
        resources: bundled with this software.
        scratch: directory for temporary knowledge directories.
    """

    def __init__(self, old: RunFolder, new: RunFolder, resources: Resources, scratch: Path) -> None:
        self._runs = old, new
        self._deriver = Deriver(resources, scratch)
        self._places = places((old, new), resources)

    def explain(
        self, old: Report, earlier: str, new: Report, changes: Sequence[Change]
    ) -> list[tuple[Derived, list[Why]]]:
        """Return the causes of each change, and what is behind them.

        `old` is under the new id; `earlier` is the id that the old run has it under.
        """
        before = self._side(self._runs[0], old, earlier)
        after = self._side(self._runs[1], new, new.patient.patient)
        alleles = self._alleles(before, after)
        derived = self._deriver.causes(before, after, changes, alleles)
        return [(one, list(_why(before, after, one, alleles.values()))) for one in derived]

    def _alleles(self, old: Side, new: Side) -> dict[str, Placed]:
        """Return the alleles of two results by name: what is carried, and what the reads were asked for."""
        found: dict[str, Placed] = {}
        for side in (old, new):
            listed = {one.variant for one in side.report.recheck if one.state is not RecheckState.NOT_COVERED}
            known = self._deriver.known(side) if listed else {}
            found |= {name: known[name] for name in listed if name in known}
        return found | {name_of(one): one for side in (old, new) for one in side.report.variants}

    def _side(self, run: RunFolder, report: Report, patient: str) -> Side:
        knowledge, policies = self._places.of(report.provenance.resources)
        return Side(
            report=report,
            evidence=run.evidence(patient),
            knowledge=knowledge,
            policies=policies,
            files=tuple(run.files_of(patient)),
            stages=tuple(sorted(run.stages.items())),
            commit=run.commit,
            columns=run.columns_of(patient),
            reference=run.record.get("config", {}).get("reference"),
        )


def places(runs: Iterable[RunFolder], resources: Resources) -> Places:
    """Return where to look for what some runs used: their kept copies, then what is there now."""
    found = list(runs)
    used = [run.record.get("config", {}).get("knowledge") for run in found]
    roots = [*(copy for run in found for copy in kept(run.results)), resources.root]
    return Places(roots, [Path(folder) for folder in used if folder])


def _why(old: Side, new: Side, derived: Derived, alleles: Iterable[Placed]) -> Iterator[Why]:
    told: dict[Cause, Callable[[], Iterator[Why]]] = {
        Cause.KNOWLEDGE: lambda: _knowledge(old, new, derived, alleles),
        Cause.POLICY: lambda: _policy(old.report, new.report, derived.parts.get(Cause.POLICY, ())),
        Cause.SOFTWARE: lambda: iter([Why("als-screen", _software(old, new), _software(new, old))]),
        Cause.INPUT: lambda: iter([Why(", ".join(derived.parts.get(Cause.INPUT, ())) or "data", "", "")]),
    }
    for cause in derived.causes:
        yield from told[cause]()


def _software(side: Side, other: Side) -> str:
    """Return the version of a side, with what tells it from the other where the version does not."""
    version = side.report.provenance.pipeline
    if version != other.report.provenance.pipeline:
        return version
    if side.commit != other.commit:
        return f"{version} ({side.commit or 'commit not recorded'})"
    stages = [f"{name} {number}" for name, number in side.stages if (name, number) not in other.stages]
    return f"{version} ({', '.join(stages)})" if stages else version


def _knowledge(old: Side, new: Side, derived: Derived, alleles: Iterable[Placed]) -> Iterator[Why]:
    names = derived.parts.get(Cause.KNOWLEDGE, ())
    if old.knowledge is None or new.knowledge is None or not names:
        yield from _versions(old.report, new.report)
        return
    own = {(one.chrom.removeprefix("chr"), one.pos, one.ref, one.alt) for one in alleles}
    for name in names:
        keys = derived.records.get(name, ())
        for one in record_changes(old.knowledge, new.knowledge, name, new.report.genome_build, keys, own):
            yield Why(one.record, one.old_release, one.new_release)


def _versions(old: Report, new: Report) -> Iterator[Why]:
    """Yield the knowledge tables whose checksums differ, where no more can be said."""
    before, after = old.provenance.resources, new.provenance.resources
    for name in sorted({*before, *after} - set(policies_of({**before, **after}))):
        one, other = before.get(name), after.get(name)
        if (one.sha256 if one else "") != (other.sha256 if other else ""):
            yield Why(name, one.release if one else "none", other.release if other else "none")


def _policy(old: Report, new: Report, names: Iterable[str]) -> Iterator[Why]:
    """Yield the versions of policies, and the values of settings."""
    before, after = (policies_of(one.provenance.resources) for one in (old, new))
    one, other = flat(old.provenance.settings), flat(new.provenance.settings)
    for name in names:
        if name in _POLICIES:
            releases = (side[name].release if name in side else "none" for side in (before, after))
            yield Why(_POLICIES[name], *releases)
        else:
            yield Why(name, str(one.get(name)), str(other.get(name)))

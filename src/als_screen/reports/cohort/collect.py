"""The cohort as a whole: who is in it, in which order, and what stands out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from als_screen.regions import Gene
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.reports.cohort.outliers import Outlier, outliers
from als_screen.reports.cohort.proteins import CohortVariant, cohort_variants
from als_screen.reports.cohort.relatedness import Relatedness
from als_screen.reports.cohort.rows import CohortRow, cohort_row
from als_screen.reports.cohort.sharing import Shared, shared_variants
from als_screen.reports.standing import Whose
from als_screen.states import ContaminationState, IdentityState, SexState, Status

#: What stands out of a patient whose signed report is not compared.
_SIGNED = {Whose.ANOTHER: "signed_report_another_person", Whose.DOUBTFUL: "signed_report_doubtful"}


@dataclass(frozen=True, slots=True)
class Versions:
    """What findings were made with: name, release and checksum of each resource; and of how many patients."""

    pipeline: str
    resources: tuple[tuple[str, str, str], ...]
    builds: Counter[str]


@dataclass(frozen=True)
class Cohort:
    """Everything that the cohort's files say.

    Attributes:
        findings: in the order of the sheet.
        links: from a patient to the patient's report, relative to the page; who has none is no key.
        related: who may be one person.
        kept: whose reports stayed as they were under newer knowledge.
        signed: whose data the signed report under an id has, where they are not plainly the same person's.
    """

    findings: tuple[CohortFinding, ...]
    links: Mapping[str, str]
    related: Relatedness = field(default_factory=Relatedness)
    kept: tuple[str, ...] = ()
    signed: Mapping[str, Whose] = field(default_factory=dict)

    @cached_property
    def outliers(self) -> list[Outlier]:
        """Who stands out by depth or callability."""
        return outliers(self.findings)

    @cached_property
    def flags(self) -> dict[str, list[str]]:
        """What stands out, by patient."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for finding in self.findings:
            if finding.identity.state is IdentityState.DIFFERENT:
                found[finding.patient.patient].append("identity_different")
            if finding.contamination.state is ContaminationState.DETECTED:
                found[finding.patient.patient].append("second_person")
            if finding.sex_check.state is SexState.DIFFERS:
                found[finding.patient.patient].append("sex_differs")
        for patient, whose in self.signed.items():
            if flag := _SIGNED.get(whose):
                found[patient].append(flag)
        for hint in self.related.hints:
            found[hint.one].append(f"duplicate {hint.other}")
            found[hint.other].append(f"duplicate {hint.one}")
        for one in self.outliers:
            found[one.patient].append(one.flag)
        return found

    @cached_property
    def rows(self) -> list[CohortRow]:
        """One row a patient, in the order of the sheet."""
        return [cohort_row(one, self.flags.get(one.patient.patient, ())) for one in self.findings]

    @cached_property
    def variants(self) -> list[CohortVariant]:
        """Every reported allele once."""
        return cohort_variants(self.findings)

    @cached_property
    def shared(self) -> list[Shared]:
        """The rare variants that patients of more than one family, as far as the sheet says, carry."""
        return shared_variants(self.findings)

    @cached_property
    def versions(self) -> list[Versions]:
        """What the findings were made with, the most frequent first."""
        return _versions(self.findings)

    @cached_property
    def by_urgency(self) -> list[int]:
        """Places of the patients: failed, in part, not complete, then everyone else as in the sheet."""
        return sorted(range(len(self.findings)), key=lambda index: _urgency(self.findings[index]))


def _urgency(finding: CohortFinding) -> int:
    if finding.is_troubled:
        return (Status.NOT_ANALYSED, Status.ANALYSED_IN_PART, Status.ANALYSED).index(finding.status)
    return len(Status)


def reasons(finding: CohortFinding) -> dict[str, list[Gene]]:
    """Return why a patient was not wholly assessed, in English, with the genes that it is about, if any."""
    if finding.status_reason:
        return {finding.status_reason: []}
    found: dict[str, list[Gene]] = {}
    for gene in finding.conclusion.not_assessed:
        if gene in finding.genes:
            found.setdefault(finding.genes[gene].reason, []).append(gene)
    return found


def why(finding: CohortFinding) -> str:
    """Return the reasons as one English text."""
    told = ((", ".join(genes), reason) for reason, genes in reasons(finding).items())
    return "; ".join(f"{genes}: {reason}" if genes else reason for genes, reason in told)


def _versions(findings: Sequence[CohortFinding]) -> list[Versions]:
    """Return the sets of versions, the most frequent first."""
    seen: dict[tuple[Any, ...], Counter[str]] = {}
    for one in findings:
        used = sorted((name, v.release, v.sha256) for name, v in one.provenance.resources.items())
        seen.setdefault((one.provenance.pipeline, tuple(used)), Counter())[one.genome_build or ""] += 1
    sets = [Versions(pipeline, resources, builds) for (pipeline, resources), builds in seen.items()]
    return sorted(sets, key=lambda one: (-one.builds.total(), one.pipeline, one.resources))

"""The de-identified export of the patients who consented to research.

Who is who can be found again only with the laboratory's key: a pseudonym is the HMAC-SHA-256 of the patient's
id. It is the same in every export, so that studies can follow a person; another key gives other pseudonyms.
What is left out, and why, is in `docs/research-export.md`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.cohort.finding import CohortFinding
from als_screen.reports.cohort.rows import tsv
from als_screen.states import Status

#: Bytes that a key needs: as many as the hash.
MIN_KEY = 32
#: A combination of sex, diagnosis, family history and age must be shared by this many in the export.
MIN_SHARED = 5
_CONTEXT = b"als-screen research export, version 1\0"
_YOUNGEST, _OLDEST = 30, 80

PATIENTS = (
    "pseudonym",
    "sex",
    "diagnosis",
    "family_history",
    "age_at_onset_band",
    "library",
    "genome_build",
    "result",
    "complete",
    *Gene,
    "repeat_state",
    "repeat_short",
    "repeat_short_low",
    "repeat_short_high",
    "repeat_long",
    "repeat_long_low",
    "repeat_long_high",
    *(f"callable_{gene}" for gene in VARIANT_GENES),
)
VARIANTS = ("pseudonym", "gene", "hgvs_c", "hgvs_p", "consequence", "zygosity", "proposed", "clinvar")


@dataclass(frozen=True, slots=True)
class _Traits:
    """What could tell a person apart together; "" is withheld."""

    sex: str
    diagnosis: str
    family_history: str
    age: str


def pseudonym(patient: str, key: bytes) -> str:
    """Return the pseudonym of a patient: 80 bits in 16 letters and digits, after an R."""
    digest = hmac.new(key, _CONTEXT + patient.encode(), hashlib.sha256).digest()
    return "R" + base64.b32encode(digest[:10]).decode()


def age_band(age: int | None) -> str:
    """Return the ten years that an age lies in, open at both ends; "" where it is not known."""
    if age is None:
        return ""
    if age < _YOUNGEST:
        return f"<{_YOUNGEST}"
    return f">={_OLDEST}" if age >= _OLDEST else f"{age // 10 * 10}-{age // 10 * 10 + 9}"


def research_export(findings: Sequence[CohortFinding], key: bytes) -> dict[str, str]:
    """Return the files of the export by name: `patients.tsv` and `variants.tsv`, sorted by pseudonym.

    Raises:
        ValueError: the key is too short, or two patients have one pseudonym.
    """
    if len(key) < MIN_KEY:
        raise ValueError(f"a key of {len(key)} bytes; it needs at least {MIN_KEY}")
    named = {pseudonym(one.patient.patient, key): one for one in findings if _may_be_exported(one)}
    if len(named) != sum(map(_may_be_exported, findings)):
        raise ValueError("two patients have the same pseudonym; use another key")
    ordered = sorted(named.items())
    traits = _shared([_traits(one) for _, one in ordered])
    patients = [_patient(name, one, what) for (name, one), what in zip(ordered, traits, strict=True)]
    variants = [row for name, one in ordered for row in _variants(name, one)]
    return {"patients.tsv": tsv(PATIENTS, patients), "variants.tsv": tsv(VARIANTS, variants)}


def _may_be_exported(finding: CohortFinding) -> bool:
    """Tell whether the patient said yes and there is something to export."""
    return finding.patient.research_consent == "yes" and finding.status is not Status.NOT_ANALYSED


def _traits(finding: CohortFinding) -> _Traits:
    who = finding.patient
    return _Traits(who.sex, who.diagnosis, who.family_history, age_band(who.age_at_onset))


def _shared(traits: list[_Traits]) -> list[_Traits]:
    """Withhold age, then sex, then family history, then diagnosis of those whose combination is rare."""
    for field in ("age", "sex", "family_history", "diagnosis"):
        counts = Counter(traits)
        traits = [one if counts[one] >= MIN_SHARED else replace(one, **{field: ""}) for one in traits]
    return traits


def _patient(name: str, finding: CohortFinding, traits: _Traits) -> tuple[str, ...]:
    genes, fractions = finding.genes, finding.coverage.genes
    return (
        name,
        traits.sex,
        traits.diagnosis,
        traits.family_history,
        traits.age,
        finding.patient.library,
        finding.genome_build or "",
        finding.conclusion.result,
        "yes" if finding.conclusion.complete else "no",
        *(genes[gene].state if gene in genes else "" for gene in Gene),
        finding.repeat.state,
        *_alleles(finding),
        *(f"{fractions[gene].callable_fraction:.2f}" if gene in fractions else "" for gene in VARIANT_GENES),
    )


def _alleles(finding: CohortFinding) -> list[str]:
    """Return size and interval of the short and the long allele; an open end is empty."""
    numbers = [number for one in finding.repeat.alleles[:2] for number in (one.repeats, *one.ci)]
    padded = [*numbers, *[None] * (6 - len(numbers))]
    return ["" if number is None else str(number) for number in padded]


def _variants(name: str, finding: CohortFinding) -> list[tuple[str, ...]]:
    return [
        (
            name,
            one.gene,
            one.hgvs_c or "",
            one.hgvs_p or "",
            one.consequence or "",
            one.zygosity,
            one.classification.proposed,
            str(one.clinvar.variation_id) if one.clinvar else "",
        )
        for one in finding.reported
    ]

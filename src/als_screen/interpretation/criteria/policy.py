"""The policy file of the ACMG/AMP criteria: every threshold with its citation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from als_screen.errors import InputError, Problem
from als_screen.evidence import Record
from als_screen.interpretation.knowledge.files import file_sha256
from als_screen.models import ResourceVersion
from als_screen.regions import Gene
from als_screen.resources import DEFAULT_RESOURCES
from als_screen.states import Strength

#: The policy that is shipped.
BUNDLED_POLICY = DEFAULT_RESOURCES / "policies" / "acmg.json"

Share = Annotated[float, Field(gt=0, le=1)]


class FrequencyPolicy(Record):
    """BA1, BS1 and PM2, with the numbers they are derived from; `covered_chromosomes` PM2 asks for."""

    lifetime_risk: Share
    gene_share: Share
    allelic_share: Share
    allelic_share_rare: Share
    penetrance: Share
    pm2: Share
    bs1: Share
    ba1: Share
    covered_chromosomes: int
    source: str

    def max_credible(self, allelic_share: float) -> float:
        """Return the highest frequency that a dominant allele of this share of the gene's cases can have."""
        return self.lifetime_risk * self.gene_share * allelic_share / self.penetrance / 2


class FounderGroups(Record):
    """Groups that are left out when a filtering frequency is computed."""

    left_out: tuple[str, ...]
    source: str


class Cutoffs(Record):
    """Scores from which a strength is reached; None where the calibration does not reach it."""

    supporting: float
    moderate: float
    strong: float | None


class Predictor(Record):
    """One missense predictor with its calibrated cut-offs."""

    name: Literal["revel", "alphamissense"]
    pathogenic: Cutoffs
    benign: Cutoffs
    source: str


class MissensePolicy(Record):
    """PP3 and BP4 for missense variants: the first of `predictors` that has a score, never the best."""

    predictors: Annotated[tuple[Predictor, ...], Field(min_length=1)]
    source: str


class Ceiling(Record):
    """What a predictor says too: `codes` and PP3 count together at most `points`, and PP3 gives way."""

    codes: tuple[str, ...]
    points: int
    source: str


class SplicingPolicy(Record):
    """PP3 and BP4 for splicing; `reported`: from here on a variant is reported wherever it lies."""

    pathogenic: float
    benign: float
    reported: float
    source: str


class GenesRule(Record):
    """A rule for some genes."""

    genes: tuple[Gene, ...]
    strength: Strength = Strength.SUPPORTING
    source: str


class StrengthRule(Record):
    """A rule of one strength."""

    strength: Strength
    source: str


class Pm5Policy(Record):
    """PM5 by the class of the known variant at the residue."""

    pathogenic: Strength
    likely_pathogenic: Strength
    source: str


class Ps4Policy(Record):
    """PS4 from the published list: several patients, or patients of so many populations."""

    several: Strength
    populations_moderate: int
    source: str


class SourceRule(Record):
    """A rule without numbers."""

    source: str


class TruncationRule(Record):
    """Truncations of one gene that count although loss of function is not the mechanism.

    Residues are those of the reference, 1-based with the initial Met as 1. It holds where the first changed
    residue is at most `last_residue` and the new stop codon stands at `stop_from` or later, or where a splice
    site of one of `splice_exons` (counted in the transcript from 1) is destroyed.
    """

    last_residue: int
    stop_from: int
    splice_exons: tuple[int, ...]
    strength: Strength
    because: str
    source: str


class ClassPolicy(Record):
    """Points from which a class is reached; `benign_criteria`: how many are needed without a strong one."""

    pathogenic: int
    likely_pathogenic: int
    likely_benign: int
    benign: int
    benign_criteria: int
    source: str


class ClinvarPolicy(Record):
    """When ClinVar's class is proposed."""

    stars: int
    stars_final: int
    against: int
    against_codes: tuple[str, ...]
    source: str


class Policy(Record):
    """`resources/policies/acmg.json`."""

    name: str
    version: str
    date: str
    remark: str
    frequency: FrequencyPolicy
    founder_groups: FounderGroups
    missense: MissensePolicy
    splicing: SplicingPolicy
    pp3_ceilings: tuple[Ceiling, ...]
    pp2: GenesRule
    pm1: StrengthRule
    ps1: StrengthRule
    pm5: Pm5Policy
    ps4: Ps4Policy
    pm4: GenesRule
    bp3: SourceRule
    truncation: dict[Gene, TruncationRule]
    points: dict[Strength, int]
    classes: ClassPolicy
    clinvar: ClinvarPolicy


def load_policy(path: Path = BUNDLED_POLICY) -> Policy:
    """Read a policy file; raises `InputError` where it is missing or does not hold what a policy needs."""
    try:
        return Policy.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError, ValidationError) as error:
        said = " ".join(str(error).split())[:300]
        action = "compare it with resources/policies/acmg.json"
        raise InputError([Problem("", str(path), f"is no ACMG/AMP policy: {said}", action)]) from error


def policy_version(path: Path = BUNDLED_POLICY) -> ResourceVersion:
    """Return version and checksum of a policy file."""
    policy = load_policy(path)
    return ResourceVersion(release=f"{policy.name} {policy.version}", sha256=file_sha256(path))

"""The conclusion in words, in three languages, from `resources/wording/conclusion.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from als_screen.evidence import Zygosity
from als_screen.interpretation.conclusion import (
    MOST_NAMED,
    PATHOGENIC,
    Doubt,
    Weight,
    doubt,
    shortened,
    weight,
)
from als_screen.models import Confirmation, Recheck, RepeatResult, Text, Variant
from als_screen.regions import Gene
from als_screen.states import ConfirmationResult, RecheckState, RepeatState, Result, Status

Language = Literal["en", "nl", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "nl", "fr")
#: An expansion whose lower bound is at most this is worded as small. Source: the laboratories' thresholds
#: lie between 30 and 60 (GeneReviews: above 60 is fully expanded), docs/interpretation.md.
SMALL_EXPANSION = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """What the words are about.

    Attributes:
        missing: the genes that were not (wholly) assessed.
        predictive: the person is unaffected.
        confirmations: what other methods showed.
        foreign: share of the reads that are a second person's, None where none was detected.
    """

    status: Status
    result: Result
    repeat: RepeatResult
    variants: Sequence[Variant]
    rechecked: Sequence[Recheck]
    missing: Sequence[Gene]
    predictive: bool
    confirmations: Sequence[Confirmation] = ()
    foreign: float | None = None


def conclusion_text(root: Path, answer: Answer) -> Text:
    """Return the one-line answer; `root` is the directory of the bundled resources."""
    return Text.model_validate(
        {language: _Wording(root, language).conclusion(answer) for language in LANGUAGES}
    )


class _Wording:
    """The sentences of one language."""

    def __init__(self, root: Path, language: Language) -> None:
        self.sentences = {key: text[language] for key, text in _sentences(root).items()}

    def say(self, key: str, **values: object) -> str:
        return self.sentences[key].format(**values)

    def conclusion(self, answer: Answer) -> str:
        if answer.result is Result.NOT_ANALYSED:
            return self.say("not_analysed")
        positive = self._repeat(answer.repeat, Weight.POSITIVE)
        positive += self._variants(answer, Weight.POSITIVE)
        uncertain = self._repeat(answer.repeat, Weight.UNCERTAIN)
        uncertain += self._variants(answer, Weight.UNCERTAIN) + self._possible(answer.rechecked)
        parts = []
        if positive:
            key = "positive_predictive" if answer.predictive else "positive"
            parts.append(self.say(key, findings="; ".join(positive)))
        if uncertain:
            key = "also_uncertain" if positive else "uncertain"
            parts.append(self.say(key, findings="; ".join(uncertain)))
        if not parts:
            parts.append(self.say(answer.result.value))
        if answer.foreign is not None:
            parts.append(self.say("second_person", share=round(100 * answer.foreign)))
        if answer.missing:
            parts.append(self.say("not_assessed", genes=", ".join(answer.missing)))
        if answer.status is Status.ANALYSED_IN_PART:
            parts.append(self.say("in_part"))
        return " ".join(parts)

    def _repeat(self, repeat: RepeatResult, wanted: Weight) -> list[str]:
        weights = {
            RepeatState.EXPANDED: Weight.POSITIVE,
            RepeatState.POSSIBLE_EXPANSION: Weight.UNCERTAIN,
            RepeatState.INTERMEDIATE: Weight.UNCERTAIN,
        }
        if weights.get(repeat.state) is not wanted:
            return []
        size = _longest(repeat)
        key = f"repeat_{repeat.state.value}"
        if repeat.state is RepeatState.EXPANDED and size and size[0] <= SMALL_EXPANSION:
            key = "repeat_small_expansion_sized" if repeat.orthogonal_size else "repeat_small_expansion"
        said = self._size(size)
        if repeat.vcf_repeats:
            said = self.say("size_in_vcf", repeats=repeat.vcf_repeats, size=said)
        return [self.say(key, size=said)]

    def _size(self, size: tuple[int, int | None] | None) -> str:
        if size is None:
            return self.say("size_unknown")
        low, high = size
        if high is None:
            return self.say("size_at_least", low=low)
        if low == high:
            return self.say("size_exact", low=low)
        return self.say("size_interval", low=low, high=high)

    def _variants(self, answer: Answer, wanted: Weight) -> list[str]:
        found = [variant for variant in answer.variants if weight(variant) is wanted]
        named = [self._variant(variant, answer.confirmations) for variant in found[:MOST_NAMED]]
        return named + self._more(found)

    def _more(self, found: Sequence[object]) -> list[str]:
        """Return how many are not named."""
        more = len(found) - MOST_NAMED
        return [self.say("more", count=more)] if more > 0 else []

    def _variant(self, variant: Variant, confirmations: Sequence[Confirmation]) -> str:
        protein = (variant.hgvs_p or "").rpartition(":")[2]
        name = (
            variant.hgvs_c or variant.hgvs_g or f"{variant.chrom}:{variant.pos} {variant.ref}>{variant.alt}"
        )
        shown = f"{shortened(name)} {shortened(protein)}".strip()
        shown += f" ({variant.legacy})" if variant.legacy else ""
        note = ""
        if variant.classification.proposed in PATHOGENIC and (why := doubt(variant)):
            note = self.say(_note(why, variant.zygosity))
        elif variant.source == "recheck":
            note = self.say("seen_in_reads_only")
        note += "".join(
            self.say("not_confirmed_by", method=one.method, date=one.date)
            for one in confirmations
            if one.finding in (variant.hgvs_c, variant.hgvs_g)
            and one.result is ConfirmationResult.NOT_CONFIRMED
        )
        proposed = variant.classification.proposed.value
        return self.say(
            "variant",
            gene=variant.gene,
            name=shown,
            zygosity=self.say(variant.zygosity.value),
            note=note,
            **{"class": self.say("uncertain_class" if proposed == "uncertain" else proposed)},
        )

    def _possible(self, rechecked: Sequence[Recheck]) -> list[str]:
        found = [known for known in rechecked if known.state is RecheckState.POSSIBLE]
        named = [
            self.say("recheck_possible", gene=known.gene, name=shortened(known.variant))
            for known in found[:MOST_NAMED]
        ]
        return named + self._more(found)


def _longest(repeat: RepeatResult) -> tuple[int, int | None] | None:
    """Return the bounds of the long allele: another method's, else the reads', unless of another class."""
    if repeat.orthogonal_size is not None or not repeat.alleles:
        return repeat.orthogonal_size
    allele = repeat.alleles[-1]
    low, high = allele.ci
    seen = high is None or high > repeat.policy.intermediate_max
    if repeat.basis == "orthogonal" and seen is not (repeat.state is RepeatState.EXPANDED):
        return None
    if allele.repeats is None and allele.bound != "at_least":
        return None
    return low, None if allele.bound == "at_least" else high


def _note(why: Doubt, zygosity: Zygosity) -> str:
    """Return the key of the words for a doubt: only a heterozygote is called a carrier."""
    if why is Doubt.DOES_NOT_FIT and zygosity is not Zygosity.HETEROZYGOUS:
        return "does_not_fit_unknown"
    return why.value


@cache
def _sentences(root: Path) -> dict[str, dict[str, str]]:
    data = json.loads((root / "wording" / "conclusion.json").read_text(encoding="utf-8"))
    sentences: dict[str, dict[str, str]] = data["sentences"]
    return sentences

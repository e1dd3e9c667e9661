from __future__ import annotations

import json
import re
from string import Formatter
from typing import Any

import pytest

from als_screen.evidence import Zygosity
from als_screen.interpretation.conclusion import Doubt
from als_screen.interpretation.wording import LANGUAGES, Answer, conclusion_text
from als_screen.models import Confirmation, RepeatAllele, RepeatResult, Text
from als_screen.regions import Gene
from als_screen.resources import DEFAULT_RESOURCES
from als_screen.states import (
    Classification,
    ConfirmationResult,
    ReadSupportState,
    RecheckState,
    RepeatState,
    Result,
    Status,
)
from conclusion_records import recheck, repeat, repeat_allele, variant

SENTENCES: dict[str, dict[str, str]] = json.loads(
    (DEFAULT_RESOURCES / "wording" / "conclusion.json").read_text(encoding="utf-8")
)["sentences"]
LARGE = repeat_allele(400, 145, None, "at_least")
SMALL = repeat_allele(45, 38, 60)
MEDIUM = repeat_allele(26, 26, 26, "exact")

CHECKED = tuple(
    Confirmation(finding=finding, method=method, result=result, date="2026-01-02", by="lab")
    for finding, method, result in (
        ("NM_000454.5:c.14C>T", "Sanger", ConfirmationResult.NOT_CONFIRMED),
        ("NM_000454.5:c.14C>T", "array", ConfirmationResult.CONFIRMED),
        ("NM_000454.5:c.15G>T", "MLPA", ConfirmationResult.NOT_CONFIRMED),
    )
)


def answer(result: Result, **fields: Any) -> Answer:
    usual: dict[str, Any] = {
        "status": Status.ANALYSED,
        "repeat": repeat(),
        "variants": (),
        "rechecked": (),
        "missing": (),
        "predictive": False,
    }
    return Answer(result=result, **{**usual, **fields})


def told(result: Result, **fields: Any) -> Text:
    return conclusion_text(DEFAULT_RESOURCES, answer(result, **fields))


def orthogonal(size: tuple[int, int | None] | None, allele: RepeatAllele) -> RepeatResult:
    """Return an expansion by another method, beside what the reads show."""
    found = repeat(RepeatState.EXPANDED, MEDIUM, allele)
    return found.model_copy(update={"basis": "orthogonal", "orthogonal_size": size})


#: An answer of every kind, by what is special about it.
ANSWERS: dict[str, Answer] = {
    "not analysed": answer(Result.NOT_ANALYSED, status=Status.NOT_ANALYSED, missing=tuple(Gene)),
    "not found": answer(Result.NOT_FOUND),
    "incomplete": answer(Result.INCOMPLETE, missing=(Gene.C9ORF72,)),
    "in part": answer(Result.INCOMPLETE, status=Status.ANALYSED_IN_PART, missing=tuple(Gene)),
    "expanded": answer(Result.POSITIVE, repeat=repeat(RepeatState.EXPANDED, MEDIUM, LARGE)),
    "small": answer(Result.POSITIVE, repeat=repeat(RepeatState.EXPANDED, MEDIUM, SMALL)),
    "possible": answer(Result.UNCERTAIN, repeat=repeat(RepeatState.POSSIBLE_EXPANSION)),
    "long in the VCF": answer(
        Result.UNCERTAIN,
        repeat=repeat(RepeatState.POSSIBLE_EXPANSION, MEDIUM, MEDIUM).model_copy(update={"vcf_repeats": 303}),
    ),
    "intermediate": answer(Result.UNCERTAIN, repeat=repeat(RepeatState.INTERMEDIATE, MEDIUM, MEDIUM)),
    "small, sized": answer(Result.POSITIVE, repeat=orthogonal((38, 45), LARGE)),
    "sized": answer(Result.POSITIVE, repeat=orthogonal((146, None), MEDIUM)),
    "shown, reads missed it": answer(Result.POSITIVE, repeat=orthogonal(None, MEDIUM)),
    "shown, reads agree": answer(Result.POSITIVE, repeat=orthogonal(None, LARGE)),
    "predictive": answer(Result.POSITIVE, variants=(variant(),), predictive=True),
    "likely": answer(Result.POSITIVE, variants=(variant(Classification.LIKELY_PATHOGENIC),)),
    "homozygous": answer(Result.POSITIVE, variants=(variant(zygosity=Zygosity.HOMOZYGOUS),)),
    "hemizygous": answer(Result.POSITIVE, variants=(variant(zygosity=Zygosity.HEMIZYGOUS),)),
    "unknown zygosity": answer(Result.POSITIVE, variants=(variant(zygosity=Zygosity.UNKNOWN),)),
    "reads only": answer(Result.POSITIVE, variants=(variant(source="recheck"),)),
    "Sanger denies it": answer(Result.POSITIVE, variants=(variant(),), confirmations=CHECKED),
    "vus": answer(Result.UNCERTAIN, variants=(variant(Classification.UNCERTAIN),)),
    "many": answer(
        Result.UNCERTAIN,
        variants=[variant(Classification.UNCERTAIN, hgvs_c=f"c.{n}A>G") for n in range(1, 8)],
    ),
    "both": answer(Result.POSITIVE, variants=(variant(), variant(Classification.UNCERTAIN, hgvs_c="c.1A>G"))),
    "not confirmed": answer(Result.UNCERTAIN, variants=(variant(support=ReadSupportState.NOT_CONFIRMED),)),
    "filtered": answer(
        Result.UNCERTAIN, variants=(variant(support=ReadSupportState.NOT_ASSESSED, filter="LowQual"),)
    ),
    "carrier": answer(Result.UNCERTAIN, variants=(variant(fits=False),)),
    "recessive": answer(Result.UNCERTAIN, variants=(variant(fits=False, zygosity=Zygosity.UNKNOWN),)),
    "may be another's": answer(Result.UNCERTAIN, variants=(variant(may_be_others=True),), foreign=0.2),
    "second person": answer(Result.INCOMPLETE, missing=tuple(Gene), foreign=0.07),
    "recheck": answer(Result.UNCERTAIN, rechecked=(recheck(RecheckState.POSSIBLE),)),
}


def texts(name: str) -> dict[str, str]:
    found: dict[str, str] = conclusion_text(DEFAULT_RESOURCES, ANSWERS[name]).model_dump()
    return found


# ------------------------------------------------------------------------------------------ the catalogue


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_has_three_languages_with_the_same_places(key: str) -> None:
    assert set(SENTENCES[key]) == set(LANGUAGES)
    places = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in SENTENCES[key].values()]
    assert places[0] == places[1] == places[2]
    assert all(text.strip() for text in SENTENCES[key].values())


def test_every_sentence_is_used_and_no_other_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from als_screen.interpretation import wording

    used: set[str] = set()
    say = wording._Wording.say

    def noted(self: Any, key: str, **values: object) -> str:
        used.add(key)
        return say(self, key, **values)

    monkeypatch.setattr(wording._Wording, "say", noted)
    for name in ANSWERS:
        texts(name)
    assert used == set(SENTENCES)


def test_every_doubt_and_zygosity_has_words() -> None:
    assert {doubt.value for doubt in Doubt} <= set(SENTENCES)
    assert {zygosity.value for zygosity in Zygosity} <= set(SENTENCES)


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_a_sentence_in_each_language(name: str) -> None:
    found = texts(name)
    assert len(set(found.values())) == 3
    for text in found.values():
        assert text[0].isupper()
        assert text.endswith(".")
        assert not re.search(r"[{}]|  |None|\.\.| ,|\( | \)", text)


# ------------------------------------------------------------------------------------------ what it says


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("not analysed", ["Not analysed: no result can be given."]),
        ("not found", ["No C9orf72 repeat expansion", "all four genes were assessed"]),
        ("incomplete", ["Nothing reportable was found in what could be assessed", "assessed: C9orf72."]),
        ("in part", ["A part of the data could not be used.", "C9orf72, SOD1, TARDBP, FUS"]),
        ("expanded", ["Detected: an expanded C9orf72 GGGGCC repeat (at least 145 units)"]),
        ("small, sized", ["a small expansion", "(38 to 45 units)", "laboratory policy."]),
        ("sized", ["Detected: an expanded C9orf72 GGGGCC repeat (at least 146 units)."]),
        ("shown, reads missed it", ["Detected: an expanded C9orf72 GGGGCC repeat (size not known)."]),
        ("shown, reads agree", ["Detected: an expanded C9orf72 GGGGCC repeat (at least 145 units)"]),
        ("small", ["a small expansion", "(38 to 60 units)", "laboratory policy", "orthogonal method"]),
        ("possible", ["possible expansion", "(size not known)", "repeat-primed PCR"]),
        ("intermediate", ["intermediate", "(26 units)", "not diagnostic of C9orf72 disease"]),
        ("predictive", ["Carrier of SOD1", "not a diagnosis", "age-dependent and incomplete"]),
        (
            "likely",
            ["Detected: SOD1 NM_000454.5:c.14C>T p.(Ala5Val) (A4V), heterozygous, likely"],
        ),
        ("homozygous", ["homozygous, pathogenic"]),
        ("hemizygous", ["hemizygous, pathogenic"]),
        ("unknown zygosity", ["zygosity not known, pathogenic"]),
        ("reads only", ["seen in the reads, not called by the variant caller"]),
        ("Sanger denies it", ["heterozygous, pathogenic (not confirmed by Sanger, 2026-01-02)."]),
        ("vus", ["Finding of uncertain significance: SOD1", "heterozygous, uncertain significance."]),
        ("both", ["Detected: SOD1 NM_000454.5:c.14C>T", "Also of uncertain significance: SOD1 c.1A>G"]),
        ("not confirmed", ["uncertain significance: SOD1", "not confirmed by the reads: confirm by Sanger"]),
        ("filtered", ["did not pass the caller's filters: confirm by Sanger sequencing"]),
        ("carrier", ["heterozygous carrier; contribution to disease uncertain"]),
        (
            "recessive",
            ["zygosity not known, pathogenic (recessive allele; contribution"],
        ),
        ("recheck", ["may show the known SOD1 variant NM_000454.5:c.272A>C", "mosaic, contamination"]),
    ],
)
def test_the_words_of_every_answer(name: str, parts: list[str]) -> None:
    text = texts(name)["en"]
    assert [part for part in parts if part not in text] == [], text


@pytest.mark.parametrize("result", [Result.POSITIVE, Result.UNCERTAIN])
def test_a_finding_never_hides_what_was_not_assessed(result: Result) -> None:
    found = variant() if result is Result.POSITIVE else variant(Classification.UNCERTAIN)
    text = told(result, variants=(found,), missing=(Gene.C9ORF72, Gene.FUS))
    assert text.en.endswith("Not (wholly) assessed: C9orf72, FUS.")
    assert text.nl.endswith("Niet (volledig) beoordeeld: C9orf72, FUS.")
    assert text.fr.endswith("Non (entièrement) évalué : C9orf72, FUS.")


def test_only_a_heterozygote_is_called_a_carrier() -> None:
    assert "carrier" not in texts("recessive")["en"]
    assert "drager" not in texts("recessive")["nl"]
    assert "porteur" not in texts("recessive")["fr"]


@pytest.mark.parametrize(
    ("low", "high", "small"), [(60, 90, True), (61, 90, False), (31, 31, True), (61, None, False)]
)
def test_an_expansion_is_small_by_its_lower_bound(low: int, high: int | None, small: bool) -> None:
    allele = repeat_allele(low, low, high)
    text = told(Result.POSITIVE, repeat=repeat(RepeatState.EXPANDED, allele)).en
    assert ("small expansion" in text) is small


def test_findings_stand_in_the_order_given_and_all_of_them() -> None:
    both = (variant(hgvs_c="c.2A>G"), variant(hgvs_c="c.1A>G"))
    text = told(Result.POSITIVE, repeat=repeat(RepeatState.EXPANDED, LARGE), variants=both).en
    assert text.index("C9orf72") < text.index("c.2A>G") < text.index("c.1A>G")


def test_what_is_not_reported_is_not_mentioned() -> None:
    hidden = (variant(reported=False), variant(Classification.BENIGN))
    for state in (RecheckState.ABSENT, RecheckState.NOT_COVERED):
        text = told(Result.NOT_FOUND, variants=hidden, rechecked=(recheck(state),)).en
        assert text == told(Result.NOT_FOUND).en


def test_an_allele_without_name_is_told_by_its_place() -> None:
    unnamed = variant(hgvs_c=None, hgvs_p=None, legacy=None)
    text = told(Result.POSITIVE, variants=(unnamed,)).en
    assert text == "Detected: SOD1 NC_000021.9:g.31659783C>T, heterozygous, pathogenic."
    text = told(Result.POSITIVE, variants=(unnamed.model_copy(update={"hgvs_g": None}),)).en
    assert text == "Detected: SOD1 chr21:31659783 C>T, heterozygous, pathogenic."


def test_braces_in_a_name_are_only_text() -> None:
    assert "{gene}" in told(Result.POSITIVE, variants=(variant(hgvs_c="{gene}"),)).en


def test_one_line_names_a_few_in_short_and_counts_the_rest() -> None:
    names = [f"NM_000454.5:c.{n}_{n + 1}ins{'ACGT' * 300}" for n in range(1, 227)]
    found = [
        variant(hgvs_c=name, hgvs_p=f"NP_000445.1:p.({'Ala' * 400})", proposed=Classification.UNCERTAIN)
        for name in names
    ]
    text = told(Result.UNCERTAIN, variants=found, rechecked=(recheck(RecheckState.POSSIBLE),) * 9)
    for language, more in (("en", "and 221 more"), ("nl", "en nog 221"), ("fr", "et 221 de plus")):
        line = text.model_dump()[language]
        assert more in line
        assert line.count("c.272A>C") == 5
        assert len(line) < 2000

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from als_screen.config import Study
from als_screen.models import Confirmation, Contamination, GeneCoverage, Report
from als_screen.regions import Gene
from als_screen.reports import environment
from als_screen.reports.advice import IN_FULL, Topic
from als_screen.reports.catalogue import Language
from als_screen.reports.json_report import report_json
from als_screen.reports.patient import render_hash, render_patient
from als_screen.reports.settings import Laboratory, ReportSettings, Signatory
from als_screen.reports.standing import Change, Standing
from als_screen.reports.view import LISTED_IN_SHORT
from als_screen.states import ContaminationState
from unit.reports import samples
from unit.reports.pages import HOSTILE, Page
from unit.reports.samples import SAMPLES, SETTINGS, SIGNATURE


def page(report: Report, language: str = "en", settings: ReportSettings = SETTINGS) -> Page:
    return Page(render_patient(report, settings, language))


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_page_is_whole_offline_and_small(name: str, language: Language) -> None:
    html = render_patient(SAMPLES[name], SETTINGS, language)
    found = Page(html)
    assert found.open == []
    assert f'<html lang="{language}">' in html
    assert "script" not in found.tags
    assert not re.search(r"https?:|url\(|@import", html)
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    assert "default-src 'none'; style-src 'sha256-" in html
    assert len(html.encode()) < 200_000


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", SAMPLES)
def test_the_answer_comes_first_in_its_language(name: str, language: Language) -> None:
    found = page(SAMPLES[name], language)
    answer = SAMPLES[name].conclusion.text.model_dump()[language]
    assert answer in found.text
    assert found.tags.index("h1") < found.tags.index("h2")
    first = {"en": "Conclusion", "nl": "Conclusie", "fr": "Conclusion"}[language]
    assert found.text.index(first) < found.text.index(answer)


@pytest.mark.parametrize(
    ("name", "present", "absent"),
    [
        pytest.param(
            "large expansion",
            ["at least 240", "≥ 240", "Expanded", "0 21 38", "> 99.9%", "STRchive", "≥ 31"],
            ["Not (wholly) assessed", "What this result leaves open"],
            id="large expansion: a bound, never a size",
        ),
        pytest.param(
            "intermediate", ["about 27", "25–29", "intermediate 24–30"], ["Southern blot"], id="intermediate"
        ),
        pytest.param(
            "SOD1 heterozygous",
            ["c.14C>T", "p.(Ala5Val)", "A4V", "heterozygous", "15 fragments with the variant, 16 without",
             "8 forward, 7 reverse", "VariationID 14763", "2 stars", "Pathogenic", "PS1", "10 points"],
            ["Variants of uncertain significance"],
            id="SOD1",
        ),
        pytest.param(
            "VUS",
            ["Variants of uncertain significance Kept apart", "1.2 × 10⁻⁵", "not interpreted", "<DEL>",
             "No pathogenic or likely pathogenic variant"],
            ["Confirm each pathogenic"],
            id="VUS kept apart",
        ),
        pytest.param("negative", ["Nothing found", "does not exclude"], ["Here nothing can"], id="negative"),
        pytest.param(
            "negative, uncovered exon",
            ["Not (wholly) assessed: FUS", "chr16:31191386-31191460", "Assessed in part",
             "not the same as nothing found", "Only one identifier", "not covered"],
            [],
            id="a hole is as visible as a finding",
        ),
        pytest.param(
            "VCF only",
            ["Not assessed", "no reads were given", "None was looked up", "was not assessed"],
            ["absent: 0"],
            id="VCF only: nothing is called absent",
        ),
        pytest.param(
            "not analysed",
            ["Reason: P008.bam: the file ends", "In this patient nothing of it was assessed"],
            ["The four genes", "Findings", "100%"],
            id="not analysed: the reason, no tiles",
        ),
        pytest.param(
            "identity different",
            ["of different persons", "belongs to whom"],
            ["The four genes", "A4V", "c.14C>T", "240", "610", "SECRETREASON", "Findings"],
            id="different persons: nothing that may be another's",
        ),
    ],
)  # fmt: skip
def test_states(name: str, present: list[str], absent: list[str]) -> None:
    text = page(SAMPLES[name]).text
    assert [part for part in present if part not in text] == []
    assert [part for part in absent if part in text] == []


@pytest.mark.parametrize("language", Language)
def test_different_persons_show_nothing_in_any_language(language: Language) -> None:
    html = render_patient(samples.DIFFERENT, SETTINGS, language)
    for secret in ("SECRETREASON", "A4V", "c.14C", "Ala5Val", "610", "31659783", "38 fragments"):
        assert secret not in html


@pytest.mark.parametrize(
    ("link", "text"),
    [
        ("https://example.org/a?b=1", "A study"),
        (None, {"nl": "Een studie", "fr": "Une étude"}),
        (None, {"en": "A study"}),
    ],
)
def test_a_study_that_matches_is_shown_as_the_clinics_own(link: str | None, text: Any) -> None:
    study = Study(gene="SOD1", result="positive", text=text, link=link)
    settings = SETTINGS.model_copy(update={"studies": (study,)})
    html = render_patient(samples.SOD1_POSITIVE, settings, "nl")
    shown = "Een studie" if "nl" in text else "A study"
    assert f"SOD1</i>: <bdi>{shown}</bdi>" in html
    assert "de software heeft ze niet gemaakt" in html
    assert (f'<a href="{link}" rel="noreferrer noopener">' in html) is (link is not None)
    assert shown not in render_patient(samples.NEGATIVE, settings, "nl")


def test_the_clinics_own_recommendation_replaces_or_removes_one() -> None:
    texts = {
        Topic.VARIANT: {Language.DUTCH: "Onze eigen tekst."},
        Topic.SOD1: {Language.DUTCH: ""},
        Topic.COUNSELLING: {Language.FRENCH: "En français."},
    }
    text = page(samples.SOD1_POSITIVE, "nl", SETTINGS.model_copy(update={"texts": texts})).text
    assert "Onze eigen tekst." in text
    assert "Sanger" not in text
    assert "expertisecentrum" not in text
    assert "Bied genetische counseling aan" in text, "no Dutch text was given for this topic"
    assert "En français" not in text


#: What a report must carry (ESHG 2022, ACMG 2021, ISO 15189 7.4.1), and where the page says it.
CHECKLIST = {
    "laboratory": "Example Laboratory for Genetics",
    "accreditation": "Accreditation text of the laboratory",
    "contact": "+00 000 000 00",
    "two identifiers": "Example Person",
    "second identifier": "9 March 1971",
    "specimen": "B-2026-0417",
    "dates": "29 May 2026",
    "report date": "12 June 2026",
    "status": "Draft – not authorised",
    "who authorised": "Not authorised. No person has signed this draft.",
    "signatories": "clinical geneticist",
    "indication": "Progressive weakness",
    "requester": "Neurology, Example Hospital",
    "genes and transcripts with version": "NM_000454.5",
    "regions": "chr21:31659762-31668586",
    "locus": "chr9:27573529-27573546",
    "variant classes": "small insertions and deletions",
    "build": "Genome build GRCh38",
    "other genes not tested": "Genes other than the four",
    "copy number not tested": "Deletions and duplications of exons",
    "deep intronic not tested": "deep in introns",
    "mosaicism not tested": "mosaicism",
    "size limit": "longer than the reads",
    "splice scores": "Splice scores not available",
    "database versions": "clinvar 2026-06-01",
    "software": "als-screen 0.1.0",
    "method": "classified by ACMG/AMP criteria",
    "callability": "at least 10 good fragments",
    "zygosity": "heterozygous",
    "class is a proposal": "(proposed)",
    "both alleles": "2 / 8",
    "reference ranges": "normal ≤ 23",
    "confirmation": "Sanger sequencing",
    "counselling": "genetic counselling",
    "family testing": "Relatives are tested only after counselling",
    "limits": "No prognosis follows",
    "identity of files": "of the same person",
    "end mark": "End of report",
}


#: The lines of the checklist that belong to other results than the one above.
OTHERS = {
    "callability with the regions below it": ("negative, uncovered exon", "chr16:31191386-31191460"),
    "what was not assessed beside the answer": ("negative, uncovered exon", "Not (wholly) assessed"),
    "residual risk in plain words": ("negative", "it does not exclude a genetic cause"),
    "residual risk with its source": ("negative", "source: STRchive, 2026-06"),
    "both repeat alleles with interval": ("intermediate", "about 27 25–29"),
    "the policy by name": ("intermediate", "(policy STRchive , version 2026-06 )"),
    "confirmation of an expansion": ("large expansion", "repeat-primed PCR, and size it by Southern blot"),
    "no prognosis from size": ("large expansion", "No prognosis follows from the size"),
    "a VUS is kept apart": ("VUS", "Kept apart on purpose"),
    "reinterpretation": ("negative", "reinterpreted when knowledge has changed"),
    "only one identifier": ("negative, uncovered exon", "Only one identifier of the person is known"),
    "another person's data": ("identity different", "Nothing of either is shown"),
}


@pytest.mark.parametrize("item", OTHERS)
def test_the_checklist_of_other_results(item: str) -> None:
    name, words = OTHERS[item]
    assert words in page(SAMPLES[name]).text


def test_what_was_found_comes_before_what_was_not_seen_and_that_before_what_is_normal() -> None:
    hole = samples.SOD1_POSITIVE.model_copy(update={"coverage": samples.HOLE})
    found, incomplete = page(hole).text, page(samples.INCOMPLETE).text
    assert found.index("Findings") < found.index("Not assessed Here nothing")
    assert incomplete.index("Not assessed Here nothing") < incomplete.index("Findings")


def test_the_parts_come_in_the_order_of_their_weight() -> None:
    text = page(SAMPLES["negative, uncovered exon"]).text
    parts = ("Conclusion", "The four genes", "Not assessed Here nothing", "Findings", "What this result",
             "Recommendations", "What was tested", "Not tested", "Quality", "Method and versions",
             "Limits Classes", "Authorisation", "End of report")  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("item", CHECKLIST)
def test_the_checklist_of_a_clinical_report(item: str) -> None:
    assert CHECKLIST[item] in page(samples.SOD1_POSITIVE).text


def _hostile(value: Any, key: str = "") -> Any:
    """Return plain data with every free text replaced by hostile text."""
    kept = {"state", "status", "result", "gene", "chrom", "zygosity", "proposed", "basis", "strength",
            "bound", "source", "library", "sex", "diagnosis", "family_history", "report_date", "logo",
            "language", "genome_build", "research_consent", "shown"}  # fmt: skip
    if isinstance(value, dict):
        return {name: _hostile(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_hostile(item, key) for item in value]
    return HOSTILE if isinstance(value, str) and key not in kept and value not in _GENES else value


_GENES = {"C9orf72", "SOD1", "TARDBP", "FUS"}


@pytest.mark.parametrize("name", ["VUS", "SOD1 heterozygous", "negative, uncovered exon", "not analysed"])
def test_hostile_text_stays_text(name: str) -> None:
    report = Report.model_validate(_hostile(SAMPLES[name].model_dump(mode="json")))
    report = report.model_copy(update={"remarks": (HOSTILE,)})
    settings = ReportSettings(
        laboratory=Laboratory(name=HOSTILE, address=(HOSTILE,), contact=HOSTILE, accreditation=HOSTILE),
        signatories=(Signatory(name=HOSTILE, role=HOSTILE),),
        texts={topic: {Language.FRENCH: HOSTILE} for topic in Topic},
        studies=tuple(
            Study.model_validate({"gene": gene, "result": state, "text": HOSTILE})
            for gene in _GENES
            for state in ("positive", "uncertain", "not_found", "incomplete", "not_assessed")
        ),
        pipeline_version=HOSTILE,
    )
    signature = SIGNATURE.model_copy(update={"by": HOSTILE, "role": HOSTILE, "unconfirmed": HOSTILE})
    change = Change(subject=HOSTILE, before=HOSTILE, after=HOSTILE, cause=HOSTILE)
    standing = Standing(authorised=signature, earlier=signature, changes=(change,))
    found = Page(render_patient(report, settings, "fr", standing=standing))
    assert found.open == []
    assert not {"script", "x"} & set(found.tags)
    assert found.tags.count("img") == 0
    assert not [key for key, _ in found.attributes if key.startswith("on")]
    assert found.text.count("<script>alert(1)</script>") > 20
    assert "{{ 7*7 }}{% x %}" in found.text


def test_a_very_long_name_and_allele_keep_the_page_small() -> None:
    patient = samples.PERSON.model_copy(update={"name": "N" * 4000, "indication": "word " * 800})
    long = samples.variant(hgvs_c=None, hgvs_g=None, hgvs_p=None, ref="A" * 9000, alt="C" * 9000)
    html = render_patient(samples.report(patient=patient, variants=(long,)), SETTINGS, "en")
    assert "A" * 40 + "…(9000)" in html
    assert "A" * 50 not in html
    assert "N" * 4000 in html


def test_a_patient_with_two_thousand_variants_stays_small() -> None:
    html = render_patient(samples.report(variants=(samples.UNREPORTED,) * 2000), SETTINGS, "en")
    assert len(html.encode()) < 200_000
    assert "1940 further variants" in html


def test_a_patient_with_many_reported_variants_stays_small_and_the_pathogenic_go_first() -> None:
    uncertain = tuple(samples.VUS.model_copy(update={"pos": 11022312 + step}) for step in range(2000))
    report = samples.report(variants=(*uncertain, samples.SOD1_POSITIVE.variants[0]))
    html = render_patient(report, SETTINGS, "en")
    found = Page(html)
    assert len(html.encode()) < 500_000
    assert html.count('<article class="card uncertain"') == IN_FULL - 1
    assert found.text.index("p.(Ala5Val)") < found.text.index("p.(Ser301Gly)")
    assert f"the first {IN_FULL} are shown in full above" in found.text
    assert html.count("<td>Uncertain significance</td>") == LISTED_IN_SHORT
    assert "1689 further variants, see report.json" in found.text


def test_few_reported_variants_are_all_in_full() -> None:
    uncertain = tuple(samples.VUS.model_copy(update={"pos": 11022312 + step}) for step in range(IN_FULL))
    html = render_patient(samples.report(variants=uncertain), SETTINGS, "en")
    assert html.count('<article class="card uncertain"') == IN_FULL
    assert "Further reported variants" not in html


def test_many_structural_variants_are_counted() -> None:
    report = samples.VUS_REPORT
    many = report.model_copy(update={"structural_variants": report.structural_variants * 2000})
    html = render_patient(many, SETTINGS, "en")
    assert len(html.encode()) < 200_000
    assert "further records, see report.json" in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Assessed in part: 84.2%"),
        ("nl", "Gedeeltelijk beoordeeld: 84,2%"),
        ("fr", "Évalué en partie : 84,2 %"),
    ],
)
def test_the_tile_of_a_finding_says_what_of_the_gene_was_not_seen(language: str, words: str) -> None:
    holes = {Gene.SOD1: GeneCoverage(callable_fraction=0.842, below=(("chr21", 31666440, 31666526),))}
    coverage = samples.HOLE.model_copy(update={"genes": {**samples.HOLE.genes, **holes}})
    conclusion = samples.SOD1_POSITIVE.conclusion.model_copy(
        update={"complete": False, "not_assessed": (Gene.SOD1,)}
    )
    report = samples.SOD1_POSITIVE.model_copy(update={"coverage": coverage, "conclusion": conclusion})
    tiles = re.findall(r'<li class="tile.*?</li>', render_patient(report, SETTINGS, language), re.DOTALL)
    assert [words in Page(tile).text for tile in tiles] == [False, True, False, False]


def test_neutral_defaults_say_that_nothing_is_configured() -> None:
    text = page(samples.NEGATIVE, "en", ReportSettings()).text
    assert "Laboratory not configured" in text
    assert "Report date : not stated" in text or "Report date: not stated" in text


def test_splice_scores_are_said_to_be_there_when_they_are() -> None:
    resources = {**samples.PROVENANCE.resources, "predictors": samples.PROVENANCE.resources["clinvar"]}
    with_scores = samples.PROVENANCE.model_copy(update={"resources": resources})
    assert "Splice scores available" in page(samples.report(provenance=with_scores)).text


def test_english_reasons_are_marked_as_english() -> None:
    html = render_patient(samples.EXPANSION, SETTINGS, "nl")
    assert '<span lang="en">expanded allele</span>' in html


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de' is not a valid Language"):
        render_patient(samples.NEGATIVE, SETTINGS, "de")


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_input_gives_the_same_page(name: str) -> None:
    assert render_patient(SAMPLES[name], SETTINGS, "nl") == render_patient(SAMPLES[name], SETTINGS, "nl")


def test_no_template_reads_a_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    before = render_patient(samples.NEGATIVE, SETTINGS, "en")
    monkeypatch.setattr(time, "time", lambda: 0.0)
    environment.environment.cache_clear()
    assert render_patient(samples.NEGATIVE, SETTINGS, "en") == before


def test_the_hash_leaves_the_report_date_out() -> None:
    later = SETTINGS.model_copy(update={"report_date": "2027-01-01"})
    assert render_hash(samples.NEGATIVE, later, "en") == render_hash(samples.NEGATIVE, SETTINGS, "en")
    assert render_patient(samples.NEGATIVE, later, "en") != render_patient(samples.NEGATIVE, SETTINGS, "en")


@pytest.mark.parametrize(
    ("report", "settings", "language"),
    [
        pytest.param(samples.NEGATIVE, SETTINGS, "nl", id="language"),
        pytest.param(samples.INCOMPLETE, SETTINGS, "en", id="finding"),
        pytest.param(
            samples.report(patient=samples.NEGATIVE.patient.model_copy(update={"name": "Other"})),
            SETTINGS,
            "en",
            id="a personal field",
        ),
        pytest.param(
            samples.NEGATIVE,
            SETTINGS.model_copy(update={"laboratory": Laboratory(name="Other")}),
            "en",
            id="clinic text",
        ),
        pytest.param(samples.NEGATIVE, SETTINGS.model_copy(update={"splice_bases": 5}), "en", id="range"),
    ],
)
def test_the_hash_covers_what_is_printed(report: Report, settings: ReportSettings, language: str) -> None:
    assert render_hash(report, settings, language) != render_hash(samples.NEGATIVE, SETTINGS, "en")


def confirmation(finding: str, **more: Any) -> Confirmation:
    usual: dict[str, Any] = {"method": "<RP-PCR>", "result": "confirmed", "date": "2026-11-20", "by": "=Lab"}
    return Confirmation(finding=finding, **{**usual, **more})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["By another method", "<RP-PCR>", "confirmed", "size measured"]),
        ("nl", ["Met een andere methode", "bevestigd", "lengte bepaald"]),
        ("fr", ["Par une autre méthode", "confirmé", "taille mesurée"]),
    ],
)
def test_a_confirmation_stands_beside_its_finding(language: str, words: list[str]) -> None:
    confirmed = (
        confirmation("NM_000454.5:c.14C>T"),
        confirmation("C9orf72", result="sized", size=(146, None)),
    )
    found = page(samples.SOD1_POSITIVE.model_copy(update={"confirmations": confirmed}), language)
    assert [word for word in words if word not in found.text] == []
    assert "≥ 146" in found.text
    assert "=Lab" in found.text
    assert "rp-pcr" not in found.tags, "it is text"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["A second person's reads are mixed in.", "About 20%", "101 common SNVs", "may be the"],
        ),
        ("nl", ["Er zijn reads van een tweede persoon bijgemengd.", "Ongeveer 20%", "kan van de tweede"]),
        (
            "fr",
            ["Des lectures d’une deuxième personne sont mêlées.", "Environ 20", "est peut-être à"],
        ),
    ],
)
def test_a_second_persons_reads_are_told(language: str, words: list[str]) -> None:
    variants = (samples.variant(may_be_others=True),)
    mixed = samples.SOD1_POSITIVE.model_copy(update={"contamination": samples.MIXED, "variants": variants})
    text = page(mixed, language).text
    assert [word for word in words if word not in text] == []
    other = page(samples.SOD1_POSITIVE, language).text
    assert not any(word in other for word in words)


def test_what_is_excluded_of_a_second_person_is_told() -> None:
    clean = Contamination(state=ContaminationState.NOT_DETECTED, excluded_from=0.05, sites=1, log10_lr=-0.3)
    text = page(samples.NEGATIVE.model_copy(update={"contamination": clean})).text
    assert "No second person's reads were found. A stranger's share of 5% or more is excluded." in text
    assert "1 common SNV;" in text
    assert "too few common SNVs with enough reads to tell" in page(samples.NEGATIVE).text


def test_what_another_method_has_shown_is_not_to_be_confirmed_again() -> None:
    advice = "Confirm each pathogenic or likely pathogenic variant"
    report = samples.SOD1_POSITIVE
    assert advice in page(report).text
    for results, still in [
        (["confirmed"], False),
        (["not_confirmed"], True),
        (["confirmed", "not_confirmed"], True),
    ]:
        rows = tuple(confirmation("NM_000454.5:c.14C>T", result=result) for result in results)
        assert (advice in page(report.model_copy(update={"confirmations": rows})).text) is still


def test_the_reads_sizes_are_told_apart_from_another_methods_state() -> None:
    repeat = samples.EXPANSION.repeat.model_copy(update={"basis": "orthogonal"})
    found = page(samples.EXPANSION.model_copy(update={"repeat": repeat}))
    assert "The state is that of another method; the sizes below are those of the reads." in found.text
    assert "Measured by an orthogonal method" in found.text


def test_where_files_are_of_different_persons_no_confirmation_is_shown() -> None:
    confirmed = (confirmation("C9orf72", result="sized", size=(146, None)),)
    report = samples.DIFFERENT.model_copy(update={"confirmations": confirmed})
    assert "RP-PCR" not in render_patient(report, SETTINGS, "en")
    assert "RP-PCR" not in report_json(report)

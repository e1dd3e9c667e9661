"""The bundle against the guide's required codes, slices and cardinalities (Genomics Reporting 3.0.0).

The guide's validator is a Java program that fetches its packages; these are its rules for the profiles that
are used, written out: fixed codes, mandatory elements, types of values, slices and the lists that bind them.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from als_screen.evidence import Zygosity
from als_screen.models import Report
from als_screen.reports import fhir_codes as codes
from als_screen.reports.catalogue import Language
from als_screen.reports.fhir import fhir_json
from als_screen.reports.standing import DRAFT, Change, Standing
from als_screen.states import Classification, RepeatState, Result
from unit.reports import samples
from unit.reports.pages import HOSTILE
from unit.reports.samples import SAMPLES, SETTINGS, SIGNATURE

LOINC = "http://loinc.org"
TBD = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/tbd-codes-cs"
PROFILES = "http://hl7.org/fhir/uv/genomics-reporting/StructureDefinition/"
LABORATORY = "http://terminology.hl7.org/CodeSystem/observation-category"
SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"
#: Slices of the profile Variant that are used: the component's code, the type of its value, at most how many.
VARIANT_SLICES = {
    (LOINC, "48018-6"): ("valueCodeableConcept", 9),
    (LOINC, "62374-4"): ("valueCodeableConcept", 1),
    (LOINC, "48013-7"): ("valueCodeableConcept", 1),
    (LOINC, "48004-6"): ("valueCodeableConcept", 1),
    (LOINC, "81290-9"): ("valueCodeableConcept", 1),
    (LOINC, "48005-3"): ("valueCodeableConcept", 1),
    (LOINC, "51958-7"): ("valueCodeableConcept", 1),
    (LOINC, "81254-5"): ("valueRange", 1),
    (LOINC, "92822-6"): ("valueCodeableConcept", 1),
    (LOINC, "69547-8"): ("valueString", 1),
    (LOINC, "69551-0"): ("valueString", 1),
    (LOINC, "53034-5"): ("valueCodeableConcept", 1),
    (LOINC, "48002-0"): ("valueCodeableConcept", 1),
    (LOINC, "82121-5"): ("valueQuantity", 1),
    (LOINC, "81258-6"): ("valueQuantity", 1),
    (LOINC, "81252-9"): ("valueCodeableConcept", 9),
    (TBD, "repeat-motif"): ("valueString", 1),
    (TBD, "repeat-number"): ("valueQuantity", 1),
}
ASSESSMENTS = {"LA9633-4", "LA9634-2", "LA18198-4", "LA11884-6"}
SIGNIFICANCES = {"LA6668-3", "LA26332-9", "LA26333-7", "LA26334-5", "LA6675-8"}
OVERALL = {"LA6576-8", "LA6577-6", "LA9663-1", "LA9664-9"}


#: Names of the codes as LOINC and the HL7 tables write them; a receiver's validator refuses any other.
DISPLAYS = {
    "69548-6": "Genetic variant assessment", "51969-4": "Genetic analysis report",
    "53041-0": "DNA region of interest panel", "GE": "Genetics", "LA9633-4": "Present", "LA9634-2": "Absent",
    "LA18198-4": "No call", "LA11884-6": "Indeterminate", "LA6668-3": "Pathogenic",
    "LA26332-9": "Likely pathogenic", "LA26333-7": "Uncertain significance", "LA26334-5": "Likely benign",
    "LA6675-8": "Benign", "LA6576-8": "Positive", "LA6577-6": "Negative", "LA9663-1": "Inconclusive",
    "LA9664-9": "Failure", "LA6706-1": "Heterozygous", "LA6705-3": "Homozygous", "LA6707-9": "Hemizygous",
    "LA14029-5": "GRCh37", "LA26806-2": "GRCh38", "LA6683-2": "Germline", "LA26398-0": "Sequencing",
    "LA30102-0": "1-based character counting", "HGNC:28337": "C9orf72", "HGNC:11179": "SOD1",
    "HGNC:11571": "TARDBP", "HGNC:4010": "FUS",
}  # fmt: skip
#: Elements of R4 (4.0.1) that the bundle uses, by resource; R4B has no more of them in common.
ELEMENTS = {
    "Bundle": "resourceType type timestamp entry identifier",
    "DiagnosticReport": "resourceType id meta status category code subject effectiveDateTime issued "
    "performer resultsInterpreter specimen result conclusion",
    "Observation": "resourceType id meta status category code subject specimen valueCodeableConcept method "
    "note component derivedFrom",
    "Patient": "resourceType id identifier name gender birthDate",
    "Specimen": "resourceType id meta identifier subject receivedTime collection",
    "Organization": "resourceType id name",
    "Practitioner": "resourceType id name qualification",
}
#: Systems of the guide's bindings.
SYSTEMS = {
    LOINC, TBD, LABORATORY, SECTION, "http://varnomen.hgvs.org", "http://www.genenames.org",
    "http://www.ncbi.nlm.nih.gov/refseq", "http://www.ncbi.nlm.nih.gov/clinvar", "http://unitsofmeasure.org",
}  # fmt: skip


def bundle(report: Report, standing: Standing = DRAFT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fhir_json(report, SETTINGS, standing))
    return found


def resources(report: Report, kind: str, standing: Standing = DRAFT) -> list[dict[str, Any]]:
    every = [entry["resource"] for entry in bundle(report, standing)["entry"]]
    return [one for one in every if one["resourceType"] == kind]


def coded(concept: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["system"], one["code"]) for one in concept.get("coding", [])}


def of_code(report: Report, code: str) -> list[dict[str, Any]]:
    return [one for one in resources(report, "Observation") if code in {c for _, c in coded(one["code"])}]


def component(observation: dict[str, Any], code: str) -> list[dict[str, Any]]:
    return [one for one in observation["component"] if code in {c for _, c in coded(one["code"])}]


def value(part: dict[str, Any]) -> Any:
    (found,) = (part[key] for key in part if key.startswith("value"))
    return found["coding"][0]["code"] if isinstance(found, dict) and "coding" in found else found


@pytest.mark.parametrize("standing", [DRAFT, Standing(authorised=SIGNATURE)], ids=["draft", "signed"])
@pytest.mark.parametrize("name", SAMPLES)
def test_every_bundle_is_fhir_and_whole(name: str, standing: Standing) -> None:
    text = fhir_json(SAMPLES[name], SETTINGS, standing)
    found = json.loads(text)
    written = Bundle.model_validate_json(text).model_dump_json()
    assert found == json.loads(written)  # no element is empty, or spelled as the library would not
    assert found["type"] == "collection"
    urls = [entry["fullUrl"] for entry in found["entry"]]
    assert len(set(urls)) == len(urls)
    assert all(entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}" for entry in found["entry"])
    assert set(_references(found)) <= set(urls)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["reference"]] if "reference" in node else []
        return own + [found for item in node.values() for found in _references(item)]
    return [found for item in node for found in _references(item)] if isinstance(node, list) else []


@pytest.mark.parametrize("name", SAMPLES)
def test_the_report_follows_its_profile(name: str) -> None:
    found = bundle(SAMPLES[name])["entry"][0]["resource"]
    assert found["resourceType"] == "DiagnosticReport"
    assert found["meta"]["profile"] == [f"{PROFILES}genomic-report"]
    assert coded(found["code"]) == {(LOINC, "51969-4")}
    assert {(SECTION, "GE")} in [coded(category) for category in found["category"]]
    assert found["status"] == "preliminary"
    assert found["subject"]
    assert found["specimen"]
    assert found["conclusion"] == SAMPLES[name].conclusion.text.en
    listed = {one["reference"] for one in found["result"]}
    assert listed == {f"urn:uuid:{one['id']}" for one in resources(SAMPLES[name], "Observation")}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_observation_has_what_the_base_profile_asks_for(name: str) -> None:
    for found in resources(SAMPLES[name], "Observation"):
        categories = [coded(category) for category in found["category"]]
        assert {(LABORATORY, "laboratory")} in categories
        assert {(SECTION, "GE")} in categories
        assert found["status"] == "preliminary"
        assert found["subject"]["reference"].startswith("urn:uuid:")
        assert found["specimen"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_variant_follows_its_profile(name: str) -> None:
    for found in of_code(SAMPLES[name], "69548-6"):
        assert found["meta"]["profile"] == [f"{PROFILES}variant"]
        assert coded(found["code"]) == {(LOINC, "69548-6")}
        assert {code for _, code in coded(found["valueCodeableConcept"])} <= ASSESSMENTS
        assert coded(found["method"]) == {(LOINC, "LA26398-0")}
        counts: dict[tuple[str, str], int] = {}
        for part in found["component"]:
            for code in coded(part["code"]):
                kind, _ = VARIANT_SLICES[code]
                assert [key for key in part if key.startswith("value")] == [kind]
                counts[code] = counts.get(code, 0) + 1
        assert all(count <= VARIANT_SLICES[code][1] for code, count in counts.items())
        assert counts[(LOINC, "48018-6")] == 1
        assert counts[(LOINC, "48002-0")] == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_every_implication_follows_its_profile(name: str) -> None:
    variants = {f"urn:uuid:{one['id']}" for one in of_code(SAMPLES[name], "69548-6")}
    for found in of_code(SAMPLES[name], "diagnostic-implication"):
        assert found["meta"]["profile"] == [f"{PROFILES}diagnostic-implication"]
        assert not [key for key in found if key.startswith("value")], "value[x] is 0..0"
        assert {one["reference"] for one in found["derivedFrom"]} <= variants
        (part,) = component(found, "53037-8")
        assert value(part) in SIGNIFICANCES


@pytest.mark.parametrize("name", SAMPLES)
def test_the_overall_answer(name: str) -> None:
    (found,) = of_code(SAMPLES[name], "51968-6")
    code = value(found)
    assert code in OVERALL
    result = SAMPLES[name].conclusion.result
    assert (code == "LA6577-6") is (result is Result.NOT_FOUND), "negative is only what was wholly assessed"
    assert (code == "LA9664-9") is (result is Result.NOT_ANALYSED)


def test_a_variant_with_its_names_place_and_reads() -> None:
    (found,) = [one for one in of_code(samples.SOD1_POSITIVE, "69548-6") if component(one, "48004-6")]
    values = {
        code: value(component(found, code)[0])
        for code in ("48018-6", "62374-4", "48013-7", "48004-6", "81290-9", "48005-3", "51958-7", "69547-8",
                     "69551-0", "53034-5", "81252-9")
    }  # fmt: skip
    assert values == {
        "48018-6": "HGNC:11179", "62374-4": "LA26806-2", "48013-7": "NC_000021.9",
        "48004-6": "NM_000454.5:c.14C>T", "81290-9": "NC_000021.9:g.31659783C>T",
        "48005-3": "NP_000445.1:p.(Ala5Val)", "51958-7": "NM_000454.5", "69547-8": "C", "69551-0": "T",
        "53034-5": "LA6706-1", "81252-9": "14763",
    }  # fmt: skip
    assert component(found, "81254-5")[0]["valueRange"] == {
        "low": {"value": 31659783}, "high": {"value": 31659783}
    }  # fmt: skip
    assert value(component(found, "92822-6")[0]) == "LA30102-0", "1-based"
    assert component(found, "82121-5")[0]["valueQuantity"]["value"] == 15


@pytest.mark.parametrize(
    ("zygosity", "code"),
    [
        (Zygosity.HETEROZYGOUS, "LA6706-1"),
        (Zygosity.HOMOZYGOUS, "LA6705-3"),
        (Zygosity.HEMIZYGOUS, "LA6707-9"),
        (Zygosity.UNKNOWN, None),
    ],
)
def test_allelic_state(zygosity: Zygosity, code: str | None) -> None:
    report = samples.report(variants=(samples.variant(zygosity=zygosity),))
    (found,) = [one for one in of_code(report, "69548-6") if component(one, "69551-0")]
    assert [value(part) for part in component(found, "53034-5")] == ([code] if code else [])


def test_a_variant_that_is_not_reported_is_not_sent() -> None:
    assert not [one for one in of_code(samples.NEGATIVE, "69548-6") if component(one, "69551-0")]


def test_the_repeat_is_one_observation_an_allele_beside_its_reference_ranges() -> None:
    short, long = of_code(samples.EXPANSION, "69548-6")
    assert [value(component(one, "repeat-motif")[0]) for one in (short, long)] == ["GGGGCC", "GGGGCC"]
    (number,) = component(long, "repeat-number")
    assert number["valueQuantity"] == {"value": 240, "comparator": ">="}, "a bound, never a size"
    assert [one["text"] for one in number["referenceRange"]] == [
        "normal (STRchive 2026-06)", "expanded (STRchive 2026-06)"
    ]  # fmt: skip
    assert component(short, "repeat-number")[0]["valueQuantity"] == {"value": 2}
    (interval,) = [one for one in long["component"] if "interval" in one["code"].get("text", "")]
    assert interval["valueRange"] == {"low": {"value": 240}}, "an open interval stays open"


@pytest.mark.parametrize(
    ("state", "answers", "significance"),
    [
        (RepeatState.EXPANDED, ["LA9633-4", "LA9633-4"], ["LA6668-3"]),
        (RepeatState.POSSIBLE_EXPANSION, ["LA9633-4", "LA11884-6"], ["LA26333-7"]),
        (RepeatState.INTERMEDIATE, ["LA9633-4", "LA9633-4"], ["LA26333-7"]),
        (RepeatState.NOT_EXPANDED, ["LA9633-4", "LA9633-4"], []),
        (RepeatState.NOT_ASSESSED, ["LA18198-4"], []),
    ],
)
def test_what_each_state_of_the_repeat_implies(
    state: RepeatState, answers: list[str], significance: list[str]
) -> None:
    report = samples.report(repeat=samples.LARGE.model_copy(update={"state": state}), variants=())
    assert [value(one) for one in of_code(report, "69548-6")] == answers
    implied = of_code(report, "diagnostic-implication")
    assert [value(component(one, "53037-8")[0]) for one in implied] == significance


def test_the_size_of_another_method_stands_beside_that_of_the_reads() -> None:
    repeat = samples.LARGE.model_copy(update={"basis": "orthogonal", "orthogonal_size": (145, None)})
    for alleles in (samples.LARGE.alleles, ()):
        found = of_code(samples.report(repeat=repeat.model_copy(update={"alleles": alleles})), "69548-6")
        others = [
            [part["valueRange"] for part in one["component"] if "another" in part["code"].get("text", "")]
            for one in found
            if component(one, "repeat-motif")
        ]
        assert others == [*([] for _ in alleles[1:]), [{"low": {"value": 145}}]]


def test_what_was_not_looked_at_is_sent_with_its_regions() -> None:
    regions = {value(component(one, "48018-6")[0]): one for one in of_code(samples.INCOMPLETE, "53041-0")}
    assert set(regions) == {"HGNC:28337", "HGNC:11179", "HGNC:11571", "HGNC:4010"}
    fus = regions["HGNC:4010"]
    texts = {part["code"].get("text"): part for part in fus["component"]}
    assert texts["state"]["valueString"] == "incomplete"
    assert texts["callable share of the reportable range"]["valueQuantity"]["value"] == 91.27
    holes = [
        one["valueRange"] for one in fus["component"] if one["code"].get("text") == "not callable, 1-based"
    ]
    assert {"low": {"value": 31191386}, "high": {"value": 31191460}} in holes
    assert fus["note"][0]["text"] == "76 bases below 10 fragments"


@pytest.mark.parametrize("report", [samples.DIFFERENT, samples.NOT_ANALYSED])
def test_nothing_is_shown_where_nothing_was_analysed(report: Report) -> None:
    assert len(resources(report, "Observation")) == 1
    text = fhir_json(report, SETTINGS, DRAFT)
    assert not [secret for secret in ("A4V", "c.14C", "610", "240", "SECRET") if secret in text]


def test_patient_and_specimen() -> None:
    (person,) = resources(samples.SOD1_POSITIVE, "Patient")
    assert person["identifier"] == [{"value": "P003"}]
    assert (person["name"], person["gender"], person["birthDate"]) == (
        [{"text": "Example Person"}], "female", "1971-03-09"
    )  # fmt: skip
    (specimen,) = resources(samples.SOD1_POSITIVE, "Specimen")
    assert specimen["subject"]["reference"] == f"urn:uuid:{person['id']}"
    assert specimen["identifier"] == [{"value": "B-2026-0417"}]
    assert specimen["collection"]["collectedDateTime"] == "2026-05-28"
    assert specimen["receivedTime"] == "2026-05-29"


def test_what_the_sheet_does_not_say_is_left_out() -> None:
    patient = samples.PERSON.model_copy(
        update={
            "name": None, "birth_date": "spring 1971", "specimen": None, "collected": "2026-13-45",
            "received": None, "sex": "unknown",
        }
    )  # fmt: skip
    report = samples.report(patient=patient)
    (person,), (specimen,) = resources(report, "Patient"), resources(report, "Specimen")
    assert set(person) == {"resourceType", "id", "identifier"}
    assert set(specimen) == {"resourceType", "id", "meta", "subject"}


def test_a_signed_report_is_final_and_names_who_signed() -> None:
    standing = Standing(authorised=SIGNATURE)
    (report,) = resources(samples.SOD1_POSITIVE, "DiagnosticReport", standing)
    (signer,) = resources(samples.SOD1_POSITIVE, "Practitioner", standing)
    assert (report["status"], report["issued"]) == ("final", "2026-06-15T09:30:00Z")
    assert report["resultsInterpreter"] == [{"reference": f"urn:uuid:{signer['id']}"}]
    assert signer["qualification"][0]["code"]["text"] == "clinical geneticist"
    assert {one["status"] for one in resources(samples.SOD1_POSITIVE, "Observation", standing)} == {"final"}
    changed = (Change(subject="conclusion", before="a", after="b"),)
    amended = Standing(authorised=SIGNATURE, earlier=SIGNATURE, changes=changed)
    assert resources(samples.SOD1_POSITIVE, "DiagnosticReport", amended)[0]["status"] == "amended"


def test_the_conclusion_is_in_the_language_of_the_report() -> None:
    dutch = SETTINGS.model_copy(update={"language": Language.DUTCH})
    found = json.loads(fhir_json(samples.NEGATIVE, dutch, DRAFT))
    assert found["entry"][0]["resource"]["conclusion"].startswith("[nl] ")


def test_hostile_text_stays_text_and_the_bundle_valid() -> None:
    patient = samples.PERSON.model_copy(update={"name": HOSTILE + "\x07", "specimen": HOSTILE})
    variant = samples.variant(hgvs_c=None, hgvs_p=HOSTILE, ref="A" * 9000)
    report = samples.report(patient=patient, variants=(variant,))
    (person,) = resources(report, "Patient")
    assert person["name"][0]["text"].startswith("</style><script>")
    assert "\x07" not in person["name"][0]["text"]


def test_the_same_report_gives_the_same_bytes_and_ids_stay_over_releases() -> None:
    first = fhir_json(samples.SOD1_POSITIVE, SETTINGS, DRAFT)
    assert fhir_json(samples.SOD1_POSITIVE, SETTINGS, DRAFT) == first
    other = fhir_json(samples.SOD1_POSITIVE, SETTINGS, Standing(authorised=SIGNATURE))
    assert json.loads(first)["entry"][0]["fullUrl"] == json.loads(other)["entry"][0]["fullUrl"]


def test_every_state_has_a_code() -> None:
    assert set(codes.OVERALL) == set(Result)
    assert set(codes.SIGNIFICANCE) == set(Classification)


def _all(node: Any) -> list[dict[str, Any]]:
    """Return every object below a node, itself included."""
    if isinstance(node, dict):
        return [node, *(found for item in node.values() for found in _all(item))]
    return [found for item in node for found in _all(item)] if isinstance(node, list) else []


STANDINGS = [DRAFT, Standing(authorised=SIGNATURE)]


@pytest.mark.parametrize("standing", STANDINGS, ids=["draft", "final"])
@pytest.mark.parametrize("name", SAMPLES)
def test_displays_are_those_of_the_code_systems(name: str, standing: Standing) -> None:
    for node in _all(bundle(SAMPLES[name], standing)):
        assert node.get("system", LOINC) in SYSTEMS
        if "display" in node and node["code"] in DISPLAYS:
            assert node["display"] == DISPLAYS[node["code"]]
        elif "display" in node:
            assert node["display"] == node["code"], "a name or accession is its own display"


@pytest.mark.parametrize("standing", STANDINGS, ids=["draft", "final"])
@pytest.mark.parametrize("name", SAMPLES)
def test_only_elements_that_r4_has(name: str, standing: Standing) -> None:
    for node in _all(bundle(SAMPLES[name], standing)):
        if "resourceType" in node:
            assert set(node) <= set(ELEMENTS[node["resourceType"]].split()), node["resourceType"]


@pytest.mark.parametrize("name", SAMPLES)
def test_cardinalities_of_the_profiles(name: str) -> None:
    for found in resources(SAMPLES[name], "Observation"):
        laboratory = [one for one in found["category"] if (LABORATORY, "laboratory") in coded(one)]
        genetics = [one for one in found["category"] if (SECTION, "GE") in coded(one)]
        assert (len(laboratory), len(genetics)) == (1, 1)
        for part in found.get("component", []):
            assert len([key for key in part if key.startswith("value")]) == 1
        if (TBD, "diagnostic-implication") in coded(found["code"]):
            assert found["derivedFrom"], "1..*"
    (report,) = resources(SAMPLES[name], "DiagnosticReport")
    assert len([one for one in report["category"] if (SECTION, "GE") in coded(one)]) == 1
    assert not {"imagingStudy", "effectivePeriod"} & set(report)
    for specimen in resources(SAMPLES[name], "Specimen"):
        assert specimen["subject"], "1..1"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_variant_is_interpreted_and_listed_in_the_report(name: str) -> None:
    (report,) = resources(SAMPLES[name], "DiagnosticReport")
    listed = {one["reference"] for one in report["result"]}
    reported = [variant for variant in SAMPLES[name].variants if variant.reported]
    found = [one for one in of_code(SAMPLES[name], "69548-6") if component(one, "69551-0")]
    implied = {one["reference"] for each in of_code(SAMPLES[name], "diagnostic-implication")
               for one in each["derivedFrom"]}  # fmt: skip
    if SAMPLES[name].conclusion.result is not Result.NOT_ANALYSED:
        assert len(found) == len(reported)
    assert {f"urn:uuid:{one['id']}" for one in found} <= listed & implied

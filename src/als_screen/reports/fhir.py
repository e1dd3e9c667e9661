"""`report.fhir.json`: the report as a FHIR bundle after the guide Genomics Reporting 3.0.0, for a lab system.

The models are those of `fhir.resources` for R4B, and only elements that R4 has too are used. What the guide
has no slice for (regions that were not assessed, the interval of a repeat size) is in components of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from als_screen.files import indented_json
from als_screen.models import RepeatAllele, Report, Variant
from als_screen.regions import CHROMOSOME_ACCESSIONS, Gene
from als_screen.reports import fhir_codes as codes
from als_screen.reports.fhir_codes import LOINC, concept, loinc
from als_screen.reports.formats import printable
from als_screen.reports.settings import ReportSettings
from als_screen.reports.standing import Stage, Standing
from als_screen.reports.withhold import withheld
from als_screen.states import GeneState, RepeatState, Result

_STATUS = {
    Stage.DRAFT: "preliminary",
    Stage.AMENDED_DRAFT: "preliminary",
    Stage.FINAL: "final",
    Stage.AMENDED: "amended",
}
Resource = dict[str, Any]


def fhir_json(report: Report, settings: ReportSettings, standing: Standing) -> str:
    """Return the bundle as JSON; the same report gives the same bytes.

    Raises:
        pydantic.ValidationError: the bundle would not be FHIR.
    """
    from fhir.resources.R4B.bundle import Bundle

    resources = _Writer(withheld(report), settings, standing).resources()
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    Bundle.model_validate(bundle)
    return indented_json(bundle)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Makes the resources of one report; references are to ids that follow from the patient's id.

    A report that amends another has its ids, so that a receiver puts it in its place. One that stands under
    the id of another person's report has its own: of that one nothing may be replaced.
    """

    report: Report
    settings: ReportSettings
    standing: Standing

    def resources(self) -> list[Resource]:
        """Return the report first, then what it refers to."""
        results = list(self._results())
        people = [self._patient(), self._specimen(), *self._organization(), *self._signer()]
        return [self._report(results), *people, *results]

    def _id(self, role: str) -> str:
        series = self.standing.series
        anew = f"from no. {series}/" if series > 1 else ""
        return str(uuid5(NAMESPACE_OID, f"als-screen/{self.report.patient.patient}/{anew}{role}"))

    def _reference(self, role: str) -> Resource:
        return {"reference": f"urn:uuid:{self._id(role)}"}

    def _report(self, results: list[Resource]) -> Resource:
        signed = self.standing.authorised
        resource = {
            "resourceType": "DiagnosticReport",
            "id": self._id("report"),
            "meta": codes.profile("genomic-report"),
            "status": _STATUS[self.standing.stage],
            "category": [codes.GENETICS],
            "code": concept(LOINC, "51969-4", "Genetic analysis report"),
            "subject": self._reference("patient"),
            "specimen": [self._reference("specimen")],
            "result": [{"reference": f"urn:uuid:{one['id']}"} for one in results],
            "conclusion": self.report.conclusion.text.model_dump()[self.settings.language],
            **_dated("effectiveDateTime", self.report.patient.collected),
        }
        if self.settings.laboratory.name:
            resource["performer"] = [self._reference("laboratory")]
        if signed is not None:
            resource["issued"] = signed.at.replace("+00:00", "Z")
            resource["resultsInterpreter"] = [self._reference("signer")]
        return resource

    def _patient(self) -> Resource:
        who = self.report.patient
        named = {"name": [{"text": printable(who.name)}]} if who.name else {}
        sex = {"gender": who.sex} if who.sex in {"female", "male"} else {}
        return {
            "resourceType": "Patient",
            "id": self._id("patient"),
            "identifier": [{"value": who.patient}],
            **named,
            **sex,
            **_dated("birthDate", who.birth_date),
        }

    def _specimen(self) -> Resource:
        who = self.report.patient
        collected = _dated("collectedDateTime", who.collected)
        return {
            "resourceType": "Specimen",
            "id": self._id("specimen"),
            "meta": codes.profile("genomic-specimen"),
            "subject": self._reference("patient"),
            **({"identifier": [{"value": printable(who.specimen)}]} if who.specimen else {}),
            **({"collection": collected} if collected else {}),
            **_dated("receivedTime", who.received),
        }

    def _organization(self) -> Iterator[Resource]:
        if name := self.settings.laboratory.name:
            yield {
                "resourceType": "Organization",
                "id": self._id("laboratory"),
                "name": printable(name),
            }

    def _signer(self) -> Iterator[Resource]:
        if signed := self.standing.authorised:
            yield {
                "resourceType": "Practitioner",
                "id": self._id("signer"),
                "name": [{"text": printable(signed.by)}],
                "qualification": [{"code": {"text": printable(signed.role)}}],
            }

    def _results(self) -> Iterator[Resource]:
        """Yield the overall answer, then findings with what they imply, then what was looked at."""
        yield self._observation(
            "overall", concept(LOINC, "51968-6"), valueCodeableConcept=loinc(codes.OVERALL[self._result])
        )
        if self._result is Result.NOT_ANALYSED:
            return
        yield from self._repeat()
        for number, variant in enumerate((v for v in self.report.variants if v.reported), start=1):
            role = f"variant {number}"
            yield self._variant(role, variant)
            yield self._implication(role, codes.SIGNIFICANCE[variant.classification.proposed])
        for gene in self.report.genes:
            yield self._region(gene)

    @property
    def _result(self) -> Result:
        return self.report.conclusion.result

    def _observation(self, role: str, code: Resource, profile: str = "", **more: object) -> Resource:
        return {
            "resourceType": "Observation",
            "id": self._id(role),
            **({"meta": codes.profile(profile)} if profile else {}),
            "status": _STATUS[self.standing.stage],
            "category": [codes.LABORATORY, codes.GENETICS],
            "code": code,
            "subject": self._reference("patient"),
            "specimen": self._reference("specimen"),
            **{key: value for key, value in more.items() if value},
        }

    def _assessed(self, role: str, answer: tuple[str, str], parts: list[Resource], note: str) -> Resource:
        """Return an observation after the guide's profile Variant; every one says whether it is present."""
        return self._observation(
            role,
            concept(LOINC, "69548-6", "Genetic variant assessment"),
            "variant",
            valueCodeableConcept=loinc(answer),
            method=loinc(codes.SEQUENCING),
            note=[{"text": printable(note)}] if note else [],
            component=parts,
        )

    def _implication(self, role: str, significance: tuple[str, str]) -> Resource:
        return self._observation(
            f"{role} implication",
            concept(codes.TBD, "diagnostic-implication"),
            "diagnostic-implication",
            derivedFrom=[self._reference(role)],
            component=[_coded("53037-8", loinc(significance))],
        )

    def _variant(self, role: str, variant: Variant) -> Resource:
        chrom = variant.chrom.removeprefix("chr")
        last = variant.pos + len(variant.ref) - 1
        support, clinvar = variant.read_support, variant.clinvar
        state = codes.ALLELIC_STATE.get(variant.zygosity)
        names = (("48004-6", variant.hgvs_c), ("81290-9", variant.hgvs_g), ("48005-3", variant.hgvs_p))
        parts = [
            *self._place(variant.gene, chrom, variant.pos, last),
            *(_coded(code, concept(codes.HGVS, name, name)) for code, name in names if name),
            _text("69547-8", variant.ref),
            _text("69551-0", variant.alt),
            *([_coded("53034-5", loinc(state))] if state else []),
            *([_quantity("82121-5", support.alt)] if support.alt is not None else []),
            *([_quantity("81258-6", variant.alt_fraction)] if variant.alt_fraction is not None else []),
            *([_coded("81252-9", concept(codes.CLINVAR, str(clinvar.variation_id)))] if clinvar else []),
        ]
        if variant.hgvs_c:
            transcript = variant.hgvs_c.partition(":")[0]
            parts.append(_coded("51958-7", concept(codes.REFSEQ, transcript, transcript)))
        return self._assessed(role, codes.PRESENT, parts, variant.inheritance.note)

    def _repeat(self) -> Iterator[Resource]:
        """Yield one variant an allele; the longer one says what the state implies."""
        repeat = self.report.repeat
        if repeat.state is RepeatState.NOT_ASSESSED or not repeat.alleles:
            answer = codes.NO_CALL if repeat.state is RepeatState.NOT_ASSESSED else codes.PRESENT
            yield self._assessed("repeat 1", answer, [*self._motif(), *self._other_size()], repeat.reason)
        else:
            for number, allele in enumerate(repeat.alleles, start=1):
                doubted = repeat.state is RepeatState.POSSIBLE_EXPANSION and number == len(repeat.alleles)
                answer = codes.INDETERMINATE if doubted else codes.PRESENT
                other = self._other_size() if number == len(repeat.alleles) else ()
                parts = [*self._motif(), *self._size(allele), *other]
                yield self._assessed(f"repeat {number}", answer, parts, repeat.reason)
        if significance := codes.REPEAT_SIGNIFICANCE.get(repeat.state):
            yield self._implication(f"repeat {max(1, len(repeat.alleles))}", significance)

    def _motif(self) -> list[Resource]:
        return [
            *self._gene_studied(Gene.C9ORF72),
            {"code": concept(codes.TBD, "repeat-motif"), "valueString": self.report.repeat.motif},
            _coded("48002-0", loinc(codes.GERMLINE)),
        ]

    def _size(self, allele: RepeatAllele) -> Iterator[Resource]:
        """Yield the number of repeats beside the reference ranges, and its interval."""
        policy = self.report.repeat.policy
        low, high = allele.ci
        at_least = allele.bound == "at_least" or allele.repeats is None
        number = {"value": low, "comparator": ">="} if at_least else {"value": allele.repeats}
        ranges = [
            {"high": {"value": policy.normal_max}, "text": "normal"},
            {"low": {"value": policy.intermediate_max + 1}, "text": "expanded"},
        ]
        named = f"{policy.name} {policy.version}"
        yield {
            "code": concept(codes.TBD, "repeat-number"),
            "valueQuantity": number,
            "referenceRange": [{**one, "text": f"{one['text']} ({named})"} for one in ranges],
        }
        yield {
            "code": {"text": "95 % credible interval of the number of repeats"},
            "valueRange": {"low": {"value": low}, **({"high": {"value": high}} if high is not None else {})},
        }

    def _other_size(self) -> Iterator[Resource]:
        """Yield the size of the longer allele as another method gave it."""
        if size := self.report.repeat.orthogonal_size:
            low, high = size
            above = {} if high is None else {"high": {"value": high}}
            code = {"text": "number of repeats of the longer allele by another method"}
            yield {"code": code, "valueRange": {"low": {"value": low}, **above}}

    def _region(self, gene: Gene) -> Resource:
        """Return what was looked at in a gene: its state, its callable fraction, and what is below."""
        found, covered = self.report.genes[gene], self.report.coverage.genes.get(gene)
        parts = [*self._gene_studied(gene), {"code": {"text": "state"}, "valueString": found.state.value}]
        if covered is not None:
            share = {
                "value": round(100 * covered.callable_fraction, 2),
                "unit": "%",
                "system": codes.UCUM,
                "code": "%",
            }
            parts.append({"code": {"text": "callable share of the reportable range"}, "valueQuantity": share})
            parts += [
                {
                    "code": {"text": "not callable, 1-based"},
                    "valueRange": {"low": {"value": start + 1}, "high": {"value": end}},
                }
                for _, start, end in covered.below
            ]
        missing = found.state in {GeneState.NOT_ASSESSED, GeneState.INCOMPLETE}
        return self._observation(
            f"region {gene}",
            concept(LOINC, "53041-0", "DNA region of interest panel"),
            component=parts,
            note=[{"text": printable(found.reason)}] if missing and found.reason else [],
        )

    def _gene_studied(self, gene: Gene) -> Iterator[Resource]:
        yield _coded("48018-6", concept(codes.HGNC, f"HGNC:{codes.GENES[gene]}", gene))
        if build := self.report.genome_build:
            yield _coded("62374-4", loinc(codes.ASSEMBLY[build]))

    def _place(self, gene: Gene, chrom: str, first: int, last: int) -> Iterator[Resource]:
        yield from self._gene_studied(gene)
        if build := self.report.genome_build:
            accession = CHROMOSOME_ACCESSIONS[build][chrom]
            yield _coded("48013-7", concept(codes.REFSEQ, accession, accession))
        yield {
            "code": concept(LOINC, "81254-5"),
            "valueRange": {"low": {"value": first}, "high": {"value": last}},
        }
        yield _coded("92822-6", loinc(codes.ONE_BASED))
        yield _coded("48002-0", loinc(codes.GERMLINE))


def _coded(code: str, value: Resource) -> Resource:
    return {"code": concept(LOINC, code), "valueCodeableConcept": value}


def _text(code: str, value: str) -> Resource:
    return {"code": concept(LOINC, code), "valueString": printable(value)}


def _quantity(code: str, value: float) -> Resource:
    return {
        "code": concept(LOINC, code),
        "valueQuantity": {"value": value, "system": codes.UCUM, "code": "1"},
    }


def _dated(element: str, value: str | None) -> Resource:
    """Return a date element; nothing where the sheet has no ISO date."""
    try:
        return {element: date.fromisoformat(value or "").isoformat()}
    except ValueError:
        return {}

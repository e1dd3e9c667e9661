"""Codes of HL7 FHIR Genomics Reporting 3.0.0 (R4): LOINC and its answer lists, HGNC, the guide's own.

Source: the profiles `genomic-report`, `variant` and `diagnostic-implication` of the guide,
https://hl7.org/fhir/uv/genomics-reporting/.
"""

from __future__ import annotations

from typing import Any, Final

from als_screen.evidence import Zygosity
from als_screen.regions import Build, Gene
from als_screen.states import Classification, RepeatState, Result

GUIDE: Final = "http://hl7.org/fhir/uv/genomics-reporting"
LOINC: Final = "http://loinc.org"
HGVS: Final = "http://varnomen.hgvs.org"
HGNC: Final = "http://www.genenames.org"
REFSEQ: Final = "http://www.ncbi.nlm.nih.gov/refseq"
CLINVAR: Final = "http://www.ncbi.nlm.nih.gov/clinvar"
UCUM: Final = "http://unitsofmeasure.org"
TBD: Final = f"{GUIDE}/CodeSystem/tbd-codes-cs"

#: Identifiers of the genes (HGNC, as in `resources/transcripts.json`).
GENES: Final = {Gene.C9ORF72: "28337", Gene.SOD1: "11179", Gene.TARDBP: "11571", Gene.FUS: "4010"}
#: Answers of LOINC list LL541-4, overall interpretation.
OVERALL: Final = {
    Result.POSITIVE: ("LA6576-8", "Positive"),
    Result.UNCERTAIN: ("LA9663-1", "Inconclusive"),
    Result.NOT_FOUND: ("LA6577-6", "Negative"),
    Result.INCOMPLETE: ("LA9663-1", "Inconclusive"),
    Result.NOT_ANALYSED: ("LA9664-9", "Failure"),
}
#: Answers of LOINC list LL1971-2, assessment of a variant.
PRESENT: Final = ("LA9633-4", "Present")
INDETERMINATE: Final = ("LA11884-6", "Indeterminate")
NO_CALL: Final = ("LA18198-4", "No call")
#: Answers of LOINC list LL4034-6, clinical significance.
SIGNIFICANCE: Final = {
    Classification.PATHOGENIC: ("LA6668-3", "Pathogenic"),
    Classification.LIKELY_PATHOGENIC: ("LA26332-9", "Likely pathogenic"),
    Classification.UNCERTAIN: ("LA26333-7", "Uncertain significance"),
    Classification.LIKELY_BENIGN: ("LA26334-5", "Likely benign"),
    Classification.BENIGN: ("LA6675-8", "Benign"),
}
#: The same for the repeat; a repeat that is not expanded implies nothing.
REPEAT_SIGNIFICANCE: Final = {
    RepeatState.EXPANDED: SIGNIFICANCE[Classification.PATHOGENIC],
    RepeatState.POSSIBLE_EXPANSION: SIGNIFICANCE[Classification.UNCERTAIN],
    RepeatState.INTERMEDIATE: SIGNIFICANCE[Classification.UNCERTAIN],
}
#: Answers of LOINC list LL381-5, allelic state.
ALLELIC_STATE: Final = {
    Zygosity.HETEROZYGOUS: ("LA6706-1", "Heterozygous"),
    Zygosity.HOMOZYGOUS: ("LA6705-3", "Homozygous"),
    Zygosity.HEMIZYGOUS: ("LA6707-9", "Hemizygous"),
}
#: Answers of LOINC list LL1040-6, reference assembly.
ASSEMBLY: Final = {Build.GRCH37: ("LA14029-5", "GRCh37"), Build.GRCH38: ("LA26806-2", "GRCh38")}
GERMLINE: Final = ("LA6683-2", "Germline")
ONE_BASED: Final = ("LA30102-0", "1-based character counting")
SEQUENCING: Final = ("LA26398-0", "Sequencing")

LABORATORY: Final = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]
}
GENETICS: Final = {
    "coding": [
        {"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "GE", "display": "Genetics"}
    ]
}


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    """Return a CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def loinc(answer: tuple[str, str]) -> dict[str, Any]:
    """Return a CodeableConcept of a LOINC code and its display."""
    return concept(LOINC, *answer)


def profile(name: str) -> dict[str, Any]:
    """Return the `meta` of a resource that follows a profile of the guide."""
    return {"profile": [f"{GUIDE}/StructureDefinition/{name}"]}

"""Which standing texts belong to a result: recommendations, residual risk, limits, what was not tested.

Every text is a message of the catalogues, which a clinic edits in `locales/`; here is only the choice.
"""

from __future__ import annotations

from enum import StrEnum

from als_screen.confirmations import of_variant
from als_screen.interpretation.second_person import is_mixed
from als_screen.models import Report, Variant
from als_screen.regions import VARIANT_GENES, Gene
from als_screen.reports.catalogue import N_
from als_screen.states import Classification, ConfirmationResult, IdentityState, RepeatState, Result

PATHOGENIC = frozenset({Classification.PATHOGENIC, Classification.LIKELY_PATHOGENIC})
#: Reported variants that are shown with all that is known and a picture of the reads; the others are rows.
IN_FULL = 12

NOT_TESTED = (
    N_("Genes other than the four named here, and repeats other than the C9orf72 repeat."),
    N_(
        "Deletions and duplications of exons or whole genes, inversions and other structural variants; "
        "where the variant file holds such a record it is listed, not interpreted."
    ),
    N_("Variants deep in introns and in regulatory sequence, except alleles already known to be pathogenic."),
    N_("Variants present in a minority of cells only (mosaicism)."),
    N_("The exact length of a repeat longer than the reads, its interruptions and its methylation."),
    N_("Sequence variants of C9orf72: they have no established association with ALS."),
)

LIMITS = (
    N_(
        "Classes are proposed by software from the evidence listed; classification is the decision of "
        "a qualified person."
    ),
    N_(
        "A repeat longer than the reads is estimated from the number of reads inside it; the true "
        "length is often far greater. No prognosis follows from the size."
    ),
    N_(
        "Repeat sizes measured by other methods or with another definition of the locus are not "
        "comparable, and the size in blood may differ from that in other tissues."
    ),
    N_(
        "Databases of variants and frequencies contain gaps and errors and change over time; a class "
        "may change with them."
    ),
    N_("The result holds for the sample that was sequenced; a mix-up before sequencing cannot be seen here."),
)


class Topic(StrEnum):
    """What a recommendation is about: the key by which a clinic replaces its text."""

    DIFFERENT = "different_persons"
    REPEAT_ANALYSIS = "not_analysed"
    SECOND_PERSON = "second_person"
    UNAFFECTED = "unaffected"
    EXPANDED = "expanded"
    POSSIBLE = "possible_expansion"
    INTERMEDIATE = "intermediate"
    VARIANT = "pathogenic_variant"
    ZYGOSITY = "zygosity"
    SOD1 = "sod1"
    SEVERAL = "several_genes"
    COUNSELLING = "counselling"
    VUS = "uncertain_variant"
    C9_MISSING = "repeat_not_assessed"
    SEQUENCE_MISSING = "sequence_not_assessed"
    WIDER = "wider_test"
    REVIEW = "review"


#: The recommendations as messages; a clinic replaces one under `texts` in its own file.
TEXTS: dict[Topic, str] = {
    Topic.DIFFERENT: N_(
        "Find out which file belongs to whom before anything is reported: the variant file and the reads "
        "are of different persons. Nothing of either is shown."
    ),
    Topic.REPEAT_ANALYSIS: N_(
        "Mend the reason named above and repeat the analysis. This report says nothing about the "
        "patient's genes."
    ),
    Topic.SECOND_PERSON: N_(
        "Repeat the test with a new sample: a second person's reads are mixed in. Until then nothing found "
        "here is known to be the patient's, and nothing is excluded."
    ),
    Topic.UNAFFECTED: N_(
        "The person is recorded as unaffected: a finding is not a diagnosis, and penetrance is "
        "age-dependent and incomplete."
    ),
    Topic.EXPANDED: N_(
        "Confirm the C9orf72 expansion by repeat-primed PCR, and size it by Southern blot or long-read "
        "sequencing, before it is used in care."
    ),
    Topic.POSSIBLE: N_(
        "Test the C9orf72 repeat by repeat-primed PCR: the reads neither establish nor exclude an expansion."
    ),
    Topic.INTERMEDIATE: N_(
        "Confirm the size of the C9orf72 repeat by an orthogonal method. An intermediate allele is not "
        "diagnostic of C9orf72 disease."
    ),
    Topic.VARIANT: N_(
        "Confirm each pathogenic or likely pathogenic variant by an independent method, such as Sanger "
        "sequencing."
    ),
    Topic.ZYGOSITY: N_(
        "A pathogenic variant whose zygosity does not fit its inheritance does not explain the disease by "
        "itself: look for a second variant and, where possible, test relatives."
    ),
    Topic.SOD1: N_(
        "Ask a specialist centre whether a gene-directed treatment or study is open to carriers of this "
        "SOD1 variant."
    ),
    Topic.SEVERAL: N_(
        "There are findings in more than one gene. Weigh them together; one does not cancel the other."
    ),
    Topic.COUNSELLING: N_(
        "Offer genetic counselling. Relatives are tested only after counselling and only for a finding "
        "that has been confirmed."
    ),
    Topic.VUS: N_(
        "Do not base treatment, family planning or the testing of healthy relatives on a variant of "
        "uncertain significance. Testing of affected relatives may clarify it; have it reviewed "
        "periodically."
    ),
    Topic.C9_MISSING: N_(
        "Have the C9orf72 repeat tested by repeat-primed PCR: it was not (wholly) assessed here."
    ),
    Topic.SEQUENCE_MISSING: N_(
        "Have the regions listed as not assessed sequenced by another method before calling those "
        "genes negative."
    ),
    Topic.WIDER: N_(
        "Consider a wider gene panel or genome analysis, above all with affected relatives or an early "
        "onset, and offer genetic counselling."
    ),
    Topic.REVIEW: N_(
        "Have the data reinterpreted when knowledge has changed, for example after one to two years."
    ),
}


def recommended(report: Report) -> tuple[Topic, ...]:
    """Return the recommendations that a result calls for, most urgent first."""
    if report.identity.state is IdentityState.DIFFERENT:
        return (Topic.DIFFERENT,)
    if report.conclusion.result is Result.NOT_ANALYSED:
        return (Topic.REPEAT_ANALYSIS,)
    chosen = [Topic.SECOND_PERSON] if is_mixed(report.contamination) else []
    chosen += [Topic.UNAFFECTED] if report.patient.diagnosis == "unaffected" else []
    return (*chosen, *_for_repeat(report), *_for_variants(report), *_for_gaps(report), *_for_result(report))


def residual_risk(report: Report) -> tuple[str, ...]:
    """Return what a result without a finding leaves open, in plain words; empty for other results."""
    if report.conclusion.result not in {Result.NOT_FOUND, Result.INCOMPLETE}:
        return ()
    texts = [
        N_(
            "That nothing was found makes a cause in these four genes less likely; it does not exclude "
            "a genetic cause."
        ),
        N_(
            "Still possible are: a cause in another gene, a change of a kind that was not tested, a "
            "change in a region that was not assessed, and a technical miss."
        ),
        _residual_of_repeat(report),
        N_(
            "In Europe the C9orf72 expansion is found in about 40 % of people with familial ALS and 7 % of "
            "those with sporadic ALS (source: STRchive, 2026-06)."
        ),
    ]
    return (*texts, *_residual_of_family(report.patient.family_history))


def findings(report: Report) -> tuple[Variant, ...]:
    """Return the reported variants that are pathogenic or likely pathogenic."""
    return tuple(v for v in report.variants if v.reported and v.classification.proposed in PATHOGENIC)


def uncertain(report: Report) -> tuple[Variant, ...]:
    """Return the other reported variants, kept apart."""
    return tuple(v for v in report.variants if v.reported and v.classification.proposed not in PATHOGENIC)


def in_full(report: Report) -> tuple[Variant, ...]:
    """Return the reported variants that are shown in full: the (likely) pathogenic ones go first."""
    return (*findings(report), *uncertain(report))[:IN_FULL]


def in_short(report: Report) -> tuple[Variant, ...]:
    """Return the other reported variants, so that a report stays small however many there are."""
    return (*findings(report), *uncertain(report))[IN_FULL:]


def _for_repeat(report: Report) -> list[Topic]:
    topics = {
        RepeatState.EXPANDED: Topic.EXPANDED,
        RepeatState.POSSIBLE_EXPANSION: Topic.POSSIBLE,
        RepeatState.INTERMEDIATE: Topic.INTERMEDIATE,
    }
    topic = topics.get(report.repeat.state)
    return [topic] if topic and report.repeat.basis == "reads" else []


def _for_variants(report: Report) -> list[Topic]:
    found = findings(report)
    rules = {
        Topic.VARIANT: any(not _is_confirmed(report, variant) for variant in found),
        Topic.ZYGOSITY: any(not variant.inheritance.fits for variant in found),
        Topic.SOD1: any(
            variant.gene is Gene.SOD1 and variant.inheritance.fits and not variant.may_be_others
            for variant in found
        ),
        Topic.SEVERAL: len(_genes_found(report)) > 1,
        Topic.VUS: bool(uncertain(report)),
    }
    return [topic for topic, applies in rules.items() if applies]


def _is_confirmed(report: Report, variant: Variant) -> bool:
    """Tell whether another method has shown the variant, and none has not."""
    results = {one.result for one in of_variant(report.confirmations, variant)}
    return results == {ConfirmationResult.CONFIRMED}


def _genes_found(report: Report) -> set[Gene]:
    genes = {variant.gene for variant in findings(report)}
    return genes | ({Gene.C9ORF72} if report.repeat.state is RepeatState.EXPANDED else set())


def _for_gaps(report: Report) -> list[Topic]:
    missing = report.conclusion.not_assessed
    repeat = (
        [Topic.C9_MISSING]
        if Gene.C9ORF72 in missing and report.repeat.state is RepeatState.NOT_ASSESSED
        else []
    )
    return repeat + ([Topic.SEQUENCE_MISSING] if any(gene in missing for gene in VARIANT_GENES) else [])


def _for_result(report: Report) -> list[Topic]:
    if report.conclusion.result in {Result.POSITIVE, Result.UNCERTAIN}:
        return [Topic.COUNSELLING]
    return [Topic.WIDER, Topic.REVIEW]


def _residual_of_repeat(report: Report) -> str:
    if report.repeat.state is RepeatState.NOT_ASSESSED:
        return N_(
            "The C9orf72 repeat, the most frequent genetic cause of ALS in Europe, was not assessed: "
            "this report says nothing about it."
        )
    return N_(
        "Sequencing can miss an expanded C9orf72 allele; repeat-primed PCR remains the reference method."
    )


def _residual_of_family(history: str) -> tuple[str, ...]:
    texts = {
        "familial": N_(
            "With affected relatives a genetic cause remains likely; relatives may be at risk whatever "
            "this result says."
        ),
        "sporadic": N_("Most people with ALS and no affected relatives have no finding in these genes."),
    }
    return (texts[history],) if history in texts else ()

"""What a VCF says of the repeat's length beside reads that say less, more, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from als_screen.evidence import (
    Library,
    ReadClass,
    ReadCount,
    ReadsCheck,
    RepeatEvidence,
    State,
    StructuralRecord,
    VariantEvidence,
    VariantSource,
)
from als_screen.interpretation.interpret import PatientEvidence
from als_screen.interpretation.knowledge.lookup import BUNDLED_KNOWLEDGE
from als_screen.interpretation.repeat_in_vcf import Claim, claim_remarks, claims, held_against
from als_screen.models import Confirmation
from als_screen.patient import Patient
from als_screen.regions import Build, Gene
from als_screen.repeat.locus import load_policy
from als_screen.repeat.model import size_grid
from als_screen.states import ConfirmationResult, RepeatState, Result
from conclusion_records import repeat
from interpretation_shared import allele
from reanalysis_runs import evidence, interpreter

USE = load_policy().thresholds
#: The base before the three copies of the reference, and 300 units put in there.
BEFORE = {Build.GRCH38: 27_573_528, Build.GRCH37: 27_573_526}
NORMAL, LONG = "GGCCCC" * 5, "GGCCCC" * 300


def inserted(bases: str, at: int = BEFORE[Build.GRCH38], filters: str = "PASS") -> dict[str, Any]:
    return {"alleles": (allele(Gene.C9ORF72, at, "C", f"C{bases}", filter=filters),)}


def symbolic(alt: str, filters: str = "PASS", **changes: Any) -> dict[str, Any]:
    at = BEFORE[Build.GRCH38]
    usual = {"gene": Gene.C9ORF72, "chrom": "9", "pos": at, "end": at + 18, "genotype": "0/1"}
    return {"structural": (StructuralRecord(**{**usual, "alt": alt, "filter": filters, **changes}),)}


def vcf(**said: Any) -> VariantEvidence:
    usual = {"patient": "P", "state": State.ASSESSED, "source": VariantSource.VCF, "build": Build.GRCH38}
    return VariantEvidence(**{**usual, **said})


@pytest.mark.parametrize(
    ("said", "expected", "note"),
    [
        (inserted(LONG), [303], "the whole expansion, as long reads give it"),
        (inserted(LONG, at=BEFORE[Build.GRCH38] - 5), [303], "left-aligned into the flank"),
        (inserted(LONG, at=BEFORE[Build.GRCH38] + 18), [303], "behind the copies"),
        (inserted(LONG, at=BEFORE[Build.GRCH38] - 99), [303], "placed to some tens of bases"),
        (inserted(NORMAL), [8], "a common allele"),
        (inserted(LONG, at=BEFORE[Build.GRCH38] - 300), [], "elsewhere in the gene"),
        ({"alleles": (allele(Gene.C9ORF72, 27_573_528, "CGGCCCC", "C"),)}, [], "shorter"),
        ({"alleles": (allele(Gene.SOD1, 31_659_783, "C", f"C{LONG}"),)}, [], "another gene"),
        (symbolic("<STR800>"), [800], "ExpansionHunter"),
        (symbolic("<STR2>"), [2], "its normal allele"),
        (symbolic("<STR800>", end=27_578_866), [800], "a record whose end nothing tells"),
        (symbolic("<VNTR>", end=27_578_866), [None], "nor its length"),
        (symbolic("<EXPANSION>"), [None], "a symbol of somebody's own"),
        (symbolic("<INV>"), [], "turned round"),
        (symbolic("<INS>", length=1800), [303], "an insertion with SVLEN"),
        (symbolic("<INS>"), [None], "and without"),
        (symbolic("<DUP:TANDEM>", length=1800), [303], "written as a duplication"),
        (symbolic("<CNV:TR>", length=18), [None], "SVLEN is that of the reference copies"),
        (symbolic("<DUP>", pos=27_000_000, end=28_000_000, length=1_000_000), [], "a megabase"),
        (symbolic("<DEL>", length=18), [], "not longer"),
        (symbolic("C[chr1:100["), [], "a breakend"),
        ({**inserted(LONG), "source": VariantSource.READS}, [], "called from the reads"),
        ({**inserted(LONG), "state": State.NOT_ASSESSED}, [], "could not be read"),
    ],
)  # fmt: skip
def test_what_is_over_the_repeat(said: dict[str, Any], expected: list[int | None], note: str) -> None:
    assert [one.repeats for one in claims(Build.GRCH38, vcf(**said))] == expected, note


def test_the_other_build_has_its_own_place() -> None:
    there = vcf(**inserted(LONG, at=BEFORE[Build.GRCH37]), build=Build.GRCH37)
    assert [one.repeats for one in claims(Build.GRCH37, there)] == [303]


S = RepeatState


@pytest.mark.parametrize(
    ("by_reads", "repeats", "passed", "expected"),
    [
        (S.NOT_EXPANDED, 303, True, S.POSSIBLE_EXPANSION),
        (S.INTERMEDIATE, 303, True, S.POSSIBLE_EXPANSION),
        (S.POSSIBLE_EXPANSION, 303, True, S.POSSIBLE_EXPANSION),
        (S.EXPANDED, 303, True, S.EXPANDED),
        (S.NOT_ASSESSED, 303, True, S.NOT_ASSESSED),
        (S.NOT_EXPANDED, USE.normal_max, True, S.NOT_EXPANDED),
        (S.NOT_EXPANDED, USE.normal_max + 1, True, S.INTERMEDIATE),
        (S.NOT_EXPANDED, USE.intermediate_max + 1, True, S.POSSIBLE_EXPANSION),
        (S.INTERMEDIATE, USE.normal_max + 1, True, S.INTERMEDIATE),
        (S.NOT_EXPANDED, 303, False, S.NOT_EXPANDED),
        (S.NOT_EXPANDED, None, True, S.NOT_ASSESSED),
        (S.INTERMEDIATE, None, True, S.INTERMEDIATE),
        (S.NOT_EXPANDED, None, False, S.NOT_EXPANDED),
    ],
)
def test_reads_and_a_record(
    by_reads: RepeatState, repeats: int | None, passed: bool, expected: RepeatState
) -> None:
    before = repeat(by_reads)
    found = held_against(before, [Claim(2, "chr9:1 <STR2>", True), Claim(repeats, "RECORD", passed)], USE)
    assert found.state is expected
    assert (found.vcf_repeats is not None) == (repeats is not None and expected is not by_reads)
    assert ("RECORD" in found.reason) == (expected is not by_reads or by_reads is S.NOT_ASSESSED)


def test_remarks_name_the_record_and_say_what_it_takes() -> None:
    found = claims(Build.GRCH38, vcf(**inserted(LONG), **symbolic("<STR30>", filters="LowDepth")))
    assert [remark.split("; ") for remark in claim_remarks(found, USE)] == [
        [
            f"the VCF has an allele as long as about {record}",
            "size it by an orthogonal method before reporting",
        ]
        for record in (
            "303 repeats of C9orf72 (chr9:27573528 +1800 bp)",
            "30 repeats of C9orf72 (chr9:27573528 <STR30> LowDepth)",
        )
    ]
    assert claim_remarks(claims(Build.GRCH38, vcf(**inserted(NORMAL))), USE) == ()
    assert "does not say its length" in claim_remarks(claims(Build.GRCH38, vcf(**symbolic("<INS>"))), USE)[0]


def person(said: dict[str, Any], reads: bool = True) -> PatientEvidence:
    """Return a patient whose reads show 2 and 8 repeats, if there are any."""
    found = evidence("P")
    found = replace(found, variants=found.variants.model_copy(update=said))
    if not reads:
        return found
    bam = ReadsCheck(path="/data/P.bam", contigs={"9": "chr9"}, sample="P", is_cram=False)
    spanning = [ReadCount(read_class=ReadClass.SPANNING, units=size, fragments=10) for size in (2, 8)]
    shown = RepeatEvidence(
        patient="P",
        state=State.ASSESSED,
        build=Build.GRCH38,
        sizes=tuple(int(size) for size in size_grid()),
        likelihood=((2, 8, 0.0),),
        counts=tuple(spanning),
        lost_allele=-20.0,
        library=Library(read_length=150, flank_depth=30.0, locus_depth=30.0),
    )
    return replace(found, repeat=shown, check=found.check.model_copy(update={"reads": bam}))


@pytest.mark.parametrize("said", [inserted(LONG), symbolic("<STR800>")])
def test_an_expansion_of_the_vcf_is_never_a_clean_negative(said: dict[str, Any]) -> None:
    judged = interpreter(BUNDLED_KNOWLEDGE)
    assert judged.report(Patient("P"), person({})).repeat.state is S.NOT_EXPANDED
    found = judged.report(Patient("P"), person(said))
    assert found.repeat.state is S.POSSIBLE_EXPANSION
    assert found.conclusion.result is Result.UNCERTAIN
    assert "in the VCF, 8 units by the reads" in found.conclusion.text.en
    assert any("size it by an orthogonal method" in remark for remark in found.remarks)


def test_without_reads_it_is_named_and_not_assessed() -> None:
    found = interpreter(BUNDLED_KNOWLEDGE).report(Patient("P"), person(inserted(LONG), reads=False))
    assert found.repeat.state is S.NOT_ASSESSED
    assert "303 repeats" in found.genes[Gene.C9ORF72].reason
    assert any("303 repeats" in remark for remark in found.remarks)


def test_another_method_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = interpreter(BUNDLED_KNOWLEDGE)
    denied = Confirmation(
        finding="C9orf72",
        method="RP-PCR",
        result=ConfirmationResult.NOT_CONFIRMED,
        date="2026-01-01",
        by="Lab",
    )
    monkeypatch.setattr(judged, "confirmations", {"P": (denied,)})
    found = judged.report(Patient("P"), person(inserted(LONG)))
    assert (found.repeat.state, found.repeat.basis) == (S.NOT_EXPANDED, "orthogonal")
    assert any("303 repeats" in remark for remark in found.remarks)

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from als_screen.evidence import Library, ReadClass, ReadCount, RepeatEvidence, State
from als_screen.interpretation.repeat import interpret_repeat
from als_screen.patient import LibraryKind
from als_screen.regions import Build
from als_screen.repeat.limits import Limit
from als_screen.repeat.locus import load_policies, load_policy
from als_screen.repeat.model import size_grid
from als_screen.states import RepeatState

_SIZES = tuple(int(size) for size in size_grid())


def _evidence(pairs: list[tuple[int, int, float]], **changes: Any) -> RepeatEvidence:
    """Evidence in which ten fragments span each size that is the only one of its allele."""
    alleles = [sorted({pair[which] for pair in pairs}) for which in (0, 1)]
    spanned = sorted({sizes[0] for sizes in alleles if len(sizes) == 1})
    counts = tuple(ReadCount(read_class=ReadClass.SPANNING, units=size, fragments=10) for size in spanned)
    given = {
        "patient": "P",
        "state": State.ASSESSED,
        "build": Build.GRCH38,
        "sizes": _SIZES,
        "likelihood": tuple(pairs),
        "counts": counts,
        "lost_allele": -20.0,
        "library": Library(read_length=150, flank_depth=30.0, locus_depth=30.0),
    }
    return RepeatEvidence(**(given | changes))


def test_two_short_alleles_are_not_expanded() -> None:
    result = interpret_repeat(_evidence([(2, 8, 0.0)]), load_policy())
    assert result.state is RepeatState.NOT_EXPANDED
    assert result.hgvs_g == "NC_000009.12:g.27573529_27573546GGCCCC[2];[8]"
    assert result.probability_expanded == 0.0


def test_one_size_is_named_once() -> None:
    evidence = _evidence([(2, 2, 0.0)], build=Build.GRCH37)
    assert interpret_repeat(evidence, load_policy()).hgvs_g == "NC_000009.11:g.27573527_27573544GGCCCC[2]"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(400, 900, "the long allele has at least {}"), (40, 90, "small expansion, significance depends")],
)
def test_an_expansion_is_worded_by_its_lower_bound(low: int, high: int, words: str) -> None:
    pairs = [(2, size, 0.0) for size in _SIZES if low <= size <= high]
    result = interpret_repeat(_evidence(pairs), load_policy())
    first, last = result.alleles[1].ci
    assert low <= first < (last or 0) <= high
    assert result.state is RepeatState.EXPANDED
    assert words.format(first) in result.reason
    assert result.hgvs_g == f"NC_000009.12:g.27573529_27573546GGCCCC[2];[({first}_{last})]"


def test_without_an_upper_limit_the_name_says_so() -> None:
    pairs = [(2, size, 0.0) for size in _SIZES if size >= 60]
    result = interpret_repeat(_evidence(pairs, size_limit=70), load_policy())
    assert str(result.hgvs_g).endswith(f"[2];[({result.alleles[1].ci[0]}_?)]")


def test_between_the_thresholds_is_possible() -> None:
    result = interpret_repeat(_evidence([(2, 29, 0.0), (2, 35, 0.5)]), load_policy())
    assert result.state is RepeatState.POSSIBLE_EXPANSION
    assert 0.05 < (result.probability_expanded or 0) < 0.95


def test_the_intermediate_class_says_what_it_is_not() -> None:
    result = interpret_repeat(_evidence([(2, 26, 0.0)]), load_policy())
    assert result.state is RepeatState.INTERMEDIATE
    assert "not diagnostic" in result.reason


@pytest.mark.parametrize(
    ("policy", "units", "state"),
    [
        ("strchive-2026-06", 31, RepeatState.EXPANDED),
        ("strchive-2026-06", 30, RepeatState.INTERMEDIATE),
        ("strchive-2026-06", 23, RepeatState.NOT_EXPANDED),
        ("stranger-2019", 39, RepeatState.INTERMEDIATE),
        ("stranger-2019", 40, RepeatState.EXPANDED),
        ("genereviews-2020", 60, RepeatState.INTERMEDIATE),
        ("genereviews-2020", 61, RepeatState.EXPANDED),
        ("mayo-newer-page", 20, RepeatState.INTERMEDIATE),
    ],
)
def test_the_class_follows_the_policy(policy: str, units: int, state: RepeatState) -> None:
    evidence = _evidence([(2, units, 0.0)])
    result = interpret_repeat(evidence, load_policy(policy))
    assert result.state is state
    assert result.policy.name == policy


def test_the_ratio_does_not_depend_on_the_prior() -> None:
    pairs = [(2, 30, 0.0), (2, 31, 1.0)]
    found = [
        interpret_repeat(_evidence(pairs), load_policy(prior=prior)) for prior in ("diagnostic", "population")
    ]
    assert (found[0].probability_expanded or 0) > (found[1].probability_expanded or 0)


@pytest.mark.parametrize("kind", [LibraryKind.PCR, LibraryKind.EXOME, LibraryKind.PANEL])
def test_one_allele_in_an_amplified_library_proves_nothing(kind: LibraryKind) -> None:
    evidence = _evidence([(2, 2, 0.0)], lost_allele=-2.0)
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.NOT_EXPANDED
    result = interpret_repeat(evidence, load_policy(), kind)
    assert result.state is RepeatState.NOT_ASSESSED
    assert result.quality["dropout_suspected"]
    assert result.alleles[0].repeats == 2


def test_two_alleles_in_an_amplified_library_are_both_seen() -> None:
    assert interpret_repeat(_evidence([(2, 8, 0.0)]), load_policy(), LibraryKind.PCR).state is (
        RepeatState.NOT_EXPANDED
    )


@pytest.mark.parametrize(
    ("limit", "state", "note"),
    [
        (Limit.LOCUS_DEPTH_LOW, RepeatState.NOT_ASSESSED, "half the depth"),
        (Limit.GC_LOSS, RepeatState.NOT_ASSESSED, "lossy library"),
        (Limit.NO_MATES, RepeatState.NOT_ASSESSED, "single reads"),
        (Limit.DEPTH_TOO_LOW, RepeatState.NOT_ASSESSED, "3x"),
        (Limit.MATES_MISSING, RepeatState.NOT_ASSESSED, "sliced: mates beside the repeat are gone"),
        (Limit.DISTANT_MATES_MISSING, RepeatState.POSSIBLE_EXPANSION, "sliced: mates lay in far tracts"),
        (Limit.UNEXPLAINED_IN_REPEAT, RepeatState.POSSIBLE_EXPANSION, "reads of an expansion without anchor"),
    ],
)
def test_drop_out_is_a_state(limit: Limit, state: RepeatState, note: str) -> None:
    evidence = _evidence([(2, 2, 0.0)], lost_allele=-1.0, limits=(limit.value,))
    result = interpret_repeat(evidence, load_policy())
    assert result.state is state, note
    assert result.reason


def test_a_likely_lost_allele_is_not_normal() -> None:
    evidence = _evidence([(2, 2, 0.0)], lost_allele=3.0)
    result = interpret_repeat(evidence, load_policy())
    assert result.state is RepeatState.NOT_ASSESSED
    assert Limit.ALLELE_MAY_BE_LOST.value in result.quality["limits"]


def test_few_spanning_fragments_of_one_size_are_not_two_alleles() -> None:
    counts = (ReadCount(read_class=ReadClass.SPANNING, units=2, fragments=5),)
    evidence = _evidence([(2, 2, 0.0)], counts=counts, lost_allele=-1.0)
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.NOT_ASSESSED


@pytest.mark.parametrize(
    ("log10", "state", "note"),
    [
        (0.0, RepeatState.NOT_ASSESSED, "one read that says nothing: the prior is no finding"),
        (4.0, RepeatState.POSSIBLE_EXPANSION, "one read from inside a long repeat"),
    ],
)
def test_the_prior_alone_is_no_finding(log10: float, state: RepeatState, note: str) -> None:
    counts = (ReadCount(read_class=ReadClass.FLANKING, units=3, fragments=1),)
    large = next(size for size in _SIZES if size > 500)
    pairs = [(size, size, -log10) for size in range(3, 31)] + [(3, large, 0.0)]
    evidence = _evidence(pairs, counts=counts, limits=(Limit.DEPTH_TOO_LOW.value,), lost_allele=None)
    assert interpret_repeat(evidence, load_policy()).state is state, note


def test_an_expansion_that_was_found_was_not_missed() -> None:
    large = next(size for size in _SIZES if size > 500)
    evidence = _evidence([(2, large, 0.0)], limits=(Limit.GC_LOSS.value,))
    result = interpret_repeat(evidence, load_policy())
    assert result.state is RepeatState.EXPANDED
    assert not result.quality["dropout_suspected"]
    assert result.quality["limits"] == [Limit.GC_LOSS.value]


@pytest.mark.parametrize(
    "limit",
    [
        *(Limit.UNEXPLAINED_IN_REPEAT, Limit.DEPTH_TOO_LOW),
        *(Limit.MATES_MISSING, Limit.DISTANT_MATES_MISSING),
    ],
)
def test_an_expansion_without_sound_support_is_only_possible(limit: Limit) -> None:
    large = next(size for size in _SIZES if size > 500)
    evidence = _evidence([(2, large, 0.0)], limits=(limit.value,))
    assert interpret_repeat(evidence, load_policy()).state is RepeatState.POSSIBLE_EXPANSION


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"library": Library(flank_depth=9.0)}, "9x: too few reads to bound an allele that none spans"),
        ({"limits": (Limit.GC_LOSS.value,)}, "reads of an expansion are lost first"),
    ],
)
def test_an_allele_that_no_read_spans_needs_a_sound_library(changes: dict[str, Any], note: str) -> None:
    pairs = [(2, size, 0.0) for size in range(22, 29)]
    open_ended = _evidence(pairs, **changes)
    exact = _evidence([(2, 20, 0.0)], **changes)
    assert interpret_repeat(open_ended, load_policy()).state is RepeatState.NOT_ASSESSED, note
    assert interpret_repeat(exact, load_policy()).state is RepeatState.NOT_EXPANDED


def test_no_reads_are_not_assessed() -> None:
    result = interpret_repeat(None, load_policy())
    assert (result.state, result.alleles, result.hgvs_g) == (RepeatState.NOT_ASSESSED, (), None)
    assert result.reason
    assert {"locus_depth", "read_length", "fragment_length", "dropout_suspected"} <= result.quality.keys()
    assert result.quality["locus_depth"] is None, "named, and not measured"


def test_a_reason_from_the_reads_is_kept() -> None:
    evidence = RepeatEvidence(patient="P", state=State.NOT_ASSESSED, reason="no chromosome 9")
    result = interpret_repeat(evidence, load_policy())
    assert (result.state, result.reason) == (RepeatState.NOT_ASSESSED, "no chromosome 9")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(_SIZES[:60]), st.sampled_from(_SIZES), st.floats(-8, 0)),
        min_size=1,
        max_size=12,
        unique_by=lambda pair: (min(pair[:2]), max(pair[:2])),
    )
)
def test_the_probability_and_the_state_agree(pairs: list[tuple[int, int, float]]) -> None:
    ordered = sorted((min(a, b), max(a, b), value) for a, b, value in pairs)
    result = interpret_repeat(_evidence(ordered), load_policy())
    assert result.probability_expanded is not None
    assert math.isfinite(result.log10_likelihood_ratio or 0.0)
    if result.state is RepeatState.EXPANDED:
        assert result.probability_expanded >= 0.95
    if result.state in (RepeatState.NOT_EXPANDED, RepeatState.INTERMEDIATE):
        assert result.probability_expanded < 0.05


def test_every_policy_has_every_library_kind() -> None:
    assert set(load_policies().lost_allele.chance) == set(LibraryKind)

import pytest

from als_screen.interpretation.naming.protein_effect import CodingChange, ProteinChange, coding_effect

CODING = "ATGAAACCCGGGTAA"  # M K P G *
BEHIND = "CCCTAGCC"  # read through: P *, and in another frame


@pytest.mark.parametrize(
    ("change", "term", "protein"),
    [
        (CodingChange(0, 1, "T"), "start_lost", None),
        (CodingChange(2, 1, "A"), "start_lost", None),
        (CodingChange(3, 1, "G"), "missense_variant", ProteinChange("K", 2, "E", 4)),
        (CodingChange(5, 1, "G"), "synonymous_variant", None),
        (CodingChange(3, 1, "T"), "stop_gained", ProteinChange("K", 2, "*", 1)),
        (CodingChange(12, 1, "C"), "stop_lost", ProteinChange("*", 5, "Q", 6)),
        (CodingChange(14, 1, "G"), "stop_retained_variant", None),
        (CodingChange(3, 3, ""), "inframe_deletion", ProteinChange("K", 2, "", 3)),
        (CodingChange(6, 0, "GGG"), "inframe_insertion", ProteinChange("", 3, "G", 5)),
        (CodingChange(3, 6, "GGG"), "protein_altering_variant", ProteinChange("KP", 2, "G", 3)),
        (CodingChange(3, 6, "GGGTTT"), "missense_variant", ProteinChange("KP", 2, "GF", 4)),
        (CodingChange(6, 3, "TAG"), "stop_gained", ProteinChange("P", 3, "*", 2)),
        (CodingChange(3, 1, ""), "frameshift_variant", ProteinChange("K", 2, "N", None, frameshift=True)),
        (CodingChange(6, 0, "TA"), "frameshift_variant", ProteinChange("P", 3, "Y", None, frameshift=True)),
        (CodingChange(6, 0, "TAAC"), "stop_gained", ProteinChange("P", 3, "*", 2)),
        (CodingChange(12, 0, "TAA"), "stop_retained_variant", None),
        (CodingChange(13, 1, ""), "stop_lost", ProteinChange("*", 5, "Y", None)),
    ],
)
def test_effect(change: CodingChange, term: str, protein: ProteinChange | None) -> None:
    found = coding_effect(CODING, BEHIND, change)
    if protein is not None and protein.frameshift:  # where the new stop lies is not what this row is about
        assert found[1] is not None
        found = (found[0], ProteinChange(found[1].ref, found[1].pos, found[1].alt, None, found[1].frameshift))
    assert found == (term, protein)


def test_length_of_a_frameshift_counts_to_the_new_stop() -> None:
    _, protein = coding_effect("ATGAAACCCGGGTAA", "TGATAG", CodingChange(3, 1, ""))
    assert protein is not None
    # ATG AAC CCG GGT AAT GAT AG
    assert protein.length is None
    _, protein = coding_effect("ATGAAACCCGGGTAA", "TTGATAG", CodingChange(3, 1, ""))
    # ATG AAC CCG GGT AAT TGA
    assert protein is not None
    assert protein.length == 5


@pytest.mark.parametrize(
    ("protein", "expected"),
    [
        (ProteinChange("K", 2, "E", 4), True),
        (ProteinChange("K", 2, "*", 1), False),
        (ProteinChange("K", 2, "N", 9, frameshift=True), False),
        (ProteinChange("KP", 2, "GF", 4), False),
    ],
)
def test_is_missense(protein: ProteinChange, expected: bool) -> None:
    assert protein.is_missense is expected

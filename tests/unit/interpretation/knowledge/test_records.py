import pytest

from als_screen.interpretation.knowledge.records import CatalogueEntry, ClinvarEntry, Side
from als_screen.states import Classification


def _entry(significance: str) -> ClinvarEntry:
    return ClinvarEntry(1, significance, "criteria provided", 1, "", "2026-06-21", "")


@pytest.mark.parametrize(
    ("significance", "side", "classification", "says"),
    [
        ("Pathogenic", Side.PATHOGENIC, Classification.PATHOGENIC, True),
        ("Pathogenic/Likely pathogenic", Side.PATHOGENIC, Classification.LIKELY_PATHOGENIC, True),
        ("Likely_pathogenic", Side.PATHOGENIC, Classification.LIKELY_PATHOGENIC, False),
        ("Pathogenic|risk factor", Side.PATHOGENIC, Classification.PATHOGENIC, True),
        ("Pathogenic,_low_penetrance", Side.PATHOGENIC, Classification.PATHOGENIC, True),
        (
            "Pathogenic/Likely_pathogenic/Pathogenic,_low_penetrance",
            Side.PATHOGENIC,
            Classification.LIKELY_PATHOGENIC,
            True,
        ),
        ("Likely_risk_allele", Side.OTHER, None, False),
        ("Benign/Likely_benign", Side.BENIGN, Classification.LIKELY_BENIGN, False),
        ("Uncertain significance", Side.UNCERTAIN, Classification.UNCERTAIN, False),
        ("Conflicting classifications of pathogenicity", Side.CONFLICTING, None, False),
        ("risk factor", Side.OTHER, None, False),
        ("not provided", Side.OTHER, None, False),
    ],
)
def test_side(significance: str, side: Side, classification: Classification | None, says: bool) -> None:
    entry = _entry(significance)
    assert (entry.side, entry.classification, entry.says_pathogenic) == (side, classification, says)


@pytest.mark.parametrize(
    ("reported", "populations", "several"),
    [
        ("SALS proband", ("Italy",), False),
        ("FALS", ("Italy",), False),
        ("FALS", ("Italy", "USA"), True),
        ("SALS probands", ("Italy",), True),
        ("FALS and SALS", ("Italy",), True),
    ],
)
def test_several_patients(reported: str, populations: tuple[str, ...], several: bool) -> None:
    assert CatalogueEntry(reported, populations).several is several

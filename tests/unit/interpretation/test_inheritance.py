import pytest

from als_screen.evidence import Zygosity
from als_screen.interpretation.inheritance import Partner, inheritance
from als_screen.interpretation.knowledge.records import CuratedEntry, Mode

RECESSIVE = CuratedEntry("p.X", None, Mode.RECESSIVE, False, "carrier; uncertain", "source")
DOMINANT = CuratedEntry("p.X", None, Mode.DOMINANT, False, "carrier; uncertain", "source")
HET, HOM, HEMI, UNKNOWN = Zygosity.HETEROZYGOUS, Zygosity.HOMOZYGOUS, Zygosity.HEMIZYGOUS, Zygosity.UNKNOWN


@pytest.mark.parametrize(
    ("zygosity", "curated", "partner", "fits", "note"),
    [
        (HET, None, Partner.NONE, True, "one allele is enough"),
        (HOM, None, Partner.NONE, True, "both alleles, or a deletion"),
        (HEMI, None, Partner.NONE, True, "deletion"),
        (UNKNOWN, None, Partner.NONE, True, "not known"),
        (HET, DOMINANT, Partner.NONE, True, "one allele is enough"),
        (HOM, RECESSIVE, Partner.NONE, True, "homozygous"),
        (HEMI, RECESSIVE, Partner.NONE, True, "deletion"),
        (HET, RECESSIVE, Partner.NONE, False, "carrier; uncertain"),
        (HET, RECESSIVE, Partner.CIS, False, "carrier; uncertain"),
        (HET, RECESSIVE, Partner.UNPHASED, False, "test the parents"),
        (HET, RECESSIVE, Partner.TRANS, True, "other copy"),
        (UNKNOWN, RECESSIVE, Partner.NONE, False, "not known"),
        (UNKNOWN, RECESSIVE, Partner.TRANS, True, "other copy"),
    ],
)
def test_fits(
    zygosity: Zygosity, curated: CuratedEntry | None, partner: Partner, fits: bool, note: str
) -> None:
    found = inheritance(zygosity, curated, partner)
    assert found.fits is fits
    assert note in found.note

from __future__ import annotations

from typing import Any

import pytest

from als_screen.inputs.sites import Site
from als_screen.variants.sites import called_sites
from variant_files import raw

SITE = Site("2", 100, "A", "G", 0.5)
LATER = Site("2", 200, "A", "G", 0.5)


def copies(*records: Any) -> int | None:
    found = called_sites(records, [SITE, LATER])
    assert all(one.pos == 100 for one in found)
    return found[0].copies if found else None


@pytest.mark.parametrize(
    ("record", "expected", "why"),
    [
        (raw("2:100", "A", "G", "0/1"), 1, "heterozygous"),
        (raw("2:100", "A", "G", "1|1"), 2, "homozygous, phased"),
        (raw("2:100", "a", "g", "0/1"), 1, "lower case"),
        (raw("2:100", "A", "G", "0/0"), 0, "reference in a joint VCF"),
        (raw("2:100", "A", "C", "0/0"), 0, "reference, where others have another base"),
        (raw("2:100", "A", "C,G", "0/2"), 1, "second of two"),
        (raw("2:100", "A", "C,G", "1/2"), None, "another base on the other copy"),
        (raw("2:100", "A", "C", "0/1"), None, "another base"),
        (raw("2:100", "C", "G", "0/1"), None, "another genome"),
        (raw("2:100", "C", "G", "0/0"), None, "another genome, reference"),
        (raw("2:100", "A", "G", "./."), None, "not called"),
        (raw("2:100", "A", "G", "./1"), None, "half-called"),
        (raw("2:100", "A", "G", "1"), None, "haploid"),
        (raw("2:100", "A", "G", "0/1/1"), None, "three copies"),
        (raw("2:100", "A", "G", None), None, "no genotype"),
        (raw("2:100", "A", "G", "0/1", filters=("bad",)), None, "filtered"),
        (raw("2:100", "A", "G", "0/1", depth=9), None, "too few reads"),
        (raw("2:100", "A", "G", "0/1", genotype_quality=19), None, "unsure"),
        (raw("2:100", "AT", "A", "0/1"), None, "a deletion that begins there"),
        (raw("2:98", "CTA", "C", "0/1"), None, "a deletion over it"),
        (raw("2:98", "CTA", "C", "0/0"), 0, "no deletion over it"),
        (raw("2:50", "C", "<NON_REF>", "0/0", end=150), 0, "a reference block"),
        (raw("2:50", "C", "<NON_REF>", "0/0", end=150, depth=30, min_depth=9), None, "a thin one"),
        (raw("2:50", "C", "<NON_REF>", "0/0", end=99), None, "a block that ends before"),
        (raw("2:50", "C", "<DEL>", "0/0", end=150), None, "no large deletion over it, an SNV perhaps"),
        (raw("2:50", "C", "<DEL>", "0/1", end=150), None, "a large deletion over it"),
        (raw("2:101", "C", "T", "0/1"), None, "a base later"),
        (raw("3:100", "A", "G", "0/1"), None, "another chromosome"),
    ],
)
def test_what_a_record_says(record: Any, expected: int | None, why: str) -> None:
    assert copies(record) == expected, why


def test_records_that_contradict_say_nothing() -> None:
    assert copies(raw("2:100", "A", "G", "0/1"), raw("2:100", "A", "G", "1/1")) is None
    assert copies(raw("2:100", "A", "G", "0/1"), raw("2:50", "C", "<NON_REF>", "0/0", end=150)) is None
    assert copies(raw("2:100", "A", "G", "0/1"), raw("2:100", "A", "G", "0/1")) == 1


def test_a_block_speaks_for_all_sites_in_it() -> None:
    found = called_sites([raw("2:50", "C", "<NON_REF>", "0/0", end=250)], [SITE, LATER])
    assert [(one.pos, one.copies, one.frequency) for one in found] == [(100, 0, 0.5), (200, 0, 0.5)]

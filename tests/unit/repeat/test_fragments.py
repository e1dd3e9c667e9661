from __future__ import annotations

import numpy as np
import pytest

from als_screen.repeat.fragments import Fragment, inside_read, template_of
from als_screen.repeat.locus import load_locus
from als_screen.repeat.model import densities, size_grid
from als_screen.repeat.realign import Kind, placed_read, realign
from als_screen.repeat.records import Read

_TEMPLATE = template_of(load_locus())
_MOTIF = b"GGCCCC" * 40


@pytest.mark.parametrize("shift", range(6))
@pytest.mark.parametrize("length", [100, 101, 150])
def test_motif_alone_is_placed_as_realignment_would(shift: int, length: int) -> None:
    bases = _MOTIF[shift : shift + length]
    read = Read("r", True, False, False, -1, -1, False, bases, bytes([38]) * length)
    aligned, quick = realign(read, _TEMPLATE), inside_read(bases, _TEMPLATE)
    flank = aligned.weight > 0.5
    assert quick.in_repeat
    assert aligned.in_repeat
    for name in ("kind", "start", "units"):
        assert np.array_equal(getattr(quick, name), getattr(aligned, name)[flank])


def test_a_read_that_begins_in_flank_like_repeat_allows_an_allele_shorter_than_itself() -> None:
    """Four bases of flank and 16 units: 100 bases of motif."""
    mate = inside_read(_MOTIF[2:102], _TEMPLATE)
    assert [Kind(kind) for kind in mate.kind] == [Kind.LEFT]
    fragment = Fragment(placed_read(-250, 100, left=True), mate)
    sizes = size_grid()
    lengths = np.ones(2001) / 2001
    (density,) = densities((fragment,), sizes, lengths)
    assert density[15] == 0
    assert density[16] > 0

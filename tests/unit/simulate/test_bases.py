import numpy as np

from als_screen.simulate.bases import QUALITY_BINS, complement, draw_qualities, put_errors
from als_screen.simulate.haplotype import encode


def test_qualities_are_of_the_machine_s_bins_and_fall_along_the_read() -> None:
    drawn = draw_qualities(np.random.default_rng(1), 4000, 150)
    assert set(np.unique(drawn)) == set(QUALITY_BINS)
    assert drawn[:, :30].mean() > drawn[:, -30:].mean() > 30
    assert (drawn == 37).mean() > 0.85


def test_errors_come_at_the_rate_that_the_qualities_promise() -> None:
    rng = np.random.default_rng(2)
    bases = np.tile(encode("ACGT"), (2000, 25))
    for quality, rate in ((12, 0.0631), (23, 0.00501)):
        changed = put_errors(rng, bases, np.full(bases.shape, quality, dtype=np.uint8))
        assert abs((changed != bases).mean() / rate - 1) < 0.1
        assert set(np.unique(changed)) == set(encode("ACGT"))


def test_a_perfect_read_is_left_alone() -> None:
    bases = np.tile(encode("ACGT"), (10, 5))
    changed = put_errors(np.random.default_rng(3), bases, np.full(bases.shape, 200, dtype=np.uint8))
    assert (changed == bases).all()


def test_complement_is_the_other_strand() -> None:
    assert complement(encode("AACGTN")).tobytes() == b"NACGTT"

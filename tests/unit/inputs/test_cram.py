from __future__ import annotations

import pytest

from als_screen.inputs.cram import DEFINITION, _Reader, is_sound
from builders import pile, write_reads


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("cram") / "a.cram"
    return write_reads(path, pile("21", 31_659_000, 31_660_000)).read_bytes()


def test_a_whole_cram_and_its_beginning_are_sound(data: bytes) -> None:
    assert is_sound(data)
    assert all(is_sound(data[:end]) for end in range(DEFINITION, len(data), 97))


def test_a_wrong_bit_anywhere_behind_the_definition_is_found(data: bytes) -> None:
    for at in range(DEFINITION + 4, len(data), 53):
        wrong = bytearray(data)
        wrong[at] ^= 1
        reader = bytes(wrong)
        assert not is_sound(reader) or _breaks_off(reader), at


def _breaks_off(data: bytes) -> bool:
    """Tell whether a wrong length leads behind the end, where nothing can be told."""
    reader = _Reader(data, DEFINITION)
    try:
        while reader.at < len(data):
            end = reader.container()
            while reader.at < end:
                reader.block()
    except IndexError:
        return True
    return False


def test_older_cram_has_no_checksums(data: bytes) -> None:
    assert is_sound(data[:4] + b"\2" + b"x" * 100)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("00", 0), ("7f", 127), ("8080", 128), ("bfff", 16_383), ("c04000", 16_384), ("e0200000", 2_097_152),
        ("f0ffffff00", 0x0FFFFFF0), ("ffffffff0f", 0xFFFFFFFF), ("ffffffff0e", 0xFFFFFFFE),
    ],
)  # fmt: skip
def test_integers_of_cram(written: str, value: int) -> None:
    reader = _Reader(bytes.fromhex(written), 0)
    assert (reader._number(), reader.at) == (value, len(written) // 2)

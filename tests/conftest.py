"""What all tests share."""

from __future__ import annotations


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name no test by bytes: compressed ones hold the time, and parallel workers must agree on the names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None

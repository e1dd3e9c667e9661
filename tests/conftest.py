"""What all tests share."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# No test asserts a time: a busy machine is no failure.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")

# In the background of a script a shell leaves SIGINT ignored, and what the tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name no test by bytes: compressed ones hold the time, and parallel workers must agree on the names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None

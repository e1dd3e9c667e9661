"""What all tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

# No test asserts a time: a busy machine is no failure.
settings.register_profile("timeless", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("timeless")

# In the background of a script a shell leaves SIGINT ignored, and what the tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

#: Where it is set, what cannot be tested on a machine is a failure, and not only told at the end.
EVERY_TEST = "ALS_SCREEN_EVERY_TEST"


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name no test by bytes: compressed ones hold the time, and parallel workers must agree on the names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a skipped test a failure with its reason, where every test must run."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(EVERY_TEST):
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"{reason}; with {EVERY_TEST} set every test must run"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end that something was left out; the lines above it say what and why."""
    if skipped := len(terminalreporter.getreports("skipped")):
        line = f"{skipped} tests did not run: this machine lacks what they need (SKIPPED, above)"
        terminalreporter.section(line, yellow=True)

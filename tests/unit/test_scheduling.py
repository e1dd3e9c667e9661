from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from als_screen.scheduling import look_once_at_a_time


class Scheduler:
    """What of Snakemake's scheduler has to do with waiting."""

    def __init__(self) -> None:
        self._open_jobs = threading.Semaphore(0)


def test_one_timer_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Callable[[], None]] = []

    class Timer:
        def __init__(self, _delay: float, then: Callable[[], None]) -> None:
            self.then = then

        def start(self) -> None:
            started.append(self.then)

    monkeypatch.setattr(threading, "Timer", Timer)
    monkeypatch.setattr(JobScheduler, "_schedule_reevalutation", JobScheduler._schedule_reevalutation)
    look_once_at_a_time()
    scheduler = Scheduler()
    for _ in range(5):
        JobScheduler._schedule_reevalutation(scheduler, 10)
    assert len(started) == 1
    assert not scheduler._open_jobs.acquire(blocking=False), "it waits"
    started[0]()
    assert scheduler._open_jobs.acquire(blocking=False), "it looks"
    JobScheduler._schedule_reevalutation(scheduler, 10)
    assert len(started) == 2, "it may wait again"

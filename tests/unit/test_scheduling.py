from __future__ import annotations

import threading

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from als_screen.scheduling import look_once_at_a_time


class Scheduler:
    """What of Snakemake's scheduler has to do with waiting."""

    def __init__(self) -> None:
        self._open_jobs = threading.Semaphore(0)


def test_one_timer_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JobScheduler, "_schedule_reevalutation", JobScheduler._schedule_reevalutation)
    look_once_at_a_time()
    scheduler = Scheduler()
    before = threading.active_count()
    for _ in range(5):
        JobScheduler._schedule_reevalutation(scheduler, 0.2)
    assert threading.active_count() == before + 1
    assert scheduler._open_jobs.acquire(timeout=60)
    assert not scheduler._open_jobs.acquire(timeout=0.4)
    JobScheduler._schedule_reevalutation(scheduler, 0.01)
    assert scheduler._open_jobs.acquire(timeout=60), "it may wait again"

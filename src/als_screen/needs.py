"""What a job asks a cluster for: memory and time, by stage, patients, workers and attempt.

Asked for generously, because a job that is stopped costs more than one that ends early: measured are 0.01 to
0.2 CPU seconds a patient and step and 115 MB (docs/performance.md); the time here is for slow shared storage.
A second attempt, after a job ran out of either, asks for twice as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Need:
    """What a stage asks for.

    Attributes:
        seconds: wall time of one patient.
        worker_mb: memory of one worker.
        patient_mb: memory that each patient adds, for stages that hold all at once.
    """

    seconds: float
    worker_mb: int = 300
    patient_mb: float = 1.0

    def mem_mb(self, patients: int, workers: int, attempt: int) -> int:
        """Return the memory of a job in MB."""
        return ceil((500 + self.worker_mb * workers + self.patient_mb * patients) * 2.0 ** (attempt - 1))

    def minutes(self, patients: int, workers: int, attempt: int) -> int:
        """Return the wall time of a job in minutes."""
        return ceil((10 + self.seconds * patients / workers / 60) * 2.0 ** (attempt - 1))


NEEDS = {
    "check_inputs": Need(seconds=5),
    "screen_variants": Need(seconds=20),
    "screen_repeat": Need(seconds=20),
    "screen_coverage": Need(seconds=30),
    "interpret": Need(seconds=2, patient_mb=5),
    "report_patients": Need(seconds=10, patient_mb=5),
    "report_cohort": Need(seconds=0.1, patient_mb=0.5),
}

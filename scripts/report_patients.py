"""Render the reports of one batch's patients -> reports/{batch}/{patient}/ and manifest.jsonl."""

from als_screen.job import batch_job, main
from als_screen.stages import report_patients


def run() -> None:
    """Write the reports that have changed, then the manifest."""
    job = batch_job(__doc__, ["findings", "repeat_reads", "variant_reads"])
    reads = job.inputs["repeat_reads"], job.inputs["variant_reads"]
    report_patients(job.patients, job.inputs["findings"], job.settings, job.output, *reads, job.plain_crew)


if __name__ == "__main__":
    main(run)

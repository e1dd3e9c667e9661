"""Check the files of one batch: headers, indexes, file ends, builds, sample names -> checks/{batch}.json."""

from als_screen import again
from als_screen.files import write_text
from als_screen.job import batch_job, main
from als_screen.stages import check_inputs


def run() -> None:
    """Write the checks of the batch."""
    job = batch_job(__doc__)
    reference = job.settings.reference
    checks = check_inputs(job.batch, job.patients, reference.build, reference.fasta, job.crew)
    again.note("check_inputs", job.batch, checks.patients)
    write_text(job.output, checks.model_dump_json(indent=1) + "\n")


if __name__ == "__main__":
    main(run)

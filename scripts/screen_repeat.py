"""Screen one batch's reads for the C9orf72 repeat -> repeat.jsonl."""

from als_screen.evidence import BatchCheck
from als_screen.files import write_jsonl
from als_screen.job import batch_job, main
from als_screen.stages import screen_repeat


def run() -> None:
    """Write the repeat evidence of the batch."""
    job = batch_job(__doc__, ["checks"])
    checks = BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients
    fasta = job.settings.reference.fasta
    write_jsonl(job.output, screen_repeat(job.patients, checks, job.resources, fasta, job.crew))


if __name__ == "__main__":
    main(run)

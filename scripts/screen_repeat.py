"""Screen one batch's reads for the C9orf72 repeat.

-> repeat.jsonl, repeat_reads.jsonl, repeat/{patient}.bam.
"""

from als_screen import again
from als_screen.evidence import BatchCheck
from als_screen.files import write_jsonl
from als_screen.job import batch_job, main
from als_screen.stages import screen_repeat


def run() -> None:
    """Write the repeat evidence of the batch, and the reads behind it."""
    job = batch_job(__doc__, ["checks"])
    checks = BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients
    fasta, bams = job.settings.reference.fasta, job.output.parent / "repeat"
    evidence, reads = screen_repeat(job.patients, checks, job.resources, fasta, bams, job.crew)
    again.note("screen_repeat", job.batch, evidence)
    write_jsonl(job.output.with_name("repeat_reads.jsonl"), reads)
    write_jsonl(job.output, evidence)


if __name__ == "__main__":
    main(run)

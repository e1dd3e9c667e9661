"""Screen one batch's VCFs (or reads, where there is none) for alleles in the genes -> variants.jsonl."""

from als_screen import again
from als_screen.evidence import BatchCheck
from als_screen.files import write_jsonl
from als_screen.job import batch_job, main
from als_screen.stages import screen_variants


def run() -> None:
    """Write the variant evidence of the batch, and a normalised VCF per patient beside it."""
    job = batch_job(__doc__, ["checks"])
    checks = BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients
    fasta = job.settings.reference.fasta
    found = screen_variants(job.patients, checks, job.resources, fasta, job.output.parent / "vcf", job.crew)
    again.note("screen_variants", job.batch, found)
    write_jsonl(job.output, found)


if __name__ == "__main__":
    main(run)

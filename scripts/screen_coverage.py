"""Count one batch's reads over the reportable range and at its variants' sites.

-> coverage.jsonl, variant_reads.jsonl.
"""

from als_screen import again
from als_screen.evidence import BatchCheck, VariantEvidence
from als_screen.files import read_jsonl, write_jsonl
from als_screen.job import batch_job, main
from als_screen.stages import screen_coverage


def run() -> None:
    """Write the coverage evidence of the batch, and the reads over its alleles."""
    job = batch_job(__doc__, ["checks", "variants"])
    checks = BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients
    variants = read_jsonl(job.inputs["variants"], VariantEvidence)
    reference, sites = job.settings.reference, job.settings.identity.sites
    how = (job.resources, reference.fasta, job.crew, sites, reference.known_build)
    evidence, reads = screen_coverage(job.patients, checks, variants, *how)
    again.note("screen_coverage", job.batch, evidence)
    write_jsonl(job.output.with_name("variant_reads.jsonl"), reads)
    write_jsonl(job.output, evidence)


if __name__ == "__main__":
    main(run)

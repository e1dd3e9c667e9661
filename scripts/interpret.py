"""Turn one batch's evidence into findings, with knowledge and policies -> findings/{batch}.jsonl."""

from als_screen.evidence import BatchCheck, CoverageEvidence, RepeatEvidence, VariantEvidence
from als_screen.files import read_jsonl, write_jsonl
from als_screen.job import batch_job, main
from als_screen.stages import interpret


def run() -> None:
    """Write the findings of the batch."""
    job = batch_job(__doc__, ["checks", "variants", "repeat", "coverage"])
    findings = interpret(
        job.patients,
        BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients,
        read_jsonl(job.inputs["variants"], VariantEvidence),
        read_jsonl(job.inputs["repeat"], RepeatEvidence),
        read_jsonl(job.inputs["coverage"], CoverageEvidence),
        job.settings,
        job.resources,
    )
    write_jsonl(job.output, findings)
    for finding in findings:
        job.diary.patient(finding.patient.patient, finding.status_reason)


if __name__ == "__main__":
    main(run)

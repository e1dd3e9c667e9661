"""Turn one batch's evidence into findings, with knowledge and policies -> findings/{batch}.jsonl."""

from als_screen import again
from als_screen.evidence import BatchCheck
from als_screen.files import write_lines, write_text
from als_screen.interpretation.basis import basis_beside
from als_screen.interpretation.interpret import Interpreter
from als_screen.interpretation.reuse import Earlier, Stored, interpret_batch
from als_screen.job import batch_job, main


def run() -> None:
    """Write the findings of the batch, and what they rest on."""
    job = batch_job(__doc__, ["checks", "variants", "repeat", "coverage"])
    checks = BatchCheck.model_validate_json(job.inputs["checks"].read_text()).patients
    stored = Stored.read(checks, *(job.inputs[name] for name in ("variants", "repeat", "coverage")))
    earlier = Earlier.of_run(job.settings.previous, job.output.name)
    found = interpret_batch(job.patients, stored, Interpreter(job.settings, job.resources), earlier)
    again.note("interpret", job.batch, found.basis.patients)
    write_text(basis_beside(job.output), found.basis.model_dump_json() + "\n")
    write_lines(job.output, found.lines)
    for patient, reason in found.ends():
        job.diary.patient(patient, reason)


if __name__ == "__main__":
    main(run)

"""als-screen: C9orf72, SOD1, TARDBP and FUS of every patient of a sample sheet, in one report each.

The map of the workflow, see docs/architecture.md. A rule is a script in `scripts/`, all logic is in `src/`.
"""

from snakemake.utils import min_version

min_version("9.0")


report: "workflow/report/workflow.rst"


include: "workflow/rules/plan.smk"
include: "workflow/rules/evidence.smk"
include: "workflow/rules/interpretation.smk"
include: "workflow/rules/reports.smk"
include: "workflow/rules/reanalysis.smk"
include: "workflow/rules/finish.smk"


localrules:
    all,
    list_problems,
    record_run,
    compare_runs,
    list_checksums,
    finish,


rule all:
    """Every report, the comparison with an earlier run, and the sign that the run is complete."""
    default_target: True
    input:
        "results/inputs.json",
        "results/complete.json",
        expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        reanalysis=rules.compare_runs.output if PLAN.settings.previous else [],


onstart:
    WATCH.start(planned_jobs(workflow.dag), cluster=workflow.non_local_exec)


onsuccess:
    WATCH.end(well=True)


onerror:
    WATCH.end(well=False)

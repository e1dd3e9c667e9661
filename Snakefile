"""als-screen: C9orf72, SOD1, TARDBP and FUS of every patient of a sample sheet, in one report each.

The map of the workflow; the way of a patient through it is in docs/architecture.md. All logic is in
`src/als_screen`, every rule is one script of the same name in `scripts/`.
"""

from snakemake.utils import min_version

min_version("9.0")


report: "workflow/report/workflow.rst"


include: "workflow/rules/plan.smk"
include: "workflow/rules/evidence.smk"
include: "workflow/rules/interpretation.smk"
include: "workflow/rules/reports.smk"
include: "workflow/rules/finish.smk"
include: "workflow/rules/reanalysis.smk"


localrules:
    all,
    list_problems,
    record_run,
    compare_runs,
    list_checksums,
    finish,


rule all:
    """Every report, and the sign that the run is complete."""
    default_target: True
    input:
        "results/inputs.json",
        "results/complete.json",
        expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),


onstart:
    begin(planned_jobs(workflow.dag), cluster=workflow.non_local_exec)


onsuccess:
    end(well=True)


onerror:
    end(well=False)

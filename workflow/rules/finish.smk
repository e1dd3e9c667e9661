"""What a run leaves behind: the problems of its inputs, its record, and whether it is complete."""


rule list_problems:
    """Every problem found in the files of any patient, printed together -> inputs.json, for people."""
    input:
        expand("results/checks/{batch}.json", batch=BATCHES),
    output:
        "results/inputs.json",
    retries: 0
    params:
        patients=PLAN.patients_hash(),
    shell:
        "{PYTHON:q} {SCRIPTS:q}/list_problems.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --checks results/checks --output {output:q}"


rule record_run:
    """Versions, checksums, configuration, input sizes and times per step -> run.json."""
    input:
        manifests=expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        cohort=rules.report_cohort.output.page,
        problems=rules.list_problems.output,
    output:
        "results/run.json",
    retries: 0
    params:
        settings=SETTINGS,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/record_run.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --logs logs --command {COMMAND:q} --output {output:q}"


rule finish:
    """Refuse to end well while a patient could not (wholly) be analysed, unless that is tolerated."""
    input:
        findings=expand("results/findings/{batch}.jsonl", batch=BATCHES),
        manifests=rules.record_run.input.manifests,
        run=rules.record_run.output,
    output:
        "results/complete.json",
    retries: 0
    params:
        patients=PLAN.patients_hash(),
        tolerate=PLAN.settings.tolerate_failures,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/finish.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --results results --output {output:q}"

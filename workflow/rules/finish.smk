"""What a run leaves behind: the problems of its inputs, its record, and whether it is complete."""


rule list_problems:
    """Every problem found in the files of any patient, printed together -> inputs.json, for people."""
    input:
        expand("results/checks/{batch}.json", batch=BATCHES),
    output:
        report(
            "results/inputs.json",
            caption="../report/inputs.rst",
            category="Run",
            labels={"file": "inputs.json"},
        ),
    retries: 0
    params:
        patients=PLAN.patients_hash(),
    shell:
        "{PYTHON:q} {SCRIPTS:q}/list_problems.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --checks results/checks --output {output:q}"


rule record_run:
    """Versions, checksums, configuration, inputs, times -> run.json; a copy of the knowledge that was used."""
    input:
        manifests=expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        cohort=rules.report_cohort.output.page,
        problems=rules.list_problems.output,
    output:
        report(
            "results/run.json",
            caption="../report/run.rst",
            category="Run",
            labels={"file": "run.json"},
        ),
    retries: 0
    params:
        settings=SETTINGS,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/record_run.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --logs logs --command {COMMAND:q} --output {output:q}"


rule list_checksums:
    """The checksum of every file of the run -> checksums.sha256, for `als-screen verify`."""
    input:
        manifests=rules.record_run.input.manifests,
        cohort=rules.record_run.input.cohort,
        problems=rules.record_run.input.problems,
        run=rules.record_run.output,
        reanalysis=["results/reanalysis/summary.json"] if PLAN.settings.previous else [],
    output:
        "results/checksums.sha256",
    shell:
        "{PYTHON:q} {SCRIPTS:q}/list_checksums.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --results results --output {output:q}"


rule finish:
    """Refuse to end well while a patient could not (wholly) be analysed, unless that is tolerated."""
    input:
        findings=expand("results/findings/{batch}.jsonl", batch=BATCHES),
        manifests=rules.record_run.input.manifests,
        same_person=rules.report_cohort.output.same_person,
        run=rules.record_run.output,
        checksums=rules.list_checksums.output,
    output:
        "results/complete.json",
    retries: 0
    params:
        patients=PLAN.patients_hash(),
        tolerate=PLAN.settings.tolerate_failures,
    shell:
        "{PYTHON:q} {SCRIPTS:q}/finish.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --results results --output {output:q}"

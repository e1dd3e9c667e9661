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
        command=command("list_problems"),
        checks=lambda wildcards, output: above(output, 1, "checks"),
        patients=PLAN.patients_hash(),
    shell:
        "{params.command:q} --checks {params.checks:q} --output {output:q}"


rule record_run:
    """Versions, configuration, inputs, times -> run.json, RO-Crate; a copy of the knowledge that was used."""
    input:
        manifests=expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        cohort=rules.report_cohort.output.page,
        problems=rules.list_problems.output,
    output:
        run=report(
            "results/run.json",
            caption="../report/run.rst",
            category="Run",
            labels={"file": "run.json"},
        ),
        crate="results/ro-crate-metadata.json",
        workflow="results/workflow/Snakefile",
    retries: 0
    params:
        command=command("record_run"),
        started_by=lambda wildcards, output: COMMAND,
        logs=lambda wildcards, output: above(output, 2, "logs"),
        settings=SETTINGS,
        files=lambda wildcards: PLAN.all_files_hash(),
        stages=STAGE_VERSIONS,
    shell:
        "{params.command:q} --logs {params.logs:q} --command {params.started_by:q} --output {output.run:q}"


rule list_checksums:
    """Checksums of every file of the run -> checksums.sha256, run.sha256, for `als-screen verify`."""
    input:
        manifests=rules.record_run.input.manifests,
        cohort=rules.record_run.input.cohort,
        problems=rules.record_run.input.problems,
        run=rules.record_run.output,
        reanalysis=rules.compare_runs.output if PLAN.settings.previous else [],
    output:
        results="results/checksums.sha256",
        run="results/run.sha256",
    threads: 2
    params:
        command=command("list_checksums"),
        results=lambda wildcards, output: above(output, 1),
    shell:
        "{params.command:q} --results {params.results:q} --workers {threads:q} --output {output.results:q}"


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
        command=command("finish"),
        results=lambda wildcards, output: above(output, 1),
        patients=PLAN.patients_hash(),
        tolerate=PLAN.settings.tolerate_failures,
        compared=bool(PLAN.settings.previous),
    shell:
        "{params.command:q} --results {params.results:q} --output {output:q}"

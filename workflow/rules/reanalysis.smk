"""From two runs to what changed between them; nothing of the earlier run is written."""


rule compare_runs:
    """Findings of this run and of an earlier one -> what changed, for whom, and why."""
    input:
        findings=expand("results/findings/{batch}.jsonl", batch=BATCHES),
        manifests=expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        previous=PLAN.previous_files(),
    output:
        summary="results/reanalysis/summary.json",
        table="results/reanalysis/changes.tsv",
        unchanged="results/reanalysis/unchanged.tsv",
        page="results/reanalysis/report.html",
        screenful="results/reanalysis/summary.txt",
        history=[] if PLAN.settings.history else "results/reanalysis/history.sqlite",
    log:
        "logs/compare_runs.log",
    params:
        command=command("compare_runs"),
        results=lambda wildcards, output: above(output, 2),
        stage=STAGE_VERSIONS["compare_runs"],
        patients=PLAN.patients_hash(),
        history=str(PLAN.settings.history or ""),
    shell:
        "{params.command:q} --results {params.results:q} --output {output.summary:q} --log {log:q}"

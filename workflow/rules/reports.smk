"""From findings to what people read."""


rule report_patients:
    """Findings of a batch -> a report a patient, rendered again only where what is printed has changed."""
    input:
        findings="results/findings/{batch}.jsonl",
        repeat="results/evidence/{batch}/repeat_reads.jsonl",
        variants="results/evidence/{batch}/variant_reads.jsonl",
    output:
        "results/reports/{batch}/manifest.jsonl",
    log:
        "logs/report_patients/{batch}.log",
    resources:
        mem_mb=PLAN.memory("report_patients"),
        runtime=PLAN.minutes("report_patients"),
    params:
        command=command("report_patients"),
        stage=STAGE_VERSIONS["report_patients"],
        rows=lambda wildcards: PLAN.printed_hash(wildcards.batch),
        settings=PLAN.report_key(),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --workers {threads:q} --findings {input.findings:q}"
        " --repeat_reads {input.repeat:q} --variant_reads {input.variants:q} --output {output:q} --log {log:q} > {log:q} 2>&1"


rule report_cohort:
    """Findings of all batches, and which reports stayed -> the cohort's page, table, workbook, MultiQC content."""
    input:
        findings=expand("results/findings/{batch}.jsonl", batch=BATCHES),
        reports=expand("results/reports/{batch}/manifest.jsonl", batch=BATCHES),
        key=PLAN.cohort_files(),
    output:
        page=cohort_file("report.html", "cohort_page"),
        table=cohort_file("cohort.tsv", "cohort_table"),
        same_person=cohort_file("same_person.tsv", "cohort_same_person"),
        workbook=cohort_file("cohort.xlsx", "cohort_workbook"),
        findings=cohort_file("findings.jsonl", "cohort_findings"),
        multiqc=cohort_file("als_screen_mqc.json", "cohort_multiqc"),
    log:
        "logs/report_cohort.log",
    resources:
        mem_mb=PLAN.memory("report_cohort"),
        runtime=PLAN.minutes("report_cohort"),
    params:
        command=command("report_cohort"),
        findings=lambda wildcards, output: above(output, 2, "findings"),
        stage=STAGE_VERSIONS["report_cohort"],
        settings=PLAN.cohort_key(),
        patients=PLAN.patients_hash(),
    shell:
        "{params.command:q} --findings {params.findings:q} --output {output.page:q} --log {log:q} > {log:q} 2>&1"

"""From evidence and knowledge to findings: cheap, repeated whenever knowledge or a policy changes."""


rule interpret:
    """Evidence of a batch, knowledge and policies -> one finding a patient, the versioned result."""
    input:
        checks="results/checks/{batch}.json",
        variants="results/evidence/{batch}/variants.jsonl",
        repeat="results/evidence/{batch}/repeat.jsonl",
        coverage="results/evidence/{batch}/coverage.jsonl",
    output:
        "results/findings/{batch}.jsonl",
    log:
        "logs/interpret/{batch}.log",
    resources:
        mem_mb=PLAN.memory("interpret"),
        runtime=PLAN.minutes("interpret"),
    params:
        command=command("interpret"),
        stage=STAGE_VERSIONS["interpret"],
        again=lambda wildcards: again.times("interpret", wildcards.batch),
        rows=lambda wildcards: PLAN.clinical_hash(wildcards.batch),
        confirmations=lambda wildcards: PLAN.confirmations_hash(wildcards.batch),
        settings=PLAN.interpretation_key(),
        knowledge=PLAN.knowledge_hash(RESOURCES),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --checks {input.checks:q} --variants {input.variants:q}"
        " --repeat {input.repeat:q} --coverage {input.coverage:q} --output {output:q} --log {log:q} > {log:q} 2>&1"

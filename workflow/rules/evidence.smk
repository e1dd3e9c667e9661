"""From files to evidence: read once, independent of knowledge and thresholds.

The patients' files concern `check_inputs` alone. Everything else follows from its output, so a changed file re-runs
all evidence of its batch. Their sizes and times are in its parameter `files`, and the newest is its input: Snakemake
then has one file of a batch to look at, instead of four of each patient.
"""


rule check_inputs:
    """Headers, indexes and file ends of a batch -> checks with every problem found."""
    input:
        lambda wildcards: PLAN.newest_file(wildcards.batch),
    output:
        "results/checks/{batch}.json",
    log:
        "logs/check_inputs/{batch}.log",
    resources:
        mem_mb=PLAN.memory("check_inputs"),
        runtime=PLAN.minutes("check_inputs"),
    params:
        command=command("check_inputs"),
        stage=STAGE_VERSIONS["check_inputs"],
        again=lambda wildcards: again.times("check_inputs", wildcards.batch),
        files=lambda wildcards: PLAN.files_hash(wildcards.batch),
        reference=PLAN.reference_key(),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --workers {threads:q} --output {output:q} --log {log:q} > {log:q} 2>&1"


rule screen_variants:
    """VCFs of a batch (or reads, where there is none) -> alleles in the gene regions, and a VCF a patient."""
    input:
        checks="results/checks/{batch}.json",
    output:
        "results/evidence/{batch}/variants.jsonl",
    log:
        "logs/screen_variants/{batch}.log",
    resources:
        mem_mb=PLAN.memory("screen_variants"),
        runtime=PLAN.minutes("screen_variants"),
    params:
        command=command("screen_variants"),
        stage=STAGE_VERSIONS["screen_variants"],
        sites=PLAN.sites_hash(),
        again=lambda wildcards: again.times("screen_variants", wildcards.batch),
        files=lambda wildcards: PLAN.files_hash(wildcards.batch),
        reference=PLAN.reference_key(),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --workers {threads:q} --checks {input.checks:q} --output {output:q} --log {log:q} > {log:q} 2>&1"


rule screen_repeat:
    """BAMs and CRAMs of a batch -> what the reads show of the C9orf72 repeat, and those reads to look at."""
    input:
        checks="results/checks/{batch}.json",
    output:
        evidence="results/evidence/{batch}/repeat.jsonl",
        reads="results/evidence/{batch}/repeat_reads.jsonl",
    log:
        "logs/screen_repeat/{batch}.log",
    resources:
        mem_mb=PLAN.memory("screen_repeat"),
        runtime=PLAN.minutes("screen_repeat"),
    params:
        command=command("screen_repeat"),
        stage=STAGE_VERSIONS["screen_repeat"],
        again=lambda wildcards: again.times("screen_repeat", wildcards.batch),
        files=lambda wildcards: PLAN.files_hash(wildcards.batch),
        reference=PLAN.reference_key(),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --workers {threads:q} --checks {input.checks:q}"
        " --output {output.evidence:q} --log {log:q} > {log:q} 2>&1"


rule screen_coverage:
    """BAMs and CRAMs of a batch -> depth and alleles at every reportable base and every VCF site."""
    input:
        checks="results/checks/{batch}.json",
        variants="results/evidence/{batch}/variants.jsonl",
    output:
        evidence="results/evidence/{batch}/coverage.jsonl",
        reads="results/evidence/{batch}/variant_reads.jsonl",
    log:
        "logs/screen_coverage/{batch}.log",
    resources:
        mem_mb=PLAN.memory("screen_coverage"),
        runtime=PLAN.minutes("screen_coverage"),
    params:
        command=command("screen_coverage"),
        stage=STAGE_VERSIONS["screen_coverage"],
        sites=PLAN.sites_hash(),
        again=lambda wildcards: again.times("screen_coverage", wildcards.batch),
        files=lambda wildcards: PLAN.files_hash(wildcards.batch),
        reference=PLAN.reference_key(),
    shell:
        "{params.command:q} --batch {wildcards.batch:q} --workers {threads:q} --checks {input.checks:q} --variants {input.variants:q}"
        " --output {output.evidence:q} --log {log:q} > {log:q} 2>&1"

"""From files to evidence: read once, independent of knowledge and thresholds."""


rule check_inputs:
    """Headers, indexes and file ends of a batch -> checks with every problem found."""
    input:
        vcf=lambda wildcards: PLAN.vcf_files(wildcards.batch),
        reads=lambda wildcards: PLAN.reads_files(wildcards.batch),
    output:
        "results/checks/{batch}.json",
    log:
        "logs/check_inputs/{batch}.log",
    benchmark:
        "logs/check_inputs/{batch}.benchmark.tsv"
    params:
        stage=STAGE_VERSIONS["check_inputs"],
        rows=lambda wildcards: PLAN.files_hash(wildcards.batch),
        reference=PLAN.reference_key(),
    shell:
        "{PYTHON:q} {SCRIPTS:q}/check_inputs.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --batch {wildcards.batch:q} --output {output:q} > {log:q} 2>&1"


rule screen_variants:
    """VCFs of a batch (or reads, where there is none) -> alleles in the gene regions, and a VCF a patient."""
    input:
        checks="results/checks/{batch}.json",
        vcf=lambda wildcards: PLAN.vcf_files(wildcards.batch),
        reads=lambda wildcards: PLAN.reads_files(wildcards.batch),
    output:
        "results/evidence/{batch}/variants.jsonl",
    log:
        "logs/screen_variants/{batch}.log",
    benchmark:
        "logs/screen_variants/{batch}.benchmark.tsv"
    params:
        stage=STAGE_VERSIONS["screen_variants"],
    shell:
        "{PYTHON:q} {SCRIPTS:q}/screen_variants.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --batch {wildcards.batch:q} --checks {input.checks:q} --output {output:q} > {log:q} 2>&1"


rule screen_repeat:
    """BAMs and CRAMs of a batch -> what the reads show of the C9orf72 repeat, and those reads to look at."""
    input:
        checks="results/checks/{batch}.json",
        reads=lambda wildcards: PLAN.reads_files(wildcards.batch),
    output:
        evidence="results/evidence/{batch}/repeat.jsonl",
        reads="results/evidence/{batch}/repeat_reads.jsonl",
    log:
        "logs/screen_repeat/{batch}.log",
    benchmark:
        "logs/screen_repeat/{batch}.benchmark.tsv"
    params:
        stage=STAGE_VERSIONS["screen_repeat"],
    shell:
        "{PYTHON:q} {SCRIPTS:q}/screen_repeat.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --batch {wildcards.batch:q} --checks {input.checks:q} --output {output.evidence:q} > {log:q} 2>&1"


rule screen_coverage:
    """BAMs and CRAMs of a batch -> depth and alleles at every reportable base and every VCF site."""
    input:
        checks="results/checks/{batch}.json",
        variants="results/evidence/{batch}/variants.jsonl",
        reads=lambda wildcards: PLAN.reads_files(wildcards.batch),
    output:
        evidence="results/evidence/{batch}/coverage.jsonl",
        reads="results/evidence/{batch}/variant_reads.jsonl",
    log:
        "logs/screen_coverage/{batch}.log",
    benchmark:
        "logs/screen_coverage/{batch}.benchmark.tsv"
    params:
        stage=STAGE_VERSIONS["screen_coverage"],
    shell:
        "{PYTHON:q} {SCRIPTS:q}/screen_coverage.py --settings {SETTINGS:q} --resources {RESOURCES:q}"
        " --batch {wildcards.batch:q} --checks {input.checks:q} --variants {input.variants:q}"
        " --output {output.evidence:q} > {log:q} 2>&1"

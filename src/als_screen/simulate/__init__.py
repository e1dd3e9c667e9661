"""Simulated patients: reads and variant files with known truth, for the demo, the tests and the benchmarks.

`haplotype` says what a person carries, `reads` sequences the person, `bam` and `vcf` write what a laboratory
would hand over, `demo` makes the cohort that ships. Everything is deterministic for a seed and needs
nothing but the bundled reference slices.
"""

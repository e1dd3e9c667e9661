"""Comparison with an earlier run: what changed, and why. Nothing here opens a BAM or VCF."""

"""The C9orf72 repeat: from reads to the likelihood of pairs of allele sizes."""

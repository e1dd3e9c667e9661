"""The ACMG/AMP criteria of an allele, and the class that they propose."""

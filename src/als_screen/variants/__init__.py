"""VCF, BCF or reads of one patient -> the alleles that the patient carries in the four gene regions."""

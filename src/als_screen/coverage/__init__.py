"""What the reads show, base by base, over the reportable range and at the sites of the patient's alleles."""

"""What an allele is called: its forms, HGVS names and Sequence Ontology consequence."""

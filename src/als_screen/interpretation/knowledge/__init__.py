"""What is known of alleles: tables with source and release, the laboratory's own, and newer releases."""

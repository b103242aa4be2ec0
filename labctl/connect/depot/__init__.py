"""What a candidate handed in, read in a process without network: rows of texts, and why not."""

"""What to ask a machine, and what its answer means: typed facts, no judgement."""

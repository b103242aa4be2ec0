"""SSH: one visit of a Linux machine, many questions."""

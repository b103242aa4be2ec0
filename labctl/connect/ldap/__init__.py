"""LDAPS to a directory, its certificate verified."""

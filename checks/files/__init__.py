"""Checks of what is under files/ in labctl/probes."""

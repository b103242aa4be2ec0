"""Checks of what is under directory/ in labctl/probes."""

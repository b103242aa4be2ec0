"""Checks of what is under network/ in labctl/probes."""

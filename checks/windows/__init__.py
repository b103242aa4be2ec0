"""Checks of what is under windows/ in labctl/probes."""

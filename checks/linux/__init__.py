"""Checks of what is under linux/ in labctl/probes."""

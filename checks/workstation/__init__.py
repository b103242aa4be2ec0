"""Checks of what is under workstation/ in labctl/probes."""

"""Packets sent from a probe of a segment."""

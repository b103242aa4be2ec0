"""Measures: not tests, run by hand."""

"""Verdicts → grade sheet: pure; points exist in training only."""

"""Cahier + Room + bench → Plan: pure."""

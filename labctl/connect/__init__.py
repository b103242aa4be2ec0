"""Endpoint → session; one module per protocol, each the one owner of its library."""

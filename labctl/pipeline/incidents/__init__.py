"""Incidents on benches: injected, looked at, repaired, undone, tried."""

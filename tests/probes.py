"""Probes by the bare name of their fact: tests of facts name no topic."""

from functools import cache

from labctl.facts.probe import Probe
from labctl.facts.registry import list_facts, load_named


@cache
def _names() -> dict[str, str]:
    return {name.rpartition(".")[2]: name for name in list_facts()}


def probe_of(name: str) -> Probe:
    """Return the probe of a fact: ``Identity``."""
    return load_named(_names()[name])


def all_probes() -> tuple[Probe, ...]:
    """Return every probe, by name of fact."""
    return tuple(load_named(name) for name in list_facts())

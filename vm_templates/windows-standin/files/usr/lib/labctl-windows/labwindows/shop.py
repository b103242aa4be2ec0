"""The scenario of a Windows as it leaves the shop: with programs that nobody asked for."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

UNWANTED = "McToolbar"
"""The program that ``factory.json`` comes with: it stands for those that a subject names."""


def preinstall(scenario: Any, names: Sequence[str]) -> Any:
    """Return a scenario with these programs in place of the factory's, as it is when there is none.

    A key or an item of a list that mentions the one is there once for each of the others.
    """
    if not names:
        return scenario
    if isinstance(scenario, dict):
        return dict(pair for item in scenario.items() for pair in _spread_pair(item, names))
    if isinstance(scenario, list):
        return [one for item in scenario for one in _spread(item, names)]
    return scenario


def _spread_pair(pair: tuple[str, Any], names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    key, value = pair
    if UNWANTED in key:
        yield from ((key.replace(UNWANTED, name), _rename(value, name)) for name in names)
    else:
        yield key, preinstall(value, names)


def _spread(item: Any, names: Sequence[str]) -> Iterator[Any]:
    if UNWANTED in json.dumps(item):
        yield from (_rename(item, name) for name in names)
    else:
        yield item


def _rename(value: Any, name: str) -> Any:
    return json.loads(json.dumps(value).replace(UNWANTED, json.dumps(name)[1:-1]))

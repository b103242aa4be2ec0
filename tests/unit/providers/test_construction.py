"""Machines that are made while others of the bench end."""

from types import SimpleNamespace
from typing import cast

import pytest

from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.works import construction
from labctl.providers.works.construction import Works
from tests.small_bench import NODES, small_plan

NEVER = 2**22 + 1
"""A pid that no process has."""


def test_a_machine_that_ended_since_it_was_seen_is_named() -> None:
    """The program that starts machines would not find the end of its cable: a traceback."""
    names = [name for name in NODES if name != "sonde_serveurs"]
    running = {name: Process(NEVER, 1, "i", "01", name, "") for name in names}
    seen = SimpleNamespace(
        plan=small_plan(), outside=None, bench=Bench(BenchId(1)), scan=lambda: running
    )

    with pytest.raises(ProviderError, match="entre-temps : sonde_serveurs") as caught:
        construction.start(cast("Works", seen), {}, ())

    assert caught.value.hint == "labctl up 1"

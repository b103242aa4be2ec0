"""A switch with hosts on its ports, for each test anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.switch_bench import SwitchBench, switch_bench
from tests.contract.switch_lab import HOSTS, route


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[SwitchBench]:
    """Give the switch as from the factory."""
    with switch_bench(tmp_path, HOSTS) as running:
        yield running


@pytest.fixture
def routed(bench: SwitchBench) -> SwitchBench:
    """Give the switch with three networks that it routes."""
    route(bench)
    return bench

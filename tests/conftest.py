"""Benches that several modules share, built once per run."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.commands import Command

# A busy machine is no failure: what must be quick has a test that says so.
settings.register_profile("labctl", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("labctl")


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the command with an empty room; whatever is built in it goes at the end."""
    command = Command(tmp_path_factory.mktemp("room"))
    yield command
    command.must("down", "--all")  # silent, a bench would outlive its own folder


@pytest.fixture(scope="session")
def solved(room: Command) -> Command:
    """Give the command with bench 1 built and solved; tests leave it as they found it."""
    room.must("up", "1")
    room.must("solve", "1")
    return room

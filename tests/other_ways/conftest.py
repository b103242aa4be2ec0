"""The bench that several modules of other ways share, solved once per run."""

from collections.abc import Iterator

import pytest

from tests.commands import Command
from tests.other_ways.machines import CABINET, open_room


@pytest.fixture(scope="session")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the second subject's room with a solved bench: modules look at checks of their own."""
    with open_room(tmp_path_factory.mktemp("cabinet") / "state", CABINET, "solve") as found:
        yield found

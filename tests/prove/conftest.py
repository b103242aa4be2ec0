"""A room of its own for what is proved: the benches that other modules share stay as they are."""

from collections.abc import Iterator

import pytest

from tests.commands import Command


@pytest.fixture(scope="module")
def own_room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the command with an empty room; whatever is built in it goes at the end."""
    command = Command(tmp_path_factory.mktemp("proved"))
    yield command
    command.must("down", "--all")

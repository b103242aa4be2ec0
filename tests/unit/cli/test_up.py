"""What ``labctl up`` says of the benches it built."""

import pytest

from labctl.cli.up import say_started
from labctl.pipeline.building import Built


@pytest.mark.parametrize(
    ("started", "said"), [(("dc", "nas"), "toutes"), (("nas",), "nas"), ((), "aucune")]
)
def test_which_machines_were_started(started: tuple[str, ...], said: str) -> None:
    assert say_started(Built(1, "A", 2, started, 0.5)) == said

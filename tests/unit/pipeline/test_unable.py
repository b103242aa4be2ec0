"""What a provider cannot do is refused before a bench is touched, by every verb that would."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.errors import ProviderError
from labctl.pipeline import prove
from labctl.pipeline.incidents import orders
from labctl.pipeline.place import load_place
from labctl.providers import registry
from labctl.providers.profile import Profile

PLACE = load_place("demo", None)
UNABLE = replace(registry.find("embedded"), abilities=frozenset())


@pytest.fixture(autouse=True)
def unable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def find(_name: str) -> Profile:
        return UNABLE

    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(registry, "find", find)
    return tmp_path


def say_nothing(_bench: int, _text: str) -> None:
    """Stand for a progress that nobody reads."""


@pytest.mark.parametrize("verb", ["inject", "look", "repair", "undo", "prove", "sabotage"])
def test_neither_incidents_nor_sabotages_are_tried(verb: str, unable: Path) -> None:
    acts: dict[str, Callable[[], object]] = {
        "inject": lambda: orders.inject(PLACE, (1,), {1: ("P-12",)}, say_nothing),
        "look": lambda: orders.look(PLACE, (1,), say_nothing, restart=False, whole=False),
        "repair": lambda: orders.repair(PLACE, (1,), (), say_nothing),
        "undo": lambda: orders.undo(PLACE, (1,), (), say_nothing),
        "prove": lambda: orders.prove(PLACE, (1,), (), say_nothing, is_ready=False, restarts=False),
        "sabotage": lambda: prove.prove(PLACE, (1,), (), say_nothing, unable / "proof.json"),
    }

    with pytest.raises(ProviderError, match="ne sait pas essayer un sabotage ou une panne"):
        acts[verb]()

    assert not (unable / "benches").exists()

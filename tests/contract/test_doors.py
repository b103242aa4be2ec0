"""The way in of a bench, of labctl's own machines only: opened, found again, ended, by its tags."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.ids import BenchId
from labctl.core.progress import silent
from labctl.core.secrets import Secret
from labctl.providers.base import WayIn
from labctl.providers.doors import freezer
from labctl.providers.embedded.doorkeeper import EmbeddedDoorkeeper
from labctl.providers.embedded.provider import EmbeddedProvider
from labctl.providers.namespaces import processes
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.processes import ENTRANCE, GATE
from tests.small_bench import small_plan

pytestmark = pytest.mark.embedded

KEEPER, BENCH = EmbeddedDoorkeeper(), BenchId(1)
WAY_IN = WayIn(
    "banc01", "depot01", Secret("bcdf-ghjk-nprs"), "127.0.0.1", 22701, "Banc 01", "", "", "", {}, ()
)


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedProvider]:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))
    provider = EmbeddedProvider()
    provider.up(small_plan(), silent, soon())
    yield provider
    provider.down(BENCH, soon())


def soon() -> Deadline:
    return Deadline.after(120)


def find() -> dict[str, int]:
    return {each.node: each.pid for each in processes.scan(instance(), "01")}


def says_hello() -> bool:
    with socket.create_connection(("127.0.0.1", WAY_IN.port), timeout=10) as line:
        return line.recv(4) == b"SSH-"


@pytest.mark.usefixtures("provider")
def test_a_door_is_opened_once_and_again_after_each_of_its_deaths() -> None:
    KEEPER.open(small_plan(), WAY_IN, silent, soon())
    first = find()
    KEEPER.open(small_plan(), WAY_IN, silent, soon())
    assert find() == first
    for victim in (GATE, ENTRANCE):
        (there,) = (each for each in processes.scan(instance(), "01") if each.node == victim)
        processes.kill((there,), soon())
        KEEPER.open(small_plan(), WAY_IN, silent, soon())
        assert find()[victim] != first[victim]
    assert says_hello()


@pytest.mark.usefixtures("provider")
def test_a_paused_door_is_still_paused_when_its_gate_was_killed() -> None:
    KEEPER.open(small_plan(), WAY_IN, silent, soon())
    KEEPER.pause(BENCH)
    (gate,) = (each for each in processes.scan(instance(), "01") if each.node == GATE)
    processes.kill((gate,), soon())
    assert KEEPER.open(small_plan(), WAY_IN, silent, soon()).is_paused
    assert not KEEPER.resume(BENCH).is_paused
    assert says_hello()


@pytest.mark.usefixtures("provider")
def test_a_port_that_another_has_is_named() -> None:
    with (
        socket.create_server(("127.0.0.1", WAY_IN.port)),
        pytest.raises(ProviderError, match=str(WAY_IN.port)),
    ):
        KEEPER.open(small_plan(), WAY_IN, silent, soon())
    assert KEEPER.open(small_plan(), WAY_IN, silent, soon()).port == WAY_IN.port


def test_another_code_is_another_door(provider: EmbeddedProvider) -> None:
    KEEPER.open(small_plan(), WAY_IN, silent, soon())
    before = find()
    KEEPER.open(small_plan(), replace(WAY_IN, code=Secret("other")), silent, soon())
    assert find()[ENTRANCE] != before[ENTRANCE]
    assert provider.up(small_plan(), silent, soon()).started == ()  # it is no stranger there


def test_down_leaves_nothing_of_a_door(provider: EmbeddedProvider) -> None:
    KEEPER.open(small_plan(), WAY_IN, silent, soon())
    provider.down(BENCH, soon())
    assert find() == {}
    assert not Bench(BENCH).folder.exists()
    root = freezer.find_root()
    assert root is None or not list(root.glob(f"labctl-{instance()}-*"))
    assert KEEPER.status(BENCH) is None
    with pytest.raises(ProviderError):
        KEEPER.open(small_plan(), WAY_IN, silent, soon())

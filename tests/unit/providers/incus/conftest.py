"""A stand-in server and a client of it, for every test of the Incus provider."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.plan.model import Hosting, Plan
from labctl.providers.incus import disks, outfit, reader
from labctl.providers.incus.client import Client, open_client
from labctl.providers.incus.link import Identity
from tests.incus_acts import FOREIGN
from tests.incus_server import SERVER_USE, StandIn, issue, open_standin, serve_as
from tests.incus_world import World
from tests.small_bench import outer_plan


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """Return the folder of the state of a test."""
    return tmp_path


@pytest.fixture
def light_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a bench brought some bytes in place of labctl's code, and a reader as many."""
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(outfit, "pack_code", lambda: b"code")
    monkeypatch.setattr(outfit, "identify_code", lambda: b"0a")
    monkeypatch.setattr(reader, "pack_kit", lambda: b"kit")
    monkeypatch.setattr(disks, "_find_busybox", lambda *_given: b"busybox")


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pki")


@pytest.fixture(scope="package")
def member(folder: Path) -> Identity:
    return issue(folder, "member", SERVER_USE)


@pytest.fixture(scope="package")
def labctl(folder: Path) -> Identity:
    return issue(folder, "labctl")


@pytest.fixture
def standin(member: Identity, labctl: Identity) -> Iterator[StandIn]:
    with open_standin(member, serve_as(member, labctl)) as running:
        yield running


@pytest.fixture
def client(standin: StandIn, labctl: Identity) -> Iterator[Client]:
    with open_client(standin.server, labctl, Deadline.after(20)) as opened:
        yield opened


@pytest.fixture
def plan(standin: StandIn, labctl: Identity) -> Plan:
    """Give the plan of a bench whose cluster is the stand-in."""
    own = {
        "address": standin.server.where,
        "fingerprint": standin.server.fingerprint,
        "certificate": str(labctl.certificate),
        "key": str(labctl.key),
        "pool": "default",
        "member": "",
    }
    return replace(outer_plan(), provider="incus", hosting=Hosting("grappe", own=own))


@pytest.fixture
def world(standin: StandIn) -> World:
    """Give a cluster in memory of two members, which holds what is not ours too."""
    cluster = World({"n1": 4000, "n2": 8000})
    cluster.projects[FOREIGN] = {"user.other": "theirs"}
    cluster.networks["lbother"] = {"name": "lbother", "status": "Created", "config": {}}
    standin.cluster = cluster
    return cluster

"""A stand-in server and a client of it, for every test of the Incus provider."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.providers.incus.client import Client, open_client
from labctl.providers.incus.link import Identity
from tests.incus_server import SERVER_USE, StandIn, issue, open_standin, serve_as


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

"""A cluster of emulated machines for one run; `make test-incus` asks for it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.providers.incus.client import Client, open_client
from tests.incus.cluster import Cluster, running

LONG_S = 600.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.nightly)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a cluster of two members."""
    if "LABCTL_TEST_INCUS" not in os.environ:
        pytest.skip("make test-incus runs these, with LABCTL_TEST_INCUS=1")
    with running(tmp_path_factory.mktemp("incus")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def client(cluster: Cluster) -> Iterator[Client]:
    """Give the API of the first member."""
    with open_client(cluster.servers["n1"], cluster.identity, Deadline.after(LONG_S)) as opened:
        yield opened

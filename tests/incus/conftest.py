"""A cluster of emulated machines for one run; `make test-incus` asks for it."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.providers.incus.client import Client, locate, open_client
from labctl.providers.roles import layers
from labctl.spec.kind import load_chain
from tests.incus.cluster import Cluster, running

LONG_S = 7200.0
IMAGE = "labctl-test"
INIT = b"""#!/bin/busybox sh
FILES=/usr/lib/labctl-incus/files.tar
[ -e $FILES ] && /bin/busybox tar -x -C / -f $FILES
/bin/busybox mkdir -p /run
/bin/busybox mount -t tmpfs run /run
/bin/busybox ip link set lo up
: > /run/started
while :; do /bin/busybox sleep 1000; done
"""


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


@pytest.fixture(scope="session")
def image(client: Client) -> str:
    """Import a system of one program, unless a cluster that was kept has it."""
    known = client.read(locate("images", "aliases"))
    if any(path.endswith(f"/{IMAGE}") for path in known):
        return IMAGE
    content = _pack_image()
    name = {"X-Incus-filename": "busybox.tar"}
    client.upload(locate("images"), content, name)
    digest = hashlib.sha256(content).hexdigest()
    client.change("POST", locate("images", "aliases"), {"name": IMAGE, "target": digest})
    return IMAGE


def _pack_image() -> bytes:
    """Return an image whose only program is the busybox of labctl's lowest layer."""
    busybox = layers.resolve(load_chain("debian-base"))[0].root / "usr/bin/busybox"
    files: Mapping[str, bytes] = {
        "metadata.yaml": b'{"architecture": "x86_64", "creation_date": 1, "properties": {}}',
        "rootfs/bin/busybox": busybox.read_bytes(),
        "rootfs/sbin/init": INIT,
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for folder in (
            "",
            "bin",
            "dev",
            "etc",
            "proc",
            "root",
            "run",
            "sbin",
            "sys",
            "tmp",
            "usr",
            "usr/lib",
            "usr/lib/labctl-incus",
        ):
            entry = tarfile.TarInfo(f"rootfs/{folder}")
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()

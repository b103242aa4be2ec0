"""Images of machines: one for what is the same, imported once; and what starts a machine."""

import hashlib
import io
import json
import os
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.progress import silent
from labctl.providers.incus import images, init
from labctl.providers.incus.client import Client
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.layers import Layer
from labctl.providers.windows.copies import Master
from tests.incus_server import StandIn, error, sync
from tests.small_bench import small_plan


def stack(node: int = 1) -> tuple[Layer, ...]:
    return stack_of(tuple(small_plan().nodes.values())[node])


def test_kinds_whose_layers_hold_the_same_have_one_image() -> None:
    assert images.name_image(stack(0)) == images.name_image(stack(1))


def test_an_image_is_another_when_a_layer_is() -> None:
    bottom, *above = stack()
    changed = (replace(bottom, name="debian-base-0000000000000000"), *above)

    assert images.name_image(changed) != images.name_image(stack())


def test_an_image_that_the_cluster_has_is_not_sent_again(
    standin: StandIn, client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path))
    alias = images.name_image(stack())
    standin.answer(f"GET /1.0/images/aliases/{alias}", sync({"target": "ab"}))

    assert images.ensure_image(client, stack(), silent, Deadline.after(10)) == alias

    assert len(standin.asked) == 2


def test_every_card_is_down_and_without_address_but_that_of_the_management() -> None:
    spec = {"management": {"interface": "mgmt0", "address": "198.18.0.9/16"}}

    assert init.list_commands(spec, ["eth0", "lo", "mgmt0"]) == [
        "link set dev lo up",
        "link set dev eth0 down",
        "addr replace 198.18.0.9/16 dev mgmt0",
        "link set dev mgmt0 up",
    ]
    assert init.list_commands(spec, ["lo"]) == ["link set dev lo up"]


@pytest.fixture
def master(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Master:
    """Give what stands for a master: Incus alone would tell it from a disk."""
    monkeypatch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "master.qcow2").write_bytes(b"QFI disk")
    return Master("windows-11-A", tmp_path / "master.qcow2", "scsi")


def test_a_master_is_sent_whole_once_as_the_disk_of_a_windows(
    standin: StandIn, client: Client, master: Master, tmp_path: Path
) -> None:
    alias = images.name_master(master)
    standin.answer(f"GET /1.0/images/aliases/{alias}", error("Image alias not found", 404))
    standin.answer("POST /1.0/images", sync(None))
    standin.answer("POST /1.0/images/aliases", sync(None))

    assert images.ensure_master(client, master, silent, Deadline.after(30)) == alias

    sent, named = (each for each in standin.asked if each.method == "POST")
    with tarfile.open(fileobj=io.BytesIO(sent.body)) as archive:
        found = {each.name: archive.extractfile(each).read() for each in archive}  # type: ignore[union-attr]
    assert set(found) == {"metadata.yaml", "rootfs.img"}
    assert found["rootfs.img"] == b"QFI disk"
    about = json.loads(found["metadata.yaml"])["properties"]
    assert (about["os"], about["user.labctl.image"]) == ("Windows", alias)
    assert named.document == {"name": alias, "target": hashlib.sha256(sent.body).hexdigest()}
    assert list((tmp_path / "cache" / "building").iterdir()) == []


def test_an_archive_that_cannot_be_written_is_told_and_nothing_of_it_is_left(
    standin: StandIn, client: Client, master: Master, tmp_path: Path
) -> None:
    alias = images.name_master(master)
    standin.answer(f"GET /1.0/images/aliases/{alias}", error("Image alias not found", 404))

    with pytest.raises(ProviderError, match="échec de la construction"):
        images.ensure_master(client, master, silent, Deadline.after(-1))

    assert list((tmp_path / "cache" / "building").iterdir()) == []


def test_a_master_that_was_made_again_is_another_image(master: Master) -> None:
    before = images.name_master(master)

    os.utime(master.disk, ns=(1, 1))

    assert images.name_master(master) != before

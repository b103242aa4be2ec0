"""Images of machines: one for what is the same, imported once; and what starts a machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from labctl.core.deadline import Deadline
from labctl.core.progress import silent
from labctl.providers.incus import images, init
from labctl.providers.incus.client import Client
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.layers import Layer
from tests.incus_server import StandIn, sync
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

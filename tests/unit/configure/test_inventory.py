"""The Ansible inventory of a bench, without a bench."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from labctl.configure.inventory import Paths, build, known_hosts
from labctl.connect.base import Endpoint, Endpoints, Transport, Vantage
from labctl.core.errors import UsageError
from labctl.core.ids import NodeName
from labctl.plan.model import Hosting
from tests.golden import assert_golden
from tests.plans import plan_of

PATHS = Paths(
    known_hosts=Path("/run/x/known_hosts"),
    secrets=Path("/run/x/secrets.json"),
    temporary=Path("/run/x/tmp"),
    python=Path("/opt/labctl/python"),
)


def endpoint(node: str, transport: Transport, address: str, port: int = 22) -> Endpoint:
    return Endpoint(
        node=NodeName(node),
        transport=transport,
        address=address,
        port=port,
        account="labctl-audit",
        credential=f"/state/secrets/{node}",
        trust=f"ssh-ed25519 AAAA{node}",
        vantage=Vantage(10, 20),
        console=Vantage(11, 21),
    )


ENDPOINTS = Endpoints(
    bench=1,
    isolation="namespace",
    endpoints=(
        endpoint("routeur", Transport.SSH, "198.18.0.3"),
        endpoint("dc", Transport.SSH, "198.18.0.6", 2222),
        endpoint("dc", Transport.LDAP, "10.21.20.10", 636),
        endpoint("commutateur", Transport.CLI, "198.18.0.4"),
    ),
    probes={NodeName("jury"): Vantage(10, 20)},
)


def inventory() -> dict[str, Any]:
    return cast("dict[str, Any]", build(plan_of(1), ENDPOINTS, PATHS)["all"])


def test_the_inventory_of_the_example(request: pytest.FixtureRequest) -> None:
    document = inventory()
    document["vars"]["plan"] = f"plan {document['vars']['plan']['variant']}"

    text = json.dumps(document, indent=1, sort_keys=True) + "\n"

    assert_golden(text, request.path.parent / "inventory.json")


def test_hosts_know_the_whole_plan() -> None:
    assert inventory()["vars"]["plan"]["switch"]["hostname"] == "SW-ARU-01"


def test_a_machine_without_a_way_in_is_no_host() -> None:
    assert sorted(inventory()["hosts"]) == ["commutateur", "dc", "routeur"]


def test_host_keys_are_pinned_once_for_each_address() -> None:
    assert known_hosts(ENDPOINTS) == (
        "198.18.0.3 ssh-ed25519 AAAArouteur\n[198.18.0.6]:2222 ssh-ed25519 AAAAdc\n"
    )


def test_a_plan_that_ansible_would_execute_is_refused() -> None:
    plan = plan_of(1)
    hostile = replace(plan, switch=replace(plan.switch, banner="{{ lookup('pipe', 'id') }}"))

    with pytest.raises(UsageError, match="modèle"):
        build(hostile, ENDPOINTS, PATHS)


def test_an_emulated_machine_may_be_silent_longer() -> None:
    plan = replace(plan_of(1), hosting=Hosting("ici", "qemu:///system", "qemu"))

    document: Any = build(plan, ENDPOINTS, PATHS)

    words = document["all"]["hosts"]["routeur"]["ansible_ssh_args"]
    assert "-oServerAliveCountMax=9" in words
    assert document["all"]["vars"]["patience"] == 3

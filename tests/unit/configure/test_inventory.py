"""The Ansible inventory of a bench, without a bench."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from labctl.configure.inventory import Paths, build, has_windows, known_hosts
from labctl.connect.base import Endpoint, Endpoints, Transport, Vantage
from labctl.core.errors import UsageError
from labctl.core.ids import NodeName
from tests.golden import assert_golden
from tests.plans import Desk, host_of_machines, plan_of

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
    return cast("dict[str, Any]", build(plan_of(1), ENDPOINTS, PATHS, {})["all"])


def test_the_inventory_of_the_example(request: pytest.FixtureRequest) -> None:
    document = inventory()
    document["vars"]["plan"] = f"plan {document['vars']['plan']['variant']}"

    text = json.dumps(document, indent=1, sort_keys=True) + "\n"

    assert_golden(text, request.path.parent / "inventory.json")


def test_hosts_know_the_whole_plan() -> None:
    assert inventory()["vars"]["plan"]["nodes"]["commutateur"]["hostname"] == "SW-ARU-01"


def test_a_machine_without_a_way_in_is_no_host() -> None:
    assert sorted(inventory()["hosts"]) == ["commutateur", "dc", "routeur"]


def test_host_keys_are_pinned_once_for_each_address() -> None:
    assert known_hosts(ENDPOINTS) == (
        "198.18.0.3 ssh-ed25519 AAAArouteur\n[198.18.0.6]:2222 ssh-ed25519 AAAAdc\n"
    )


def test_a_plan_that_ansible_would_execute_is_refused() -> None:
    plan = plan_of(1)
    hostile = replace(plan, company="{{ lookup('pipe', 'id') }}")

    with pytest.raises(UsageError, match="modèle"):
        build(hostile, ENDPOINTS, PATHS, {})


def test_an_emulated_machine_may_be_silent_longer() -> None:
    plan = replace(plan_of(1), hosting=host_of_machines("qemu:///system"))

    document: Any = build(plan, ENDPOINTS, PATHS, {})

    words = document["all"]["hosts"]["routeur"]["ansible_ssh_args"]
    assert "-oServerAliveCountMax=15" in words
    assert document["all"]["vars"]["patience"] == 5


def windows(trust: str = "/state/secrets/ca.pem") -> Any:
    way = replace(endpoint("poste", Transport.CIM, "198.18.0.8", 5986), trust=trust)
    document: Any = build(plan_of(1, Desk.WINDOWS), Endpoints(1, "vm", (way,), {}), PATHS, {})
    return document["all"]


def test_a_windows_is_reached_by_winrm_under_tls_and_its_certificate_is_checked() -> None:
    found = windows()

    assert found["hosts"]["poste"] == {
        "ansible_connection": "winrm",
        "ansible_host": "198.18.0.8",
        "ansible_password": "{{ lookup('ansible.builtin.file', password_file) }}",
        "ansible_port": 5986,
        "ansible_shell_type": "powershell",
        "ansible_user": "labctl-audit",
        "ansible_winrm_ca_trust_path": "/state/secrets/ca.pem",
        "ansible_winrm_scheme": "https",
        "ansible_winrm_server_cert_validation": "validate",
        "ansible_winrm_transport": "ntlm",
        "password_file": "/state/secrets/poste",
    }


def test_a_windows_whose_certificate_nobody_can_check_is_refused() -> None:
    with pytest.raises(UsageError, match="autorité"):
        windows(trust="")


def test_a_simulated_windows_is_configured_as_the_linux_it_is() -> None:
    ways = (
        endpoint("poste", Transport.CIM, "198.18.0.8", 5986),
        endpoint("poste", Transport.SSH, "198.18.0.8"),
    )

    endpoints = Endpoints(1, "vm", ways, {})

    document: Any = build(plan_of(1, Desk.SIMULATED), endpoints, PATHS, {})

    assert "ansible_connection" not in document["all"]["hosts"]["poste"]
    assert not has_windows(endpoints)
    assert has_windows(replace(endpoints, endpoints=ways[:1]))


def test_a_windows_controller_tells_who_administers_its_domain() -> None:
    plan = plan_of(1, Desk.WINDOWS)
    server = replace(plan.nodes[NodeName("dc")], kind="windows-server")
    plan = replace(plan, nodes={**plan.nodes, server.name: server})
    ways = (endpoint("dc", Transport.CIM, "198.18.0.6", 5986), endpoint("dc", Transport.LDAP, "x"))

    document: Any = build(plan, Endpoints(1, "vm", ways, {}), PATHS, {})

    directory = document["all"]["hosts"]["dc"]["directory"]
    assert directory == {"account": "labctl-audit", "password_file": "/state/secrets/dc"}

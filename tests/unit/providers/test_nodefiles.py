"""What a machine is told before it starts."""

import json
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from checks.switching.demand import list_ports
from labctl.core.ids import NodeName
from labctl.plan.model import Hosting, Plan
from labctl.providers.roles import fingerprint, nodefiles
from labctl.providers.roles.nodefiles import NodeFile
from labctl.providers.roles.safe import Safe
from tests.plans import plan_of


def render(plan: Plan, name: str, folder: Path) -> dict[str, NodeFile]:
    safe = Safe(folder)
    safe.draw_common("labctl 01")
    node = plan.nodes[NodeName(name)]
    trust = safe.draw_node(node.name, nodefiles.list_names(plan, node), ())
    return nodefiles.render(plan, node, trust)


def test_a_server_is_told_its_address() -> None:
    plan = plan_of(1)

    told = nodefiles.describe(plan, plan.nodes[NodeName("dc")])

    assert json.loads(json.dumps(told))["interfaces"][0]["address"] == "10.21.20.10/26"


@pytest.mark.parametrize("name", ["routeur", "commutateur", "poste", "imprimante", "point_acces"])
def test_a_machine_to_configure_is_not_told_what_the_subject_asks(name: str) -> None:
    plan = plan_of(1)

    told = json.loads(json.dumps(nodefiles.describe(plan, plan.nodes[NodeName(name)])))

    assert {card["address"] for card in told["interfaces"]} == {None}
    assert {card["gateway"] for card in told["interfaces"]} == {None}


@pytest.mark.parametrize(
    ("hosting", "patience"), [(None, 1.0), (Hosting("far", patience=8.0), 8.0)]
)
def test_a_machine_is_told_how_slow_its_host_is(
    tmp_path: Path, hosting: Hosting | None, patience: float
) -> None:
    files = render(replace(plan_of(1), hosting=hosting), "dc", tmp_path)

    assert json.loads(files["etc/labctl/node.json"].content)["patience"] == patience


def test_a_workstation_is_delivered_under_its_factory_name() -> None:
    plan = plan_of(1)

    assert nodefiles.hostname(plan.nodes[NodeName("poste")]) == "poste"


def test_only_cabled_ports_are_said_to_be() -> None:
    plan = plan_of(1)

    told = json.loads(json.dumps(nodefiles.describe(plan, plan.nodes[NodeName("commutateur")])))
    cabled = {card["name"] for card in told["interfaces"] if card["is_cabled"]}

    assert cabled == {f"gi{port.number}" for port in list_ports(plan) if port.key}


def test_certificate_of_the_controller_names_the_domain() -> None:
    plan = plan_of(1)

    names = nodefiles.list_names(plan, plan.nodes[NodeName("dc")])

    assert names[0] == "srv-aru-ad1.moana.test"
    assert {"moana.test", "10.21.20.10", "127.0.0.1"} <= set(names)


def test_secrets_are_written_for_root_only(tmp_path: Path) -> None:
    files = render(plan_of(1), "nas", tmp_path / "secrets")

    nodefiles.write(files, tmp_path / "upper")
    modes = {
        name: stat.S_IMODE((tmp_path / "upper/etc/labctl" / name).stat().st_mode)
        for name in ("secrets.json", "ssh_host_ed25519_key", "tls/key.pem", "authorized_keys")
    }

    assert set(modes.values()) == {0o600}


def test_what_is_written_is_what_the_template_says(tmp_path: Path) -> None:
    files = render(plan_of(1), "nas", tmp_path / "secrets")

    nodefiles.write(files, tmp_path / "upper")

    expected = fingerprint.expect_listing(files)
    assert fingerprint.read_listing(tmp_path / "upper", files) == expected


def test_new_secrets_do_not_change_the_fingerprint(tmp_path: Path) -> None:
    first = fingerprint.expect_listing(render(plan_of(1), "dc", tmp_path / "a"))
    second = fingerprint.expect_listing(render(plan_of(1), "dc", tmp_path / "b"))

    assert first == second


@pytest.mark.parametrize(
    "change",
    ["etc/extra", "etc/hostname", "etc/labctl/node.json"],
)
def test_any_other_file_changes_the_fingerprint(tmp_path: Path, change: str) -> None:
    files = render(plan_of(1), "nas", tmp_path / "secrets")
    upper = tmp_path / "upper"
    nodefiles.write(files, upper)

    (upper / change).write_text("left by someone")

    assert fingerprint.read_listing(upper, files) != fingerprint.expect_listing(files)


def test_a_wrong_mode_changes_the_fingerprint(tmp_path: Path) -> None:
    files = render(plan_of(1), "nas", tmp_path / "secrets")
    upper = tmp_path / "upper"
    nodefiles.write(files, upper)

    (upper / "etc/labctl/secrets.json").chmod(0o644)

    assert fingerprint.read_listing(upper, files) != fingerprint.expect_listing(files)


def test_benches_of_one_variant_differ_by_their_number_only() -> None:
    first, other = plan_of(1), plan_of(7)
    assert first.variant == other.variant

    told = json.loads(json.dumps(nodefiles.describe(first, first.nodes[NodeName("nas")])))
    other_told = json.loads(json.dumps(nodefiles.describe(other, other.nodes[NodeName("nas")])))

    different = {key for key in told if told[key] != other_told[key]}
    assert different == {"bench", "interfaces"}  # the MAC carries the bench's number

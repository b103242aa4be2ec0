"""A kind of machine that a centre brings in its own folder: planned and made as any other.

Nothing under ``labctl/`` knows it: a folder outside the repository holds ``kind.yml``, ``kind.py``
and the files of its layer.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from labctl.connect.base import Transport
from labctl.core.ids import BenchId, NodeName
from labctl.pipeline.console import choose_argv
from labctl.plan.build import build_plan
from labctl.plan.document import from_json, to_json
from labctl.plan.model import Node, Plan
from labctl.plan.render import render_svg
from labctl.providers.libvirt import layout
from labctl.providers.libvirt.rooms import LibvirtRooms
from labctl.providers.namespaces.bench import Bench
from labctl.providers.roles import nodefiles
from labctl.providers.roles.images import stack_of
from labctl.providers.roles.safe import Safe
from labctl.providers.works.construction import list_secrets
from labctl.providers.works.endpoints import build_endpoints
from labctl.providers.works.resetting import add_dependants
from labctl.spec.cahier import Cahier, list_kinds_of
from labctl.spec.kind import load_kind
from labctl.spec.loader import Value
from tests.plans import example_cahier, example_room

KIND = """\
kind: kiosk
from: networked
packages: [chromium]
start: /usr/lib/kiosk/start
words: {fr: borne de consultation, en: kiosk}
symbol: "M3 5h22v14h-22Z"
faces: [kiosk, linux]
desk: borne
ways:
  - {protocol: ssh, port: 2222}
  - {protocol: cim, port: 5986, password: kiosk_password}
console: {terminal: [/usr/bin/kiosk-menu], one_line: [/usr/bin/kiosk, -c]}
secrets: [kiosk_password]
factory: {hostname: borne, addresses: true}
budget: {memory_mib: 1024, disk_mib: 2000, vcpus: 2}
reset_with: [router]
"""
PROGRAM = """\
from checks.intranet.demand import Intranet
from labctl.api import Node, Plan


def parameters(plan: Plan, node: Node) -> dict[str, object]:
    page = f"https://{plan.demand(Intranet).host}/"
    return {"page": page, "who": node.hostname, "ports": (80, 443)}


def certificate_names(plan: Plan, node: Node) -> tuple[str, ...]:
    return (f"borne.{plan.domain}",)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the kind, in a content folder of a centre."""
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setattr(Safe, "host_key", lambda _safe, node: f"ssh-ed25519 {node}")
    folder = tmp_path / "vm_templates" / "kiosk"
    (folder / "files/usr/lib/kiosk").mkdir(parents=True)
    (folder / "files/usr/lib/kiosk/start").write_text("#!/bin/sh\n")
    (folder / "kind.yml").write_text(KIND)
    (folder / "kind.py").write_text(PROGRAM)
    return folder


@pytest.fixture
def cahier() -> Cahier:
    """Return the shipped cahier, with a workstation of the kind."""
    source = example_cahier().source
    machines = dict(cast("Mapping[str, Mapping[str, Value]]", source.tree["machines"]))
    machines["poste"] = {**machines["poste"], "genre": "kiosk"}
    return Cahier(replace(source, tree={**source.tree, "machines": machines}))


@pytest.fixture
def plan(folder: Path, cahier: Cahier) -> Plan:
    """Return the plan of a bench whose workstation is of the kind."""
    assert folder.is_dir()
    return build_plan(cahier, example_room(), 1)


@pytest.fixture
def kiosk(plan: Plan) -> Node:
    return plan.desks[0]


def test_it_is_planned_and_given_its_parameters(plan: Plan, kiosk: Node) -> None:
    assert (kiosk.kind, kiosk.faces) == ("kiosk", ("kiosk", "linux"))
    assert kiosk.parameters == {
        "page": "https://intranet.moana.test/",
        "who": kiosk.hostname,
        "ports": [80, 443],
    }
    assert plan.desks[0].desk == "borne"


def test_its_plan_is_read_back_without_its_folder(plan: Plan, folder: Path) -> None:
    text = to_json(plan)

    (folder / "kind.py").unlink()

    assert from_json(text) == plan


def test_its_machine_is_told_what_its_program_computed(plan: Plan, kiosk: Node) -> None:
    told = nodefiles.describe(plan, kiosk)

    assert told["parameters"] == kiosk.parameters
    assert told["hostname"] == "borne"
    assert "borne.moana.test" in nodefiles.list_names(plan, kiosk)


def test_its_layer_is_above_those_of_its_parents(kiosk: Node) -> None:
    layers = stack_of(kiosk)

    assert [layer.role for layer in layers] == ["debian-base", "equipped", "networked", "kiosk"]


def test_it_is_entered_by_its_ways(plan: Plan, kiosk: Node) -> None:
    found = build_endpoints(plan, Bench(BenchId(1)), {}, frozenset({kiosk.name})).endpoints

    assert [(way.transport, way.port) for way in found] == [
        (Transport.SSH, 2222),
        (Transport.CIM, 5986),
    ]
    assert choose_argv(kiosk.kind, ()) == ("/usr/bin/kiosk-menu",)


def test_it_is_drawn_and_named(plan: Plan) -> None:
    picture = render_svg(plan)

    assert "borne de consultation" in picture
    assert "M3 5h22v14h-22Z" in picture


def test_its_virtual_machine_has_its_budget(plan: Plan, kiosk: Node, cahier: Cahier) -> None:
    guest = layout.build_guests(plan, "abcd")[kiosk.name]
    needs = [
        LibvirtRooms().need(tuple(load_kind(name) for name in list_kinds_of(one.source, "A", {})))
        for one in (example_cahier(), cahier)
    ]

    assert (guest.memory_mib, guest.cpus) == (1024, 2)
    assert needs[1].memory_mib - needs[0].memory_mib == 1024 - 384


def test_it_is_reset_with_what_it_depends_on_and_its_secret_is_renewed(
    plan: Plan, kiosk: Node
) -> None:
    names = add_dependants(plan, (NodeName("routeur"),))

    assert names == (NodeName("routeur"), kiosk.name)
    assert list_secrets(plan, names) == ("kiosk_password",)

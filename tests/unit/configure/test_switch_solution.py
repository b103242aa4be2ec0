"""The solution of a switch where the subject leaves out what it may."""

from dataclasses import replace

from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: TID251  # Ansible renders it

from labctl.core.ids import NodeName
from tests.plans import ROOT, plan_of

SWITCH = NodeName("commutateur")
FOLDER = ROOT / "playbooks" / "roles" / "switching" / "templates"


def test_a_trunk_without_a_native_vlan_is_told_none() -> None:
    plan = plan_of(1)
    node = plan.nodes[SWITCH]
    trunks = [port for port in node.ports if port.tagged]
    ports = tuple(replace(port, untagged="") if port.tagged else port for port in node.ports)
    env = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=True,
    )
    env.filters["extract"] = lambda name, found: found[name]
    template = env.get_template("switch.cfg.j2")

    told = template.render(plan=plan)
    without = template.render(plan=replace(plan, nodes={SWITCH: replace(node, ports=ports)}))

    assert trunks
    assert told.count("native vlan") == len(trunks)
    assert without == "".join(
        line for line in told.splitlines(keepends=True) if "native vlan" not in line
    )

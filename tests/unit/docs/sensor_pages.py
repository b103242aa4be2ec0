"""What the pages of a new topic and of a new kind of machine show: a sensor, asked over CoAP."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from labctl.plan.model import Plan
from labctl.spec.topology import HOST, Card
from tests.plans import ROOT, asking
from tests.topologies import cable, machine, plan_with, segment, topology

FILE = re.compile(
    r"^```\w+\n# ((?:checks|vm_templates|playbooks)/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
CONTENT = ROOT / "tests" / "exams" / "sensors"
"""The same files, as an exam of the tests uses them."""


def read_page(name: str) -> dict[str, str]:
    """Return the files that a page shows."""
    return dict(FILE.findall((ROOT / "docs" / name).read_text("utf-8")))


def write_files(files: dict[str, str], folder: Path) -> None:
    """Put files in the content folder of a centre."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def plan_of_sensors() -> Plan:
    """Return the plan of two sensors in a flat network, which the pages' topic asks something of.

    The folder of the pages must be a centre's content.
    """
    from ipaddress import IPv4Interface

    cards = [Card("ATELIER", IPv4Interface(f"10.9.0.{host}/24")) for host in (20, 21)]
    found = topology(
        [segment("ATELIER", "10.9.0.0/24")],
        [
            machine("capteur_four", "sensor", {"eth0": cards[0]}),
            machine("capteur_quai", "sensor", {"eth0": cards[1]}),
        ],
        cable(HOST, "capteur_four.eth0", untagged="ATELIER", guests=("capteur_quai",)),
    )
    sensing: Any = import_module("checks.sensors.demand")
    names = ("capteur_four", "capteur_quai")
    asked = sensing.Sensing.model_construct(
        on=names, place="atelier nord", period_s=30, calibrated=False
    )
    return asking(replace(plan_with(found), demands={}), asked)

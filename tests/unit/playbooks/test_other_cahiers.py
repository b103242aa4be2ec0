"""Cahiers that a trainer may well write: accepted, planned, and solved by what is in the plan."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import jinja2  # noqa: TID251  # as Ansible renders the templates
import pytest

from labctl.plan.build import build_plan
from labctl.plan.document import to_json
from labctl.spec.cahier import load_cahier
from labctl.spec.lint import validate_cahier
from tests.plans import CAHIER, ROOT, Desk, room_with

SOLUTION = ROOT / "playbooks" / "solutions" / "tai-tp-pme-01"
BENCHES = (1, 2, 3)
"""One of each variant."""
OTHERS: dict[str, tuple[tuple[str, str], ...]] = {
    "as shipped": (),
    "no SmartScreen": ((", EnableSmartScreen: 1", ""),),
    "nothing of autorun": ((", NoDriveTypeAutoRun: 255", ""),),
    "a manager who writes in a service": (
        ("RW: [GG_COMPTA], RO: [GG_DIRECTION]", "RW: [GG_COMPTA, GG_DIRECTION], RO: []"),
    ),
    "groups in no unit of theirs": (("Postes, Groupes, Services", "Postes, Services"),),
    "an administration that does not go out": (
        (
            "sources: [ADMIN, SERVEURS, BUREAUTIQUE, INVITES]",
            "sources: [SERVEURS, BUREAUTIQUE, INVITES]",
        ),
    ),
    "elsewhere": (("fuseau: Pacific/Tahiti", "fuseau: America/Port-au-Prince"),),
    "two services, and no drive of a service": (
        ("groupes: [GG_COMPTA]", "groupes: [GG_COMPTA, GG_TECHNIQUE]"),
        ('"${lettre_service}": service_de_l_utilisateur', '"${lettre_service}": SCANS'),
    ),
}


def load_filters() -> dict[str, Any]:
    """Return the filters of the playbooks by name."""
    found: dict[str, Any] = {"extract": lambda key, container: container[key]}
    for path in sorted((ROOT / "playbooks" / "filters").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found |= module.FilterModule().filters()
    return found


def write_cahier(folder: Path, edits: tuple[tuple[str, str], ...]) -> Path:
    """Write the shipped cahier with other words; each is there once."""
    text = CAHIER.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "autre.cdc.yml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_accepted_can_be_solved(name: str, tmp_path: Path) -> None:
    file, filters = write_cahier(tmp_path, OTHERS[name]), load_filters()
    texts = jinja2.Environment(  # noqa: S701  # configuration of daemons, not HTML
        loader=jinja2.FileSystemLoader(SOLUTION / "templates"), undefined=jinja2.StrictUndefined
    )
    texts.filters |= filters

    assert validate_cahier(file) == ()
    cahier = load_cahier(file)
    for kind in Desk:
        for bench in BENCHES:
            plan = json.loads(to_json(build_plan(cahier, room_with(kind), bench)))
            for template in texts.list_templates():
                assert texts.get_template(template).render(plan=plan)
            if kind is not Desk.LINUX:
                assert filters["windows_system"](plan)
                assert filters["windows_use"](plan)
                assert filters["windows_user_registry"](plan)


def test_every_network_that_has_a_gateway_has_a_way_back(tmp_path: Path) -> None:
    file = write_cahier(tmp_path, OTHERS["an administration that does not go out"])
    plan = json.loads(to_json(build_plan(load_cahier(file), room_with(Desk.LINUX), 1)))
    template = jinja2.Template(  # configuration of a daemon, not HTML
        (SOLUTION / "templates" / "frr.conf.j2").read_text("utf-8"), trim_blocks=True
    )

    routed = {
        line.split()[2] for line in template.render(plan=plan).splitlines() if "ip route" in line
    }

    assert routed == {one["network"] for one in plan["segments"].values() if one["gateway"]}

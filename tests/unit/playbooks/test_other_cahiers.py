"""Cahiers that a trainer may well write: accepted, planned, and solved by what is in the plan."""

import json
import re
from pathlib import Path

import pytest

from labctl.configure.compose import compose_for
from labctl.plan.build import build_plan
from labctl.plan.document import to_json
from labctl.spec.cahier import load_cahier
from labctl.spec.lint import validate_cahier
from tests.plans import CAHIER, Desk, room_with
from tests.renamed import NAMES, rename
from tests.solutions import contributed, load_filters

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


def write_cahier(folder: Path, edits: tuple[tuple[str, str], ...]) -> Path:
    """Write the shipped cahier with other words; each is there once."""
    text = CAHIER.read_text("utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "autre.cdc.yml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("name", OTHERS)
def test_what_is_accepted_can_be_solved(name: str, tmp_path: Path) -> None:
    file, filters = write_cahier(tmp_path, OTHERS[name]), load_filters()

    assert validate_cahier(file) == ()
    cahier = load_cahier(file)
    for kind in Desk:
        for bench in BENCHES:
            plan = build_plan(cahier, room_with(kind), bench)
            for machine in compose_for(plan).variables:
                assert contributed(plan, machine)
            if kind is not Desk.LINUX:
                assert filters["windows_user_registry"](json.loads(to_json(plan)))


def test_every_network_that_has_a_gateway_has_a_way_back(tmp_path: Path) -> None:
    file = write_cahier(tmp_path, OTHERS["an administration that does not go out"])
    plan = build_plan(load_cahier(file), room_with(Desk.LINUX), 1)
    text = contributed(plan, "routeur")["files"]["/etc/frr/frr.conf"]["content"]

    routed = {line.split()[2] for line in text.splitlines() if "ip route" in line}

    assert routed == {str(one.network) for one in plan.segments.values() if one.gateway}


@pytest.mark.parametrize("kind", [Desk.LINUX, Desk.SIMULATED])
def test_a_renamed_cahier_is_solved_with_no_name_of_the_shipped_one(
    kind: Desk, tmp_path: Path
) -> None:
    text = rename(CAHIER.read_text("utf-8"), NAMES)
    file = tmp_path / "autre.cdc.yml"
    file.write_text(text, "utf-8")

    assert validate_cahier(file) == ()
    plan = build_plan(load_cahier(file), room_with(kind), 1)
    machines = compose_for(plan).variables
    told = json.dumps([contributed(plan, machine) for machine in machines], ensure_ascii=False)

    assert [new for _old, new in NAMES if new in told]
    assert [old for old, _new in NAMES if re.search(rf"(?<![\w-]){old}(?![\w-])", told)] == []

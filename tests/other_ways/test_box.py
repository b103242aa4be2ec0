"""A box made by other valid means than the reference solution: everything conforms."""

from pathlib import Path

import pytest

from labctl.core.ids import NodeName
from labctl.pipeline.place import load_place
from labctl.pipeline.seed import cahier_secrets
from tests.box_facts import box_plan
from tests.commands import Command
from tests.other_ways.box import by_hand
from tests.other_ways.machines import Machines

pytestmark = pytest.mark.embedded

ROOM = "demo-ccp2"
CARD = "auto eth0\\niface eth0 inet dhcp\\n"
BY_DHCP = f"printf '{CARD}' > /etc/network/interfaces.d/lan; service networking restart\n"
ADDRESS = "timeout 60 sh -c 'until ip -4 route show default | grep -q .; do sleep 0.2; done'"
"""dnsmasq looks for 3 s whether an address is free; the client asks again in the background."""


def test_a_box_conforms_however_it_was_made(tmp_path: Path) -> None:
    room = Command(tmp_path / "state", {"LABCTL_ROOM": ROOM})
    machines = Machines(room, 1)
    try:
        room.must("up", "1")
        machines.script(
            NodeName("box"), by_hand(box_plan(1), cahier_secrets(load_place(ROOM, None), 1))
        )
        machines.script(NodeName("poste"), BY_DHCP + ADDRESS)
        (sheet,) = room.json("grade", "1", "--only", "7")["benches"]
    finally:
        room.must("down", "--all", "--yes")
    wrong = {
        one["check"]: f"{one['verdict']}: {one['message']}"
        for competency in sheet["competencies"]
        for criterion in competency["criteria"]
        for one in criterion["verdicts"]
        if one["verdict"] != "conforme"
    }
    assert wrong == {}

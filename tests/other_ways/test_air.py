"""Wireless networks made in several ways, met by stations on simulated radios."""

from collections.abc import Iterator, Mapping

import pytest

from checks.wireless.demand import Wireless
from labctl.core.secrets import Secret, fill_in
from labctl.pipeline.place import load_place
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from tests.commands import Command
from tests.other_ways import radio
from tests.other_ways.machines import Machines, open_room

pytestmark = [pytest.mark.embedded, pytest.mark.nightly]  # `make test-air` too, for each change

ROOM = "demo-cabinet"
PLAN = load_place(ROOM, None).plan(1, "titre")
ASKED = PLAN.demand(Wireless)
OF_RADIO = ("K-100", "K-101", "K-102", "K-103", "K-104")
AS_ASKED = dict.fromkeys(OF_RADIO, "conforme")
EMPTY = """service hostapd stop
rm -f /etc/hostapd/*.conf
for bridge in /sys/class/net/*/bridge; do
    [ ! -d "$bridge" ] || ip link delete "$(basename "${bridge%/bridge}")"
done
"""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Give the room with a bench on which nothing was done."""
    with open_room(tmp_path_factory.mktemp("air") / "state", ROOM) as found:
        yield found


def met(room: Command, script: str, code: int = 0) -> dict[str, dict[str, str]]:
    """Return the verdicts on the networks that a script of the access point makes."""
    Machines(room, 1).script(ASKED.on, EMPTY + script)
    return room.verdicts(1, "--only", ",".join(OF_RADIO), code=code)


def words_of(found: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: one["verdict"] for name, one in found.items()}


def secrets() -> Mapping[str, Secret]:
    return cahier_secrets(load_place(ROOM, None), 1)


def by_card(plan: Plan) -> str:
    """Return what gives each card that is admitted its own line in the file of keys."""
    staff = ASKED.ssids[0]
    assert staff.mac_filter is not None
    key = fill_in(staff.passphrase, secrets())
    lines = "\\n".join(f"{mac} {key}" for mac in staff.mac_filter.macs)
    return f"{radio.by_one_file(plan, secrets())}printf '{lines}\\n' > /etc/hostapd.cles\n" + (
        "service hostapd restart\n"
    )


def test_a_file_for_each_radio_of_two_bands(room: Command) -> None:
    assert words_of(met(room, radio.by_files(PLAN, secrets()))) == AS_ASKED


def test_a_candidate_tries_the_networks_with_a_station(room: Command) -> None:
    machines, (staff, visitors) = Machines(room, 1), ASKED.ssids
    assert staff.mac_filter is not None
    card, *_others = sorted(staff.mac_filter.admitted)
    machines.script(ASKED.on, EMPTY + radio.by_files(PLAN, secrets()))

    def tried(*words: str) -> str:
        argv = ("sh", "-c", 'essai-wifi "$@" 2>&1; echo "code $?"', "essai-wifi", *words)
        return machines.feed(ASKED.on, f"{fill_in(staff.passphrase, secrets())}\n", *argv)

    sent = tried()
    assert all(f"{one.name} : émis, canal " in sent for one in (staff, visitors))
    assert sent.endswith("code 0\n")
    assert f"{staff.name} : la station {card} entre (WPA2)\n" in tried(staff.name, card)
    stranger = tried(staff.name)
    assert f"{staff.name} : la station 02:6c:63:74:00:00 est refusée (WPA2)" in stranger
    assert stranger.endswith("code 1\n")
    assert "« Ailleurs » n'est pas offert ; le sont : " in tried("Ailleurs")


def test_one_file_and_wpa3_alone(room: Command) -> None:
    assert words_of(met(room, radio.by_one_file(PLAN, secrets()))) == AS_ASKED


def test_a_key_for_each_card_is_tried_where_it_cannot_be_compared(room: Command) -> None:
    assert words_of(met(room, by_card(PLAN))) == AS_ASKED


def test_a_channel_that_no_radio_may_use_is_not_sent(room: Command) -> None:
    script = radio.by_one_file(PLAN, secrets())
    elsewhere = "sed -i 's/^channel=.*/channel=13/; s/^country_code=.*/country_code=US/'"
    changed = f"{elsewhere} /etc/hostapd/reseaux.conf; service hostapd restart\n"
    found = met(room, script + changed, code=4)["K-100"]
    assert found["verdict"] == "non vérifiable"
    assert "Hardware does not support configured channel" in found["message"]

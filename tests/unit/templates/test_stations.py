"""Stations that try the networks of an access point, and what a candidate is told of them."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import air
import points
import pytest
import stations

from checks.wireless.air import PROGRAM
from tests.unit.templates.programs import load_file

STAFF, VISITORS = "02:00:00:00:00:f3", "02:00:00:a0:00:01"
"""Addresses of cards."""


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """Return the program that runs on an access point."""
    return load_file("air_program", PROGRAM)


@pytest.fixture(scope="module")
def command() -> ModuleType:
    """Return the command of a candidate."""
    return load_file("essai_wifi", Path(stations.__file__).parents[2] / "bin/essai-wifi")


def network(managed: str) -> points.Network:
    """Return a network that is sent."""
    return points.Network(b"X", "ap0", "net00", managed, 2437)


@pytest.mark.parametrize(
    ("managed", "asked", "roles"),
    [
        ("WPA-PSK", {"cards": [], "isolated": False}, ["right", "wrong"]),
        ("WPA-PSK SAE", {"cards": [], "isolated": False}, ["right", "wrong", "right"]),
        ("WPA-PSK", {"cards": [STAFF], "isolated": True}, ["right", "wrong", "stranger"]),
        (
            "SAE",
            {"cards": [STAFF, VISITORS], "isolated": True},
            ["right", "second", "wrong", "stranger"],
        ),
        ("WPA-EAP", {"cards": [], "isolated": True}, []),
    ],
)
def test_stations_try_what_a_network_is_to_admit_and_what_it_is_not(
    program: ModuleType, managed: str, asked: dict[str, object], roles: list[str]
) -> None:
    planned = program.plan_trials(network(managed), asked, "cle-du-sujet", 0)
    assert [trial.role for trial in planned] == roles


def test_no_two_stations_have_one_card_or_one_radio_at_once(program: ModuleType) -> None:
    asked = {"cards": [STAFF], "isolated": False}
    free = {"cards": [], "isolated": True}
    planned = [
        *program.plan_trials(network("WPA-PSK SAE"), asked, "cle-du-sujet", 0),
        *program.plan_trials(network("WPA-PSK"), free, "autre-cle", 1),
        *program.plan_trials(network("WPA-PSK"), free, "autre-cle", 2),
    ]
    waves = program.plan_waves(planned)
    assert sum(map(len, waves)) == len(planned)
    for wave in waves:
        assert len({trial.card for trial in wave}) == len(wave)
        assert len({trial.radio for trial in wave}) == len(wave)


JOINED = "1.0: wlan3: CTRL-EVENT-CONNECTED - Connection to 02:00:00:00:00:00 completed"
LATE = f"1.0: ap0: AP-STA-POSSIBLE-PSK-MISMATCH {STAFF}\n"
REFUSED = "1.0: wlan3: CTRL-EVENT-AUTH-REJECT 02:00:00:00:00:00 status_code=1"


@pytest.mark.parametrize(
    ("role", "log", "heard", "outcome"),
    [
        ("right", JOINED, LATE, "in"),
        ("right", "", LATE, ""),
        ("wrong", "", LATE, "key"),
        ("wrong", "", "", ""),
        ("wrong", JOINED, "", "in"),
        ("stranger", REFUSED, "", "refused"),
    ],
)
def test_how_a_trial_ended_is_said_by_who_knows(
    role: str, log: str, heard: str, outcome: str
) -> None:
    trial = stations.Trial(network("WPA-PSK"), role, "WPA2", "cle-du-sujet", STAFF)
    assert stations.judge(log, trial, heard) == outcome


class Guest:
    """Stands in for a guest: says a log for each wave, and that stations reach nothing."""

    def __init__(self, *logs: str, left_s: float = 30.0) -> None:
        self.left_s, self.logs, self.waves = left_s, list(logs), list[str]()

    def run(self, script: str) -> tuple[int, str]:
        """Return the next log to who lets stations try, nothing to the others."""
        if "wpa_supplicant -B" not in script:
            return 0, ""
        self.waves.append(script)
        return 0, self.logs.pop(0)


def planned(*roles: str) -> list[stations.Trial]:
    """Return stations that try one network, on radios from 3."""
    return [
        stations.Trial(network("WPA-PSK"), role, "WPA2", "cle", f"02:00:00:00:00:0{rank}", rank)
        for rank, role in enumerate(roles, 3)
    ]


def try_twice(program: ModuleType, guest: Guest, trials: list[stations.Trial]) -> list[str]:
    """Let stations try as the program does; return how each ended."""
    changes: dict[str, Callable[..., object]] = {
        "offer": lambda *_: "",
        "plan_trials": lambda *_: trials,
        "plan_waves": lambda wave: [wave],
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, change in changes.items():
            patch.setattr(program, name, change)
        point = points.Point("", [trials[0].network])
        program.try_all(guest, [point], [{"name": "X", "key": 0}], ["cle"], program.Found())
    return [trial.outcome for trial in trials]


def test_a_station_that_was_late_tries_again(program: ModuleType) -> None:
    guest = Guest(JOINED.replace("wlan3", "wlan4"), JOINED)
    assert try_twice(program, guest, planned("right", "right")) == ["in", "in"]
    assert len(guest.waves) == 2


@pytest.mark.parametrize(
    ("log", "left_s"),
    [
        (JOINED, 30.0),
        ("1.0: ap0: AP-STA-POSSIBLE-PSK-MISMATCH 02:00:00:00:00:03\n", 30.0),
        ("", 24.0),
    ],
)
def test_who_was_answered_does_not_try_again_and_nobody_without_time(
    program: ModuleType, log: str, left_s: float
) -> None:
    guest = Guest(log, "", left_s=left_s)
    try_twice(program, guest, planned("right"))
    assert len(guest.waves) == 1


def test_a_card_that_is_admitted_and_was_refused_tries_again(program: ModuleType) -> None:
    guest = Guest(REFUSED, JOINED)
    assert try_twice(program, guest, planned("right")) == ["in"]
    guest = Guest(REFUSED, REFUSED)
    assert try_twice(program, guest, planned("right")) == ["refused"]
    guest = Guest(REFUSED, left_s=24.0)
    assert try_twice(program, guest, planned("right")) == ["refused"]
    guest = Guest(f"{REFUSED}\n{REFUSED.replace('wlan3', 'wlan4')}", "")
    assert try_twice(program, guest, planned("wrong", "stranger")) == ["refused", "refused"]
    assert len(guest.waves) == 1


def test_two_stations_that_are_not_seen_to_speak_try_again(program: ModuleType) -> None:
    both = f"{JOINED}\n{JOINED.replace('wlan3', 'wlan11')}"
    trials = planned("right", "second")
    trials[1].radio = air.APART
    guest = Guest(both, both)
    assert try_twice(program, guest, trials) == ["in", "in"]
    assert len(guest.waves) == 2


def test_what_is_known_of_a_station_stays(program: ModuleType) -> None:
    first = JOINED.replace("wlan3", "wlan4")
    guest = Guest(first, "")
    assert try_twice(program, guest, planned("right", "right")) == ["", "in"]


def test_a_second_station_tries_again_beside_its_first(program: ModuleType) -> None:
    trials = planned("right", "second")
    trials[1].radio = air.APART
    guest = Guest(JOINED, "")
    assert try_twice(program, guest, trials) == ["in", ""]
    assert all("wlan3" in wave and "wlan11" in wave for wave in guest.waves)
    assert len(guest.waves) == 2


@pytest.mark.parametrize(
    ("protection", "line"),
    [("WPA2", "psk="), ("WPA3", 'sae_password="cle-du-sujet"'), ("", "key_mgmt=NONE")],
)
def test_a_station_is_told_how_the_network_is_protected(protection: str, line: str) -> None:
    trial = stations.Trial(network("WPA-PSK"), "right", protection, "cle-du-sujet", STAFF)
    said = stations.describe(trial).splitlines()
    assert f"ssid={b'X'.hex()}" in said
    assert any(one.startswith(line) for one in said)


@pytest.mark.parametrize(
    ("protection", "outcome", "said"),
    [
        ("WPA3", "in", "entre (WPA3)"),
        ("", "in", "entre (réseau ouvert)"),
        ("WPA2", "refused", "est refusée (WPA2) : autre clé, ou carte non admise"),
        ("", "refused", "est refusée (réseau ouvert) : carte non admise"),
        ("WPA2", "", "n'est pas entrée en 20 s (WPA2) : autre clé, ou ordinateur occupé"),
    ],
)
def test_a_candidate_is_told_how_a_station_fared(
    command: ModuleType, protection: str, outcome: str, said: str
) -> None:
    trial = stations.Trial(network("WPA-PSK"), "right", protection, "cle", STAFF, 0, outcome)
    assert command.describe_end(trial) == f"la station {STAFF} {said}"


def test_a_network_that_no_station_can_try_is_said_to_be_one(command: ModuleType) -> None:
    with pytest.raises(SystemExit, match="ne sait essayer WPA-EAP"):
        command.plan_trials(network("WPA-EAP"), STAFF)


def test_an_open_network_is_tried_without_a_key(command: ModuleType) -> None:
    (trial,) = command.plan_trials(network(""), STAFF)
    assert (trial.protection, trial.key) == ("", "")


LOG = """1796155671.829858: 1796155671.829865: ap1: Hardware does not support this channel
1796155671.829966: Could not select hw_mode and channel. (-3)
1796155671.830009: ap1: interface state COUNTRY_UPDATE->DISABLED
1796155671.830040: ap1: AP-DISABLED
"""


def test_what_hostapd_refuses_is_said_in_a_line(program: ModuleType) -> None:
    assert program.sum_up(LOG) == (
        "ap1: Hardware does not support this channel ; Could not select hw_mode and channel. (-3)"
    )


FIRST = """interface=wlan0
#:bridge=br30
#
#:country_code=PF
hw_mode=g
channel=6
ssid=Equipe
accept_mac_file={listed}
#
#
driver=none
"""
SECOND = """#
#
#
#:country_code=PF
hw_mode=g
channel=6
#
#
interface=wlan1
ssid2="Café"
driver=none
"""


def test_the_networks_of_a_file_are_one_radio_again(tmp_path: Path) -> None:
    listed = tmp_path / "cartes"
    listed.write_text(STAFF)
    point = points.read_point([FIRST.format(listed=listed), SECOND], 1)
    assert point.text.splitlines() == [
        *("ctrl_interface=/run/hostapd", "driver=nl80211", "interface=ap1", "bridge=net10"),
        *("country_code=PF", "hw_mode=g", "channel=6", "ssid=Equipe", f"accept_mac_file={listed}"),
        *("bss=ap1_1", "bridge=net11", 'ssid2="Café"'),
    ]
    assert [one.name for one in point.networks] == [b"Equipe", "Café".encode()]
    assert point.files == {str(listed): STAFF.encode()}


@pytest.mark.parametrize(
    ("lines", "protections"),
    [
        ("wpa=2\n", ["WPA2"]),
        ("wpa=2\nwpa_key_mgmt=SAE WPA-PSK\n", ["WPA2", "WPA3"]),
        ("", []),
        ("wpa=0\nwpa_key_mgmt=WPA-PSK\n", []),
    ],
)
def test_an_open_network_is_protected_by_nothing(lines: str, protections: list[str]) -> None:
    point = points.read_point([f"interface=wlan0\nssid=X\n{lines}"], 0)
    assert stations.list_protections(point.networks[0]) == protections


STATUS = """state=ENABLED
freq=2437
bss[0]=ap0
bss[1]=ap0_1
state=DISABLED
freq=0
bss[0]=ap1
"""


def test_a_radio_that_is_not_enabled_sends_nothing() -> None:
    assert points.read_frequencies(STATUS) == {"ap0": 2437, "ap0_1": 2437}


def test_a_file_of_the_guest_is_written_whatever_its_name() -> None:
    assert points.put("/etc/l'accès", b"x").endswith("echo eA== | base64 -d > '/etc/l'\\''accès'")

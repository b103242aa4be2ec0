"""Wireless networks that stations tried: what that proves, and what stations are asked to try."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import util
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import air
import points
import pytest
import stations

from checks.wireless.air import PROGRAM, Outcome, Role, Trial, Tried
from checks.wireless.demand import Wireless
from checks.wireless.facts import Radio, from_air
from labctl.api import NodeName, Plan, Unobserved
from labctl.connect.base import Answer
from labctl.core.verdict import Reason, Verdict
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from tests.box_facts import box_evidence, box_plan, box_solved

SEVEN = choose_checks("tai", ["7"])
OF_RADIO = {"K-100", "K-101", "K-102", "K-103", "K-104"}
STAFF, VISITORS = "02:00:00:00:00:f3", "02:00:00:a0:00:01"


def seen(plan: Plan, rank: int) -> Tried:
    """Return what stations see of a network that is as the subject asks."""
    ssid, asked = plan.demand(Wireless).ssids[rank], plan.demand(Wireless)
    channel = asked.channels_2g4[plan.bench % len(asked.channels_2g4)]
    outcomes = {Role.RIGHT: Outcome.LET_IN, Role.WRONG: Outcome.OTHER_KEY}
    outcomes |= {Role.STRANGER: Outcome.REFUSED} if ssid.mac_filter else {}
    outcomes |= {Role.SECOND: Outcome.LET_IN} if ssid.isolation else {}
    trials = tuple(Trial(role, "WPA2", outcome) for role, outcome in outcomes.items())
    return Tried(2407 + 5 * channel, trials, reached=False if ssid.isolation else None)


Change = Callable[[Tried], Tried]


def changed(**values: Any) -> Change:
    """Return what makes what was seen something else."""
    return lambda tried: replace(tried, **values)


def ended(role: Role, outcome: Outcome) -> Change:
    """Return what makes the trials of a role end otherwise."""
    return lambda tried: replace(
        tried,
        trials=tuple(
            replace(trial, outcome=outcome) if trial.role is role else trial
            for trial in tried.trials
        ),
    )


AS_ASKED = changed()


def verdicts_of(
    staff: Change = AS_ASKED, visitors: Change = AS_ASKED, **told: Any
) -> dict[str, Verdict]:
    """Judge the radio of a solved bench whose networks were tried; ``told``: what files say."""
    plan, facts = box_plan(), box_solved()
    networks = tuple(
        replace(one, tried=change(seen(plan, rank)), **told)
        for rank, (one, change) in enumerate(
            zip(facts[Radio].networks, (staff, visitors), strict=True)
        )
    )
    (found,) = judge([box_evidence(plan, {**facts, Radio: Radio(networks)})], SEVEN)
    return {str(one.check): one.verdict for one in found.verdicts if str(one.check) in OF_RADIO}


def test_a_radio_that_stations_met_as_asked_conforms() -> None:
    assert verdicts_of() == dict.fromkeys(sorted(OF_RADIO), Verdict.CONFORM)


@pytest.mark.parametrize(
    ("check", "staff", "visitors"),
    [
        ("K-102", ended(Role.WRONG, Outcome.LET_IN), AS_ASKED),
        ("K-103", ended(Role.STRANGER, Outcome.LET_IN), AS_ASKED),
        ("K-103", AS_ASKED, changed(reached=True)),
        ("K-104", changed(frequency=2484), AS_ASKED),
        ("K-104", AS_ASKED, changed(frequency=5180)),
    ],
)
def test_what_stations_met_otherwise_is_wrong_for_its_check_alone(
    check: str, staff: Change, visitors: Change
) -> None:
    found = verdicts_of(staff, visitors)
    others = {name: verdict for name, verdict in found.items() if name != check}
    assert found[check] is Verdict.NON_CONFORM
    assert set(others.values()) == {Verdict.CONFORM}


@pytest.mark.parametrize(
    ("check", "staff", "visitors"),
    [
        ("K-100", changed(frequency=0, said="Channel 13 not allowed"), AS_ASKED),
        ("K-102", ended(Role.RIGHT, Outcome.UNKNOWN), AS_ASKED),
        ("K-102", AS_ASKED, ended(Role.RIGHT, Outcome.REFUSED)),
        ("K-103", ended(Role.STRANGER, Outcome.UNKNOWN), AS_ASKED),
        ("K-103", AS_ASKED, changed(reached=None)),
    ],
)
def test_what_stations_could_not_tell_is_for_a_person(
    check: str, staff: Change, visitors: Change
) -> None:
    assert verdicts_of(staff, visitors)[check] is Verdict.UNVERIFIABLE


def test_a_filter_that_refuses_the_card_says_nothing_of_the_key() -> None:
    assert verdicts_of(ended(Role.RIGHT, Outcome.REFUSED))["K-102"] is Verdict.CONFORM


def test_a_key_that_cannot_be_compared_is_tried() -> None:
    assert verdicts_of(keys=None)["K-102"] is Verdict.CONFORM


@pytest.mark.parametrize("staff", [ended(Role.RIGHT, Outcome.REFUSED), changed(trials=())])
def test_a_key_that_is_neither_compared_nor_tried_is_for_a_person(staff: Change) -> None:
    assert verdicts_of(staff, keys=None)["K-102"] is Verdict.UNVERIFIABLE


def test_a_wrong_file_is_wrong_whatever_stations_met() -> None:
    assert verdicts_of(keys=frozenset())["K-102"] is Verdict.NON_CONFORM


@pytest.mark.parametrize(("frequency", "channel"), [(2437, 6), (2484, 14), (5180, 36), (0, None)])
def test_a_channel_is_that_of_its_frequency(frequency: int, channel: int | None) -> None:
    assert Tried(frequency).channel == channel


def read(output: object, trouble: Unobserved | None = None) -> Radio:
    """Return what is read of an access point with one network, of what its stations answered."""
    text = "interface=wlan0\nssid=X\nwpa=2\n"
    document = {"files": {"/run/x": text}, "lists": {}, "keys": {"/run/x": [[0]]}}
    reading = from_air(box_plan(), NodeName("box"))
    questions = next(reading)
    outputs = (
        json.dumps(document),
        "[]",
        output if isinstance(output, str) else json.dumps(output),
    )
    troubles = (None, None, trouble)
    answers = tuple(
        Answer(question, text.encode(), 0, trouble, "2026-01-01T00:00:00Z", 0.1)
        for question, text, trouble in zip(questions, outputs, troubles, strict=True)
    )
    with pytest.raises(StopIteration) as stop:
        reading.send(answers)
    return stop.value.value  # type: ignore[no-any-return]


MET = {"role": "right", "protection": "WPA3", "outcome": "in", "said": ""}
SENT = {"name": "X", "frequency": 2412, "trials": [MET], "reached": None}


def test_what_stations_met_is_read() -> None:
    (one,) = read({"said": "ap0: AP-ENABLED", "networks": [SENT]}).networks
    assert one.tried == Tried(2412, (Trial(Role.RIGHT, "WPA3", Outcome.LET_IN),))


@pytest.mark.parametrize(
    "output",
    [
        "",
        "[]",
        {"said": ""},
        {"said": "", "networks": [{**SENT, "frequency": "x"}]},
        {"said": "", "networks": [{**SENT, "frequency": float("inf")}]},
        {"said": "", "networks": [{**SENT, "reached": "yes"}]},
        {"said": "", "networks": [{**SENT, "trials": [{**MET, "outcome": "maybe"}]}]},
        {"said": "", "networks": []},
    ],
)
def test_what_is_no_answer_of_stations_tells_nothing(output: object) -> None:
    (one,) = read(output).networks
    assert one.tried == Tried(said="les stations n'ont pas répondu")


def test_stations_that_do_not_answer_take_nothing_from_what_files_say() -> None:
    (one,) = read("", Unobserved(Reason.TIMEOUT, "trop long")).networks
    assert (one.name, one.tried) == ("X", Tried(said="les stations n'ont pas répondu"))


def test_keys_are_named_and_not_sent_in_the_question() -> None:
    question = next(from_air(box_plan(), NodeName("box")))[-1]
    lines = question.body["stdin"]
    assert isinstance(lines, tuple)
    assert lines[1:] == ("${secret:wifi_perso}", "${secret:wifi_invites}")
    assert [one["key"] for one in json.loads(lines[0])] == [0, 1]


@pytest.fixture(scope="module")
def program() -> ModuleType:
    """Return the program that runs on an access point."""
    return load(PROGRAM)


@pytest.fixture(scope="module")
def command() -> ModuleType:
    """Return the command of a candidate."""
    return load(Path(stations.__file__).parents[2] / "bin/essai-wifi")


def load(path: Path) -> ModuleType:
    loader = SourceFileLoader(path.stem.replace("-", "_"), str(path))
    spec = util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = util.module_from_spec(spec)
    written, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = written
    return module


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
        (REFUSED, 30.0),
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

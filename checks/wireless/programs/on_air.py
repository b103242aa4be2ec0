#!/usr/bin/python3
"""Runs on an access point whose networks can be tried on the air; prints what stations saw.

Sent as it is by ``checks/wireless/air.py``; it must stand alone. The guest of the machine's kind
(``air.py`` of vm_templates/access-point-radio) is given what each running hostapd was given, on
simulated radios (mac80211_hwsim), and stations (wpa_supplicant) try to get in. The first line is
what to try, as JSON, the others are the keys that it names by rank; keys are never printed.
"""

import json
import re
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

sys.path.insert(0, "/usr/lib/labctl")
from air import APART, IP, STATIONS, Air
from points import Network, Point, offer, read_points
from stations import JOIN_S, SAID_CAP, Trial, join, list_protections

TEXT_CAP = 64 * 1024
LIMIT_S = 52.0
SPARE_S = 5.0
"""What stations need around the time in which they try."""
ADMITTED = ("right", "second")
"""Roles with the key of the subject and a card that it admits."""
CARD = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
TIME = re.compile(r"(?:[0-9]{6,}\.[0-9]+: )+")
NOISE = re.compile(r"interface state|AP-(EN|DIS)ABLED|TERMINATING|deinit|wasn't started|hapd_data")


@dataclass
class Found:
    """What is known so far: what hostapd said, how trials went, which stations reach another."""

    said: str = ""
    trials: list[Trial] = field(default_factory=list)
    reached: dict[bytes, bool | None] = field(default_factory=dict)


def main() -> None:
    """Print the document; when time is up, what is known by then."""
    head, *keys = sys.stdin.read(TEXT_CAP).splitlines()
    points, asked, found = read_points(), json.loads(head), Found()
    if points:
        with suppress(TimeoutError, EOFError, ConnectionError), Air(LIMIT_S) as guest:
            try_all(guest, points, asked, keys, found)
    sent = {one.name: one.frequency for point in points for one in point.networks}
    networks = [describe_network(one["name"], sent, found) for one in asked]
    json.dump({"said": sum_up(found.said), "networks": networks}, sys.stdout)


def try_all(
    guest: Air, points: list[Point], asked: list[Any], keys: list[str], found: Found
) -> None:
    """Have the networks sent, and stations try those that are asked for."""
    found.said = offer(guest, points)
    sent = {one.name: one for point in points for one in point.networks if one.frequency}
    for rank, one in enumerate(asked):
        network = sent.get(one["name"].encode())
        if network is not None:
            found.trials += plan_trials(network, one, keys[one["key"]], rank)
    waves = plan_waves(found.trials)
    for wave in waves:
        try_wave(guest, wave, found)
    for again in filter(None, (list_again(wave, found.reached) for wave in waves)):
        if guest.left_s > JOIN_S + SPARE_S:
            for one in filter(is_unlike_asked, again):
                one.outcome = ""
            try_wave(guest, again, found)


def try_wave(guest: Air, wave: list[Trial], found: Found) -> None:
    """Let stations try together, and those that may meet try to."""
    join(guest, wave)
    for second in (one for one in wave if one.role == "second"):
        first = next(one for one in wave if one.network is second.network)
        is_known = found.reached.get(second.network.name) is not None
        if first.outcome == second.outcome == "in" and not is_known:
            found.reached[second.network.name] = reach(guest, first, second)
    guest.run("killall -q wpa_supplicant; rm -f /run/sta*.log")


def list_again(wave: list[Trial], reached: dict[bytes, bool | None]) -> list[Trial]:
    """Return the stations that try once more, fewer, so that they have more time.

    All of a network at which one of them lacked time, or at which what the subject asks for did not
    come about: a card that it admits was refused with its key, or two were not seen to speak.
    """
    unsure = [
        one.network
        for one in wave
        if one.is_late
        or is_unlike_asked(one)
        or (one.role == "second" and reached.get(one.network.name, True) is None)
    ]
    return [one for one in wave if one.network in unsure]


def is_unlike_asked(trial: Trial) -> bool:
    """Tell whether a card that the subject admits was refused with its key."""
    return trial.role in ADMITTED and trial.outcome == "refused"


def sum_up(log: str) -> str:
    """Return what hostapd had to say, without times and without its own coming and going."""
    lines = dict.fromkeys(TIME.sub("", line).strip() for line in log.splitlines())
    return " ; ".join(line for line in lines if line and not NOISE.search(line))[-SAID_CAP:]


def describe_network(text: str, sent: dict[bytes, int], found: Found) -> dict[str, object]:
    """Return what is printed of a network."""
    name = text.encode()
    return {
        "name": text,
        "frequency": sent.get(name, 0),
        "trials": [describe_trial(one) for one in found.trials if one.network.name == name],
        "reached": found.reached.get(name),
    }


def describe_trial(trial: Trial) -> dict[str, str]:
    """Return what is printed of a trial."""
    return {name: getattr(trial, name) for name in ("role", "protection", "outcome", "said")}


def plan_trials(network: Network, asked: Any, key: str, rank: int) -> list[Trial]:
    """Return the trials of a network: the first one with the key of the subject.

    Who is to be heard by another comes right after it.
    """
    kinds = list_protections(network)
    if not kinds:
        return []
    admitted = [card for card in asked["cards"] if CARD.fullmatch(card)]
    own = [f"02:6c:63:74:{rank:02x}:{number:02x}" for number in range(4)]
    cards = admitted or own
    trials = [Trial(network, "right", kinds[0], key, cards[0])]
    if asked["isolated"] and len(cards) > 1:
        trials.append(Trial(network, "second", kinds[0], key, cards[1]))
    trials.append(Trial(network, "wrong", kinds[0], secrets.token_hex(12), cards[-1]))
    if admitted:
        trials.append(Trial(network, "stranger", kinds[0], key, own[3]))
    return trials + [Trial(network, "right", kind, key, cards[0]) for kind in kinds[1:]]


def plan_waves(trials: list[Trial]) -> list[list[Trial]]:
    """Give each trial a radio, and return those that are made together.

    No two stations of a wave have one card; one alone stands apart, in a wave with its first.
    """
    waves: list[list[Trial]] = []
    for trial in trials:
        wave = next((wave for wave in waves if fits(trial, wave)), None)
        if wave is None:
            wave = []
            waves.append(wave)
        taken = {one.radio for one in wave}
        is_apart = trial.role == "second"
        trial.radio = APART if is_apart else next(n for n in STATIONS if n not in taken)
        wave.append(trial)
    return waves


def fits(trial: Trial, wave: list[Trial]) -> bool:
    """Tell whether a station may try together with others."""
    if trial.card in [one.card for one in wave]:
        return False
    if trial.role == "second":
        is_first_there = any(one.network is trial.network and one.role == "right" for one in wave)
        return is_first_there and APART not in [one.radio for one in wave]
    return len([one for one in wave if one.radio != APART]) < len(STATIONS)


def reach(guest: Air, first: Trial, second: Trial) -> bool | None:
    """Tell whether two stations reach each other; None when they are not seen to try.

    Each must first reach the access point: what cannot speak is not isolated.
    """
    heard = (("stations", first, 1), ("apart", second, 2))
    once, tries = "ping -q -c 1 -W 2 192.0.2.9 > /dev/null", " ".join("123456")
    lines = [f"{IP} address replace 192.0.2.9/24 dev {first.network.bridge}"]
    for place, one, host in heard:
        lines.append(f"{IP} -n {place} address replace 192.0.2.{host}/24 dev wlan{one.radio}")
    for place, _one, host in heard:
        ping = f"{IP} netns exec {place} {once} && echo heard{host} && break"
        lines.append(f"for n in {tries}; do {ping}; done &")
    ping = f"{IP} netns exec stations ping -q -c 2 -W 1 192.0.2.2"
    lines += ["wait", f"{ping} > /dev/null && echo reached"]
    for place, one, _host in heard:
        lines.append(f"{IP} -n {place} address flush dev wlan{one.radio}")
    lines.append(f"{IP} address flush dev {first.network.bridge}")
    _code, said = guest.run("\n".join(lines))
    if "reached" in said:
        return True
    return False if set(said.split()) == {"heard1", "heard2"} else None


if __name__ == "__main__":
    main()

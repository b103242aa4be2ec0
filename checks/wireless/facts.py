"""The wireless networks that a machine offers, as its hostapd was told (hostapd.conf(5))."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from checks.wireless.air import AIR, Tried, ask_air, read_air
from checks.wireless.demand import RADIO, Wireless
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    Transport,
    _,
    ask,
    attempt,
    fact,
    read_json,
    run_on,
)

PROGRAM = Path(__file__).parent / "programs" / "on_radio.py"
"""What runs on the machine itself, with its own Python."""
PARTS = frozenset({"files", "lists", "keys"})
TIMEOUT_S = 12.0
TEXT = "réseaux sans fil qu'offre hostapd"
RSN, WPA = 2, 1
"""Bits of « wpa »: the protocol of 2004 and later, and that of 2003, which is withdrawn."""
DEFAULTS = {"wpa": "0", "wpa_key_mgmt": "WPA-PSK", "wpa_pairwise": "TKIP", "hw_mode": "b"}
"""What hostapd takes where the file says nothing (its example file, hostapd.conf)."""
_GENERATIONS = (("SAE", "WPA3"), ("PSK", "WPA2"), ("OWE", "OWE"), ("EAP", "EAP"))
_QUOTED = re.compile(r'P?"(.*)"')
_COUNT = re.compile(r"[0-9]{1,4}")
_OF_VLAN = re.compile(r"br([1-9][0-9]{0,3})")
Cards = Mapping[str, Mapping[str, Any]]
"""The cards of a machine, as ``ip -j -d address`` shows each of them (ip-address(8))."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One wireless network (BSS) that is on the air.

    ``addresses`` are those of the machine in the network that it leads to, ``vlans`` those that
    carry it on from there. ``protections`` are generations (WPA2, WPA3…), empty: it is open.
    ``admitted``: the only cards let in, None: all.
    ``keys`` are those of the subject, by reference, that open it as the only one, empty: another
    one does; None where its files say that in a way that is not understood. ``tried``: what
    stations saw of it, None where no air is.
    """

    name: str
    addresses: tuple[IPv4Address, ...]
    protections: frozenset[str]
    ciphers: frozenset[str]
    is_hidden: bool
    is_isolated: bool
    has_wps: bool
    admitted: frozenset[str] | None
    is_5g: bool
    channel: int
    country: str
    keys: frozenset[str] | None = None
    vlans: frozenset[int] = frozenset()
    tried: Tried | None = None


@dataclass(frozen=True, slots=True)
class Radio:
    """The wireless networks of a machine; none where no hostapd runs."""

    networks: tuple[Offered, ...]

    def find(self, name: str) -> Offered | None:
        """Return the network of a name, None when it is not offered."""
        return next((one for one in self.networks if one.name == name), None)


@fact(Radio, kind=RADIO)
def from_hostapd(plan: Plan, at: NodeName) -> Reading[Radio]:
    """Read what each running hostapd was given, and where its cards lead.

    The program is told the keys of the subject and says which of them open what: no key leaves the
    machine.
    """
    told, shown = yield from ask(*_questions(plan, at))
    return _read_radio(plan, told, shown)


@fact(Radio, kind=AIR)
def from_air(plan: Plan, at: NodeName) -> Reading[Radio]:
    """Read the same, and have stations try each network that is asked for."""
    told, shown, seen = yield from attempt(*_questions(plan, at), ask_air(plan, at))
    for answer in (told, shown):
        if answer.trouble is not None:
            raise NotUnderstood(answer.trouble.detail, answer.trouble.reason)
    tried, radio = _read_tried(seen), _read_radio(plan, told, shown)
    untold = Tried(said=_("les stations n'ont pas répondu"))
    return Radio(tuple(replace(one, tried=tried.get(one.name, untold)) for one in radio.networks))


def _read_tried(seen: Answer) -> dict[str, Tried]:
    """Return what stations saw of the networks; nothing of it when they did not answer."""
    if seen.trouble is not None:
        return {}
    try:
        return read_air(json.loads(seen.output))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return {}


def _questions(plan: Plan, at: NodeName) -> tuple[Question, Question]:
    body: dict[str, object] = {
        "argv": ("/usr/bin/python3", "-I", "-c", PROGRAM.read_text("utf-8")),
        "stdin": _references(plan),
    }
    told = Question(at, Transport.SSH, TEXT, body, TIMEOUT_S)
    return told, run_on(at, "/usr/sbin/ip", "-j", "-d", "address")


def _references(plan: Plan) -> tuple[str, ...]:
    return tuple(ssid.passphrase for ssid in plan.demand(Wireless).ssids)


def _read_radio(plan: Plan, told: Answer, shown: Answer) -> Radio:
    document: Any = read_json(told)
    if not isinstance(document, dict) or not document.keys() >= PARTS:
        raise NotUnderstood(_("%(what)s : ce n'est pas le document attendu") % {"what": TEXT})
    cards = {str(card["ifname"]): card for card in read_json(shown)}
    networks = []
    for path, text in document["files"].items():
        settings = read_settings(str(text))
        network = _read_network(settings, document["lists"], _find_end(settings, cards), cards)
        keys = _name_keys(document["keys"].get(path), _references(plan))
        networks.append(replace(network, keys=keys))
    return Radio(tuple(networks))


def read_settings(text: str) -> dict[str, str]:
    """Return the settings of the one network of a file; « #: » begins a line without effect here.

    radios.py of vm_templates/networked: the country and the bridge, which need a real radio.
    """
    settings = dict(DEFAULTS)
    for line in text.splitlines():
        name, sign, value = (part.strip() for part in line.removeprefix("#:").partition("="))
        if sign and not name.startswith("#"):
            settings[name] = value
    return settings


def _find_end(settings: Mapping[str, str], cards: Cards) -> str:
    """Return where a network ends: the bridge that its card is in, or that its file names."""
    name = settings.get("interface", "")
    card = cards.get(name)
    return str(card.get("master", name)) if card else settings.get("bridge", "")


def _list_addresses(card: Mapping[str, Any]) -> Iterator[IPv4Address]:
    for one in card.get("addr_info", ()):
        if one["family"] == "inet":
            yield IPv4Address(one["local"])


def _list_vlans(end: str, cards: Cards) -> Iterator[int]:
    """Yield the VLANs of what is in a bridge; the name of one in which nothing is says its own.

    vm_templates/access-point: « br30 » is VLAN 30, as an access point of the trade has it.
    """
    inside = [card.get("linkinfo", {}) for card in cards.values() if card.get("master") == end]
    named = _OF_VLAN.fullmatch(end)
    if named and not inside:
        yield int(named[1])
    for info in inside:
        if info.get("info_kind") == "vlan":
            yield int(info["info_data"]["id"])


def _read_network(
    settings: Mapping[str, str], lists: Mapping[str, str], end: str, cards: Cards
) -> Offered:
    return Offered(
        name=_read_name(settings),
        addresses=tuple(_list_addresses(cards.get(end, {}))),
        vlans=frozenset(_list_vlans(end, cards)),
        protections=frozenset(_list_protections(settings)),
        ciphers=frozenset(_list_ciphers(settings)),
        is_hidden=settings.get("ignore_broadcast_ssid", "0") != "0",
        is_isolated=settings.get("ap_isolate", "0") == "1",
        has_wps=settings.get("wps_state", "0") != "0",
        admitted=_read_admitted(settings, lists),
        is_5g=settings["hw_mode"] == "a",
        channel=_read_count(settings.get("channel", "0")),
        country=settings.get("country_code", ""),
    )


def _name_keys(
    found: list[list[int] | None] | None, references: tuple[str, ...]
) -> frozenset[str] | None:
    """Return the references that each key of a network is; None when one of them is not known."""
    if found is None or None in found:
        return None
    named = [{references[rank] for rank in ranks} for ranks in found if ranks is not None]
    return frozenset(set.intersection(*named)) if named else frozenset()


def _read_name(settings: Mapping[str, str]) -> str:
    if "ssid2" not in settings:
        return settings.get("ssid", "")
    quoted = _QUOTED.fullmatch(settings["ssid2"])
    if quoted:
        return quoted[1]
    try:
        return bytes.fromhex(settings["ssid2"]).decode("utf-8", "replace")
    except ValueError as exc:
        raise NotUnderstood(_("hostapd : ssid2 n'est pas compris")) from exc


def _list_protections(settings: Mapping[str, str]) -> Iterator[str]:
    bits = _read_count(settings["wpa"])
    if any(name.startswith("wep_key") for name in settings):
        yield "WEP"
    if bits & WPA:
        yield "WPA"
    for word in settings["wpa_key_mgmt"].split() if bits & RSN else ():
        yield next((told for part, told in _GENERATIONS if part in word), word)


def _list_ciphers(settings: Mapping[str, str]) -> Iterator[str]:
    bits = _read_count(settings["wpa"])
    if bits & WPA:
        yield from settings["wpa_pairwise"].split()
    if bits & RSN:
        yield from settings.get("rsn_pairwise", settings["wpa_pairwise"]).split()


def _read_admitted(settings: Mapping[str, str], lists: Mapping[str, str]) -> frozenset[str] | None:
    if settings.get("macaddr_acl", "0") != "1":
        return None
    lines = lists.get(settings.get("accept_mac_file", ""), "").splitlines()
    words = (line.split()[0].lower() for line in lines if line.split())
    return frozenset(word for word in words if not word.startswith("#"))


def _read_count(text: str) -> int:
    if not _COUNT.fullmatch(text):
        raise NotUnderstood(_("hostapd : nombre attendu, trouvé %(text)s") % {"text": text[:40]})
    return int(text)

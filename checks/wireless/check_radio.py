"""The wireless networks of a radio: where they lead, how they are closed, on which channel."""

import re
from collections.abc import Iterator

from checks.wireless.demand import RADIO, Ssid, Wireless
from checks.wireless.facts import Offered, Radio
from labctl.api import (
    Expectation,
    Match,
    NotAsked,
    Plan,
    Undecided,
    _,
    check,
    denial,
    require,
    truth,
)

SAFE_CIPHERS = frozenset({"CCMP", "CCMP-256", "GCMP", "GCMP-256"})
"""AES; the Wi-Fi Alliance withdrew TKIP."""
_GENERATION = re.compile(r"WPA[23]")


@check("K-100", asks=(Wireless, Plan), needs=Radio, each="on", face=RADIO)
def check_networks_offered(asked: Wireless, plan: Plan, radio: Radio) -> Match:
    """Les réseaux sans fil demandés sont offerts, chacun dans son réseau."""
    return require(point for ssid in asked.ssids for point in _place_points(plan, ssid, radio))


@check("K-101", asks=Wireless, needs=Radio, each="on", face=RADIO, after=("K-100",))
def check_networks_protected(asked: Wireless, radio: Radio) -> Match:
    """Les réseaux sans fil sont chiffrés comme demandé, sans WPS."""
    return require(
        (
            point
            for ssid, found in _pairs(asked, radio)
            for point in (*_safety_points(ssid, found), _wps_point(asked, found))
        ),
        partial=False,
    )


@check("K-102", asks=Wireless, needs=Radio, each="on", face=RADIO, after=("K-101",))
def check_keys(asked: Wireless, radio: Radio) -> Match:
    """La clé de chaque réseau sans fil est celle du sujet."""
    pairs = list(_pairs(asked, radio))
    told = require(_key_point(ssid, found) for ssid, found in pairs)
    for ssid, found in pairs:
        if found.keys is None:
            raise Undecided(
                _("la clé de %(name)s est écrite d'une façon que labctl ne sait pas comparer")
                % {"name": ssid.name}
            )
    return told


@check("K-103", asks=Wireless, needs=Radio, each="on", face=RADIO, after=("K-100",))
def check_who_is_admitted(asked: Wireless, radio: Radio) -> Match:
    """Le filtrage des cartes et l'isolation des visiteurs sont ceux demandés."""
    if not any(ssid.mac_filter or ssid.isolation for ssid in asked.ssids):
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(
        point for ssid, found in _pairs(asked, radio) for point in _admission_points(ssid, found)
    )


@check("K-104", asks=(Wireless, Plan), needs=Radio, each="on", face=RADIO, after=("K-100",))
def check_channel(asked: Wireless, plan: Plan, radio: Radio) -> Match:
    """Le pays et le canal sont ceux imposés."""
    return require(
        point
        for _ssid, found in _pairs(asked, radio)
        for point in _channel_points(asked, plan, found)
    )


def _pairs(asked: Wireless, radio: Radio) -> Iterator[tuple[Ssid, Offered]]:
    for ssid in asked.ssids:
        found = radio.find(ssid.name)
        if found is not None:
            yield ssid, found


def _place_points(plan: Plan, ssid: Ssid, radio: Radio) -> Iterator[Expectation]:
    found, named = radio.find(ssid.name), {"name": ssid.name, "segment": ssid.segment}
    yield truth(
        _("réseau %(name)s offert") % named,
        _("aucun réseau sans fil ne s'appelle %(name)s") % named,
        holds=found is not None,
        gate=True,
    )
    if found is not None:
        network, vid = plan.network_of(ssid.segment), plan.segments[ssid.segment].vid
        yield truth(
            _("%(name)s mène à %(segment)s") % named,
            _("le réseau sans fil %(name)s ne mène pas à %(segment)s") % named,
            holds=any(address in network for address in found.addresses) or vid in found.vlans,
        )
        yield Expectation(_("nom de %(name)s masqué") % named, ssid.hidden, found.is_hidden)


def _safety_points(ssid: Ssid, found: Offered) -> Iterator[Expectation]:
    named = {"name": ssid.name}
    wanted = frozenset(_GENERATION.findall(ssid.security))
    yield truth(
        _("protection de %(name)s") % named,
        _("%(name)s est protégé par %(found)s, il faut %(wanted)s")
        % {
            **named,
            "found": ", ".join(sorted(found.protections)) or _("rien"),
            "wanted": ", ".join(sorted(wanted)),
        },
        holds=bool(found.protections) and found.protections <= wanted,
    )
    yield truth(
        _("chiffrement de %(name)s en AES") % named,
        _("%(name)s est chiffré en %(found)s, il faut AES")
        % {**named, "found": ", ".join(sorted(found.ciphers)) or _("rien")},
        holds=bool(found.ciphers) and found.ciphers <= SAFE_CIPHERS,
    )


def _wps_point(asked: Wireless, found: Offered) -> Expectation:
    named = {"name": found.name}
    return denial(
        _("WPS sur %(name)s") % named,
        _("le WPS est actif sur %(name)s") % named,
        found=not asked.wps and found.has_wps,
        earns=False,
    )


def _key_point(ssid: Ssid, found: Offered) -> Expectation:
    named = {"name": ssid.name}
    return truth(
        _("clé de %(name)s") % named,
        _("la clé qui ouvre %(name)s n'est pas celle du sujet") % named,
        holds=found.keys is None or ssid.passphrase in found.keys,
    )


def _admission_points(ssid: Ssid, found: Offered) -> Iterator[Expectation]:
    named = {"name": ssid.name}
    if ssid.mac_filter:
        subject = _("cartes admises sur %(name)s") % named
        problem = (
            "" if found.admitted is not None else _("%(name)s admet toutes les cartes") % named
        )
        yield Expectation(subject, ssid.mac_filter.admitted, found.admitted, problem)
    if ssid.isolation:
        yield truth(
            _("clients isolés sur %(name)s") % named,
            _("les clients de %(name)s se voient entre eux") % named,
            holds=found.is_isolated,
        )


def _channel_points(asked: Wireless, plan: Plan, found: Offered) -> Iterator[Expectation]:
    named = {"name": found.name}
    yield Expectation(_("pays de %(name)s") % named, asked.country, found.country)
    imposed = {True: asked.channels_5g, False: asked.channels_2g4}[found.is_5g]
    channel = imposed[plan.bench % len(imposed)]
    yield Expectation(_("canal de %(name)s") % named, channel, found.channel)

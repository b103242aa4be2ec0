"""The wireless networks of a radio: where they lead, how they are closed, on which channel."""

import re
from collections.abc import Iterator

from checks.wireless.air import Outcome, Role, Tried
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
    told = require(point for ssid in asked.ssids for point in _place_points(plan, ssid, radio))
    for _ssid, found in _pairs(asked, radio):
        if found.tried is not None and not found.tried.frequency:
            said = _("aucune radio simulée n'émet %(name)s : %(said)s")
            raise Undecided(said % {"name": found.name, "said": found.tried.said})
    return told


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
    told = require(point for ssid, found in pairs for point in _key_points(ssid, found))
    for ssid, found in pairs:
        if found.tried is None and found.keys is None:
            raise Undecided(
                _("la clé de %(name)s est écrite d'une façon que labctl ne sait pas comparer")
                % {"name": ssid.name}
            )
        if found.tried is not None and not _is_let_in(ssid, found.tried, found.keys):
            said = _("une station qui a la clé de %(name)s n'y entre pas")
            raise Undecided(said % {"name": ssid.name})
    return told


@check("K-103", asks=Wireless, needs=Radio, each="on", face=RADIO, after=("K-100",))
def check_who_is_admitted(asked: Wireless, radio: Radio) -> Match:
    """Le filtrage des cartes et l'isolation des visiteurs sont ceux demandés."""
    if not any(ssid.mac_filter or ssid.isolation for ssid in asked.ssids):
        raise NotAsked(_("le sujet ne le demande pas"))
    pairs = list(_pairs(asked, radio))
    told = require(point for ssid, found in pairs for point in _admission_points(ssid, found))
    for ssid, found in pairs:
        if found.tried is not None and not _is_admission_seen(ssid, found.tried):
            said = _("les stations n'ont pas vu qui %(name)s laisse entrer et se parler")
            raise Undecided(said % {"name": ssid.name})
    return told


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


def _key_points(ssid: Ssid, found: Offered) -> Iterator[Expectation]:
    named = {"name": ssid.name}
    yield truth(
        _("clé de %(name)s") % named,
        _("la clé qui ouvre %(name)s n'est pas celle du sujet") % named,
        holds=found.keys is None or ssid.passphrase in found.keys,
    )
    if found.tried is not None:
        yield denial(
            _("station avec une autre clé sur %(name)s") % named,
            _("une station entre sur %(name)s avec une autre clé que celle du sujet") % named,
            found=Outcome.LET_IN in found.tried.outcomes(Role.WRONG),
            earns=False,
        )


def _is_let_in(ssid: Ssid, tried: Tried, keys: frozenset[str] | None) -> bool:
    """Tell whether stations with the key got in; a filter that refuses one says nothing of keys."""
    found = set(tried.outcomes(Role.RIGHT))
    allowed = {Outcome.LET_IN} | ({Outcome.REFUSED} if ssid.mac_filter and keys else set())
    return found <= allowed and (bool(found) or keys is not None)


def _is_admission_seen(ssid: Ssid, tried: Tried) -> bool:
    is_told = not ssid.mac_filter or Outcome.REFUSED in tried.outcomes(Role.STRANGER)
    is_heard = not tried.outcomes(Role.SECOND) or tried.reached is not None
    return is_told and is_heard


def _admission_points(ssid: Ssid, found: Offered) -> Iterator[Expectation]:
    named, tried = {"name": ssid.name}, found.tried or Tried()
    if ssid.mac_filter and found.tried is not None:
        yield denial(
            _("carte étrangère sur %(name)s") % named,
            _("une station dont la carte n'est pas admise entre sur %(name)s") % named,
            found=Outcome.LET_IN in tried.outcomes(Role.STRANGER),
            earns=False,
        )
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
            holds=found.is_isolated and not tried.reached,
        )


def _channel_points(asked: Wireless, plan: Plan, found: Offered) -> Iterator[Expectation]:
    named = {"name": found.name}
    yield Expectation(_("pays de %(name)s") % named, asked.country, found.country)
    imposed = {True: asked.channels_5g, False: asked.channels_2g4}[found.is_5g]
    channel = imposed[plan.bench % len(imposed)]
    yield Expectation(_("canal de %(name)s") % named, channel, found.channel)
    if found.tried is not None and found.tried.channel is not None:
        yield Expectation(_("canal émis de %(name)s") % named, channel, found.tried.channel)

"""The workstation can fall back to the wireless network: so it is set; no cable is cut to see."""

from collections.abc import Iterator

from checks.wireless_client.demand import Fallback
from checks.wireless_client.facts import Wifi
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Undecided,
    _,
    check,
    require,
    truth,
)


@check("K-036", asks=Fallback, needs=Wifi, each="on", face="windows")
def check_wifi_fallback(asked: Fallback, wifi: Wifi) -> Match:
    """Le poste a rejoint le réseau sans fil de secours, et le rejoindra de lui-même.

    Windows names a network where a controller of the domain answers after the domain, and numbers
    one that it takes for another of the same name (Microsoft, "Network Location Awareness (NLA) and
    how it relates to Windows Firewall Profiles"): what is kept of its profile says more.
    """
    name = asked.ssid
    if not wifi.has_card:
        raise Mismatch(_("le poste n'a pas de carte sans fil"), expected=name)
    is_listed = name in wifi.known
    may_be_renamed = not is_listed and (name in wifi.profiles or bool(wifi.problem))
    points = [*([] if may_be_renamed else [_joined(name, holds=is_listed)]), _enabled(wifi)]
    if wifi.problem:
        require(points)
        raise Undecided(
            _("les profils sans fil n'ont pas pu être lus : %(problem)s")
            % {"problem": wifi.problem}
        )
    told = require((*points, *_profile(name, wifi)))
    if may_be_renamed:
        raise Undecided(
            _(
                "le profil %(name)s est là, et aucun réseau rejoint ne porte ce nom :"
                " Windows range peut-être ce réseau sous le nom du domaine"
            )
            % {"name": name}
        )
    return told


def _joined(name: str, *, holds: bool) -> Expectation:
    values = {"name": name}
    return truth(
        _("réseau %(name)s rejoint") % values,
        _("le poste n'a jamais rejoint le réseau sans fil %(name)s") % values,
        holds=holds,
        gate=True,
    )


def _enabled(wifi: Wifi) -> Expectation:
    return truth(
        _("carte sans fil active"),
        _("la carte sans fil est désactivée"),
        holds=wifi.is_enabled,
        earns=False,
    )


def _profile(name: str, wifi: Wifi) -> Iterator[Expectation]:
    values = {"name": name}
    yield truth(
        _("profil %(name)s présent") % values,
        _("le poste n'a plus le profil du réseau sans fil %(name)s") % values,
        holds=name in wifi.profiles,
        gate=True,
    )
    if name in wifi.profiles:
        yield truth(
            _("connexion automatique"),
            _("le poste ne rejoint pas seul le réseau sans fil %(name)s") % values,
            holds=wifi.profiles[name],
        )

"""The box gives the home its network and the Internet, and keeps the Internet out."""

from ipaddress import IPv4Address

from checks.box.demand import Box
from checks.box.facts import Offered, Outside, Settings

from labctl.api import Expectation, Match, Undecided, _, check, denial, require, truth


@check("B-001", asks=Box, needs=Settings, each="on")
def check_address(asked: Box, found: Settings) -> Match:
    """La box a l'adresse demandée dans le logement."""
    return require(
        [Expectation(_("adresse de la box"), frozenset({str(asked.address)}), found.addresses)]
    )


@check("B-002", asks=Box, needs=Offered)
def check_offers(asked: Box, found: Offered) -> Match:
    """Un appareil reçoit une adresse de la plage, et la box pour passerelle."""
    first, last = asked.pool
    is_one = len(found.offers) == 1
    inside = [first <= IPv4Address(address) <= last for address, _gateway in found.offers]
    gateways = {gateway for _address, gateway in found.offers}
    return require(
        [
            truth(_("une réponse"), _("il faut un serveur DHCP, un seul"), holds=is_one, gate=True),
            truth(_("plage"), _("l'adresse n'est pas de la plage"), holds=all(inside)),
            Expectation(_("passerelle"), {str(asked.address)}, gateways),
        ]
    )


@check("B-003", asks=Box, needs=Outside, after=("B-001",))
def check_internet(_asked: Box, found: Outside) -> Match:
    """Le logement accède à Internet."""
    problem = _("aucune page d'Internet ne répond au logement")
    return require([truth(_("accès à Internet"), problem, holds=found.has_internet)])


@check("B-004", asks=Box, needs=Outside, after=("B-003",))
def check_closed(_asked: Box, found: Outside) -> Match:
    """Rien n'est ouvert du côté d'Internet."""
    if not found.is_seen:
        raise Undecided(_("aucun appareil n'est vu d'Internet : rien ne dit ce qui serait ouvert"))
    return require([Expectation(_("ports ouverts vers Internet"), frozenset[int](), found.opened)])


@check("B-005", asks=Box, needs=Settings, each="on")
def check_radio(asked: Box, found: Settings) -> Match:
    """Le réseau sans fil a le nom et la protection demandés."""
    radio = found.radio
    return require(
        [
            Expectation(_("nom du réseau"), asked.ssid, radio.get("ssid", ""), gate=True),
            Expectation(_("protection"), asked.security, radio.get("security", "")),
            denial(_("WPS"), _("le WPS est actif"), found=radio.get("wps") != "off", earns=False),
        ]
    )

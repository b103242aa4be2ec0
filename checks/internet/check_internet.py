"""Internet access through the router, and what must not pass."""

from collections.abc import Iterator

from checks.device_admin.demand import Administration, Page
from checks.internet.demand import InternetAccess
from checks.internet.facts.internet import CanaryVisit, Internet
from checks.internet.facts.outbound import UNLISTED_PORTS, Outbound, listed_ports
from checks.internet.facts.wan import WanExposure
from checks.internet.facts.web_admin import WebAdmin
from checks.routing.facts.reach import Reach
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    NodeName,
    NotAsked,
    Outcome,
    Plan,
    Reason,
    Undecided,
    _,
    check,
    denial,
    require,
    say,
    truth,
)

WAN = "WAN"


def _path(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the Internet."""
    return plan.from_probes(plan.internet.node)


@check("K-091", asks=InternetAccess, needs=Internet, after=("K-061",), over=_path)
def check_internet_reached(asked: InternetAccess, internet: Internet) -> Match:
    """Chaque réseau prévu accède à Internet."""
    return require(
        truth(
            _("Internet depuis %(name)s") % {"name": name},
            _("%(name)s n'accède pas à Internet (page web témoin)") % {"name": name},
            holds=_visit(internet, name).fetched,
        )
        for name in sorted(asked.nat.sources)
    )


@check("K-092", asks=InternetAccess, needs=Internet, after=("K-091",), over=_path)
def check_sources_translated(asked: InternetAccess, internet: Internet) -> Match:
    """Vus d'Internet, tous les réseaux ont l'adresse publique du routeur."""
    if not asked.nat.masquerade:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(
        Expectation(
            _("adresse de %(name)s vue d'Internet") % {"name": name},
            internet.wan_address,
            _visit(internet, name).seen_source,
        )
        for name in sorted(asked.nat.sources)
    )


@check(
    "K-093",
    asks=InternetAccess,
    needs=WanExposure,
    over=lambda plan: plan.between(plan.probe_node(WAN), plan.demand(InternetAccess).on),
)
def check_wan_closed(asked: InternetAccess, wan: WanExposure) -> Match:
    """Rien n'est ouvert du côté d'Internet."""
    if asked.firewall.inbound_wan != "refuser":
        raise NotAsked(_("le sujet ne le demande pas"))
    expected = _("aucun port ouvert")
    if wan.wan_address is None:
        raise Mismatch(
            _("le routeur n'a pas reçu d'adresse du côté d'Internet"),
            expected=expected,
            found=_("pas d'adresse"),
        )
    if not wan.reachable:
        raise Mismatch(
            _("le routeur ne répond pas du côté d'Internet (%(address)s)")
            % {"address": wan.wan_address},
            expected=expected,
            found=_("interface muette"),
        )
    if not wan.scanned:
        raise Undecided(_("aucun port n'a été essayé"))
    ports = [f"{port}/tcp" for port in sorted(wan.open_tcp)]
    ports += [f"{port}/udp" for port in sorted(wan.open_udp)]
    if ports:
        raise Mismatch(
            _("ouvert depuis Internet : %(ports)s") % {"ports": say(ports)},
            expected=expected,
            found=say(ports),
        )
    return Match(expected, _("aucun port ouvert sur %(address)s") % {"address": wan.wan_address})


@check("K-094", asks=(InternetAccess, Plan), needs=Outbound, after=("K-091",), over=_path)
def check_outbound_filtered(asked: InternetAccess, plan: Plan, outbound: Outbound) -> Match:
    """Seuls les ports prévus sortent vers Internet."""
    segments = sorted(asked.firewall.outbound)
    return require(_outbound_point(plan, outbound.reach, name) for name in segments)


@check("K-095", asks=Administration, needs=WebAdmin, over=_path)
def check_router_admin_page(asked: Administration, web: WebAdmin) -> Match:
    """L'administration du routeur n'est ouverte qu'en HTTPS et depuis le réseau prévu."""
    if asked.page is None:
        raise NotAsked(_("le sujet ne le demande pas"))
    allowed = frozenset(asked.page.sources)
    told = require(_admin_points(asked.page, web))
    if doubtful := web.refusing - allowed:
        raise Undecided(
            _("la page est refusée (403) à %(names)s, dont le port est ouvert : à voir")
            % {"names": say(doubtful)}
        )
    return told


def _visit(internet: Internet, name: str) -> CanaryVisit:
    """Return a visit that the page's server knows of: somebody in between may give a page too."""
    visit = internet.visits.get(name)
    if visit is None:
        raise _without_probe(name)
    if visit.fetched and visit.seen_source is None:
        raise Undecided(
            _("la page témoin est arrivée dans %(name)s sans que sa visite soit notée")
            % {"name": name}
        )
    return visit


def _without_probe(segment: str) -> Undecided:
    said = _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": segment}
    return Undecided(said, Reason.UNREACHABLE)


def _outbound_point(plan: Plan, reach: Reach, name: str) -> Expectation:
    if name not in reach.healthy:
        raise _without_probe(name)
    listed = frozenset(listed_ports(plan, name))
    tried = listed | frozenset(UNLISTED_PORTS)
    passed = frozenset(
        port for port in tried if reach.outcome(name, "canari", port) is Outcome.OPEN
    )
    faults = [
        text % {"ports": say(ports)}
        for text, ports in (
            (_("bloqués à tort : %(ports)s"), listed - passed),
            (_("ouverts à tort : %(ports)s"), passed - listed),
        )
        if ports
    ]
    return Expectation(
        _("ports sortants de %(name)s") % {"name": name},
        listed,
        passed,
        _("ports sortants de %(name)s %(faults)s") % {"name": name, "faults": ", ".join(faults)},
    )


def _admin_points(page: Page, web: WebAdmin) -> Iterator[Expectation]:
    allowed = frozenset(page.sources)
    for name in sorted(allowed):
        yield truth(
            _("administration en HTTPS depuis %(name)s") % {"name": name},
            _("l'administration du routeur ne répond pas en HTTPS depuis %(name)s")
            % {"name": name},
            holds=web.https[name] is Outcome.OPEN,
            gate=True,
        )
        yield denial(
            _("administration en HTTP depuis %(name)s") % {"name": name},
            _("l'administration du routeur répond en HTTP, sans chiffrement, depuis %(name)s")
            % {"name": name},
            found=page.https_only
            and web.http[name] is Outcome.OPEN
            and not web.http_redirects_to_https[name],
        )
    elsewhere = set(web.http) - allowed - web.refusing - ({WAN} if page.wan else set())
    for name in sorted(elsewhere):
        opened = [
            word
            for word, outcomes in (("HTTP", web.http), ("HTTPS", web.https))
            if outcomes[name] is Outcome.OPEN
        ]
        yield denial(
            _("administration ouverte depuis %(name)s") % {"name": name},
            _("l'administration du routeur est ouverte depuis %(name)s (%(words)s)")
            % {"name": name, "words": ", ".join(opened)},
            found=bool(opened),
        )

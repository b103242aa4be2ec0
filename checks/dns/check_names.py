"""Names: the domain's inside, the Internet's everywhere, and no inside name for guests."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from checks.directory.demand import Directory
from checks.dns.demand import Resolution
from checks.dns.facts.names import Names, clients_of, guests_of, own_names, server_of
from labctl.api import (
    Expectation,
    Match,
    NodeName,
    NotAsked,
    Plan,
    _,
    check,
    denial,
    require,
    truth,
)


def _way(plan: Plan) -> tuple[NodeName, ...]:
    directory = plan.find(Directory)
    inside = plan.from_probes(directory.on if directory else plan.demand(Resolution).on)
    return (*inside, *plan.from_probes(plan.internet.node))


@check("K-106", asks=(Resolution, Plan), needs=Names, over=_way)
def check_names_resolve(asked: Resolution, plan: Plan, names: Names) -> Match:
    """Les noms internes et externes se résolvent, sans montrer les internes aux visiteurs."""
    clients = clients_of(plan)
    if not clients:
        raise NotAsked(_("le sujet ne le demande pas"))
    points = (point for name in clients for point in _client_points(asked, plan, names, name))
    return require((*points, *_guest_points(asked, plan, names)))


def _client_points(
    asked: Resolution, plan: Plan, names: Names, office: str
) -> Iterator[Expectation]:
    domain, server, directory = asked.suffix, server_of(plan), plan.find(Directory)
    for one in dict.fromkeys((server, plan.address_of(asked.on))):
        if directory is not None:  # a controller is found at the name of its domain
            yield _resolves(names, office, one, domain, str(server))
        for name, address in own_names(plan).items():
            yield _resolves(names, office, one, name, str(address))
        yield denial(
            _("réponse de %(server)s à un nom inventé") % {"server": one},
            _("le DNS %(server)s répond à un nom qui n'existe pas") % {"server": one},
            found=bool(names.values(office, one, f"absent.{domain}", "A")),
            gate=True,
            earns=False,
        )
    if directory is not None:
        target = f"{plan.nodes[directory.on].hostname}.{domain}".casefold()
        services = names.values(office, server, f"_ldap._tcp.{domain}", "SRV") or ()
        yield truth(
            _("service d'annuaire de %(domain)s trouvé") % {"domain": domain},
            _("%(office)s ne trouve pas l'annuaire de %(domain)s dans le DNS %(server)s")
            % {"office": office, "domain": domain, "server": server},
            holds=target in {value.split()[-1].rstrip(".").casefold() for value in services},
        )
    yield _resolves(names, office, server, plan.internet.canary_name, str(plan.internet.canary))


def _guest_points(asked: Resolution, plan: Plan, names: Names) -> Iterator[Expectation]:
    guest, public = guests_of(plan), plan.internet
    if not guest:
        return
    yield _resolves(names, guest, public.dns, public.canary_name, str(public.canary))
    yield from _hidden_names(plan, names, guest)
    inside = names.values(guest, public.dns, f"_ldap._tcp.{asked.suffix}", "SRV")
    yield denial(
        _("noms internes vus de %(guest)s") % {"guest": guest},
        _("%(guest)s trouve l'annuaire interne %(domain)s dans son DNS")
        % {"guest": guest, "domain": asked.suffix},
        found=bool(inside),
        gate=True,
        earns=False,
    )


def _hidden_names(plan: Plan, names: Names, guest: str) -> Iterator[Expectation]:
    """Yield that the names of the inside are told to no guest, by whoever they may ask."""
    for name in own_names(plan):
        servers = dict.fromkeys((server_of(plan), plan.internet.dns))
        yield denial(
            _("%(name)s connu de %(guest)s") % {"name": name, "guest": guest},
            _("%(guest)s trouve la machine interne %(name)s dans le DNS")
            % {"name": name, "guest": guest},
            found=any(names.values(guest, server, name, "A") for server in servers),
            gate=True,
            earns=False,
        )


def _resolves(
    names: Names, origin: str, server: IPv4Address, name: str, wanted: str
) -> Expectation:
    values = names.values(origin, server, name, "A")
    words = {"origin": origin, "server": server, "name": name, "wanted": wanted}
    if values is None:
        problem = _("le DNS %(server)s ne répond pas à %(origin)s") % words
    else:
        problem = _("le DNS %(server)s ne donne pas %(wanted)s pour %(name)s à %(origin)s") % words
    return truth(
        _("%(name)s résolu par %(server)s pour %(origin)s") % words,
        problem,
        holds=values is not None and wanted in values,
    )

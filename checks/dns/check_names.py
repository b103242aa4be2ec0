"""Names: the domain's inside, the Internet's everywhere, and no inside name for guests."""

from collections.abc import Iterator
from ipaddress import IPv4Address

from checks.directory.demand import Directory
from checks.dns.demand import Resolution
from checks.dns.facts.names import Names, guests_of
from labctl.api import Expectation, Match, Plan, _, check, denial, require, truth


@check(
    "K-106",
    asks=(Resolution, Plan),
    needs=Names,
    over=lambda plan: (
        *plan.from_probes(plan.demand(Directory).on),
        *plan.from_probes(plan.internet.node),
    ),
)
def check_names_resolve(asked: Resolution, plan: Plan, names: Names) -> Match:
    """Les noms internes et externes se résolvent, sans montrer les internes aux visiteurs."""
    return require((*_inner_points(asked, plan, names), *_outer_points(asked, plan, names)))


def _inner_points(asked: Resolution, plan: Plan, names: Names) -> Iterator[Expectation]:
    office, domain = plan.desks[0].interfaces[0].segment, asked.suffix
    server = asked.to
    for one in (server, plan.address_of(asked.on)):
        yield _resolves(names, office, one, domain, str(server))
        yield denial(
            _("réponse de %(server)s à un nom inventé") % {"server": one},
            _("le DNS %(server)s répond à un nom qui n'existe pas") % {"server": one},
            found=bool(names.values(office, one, f"absent.{domain}", "A")),
            gate=True,
            earns=False,
        )
    target = f"{plan.nodes[plan.demand(Directory).on].hostname}.{domain}".casefold()
    services = names.values(office, server, f"_ldap._tcp.{domain}", "SRV") or ()
    yield truth(
        _("service d'annuaire de %(domain)s trouvé") % {"domain": domain},
        _("%(office)s ne trouve pas l'annuaire de %(domain)s dans le DNS %(server)s")
        % {"office": office, "domain": domain, "server": server},
        holds=target in {value.split()[-1].rstrip(".").casefold() for value in services},
    )


def _outer_points(asked: Resolution, plan: Plan, names: Names) -> Iterator[Expectation]:
    office, guest = plan.desks[0].interfaces[0].segment, guests_of(plan)
    public, canary = plan.internet, str(plan.internet.canary)
    yield _resolves(names, office, asked.to, public.canary_name, canary)
    if not guest:
        return
    yield _resolves(names, guest, public.dns, public.canary_name, canary)
    inside = names.values(guest, public.dns, f"_ldap._tcp.{asked.suffix}", "SRV")
    yield denial(
        _("noms internes vus de %(guest)s") % {"guest": guest},
        _("%(guest)s trouve l'annuaire interne %(domain)s dans son DNS")
        % {"guest": guest, "domain": asked.suffix},
        found=bool(inside),
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

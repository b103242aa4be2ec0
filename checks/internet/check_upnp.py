"""No program of a workstation opens ports of the router by itself."""

from checks.internet.demand import InternetAccess
from checks.internet.facts.ssdp import UpnpSearch
from labctl.api import Match, NodeName, NotAsked, Outcome, Plan, _, check, denial, require


def _path(plan: Plan) -> tuple[NodeName, ...]:
    """Return the machines between labctl's probes and the router."""
    return plan.from_probes(plan.demand(InternetAccess).on)


@check("K-097", asks=InternetAccess, needs=UpnpSearch, after=("K-091",), over=_path)
def check_upnp_is_off(asked: InternetAccess, search: UpnpSearch) -> Match:
    """Le routeur ne répond à aucune recherche UPnP."""
    if asked.firewall.upnp:
        raise NotAsked(_("le sujet ne le demande pas"))
    return require(
        (
            denial(
                _("réponse UPnP à %(name)s") % {"name": name},
                _("le routeur répond à une recherche UPnP venue de %(name)s") % {"name": name},
                found=outcome is Outcome.OPEN,
            )
            for name, outcome in sorted(search.outcomes.items())
        ),
        partial=False,
    )

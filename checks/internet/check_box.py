"""What a box that does everything must do besides: for visitors, for a user."""

from collections.abc import Iterator

from checks.internet.demand import InternetAccess
from checks.internet.facts.isolation import Isolation, wanted_isolation
from checks.internet.facts.page import PagesShown
from labctl.api import (
    Expectation,
    Match,
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
)

BOX = "box"
SHOWN = 200


def _to_internet(plan: Plan) -> Iterator[NodeName]:
    """Yield the machines between the workstations and the Internet."""
    for desk in plan.desks:
        yield from plan.between(desk.name, plan.internet.node)


@check(
    "K-137",
    asks=(InternetAccess, Plan),
    needs=Isolation,
    each="on",
    face=BOX,
    over=lambda plan: plan.from_probes(plan.internet.node),
)
def check_visitors_contained(asked: InternetAccess, plan: Plan, found: Isolation) -> Match:
    """Les visiteurs de la box n'atteignent qu'Internet."""
    if not asked.firewall.isolated:
        raise NotAsked(_("le sujet ne le demande pas"))
    for name in asked.firewall.isolated:
        if name not in found.reach.healthy:
            raise Undecided(
                _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": name},
                Reason.UNREACHABLE,
            )
    return require(_walls(plan, found), partial=False)


@check(
    "K-138",
    asks=(InternetAccess, Plan),
    needs=PagesShown,
    each="on",
    face=BOX,
    over=_to_internet,
    after=("K-091",),
)
def check_page_shown(_asked: InternetAccess, plan: Plan, found: PagesShown) -> Match:
    """Depuis le poste, une page d'Internet s'affiche par son nom."""
    return require(
        Expectation(_("page sur %(name)s") % {"name": plan.nodes[name].hostname}, SHOWN, status)
        for name, status in found.statuses.items()
    )


def _walls(plan: Plan, found: Isolation) -> Iterator[Expectation]:
    for origin, target, port in wanted_isolation(plan):
        outcome = found.reach.outcome(origin, target, port)
        named = {"guest": origin, "place": _place(target, port)}
        if target == "canari":
            yield Expectation(
                _("Internet depuis %(guest)s") % named,
                Outcome.OPEN,
                outcome,
                _("les visiteurs (%(guest)s) n'atteignent pas Internet") % named,
            )
        else:
            yield denial(
                _("%(guest)s atteint %(place)s") % named,
                _("les visiteurs (%(guest)s) atteignent %(place)s") % named,
                found=outcome is Outcome.OPEN,
            )


def _place(target: str, port: int) -> str:
    name = target.replace("sonde:", _("le réseau ")).replace("passerelle:", _("la passerelle "))
    return name if port == 0 else _("%(name)s, port %(port)s") % {"name": name, "port": port}

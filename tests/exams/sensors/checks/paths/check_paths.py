"""Machines reach one another across the routers."""

from checks.paths.demand import Paths
from checks.paths.facts import Echoes, Visible

from labctl.api import Expectation, Match, Plan, _, check, require


@check("P-001", asks=Paths, needs=Echoes, each="on", after=("C-001",))
def check_goals(asked: Paths, found: Echoes) -> Match:
    """La machine joint les capteurs des deux réseaux."""
    wanted = frozenset(map(str, asked.goals))
    return require([Expectation(_("capteurs joints"), wanted, found.answered)])


@check("P-002", asks=(Paths, Plan), needs=Visible, each="on", after=("C-001",))
def check_seen(_asked: Paths, plan: Plan, found: Visible) -> Match:
    """La machine répond de chaque réseau."""
    wanted = frozenset(name for name, segment in plan.segments.items() if segment.probe)
    return require([Expectation(_("réseaux d'où la machine répond"), wanted, found.segments)])

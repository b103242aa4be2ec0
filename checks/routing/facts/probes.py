"""Probes of the addresses and routes of the switch."""

from checks.routing.demand import Routing
from checks.routing.facts.layer3 import SwitchAddresses, SwitchRoutes
from checks.routing.facts.read_layer3 import match_masks, parse_brief, parse_routes
from checks.routing.facts.svis import parse_dynamic, parse_svis
from checks.switching.facts.running import RUNNING, read_sections
from checks.switching.facts.show import ask_commands
from labctl.api import Answer, NodeName, Plan, Probe


def _switch(plan: Plan) -> NodeName:
    return plan.demand(Routing).on


def _addresses(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchAddresses:
    table, running = answers
    sections = read_sections(running)
    return match_masks(parse_brief(table), parse_svis(sections), parse_dynamic(sections))


def _routes(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchRoutes:
    return parse_routes(answers[0])


ADDRESSES = Probe(
    SwitchAddresses, ask_commands(_switch, "show ip interface brief", RUNNING), _addresses
)
ROUTES = Probe(SwitchRoutes, ask_commands(_switch, "show ip route"), _routes)

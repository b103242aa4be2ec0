"""Probes of the L3 switch: few commands, shared by several facts."""

from collections.abc import Callable

from labctl.connect.base import Answer, Question
from labctl.core.kind import WITH_SHELL
from labctl.plan.model import Plan
from labctl.probes.answers import refuse_trouble
from labctl.probes.base import Probe
from labctl.probes.network.config_text import read_config
from labctl.probes.network.show import read_show
from labctl.probes.network.switch import (
    MacTable,
    Ports,
    SwitchAddresses,
    SwitchConfig,
    SwitchRoutes,
    Vlans,
)
from labctl.probes.network.switch_config import (
    parse_config,
    parse_descriptions,
    parse_dynamic,
    parse_macs,
    parse_svis,
    refuse_unknown_svis,
    split_sections,
)
from labctl.probes.network.switch_show import (
    match_masks,
    parse_brief,
    parse_mac_table,
    parse_ports,
    parse_routes,
    parse_vlans,
)
from labctl.probes.questions import run_on, show
from labctl.probes.windows.asking import ask_cim

RUNNING = "show running-config"
SPEAK_TIMEOUT_S = 5.0


def _ask(*commands: str) -> Callable[[Plan], tuple[Question, ...]]:
    return lambda plan: tuple(show(plan, command) for command in commands)


def _sections(running: Answer) -> dict[str, tuple[str, ...]]:
    return split_sections(read_config(read_show(running)).lines)


def _vlans(_plan: Plan, answers: tuple[Answer, ...]) -> Vlans:
    return parse_vlans(answers[0])


def _ports(_plan: Plan, answers: tuple[Answer, ...]) -> Ports:
    status, switchport, running = answers
    return parse_ports(status, switchport, parse_descriptions(_sections(running)))


def _addresses(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchAddresses:
    table, running = answers
    sections = _sections(running)
    return match_masks(parse_brief(table), parse_svis(sections), parse_dynamic(sections))


def _routes(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchRoutes:
    return parse_routes(answers[0])


def _ask_mac_table(plan: Plan) -> tuple[Question, ...]:
    """Make the workstation speak, then read the table: an old entry has aged out."""
    poste = plan.workstation
    card = plan.nodes[poste.node].interfaces[0].name
    gateway = str(plan.segments[poste.segment].gateway)
    ping = ("/usr/bin/ping", "-n", "-c", "1", "-W", "1", "-I", card, gateway)
    speak = run_on(poste.node, *ping, timeout_s=SPEAK_TIMEOUT_S)
    if poste.kind not in WITH_SHELL:  # asking a Windows for this class makes it send the ping
        where = f"Address = '{gateway}'"
        speak = ask_cim(plan, "Win32_PingStatus", "StatusCode", where=where)
    return (speak, show(plan, "show mac address-table", phase=1), show(plan, RUNNING))


def _mac_table(_plan: Plan, answers: tuple[Answer, ...]) -> MacTable:
    """Read the table whatever became of the ping."""
    _ping, table, running = answers
    refuse_trouble(table)
    refuse_trouble(running)
    return parse_mac_table(table, parse_macs(read_config(read_show(running)).lines))


def _config(_plan: Plan, answers: tuple[Answer, ...]) -> SwitchConfig:
    running, startup, table = answers
    refuse_unknown_svis(_sections(running), parse_brief(table))
    return parse_config(read_show(running), read_show(startup))


VLANS = Probe(Vlans, _ask("show vlan brief"), _vlans)
PORTS = Probe(Ports, _ask("show interfaces status", "show interfaces switchport", RUNNING), _ports)
ADDRESSES = Probe(SwitchAddresses, _ask("show ip interface brief", RUNNING), _addresses)
ROUTES = Probe(SwitchRoutes, _ask("show ip route"), _routes)
MAC_TABLE = Probe(MacTable, _ask_mac_table, _mac_table, takes_trouble=True)
CONFIG = Probe(
    SwitchConfig, _ask(RUNNING, "show startup-config", "show ip interface brief"), _config
)

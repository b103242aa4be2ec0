"""Probes of the tables of the switch: few commands, shared by several facts."""

from checks.switching.demand import Switching, list_plugged
from checks.switching.facts.config_text import read_config
from checks.switching.facts.read_tables import parse_mac_table, parse_ports, parse_vlans
from checks.switching.facts.running import RUNNING, parse_macs, read_sections
from checks.switching.facts.show import ask_commands, read_show
from checks.switching.facts.tables import MacTable, Ports, Vlans
from labctl.api import (
    Answer,
    Node,
    NodeName,
    Plan,
    Probe,
    Question,
    ask_cim,
    refuse_trouble,
    run_on,
    show,
)

SPEAK_TIMEOUT_S = 5.0


def _switch(plan: Plan) -> NodeName:
    return plan.demand(Switching).on


def _vlans(_plan: Plan, answers: tuple[Answer, ...]) -> Vlans:
    return parse_vlans(answers[0])


def _ports(_plan: Plan, answers: tuple[Answer, ...]) -> Ports:
    status, switchport, running = answers
    return parse_ports(status, switchport, read_sections(running))


def _ask_mac_table(plan: Plan) -> tuple[Question, ...]:
    """Make the workstations speak, then read the table: an old entry has aged out."""
    on = _switch(plan)
    speak = (_make_speak(plan, plan.nodes[name]) for name in list_plugged(plan))
    return (*speak, show(on, "show mac address-table", phase=1), show(on, RUNNING))


def _make_speak(plan: Plan, desk: Node) -> Question:
    card = desk.interfaces[0].name
    gateway = str(plan.segments[desk.interfaces[0].segment].gateway)
    ping = ("/usr/bin/ping", "-n", "-c", "1", "-W", "1", "-I", card, gateway)
    if "linux" in desk.faces:
        return run_on(desk.name, *ping, timeout_s=SPEAK_TIMEOUT_S)
    where = f"Address = '{gateway}'"  # a Windows asked for this class sends the ping
    return ask_cim(desk.name, "Win32_PingStatus", "StatusCode", where=where)


def _mac_table(_plan: Plan, answers: tuple[Answer, ...]) -> MacTable:
    """Read the table whatever became of the pings."""
    *_pings, table, running = answers
    refuse_trouble(table)
    refuse_trouble(running)
    return parse_mac_table(table, parse_macs(read_config(read_show(running)).lines))


VLANS = Probe(Vlans, ask_commands(_switch, "show vlan brief"), _vlans)
PORTS = Probe(
    Ports,
    ask_commands(_switch, "show interfaces status", "show interfaces switchport", RUNNING),
    _ports,
)
MAC_TABLE = Probe(MacTable, _ask_mac_table, _mac_table, takes_trouble=True)

"""How the cabled ports of a switch work: link, duplex, frames received wrong."""

import re
from dataclasses import dataclass

from checks.switching.demand import Switching
from checks.switching.facts.show import Row, ask_commands, field, lost_line, parse_show
from labctl.api import Answer, NodeName, Plan, Probe, not_understood

COMMAND = "show interfaces"


@dataclass(frozen=True, slots=True)
class Link:
    """One port; ``packets`` and ``errors`` are what it received since the switch started."""

    up: bool
    duplex: str  # full, half or auto
    packets: int
    errors: int


@dataclass(frozen=True, slots=True)
class Links:
    """Ports by full name: ``GigabitEthernet1/0/5``."""

    ports: dict[str, Link]


def _switch(plan: Plan) -> NodeName:
    return plan.demand(Switching).on


def parse_links(_plan: Plan, answers: tuple[Answer, ...]) -> Links:
    """Read what has a duplex: the ports (Cisco, « show interfaces » of a Catalyst)."""
    (answer,) = answers
    rows = {field(row, "INTERFACE"): row for row in parse_show(answer)}
    found = {name: _link(row) for name, row in rows.items() if field(row, "DUPLEX")}
    if not found:
        raise lost_line(answer)
    return Links(found)


def _link(row: Row) -> Link:
    return Link(
        up=field(row, "LINK_STATUS") == "up" and field(row, "PROTOCOL_STATUS").startswith("up"),
        duplex=re.split("[ -]", field(row, "DUPLEX").casefold())[0],
        packets=_count(row, "INPUT_PACKETS"),
        errors=_count(row, "INPUT_ERRORS"),
    )


def _count(row: Row, name: str) -> int:
    text = field(row, name)
    if not text.isdecimal():
        raise not_understood(COMMAND, f"{field(row, 'INTERFACE')} : {name}")
    return int(text)


LINKS = Probe(Links, ask_commands(_switch, COMMAND), parse_links)

"""Network cards: named by MAC as node.json says, the one that it does not know is mgmt0."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from labguest.processes import run
from labguest.system import write

_CLASS = "/sys/class/net"
_LINES = "/run/labctl/cards"


def read_macs() -> dict[str, str]:
    """Return the MAC of each card of the machine, by the name the kernel gave it."""
    found = {}
    for name in sorted(os.listdir(_CLASS)):
        if os.path.exists(f"{_CLASS}/{name}/device"):  # a card, no tunnel and no bridge
            with open(f"{_CLASS}/{name}/address", encoding="ascii") as file:
                found[name] = file.read().strip().lower()
    return found


def plan_names(spec: Mapping[str, Any], macs: Mapping[str, str]) -> dict[str, str]:
    """Return the name that each card gets."""
    wanted = {card["mac"].lower(): card["name"] for card in spec["interfaces"]}
    management = spec["management"]["interface"]
    return {name: wanted.get(mac, management) for name, mac in macs.items()}


def list_commands(spec: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
    """Return the lines for ``ip -batch``: names by way of others, as two may be exchanged."""
    changed = {old: new for old, new in names.items() if old != new}
    for old, new in changed.items():
        yield f"link set dev {old} down name new-{new}"
    for new in changed.values():
        yield f"link set dev new-{new} name {new}"
    yield "link set dev lo up"
    management = spec["management"]
    if management["interface"] in names.values():
        yield f"addr replace {management['address']} dev {management['interface']}"
        yield f"link set dev {management['interface']} up"


def configure(spec: Mapping[str, Any]) -> None:
    """Name the cards, bring up lo and mgmt0, set the host name."""
    lines = list_commands(spec, plan_names(spec, read_macs()))
    write(_LINES, "".join(f"{line}\n" for line in lines))
    if run("/usr/sbin/ip", "-batch", _LINES) != 0:
        raise OSError(f"ip -batch {_LINES}")
    with open("/etc/hostname", encoding="utf-8") as file:
        write("/proc/sys/kernel/hostname", file.read())

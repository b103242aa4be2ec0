"""Names of ports: short and long forms, and which port of a device is a port of the plan.

Names: Cisco IOS Interface Command Reference, and the tables of recorded devices.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from labctl.api import Undecided, _

_KINDS = {
    "Ap": "AppGigabitEthernet",
    "Et": "Ethernet",
    "Fa": "FastEthernet",
    "Fi": "FiveGigabitEthernet",
    "Fo": "FortyGigabitEthernet",
    "Gi": "GigabitEthernet",
    "Gig": "GigabitEthernet",
    "Hu": "HundredGigE",
    "Po": "Port-channel",
    "Te": "TenGigabitEthernet",
    "Tw": "TwoGigabitEthernet",
    "Twe": "TwentyFiveGigE",
    "Vl": "Vlan",
}
_FRONT = ("1/0/", "0/")
"""Where the ports of a fixed switch are: member 1 of a stack, or the only module."""
_SHOWN = 4
_PORT = re.compile(r"([A-Za-z]+Eth[a-z]+|[A-Za-z]+GigE|Ethernet)((?:\d+/)*)(\d+)")


def full_name(port: str) -> str:
    """Return ``GigabitEthernet1/0/5`` for ``Gi1/0/5``; other names as they are."""
    match = re.fullmatch(r"([A-Za-z]{2,3})(\d[\d/]*)", port)
    if not match or match[1].capitalize() not in _KINDS:
        return port
    return _KINDS[match[1].capitalize()] + match[2]


def find_port(planned: str, names: Iterable[str]) -> str:
    """Return the name that a device gives to a port of the plan.

    The plan numbers the ports of the front panel: its fifth is ``GigabitEthernet0/5`` or
    ``FastEthernet0/5`` on a switch that has one module, ``TwoGigabitEthernet1/0/5`` on a stack.
    Two kinds that share numbers are ports and uplinks: the front panel is the kind with more of
    them. A panel that begins at 0 (IOL, IOSvL2) has no fifth port that would be the plan's.
    Raise Undecided when it cannot be told.
    """
    there = frozenset(names)
    if planned in there:
        return planned
    wanted, panel = _PORT.fullmatch(planned), _front_panel(there)
    if wanted is None or not panel:
        raise Undecided(
            _("les ports de ce commutateur ne se numérotent pas comme ceux du sujet : %(names)s")
            % {"names": ", ".join(sorted(there)[:_SHOWN]) or _("rien")}
        )
    return panel.get(int(wanted[3]), planned)


def _front_panel(names: Iterable[str]) -> dict[int, str]:
    """Return the ports of the front panel by number; none when no part of the device is one."""
    modules: dict[str, dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for name in names:
        if match := _PORT.fullmatch(name):
            modules[match[2]][match[1]][int(match[3])] = name
    kinds = next((modules[path] for path in _FRONT if path in modules), None)
    if kinds is None or any(0 in ports for ports in kinds.values()):
        return {}
    shared = Counter(number for ports in kinds.values() for number in ports)
    if max(shared.values()) > 1:
        return max(kinds.values(), key=len)
    return {number: name for ports in kinds.values() for number, name in ports.items()}

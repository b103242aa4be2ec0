"""Data plane: a Linux bridge with VLAN filtering, where the kernel has it."""

import json
from collections.abc import Iterator, Mapping

from labswitch.dataplane import BRIDGE, L2, L2Port, MacEntry, svi_name
from labswitch.errors import ToolError
from labswitch.process import run

_EMPTY = L2((), {})


class BridgeDataPlane:
    """A bridge of the kernel, driven with ``ip`` and ``bridge`` in batches."""

    name = "Linux bridge"

    def __init__(self) -> None:
        self._applied = _EMPTY

    def start(self) -> None:
        """Make an empty bridge that carries no VLAN of its own."""
        run(["ip", "-force", "-batch", "-"], stdin=f"link del {BRIDGE}\n" if _exists() else "")
        run(["ip", "-batch", "-"], stdin=_NEW_BRIDGE)
        self._applied = _EMPTY

    def apply(self, wanted: L2) -> None:
        """Send the differences with what was applied last."""
        links, vlans, svis = commands(self._applied, wanted)
        for program, lines in (("ip", links), ("bridge", vlans), ("ip", svis)):
            if lines:
                run([program, "-batch", "-"], stdin="\n".join(lines) + "\n")
        self._applied = wanted

    def read_macs(self) -> tuple[MacEntry, ...]:
        """Return the forwarding table."""
        try:
            text = run(["bridge", "-json", "fdb", "show", "br", BRIDGE])
        except ToolError:
            return ()
        numbers = {port.name: port.number for port in self._applied.ports}
        own = (MacEntry(vlan, mac, None) for vlan, mac in self._applied.svis.items())
        return (*parse_macs(text, numbers), *own)

    def forget_macs(self) -> None:
        """Empty the forwarding table."""
        run(["ip", "link", "set", "dev", BRIDGE, "type", "bridge", "fdb_flush"])


_NEW_BRIDGE = f"""\
link add name {BRIDGE} type bridge vlan_filtering 1 vlan_default_pvid 0 ageing_time 30000
link set {BRIDGE} up
"""


def _exists() -> bool:
    try:
        run(["ip", "link", "show", "dev", BRIDGE])
    except ToolError:
        return False
    return True


def commands(old: L2, new: L2) -> tuple[list[str], list[str], list[str]]:
    """Return lines for ``ip``, then ``bridge``, then ``ip`` again, from one bridge to another."""
    old_ports = {port.name: port for port in old.ports}
    new_ports = {port.name: port for port in new.ports}
    added = [
        n for n, port in new_ports.items() if n not in old_ports or old_ports[n].index != port.index
    ]
    links = [f"link set dev {name} nomaster" for name in old_ports.keys() - new_ports.keys()]
    links += [f"link set dev {name} master {BRIDGE}" for name in added]
    vlans = [
        line
        for name, port in new_ports.items()
        for line in _port_vlans(None if name in added else old_ports[name], port)
    ]
    links += [f"link del {svi_name(vlan)}" for vlan in sorted(old.svis.keys() - new.svis.keys())]
    gone, come = old.svis.keys() - new.svis.keys(), sorted(new.svis.keys() - old.svis.keys())
    vlans += [f"vlan del dev {BRIDGE} vid {vlan} self" for vlan in sorted(gone)]
    vlans += [f"vlan add dev {BRIDGE} vid {vlan} self" for vlan in come]
    return sorted(links), vlans, [_svi(vlan, new.svis[vlan]) for vlan in come]


def _svi(vlan: int, mac: str) -> str:
    return f"link add link {BRIDGE} name {svi_name(vlan)} address {mac} type vlan id {vlan}"


def _port_vlans(old: L2Port | None, new: L2Port) -> Iterator[str]:
    before, after = _memberships(old), _memberships(new)
    for vlan in sorted(before.keys() - after.keys()):
        yield f"vlan del dev {new.name} vid {vlan}"
    for vlan in sorted(after):
        if before.get(vlan) != after[vlan]:
            yield f"vlan add dev {new.name} vid {vlan}{after[vlan]}"


def _memberships(port: L2Port | None) -> Mapping[int, str]:
    if port is None:
        return {}
    native = {} if port.untagged is None else {port.untagged: " pvid untagged"}
    return {**dict.fromkeys(port.tagged, ""), **native}


def parse_macs(text: str, numbers: Mapping[str, int]) -> tuple[MacEntry, ...]:
    """Understand ``bridge -json fdb show``: the entries learned on ports.

    What it says of the bridge itself is the bridge's address, which no SVI has.
    """
    entries = []
    for row in json.loads(text or "[]"):
        vlan, name = row.get("vlan"), row.get("ifname")
        if vlan is None or name not in numbers or row.get("state") == "permanent":
            continue
        entries.append(MacEntry(int(vlan), str(row["mac"]), numbers[name]))
    return tuple(entries)

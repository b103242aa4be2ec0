"""Data plane: Open vSwitch in user space; needs nothing of the kernel but veth and tun."""

import os
import select
import signal
from collections.abc import Iterator
from pathlib import Path

from labswitch.dataplane import BRIDGE, L2, L2Port, MacEntry, svi_name
from labswitch.errors import ToolError
from labswitch.process import DEADLINE_S, run

_RUN = Path("/run/openvswitch")
_SVI_BASE = 10_000
_VSCTL = ["ovs-vsctl", "--timeout=10"]
_EMPTY = L2((), {})
_SETTINGS = (
    # Without it TCP over veth hangs: its checksums are left for a card to fill in.
    "other_config:userspace-tso-enable=true",
    "other_config:n-handler-threads=1",
    "other_config:n-revalidator-threads=1",
    # What it does each half second and each five, though nothing changed: a switch that nobody uses
    # costs as good as nothing. Its counters are read elsewhere, and a change is seen at once.
    "other_config:max-revalidator=5000",
    "other_config:stats-update-interval=60000",
)


class OvsDataPlane:
    """A bridge of ovs-vswitchd, driven with ovs-vsctl: one transaction for each change."""

    name = "Open vSwitch netdev"

    def __init__(self) -> None:
        self._applied = _EMPTY

    def start(self) -> None:
        """Start the two daemons with their settings in place, and an empty bridge."""
        _stop_daemons()
        _RUN.mkdir(parents=True, exist_ok=True)
        database = _RUN / "conf.db"
        database.unlink(missing_ok=True)
        run(["ovsdb-tool", "create", str(database), "/usr/share/openvswitch/vswitch.ovsschema"])
        run(
            [
                "ovsdb-server",
                str(database),
                f"--remote=punix:{_RUN}/db.sock",
                "--pidfile",
                "--detach",
                "--no-chdir",
                "--verbose=off",
            ]
        )
        run(
            [
                *_VSCTL,
                "--no-wait",
                "init",
                "--",
                "set",
                "Open_vSwitch",
                ".",
                *_SETTINGS,
                "--",
                *_new_bridge(),
            ]
        )
        run(
            [
                "ovs-vswitchd",
                f"unix:{_RUN}/db.sock",
                "--pidfile",
                "--detach",
                "--no-chdir",
                "--verbose=off",
            ]
        )
        self._applied = _EMPTY

    def apply(self, wanted: L2) -> None:
        """Send the differences with what was applied last, as one transaction."""
        words = [word for command in commands(self._applied, wanted) for word in ("--", *command)]
        if words:
            run([*_VSCTL, *words[1:]])
        self._applied = wanted

    def read_macs(self) -> tuple[MacEntry, ...]:
        """Return the forwarding table."""
        try:
            return parse_macs(
                run(["ovs-appctl", "--timeout=5", "-t", "ovs-vswitchd", "fdb/show", BRIDGE])
            )
        except ToolError:
            return ()

    def forget_macs(self) -> None:
        """Empty the forwarding table.

        The flows go first, with what they counted: counted after the table was emptied, a frame
        sent before would put an address back that is no longer there.
        """
        run(["ovs-appctl", "--timeout=5", "-t", "ovs-vswitchd", "revalidator/purge"])
        run(["ovs-appctl", "--timeout=5", "-t", "ovs-vswitchd", "fdb/flush", BRIDGE])


def _new_bridge() -> list[str]:
    return [
        "add-br",
        BRIDGE,
        "--",
        "set",
        "Bridge",
        BRIDGE,
        "datapath_type=netdev",
        "fail_mode=standalone",
        "other_config:mac-aging-time=300",
    ]


def _stop_daemons() -> None:
    """End what a previous life of the switch left, by the process ids that it wrote.

    It is waited for: a database stays locked until what serves it is gone, which takes a while on a
    busy computer.
    """
    for name in ("ovs-vswitchd", "ovsdb-server"):
        pidfile = _RUN / f"{name}.pid"
        try:
            process = os.pidfd_open(int(pidfile.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
        try:
            signal.pidfd_send_signal(process, signal.SIGKILL)
            select.select([process], [], [], DEADLINE_S)
        finally:
            os.close(process)
        pidfile.unlink(missing_ok=True)


def commands(old: L2, new: L2) -> Iterator[list[str]]:
    """Return the ovs-vsctl commands that lead from one bridge to another."""
    old_ports = {port.name: port for port in old.ports}
    new_ports = {port.name: port for port in new.ports}
    for name, port in old_ports.items():
        if name not in new_ports or new_ports[name].index != port.index:
            yield ["--if-exists", "del-port", BRIDGE, name]
    for name, port in new_ports.items():
        if old_ports.get(name) != port:
            yield from _set_port(port)
    for vlan in old.svis.keys() - new.svis.keys():
        yield ["--if-exists", "del-port", BRIDGE, svi_name(vlan)]
    for vlan in sorted(new.svis.keys() - old.svis.keys()):
        yield from _add_svi(vlan, new.svis[vlan])


def _set_port(port: L2Port) -> Iterator[list[str]]:
    yield [
        "--may-exist",
        "add-port",
        BRIDGE,
        port.name,
        "--",
        "set",
        "Interface",
        port.name,
        f"ofport_request={port.number}",
    ]
    yield ["clear", "Port", port.name, "tag", "trunks"]
    if port.untagged is None:
        yield ["set", "Port", port.name, "vlan_mode=trunk", f"trunks={_numbers(port.tagged)}"]
    elif not port.tagged:
        yield ["set", "Port", port.name, "vlan_mode=access", f"tag={port.untagged}"]
    else:
        trunks = _numbers(port.tagged | {port.untagged})
        yield [
            "set",
            "Port",
            port.name,
            "vlan_mode=native-untagged",
            f"tag={port.untagged}",
            f"trunks={trunks}",
        ]


def _add_svi(vlan: int, mac: str) -> Iterator[list[str]]:
    name = svi_name(vlan)
    yield ["--may-exist", "add-port", BRIDGE, name, f"tag={vlan}"]
    yield [
        "set",
        "Interface",
        name,
        "type=internal",
        f'mac="{mac}"',
        f"ofport_request={_SVI_BASE + vlan}",
    ]


def _numbers(vlans: frozenset[int]) -> str:
    return ",".join(map(str, sorted(vlans)))


def parse_macs(text: str) -> tuple[MacEntry, ...]:
    """Understand ``fdb/show``: port, VLAN, MAC, age."""
    entries = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[0].isdigit() and fields[1].isdigit():
            number = int(fields[0])
            entries.append(
                MacEntry(int(fields[1]), fields[2], number if number < _SVI_BASE else None)
            )
    return tuple(entries)

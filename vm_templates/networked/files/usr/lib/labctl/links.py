"""Cards of a machine: its DHCP client, and what is done when a cable is replaced."""

import os
import signal
from collections.abc import Sequence

import labctl_node as node
import services

PID = "/run/labctl/udhcpc.{}.pid"
TIED_TO_A_CARD = {"dnsmasq": "/run/dnsmasq/dnsmasq.pid"}
"""Services whose DHCP socket belongs to a card that is gone, not to the one of the same name."""


def ask_for_address(interface: str) -> None:
    """Bring an interface up and ask for its address, for as long as it takes."""
    node.ip((f"link set {interface} up",))
    pid = node.daemon(
        (
            "/usr/bin/busybox",
            "udhcpc",
            "-f",
            *("-i", interface),
            *("-x", f"hostname:{node.SPEC['hostname']}"),
            *("-t", "3", "-T", "1", "-A", "2"),
            *("-s", "/etc/udhcpc/default.script"),
        )
    )
    node.write(PID.format(interface), f"{pid}\n")


def ask_again(interface: str) -> None:
    """Ask once more, on a card that replaced another."""
    try:
        with open(PID.format(interface), encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        pass
    ask_for_address(interface)


def relink(interfaces: Sequence[str]) -> None:
    """Bring cards that replaced others up, and give them what the configuration says."""
    node.ip(f"link set {name} up" for name in interfaces)
    for name in interfaces:
        services.call("ifdown", "--force", name)
        services.call("ifup", name)
    for service, pid in TIED_TO_A_CARD.items():
        if os.path.exists(pid):
            services.call("service", service, "restart")

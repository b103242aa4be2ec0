"""The virtual switches of the room's host: Open vSwitch in user space, described by node.json.

Frames of a trunk's native VLAN are untagged on its cable, the others tagged; a machine gets its
VLAN untagged. A switch at the other end that says otherwise really cuts it off.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import labctl_node as node

RUN = "/run/openvswitch"
DATABASE = f"{RUN}/conf.db"
SOCKET = f"unix:{RUN}/db.sock"
SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
BRIDGES: Sequence[dict[str, Any]] = node.SPEC["parameters"]["bridges"]


def start() -> None:
    """Start Open vSwitch on an empty database and make the bridges."""
    node.run(("install", "-d", RUN))
    node.run(("ovsdb-tool", "create", DATABASE, SCHEMA))
    common = ("--no-chdir", "--detach", "-vconsole:warn", "-vsyslog:off", "-vfile:off")
    node.run(
        (
            "ovsdb-server",
            DATABASE,
            f"--remote=p{SOCKET}",
            f"--pidfile={RUN}/ovsdb-server.pid",
            *common,
        )
    )
    # userspace-tso-enable is read once: without it, TCP over veth hangs (checksum offload)
    configure(
        "--no-wait",
        "init",
        "--",
        "set",
        "Open_vSwitch",
        ".",
        "other_config:userspace-tso-enable=true",
        "other_config:n-handler-threads=1",
        "other_config:n-revalidator-threads=1",
        "other_config:max-revalidator=5000",  # a switch that nobody uses costs as good as nothing
        "other_config:stats-update-interval=60000",
    )
    node.run(("ovs-vswitchd", SOCKET, f"--pidfile={RUN}/ovs-vswitchd.pid", *common))
    configure(*join(words for bridge in BRIDGES for words in bridge_commands(bridge)))


def plug_again(interfaces: Sequence[str]) -> None:
    """Take ports off their bridge and put them back: the card behind the name is another one.

    In two transactions: in one, the switch would see no change and keep the card that is gone.
    """
    lost = [
        (bridge, name, setting)
        for bridge in BRIDGES
        for name, setting in ports_of(bridge).items()
        if name in interfaces
    ]
    if lost:
        configure(*join(["--if-exists", "del-port", name] for _bridge, name, _setting in lost))
        configure(*join(words for port in lost for words in port_commands(*port)))


def bridge_commands(bridge: dict[str, Any]) -> list[list[str]]:
    """Return the ovs-vsctl commands that make a bridge and its ports."""
    name = bridge["name"]
    commands = [["add-br", name], ["set", "Bridge", name, "datapath_type=netdev"]]
    for port, setting in ports_of(bridge).items():
        commands += port_commands(bridge, port, setting)
    return commands


def ports_of(bridge: dict[str, Any]) -> dict[str, list[str]]:
    """Return the VLAN settings of a bridge's ports."""
    native = bridge["native_vid"]
    carried = sorted({native, *bridge["ports"].values()})
    trunks = ",".join(str(vid) for vid in carried)
    settings = {bridge["trunk"]: ["vlan_mode=native-untagged", f"tag={native}", f"trunks={trunks}"]}
    for port, vid in bridge["ports"].items():
        settings[port] = ["vlan_mode=access", f"tag={vid}"]
    return settings


def port_commands(bridge: dict[str, Any], port: str, setting: list[str]) -> list[list[str]]:
    """Return the ovs-vsctl commands that put one port in a bridge."""
    return [["add-port", bridge["name"], port], ["set", "Port", port, *setting]]


def join(commands: Iterable[list[str]]) -> list[str]:
    """Return commands as one transaction of ovs-vsctl."""
    words: list[str] = []
    for command in commands:
        words += ["--", *command] if words else command
    return words


def configure(*words: str) -> None:
    """Run ovs-vsctl; it returns when the switch has done it."""
    node.run(("ovs-vsctl", f"--db={SOCKET}", "--timeout=20", *words))

"""What the provider says of this node: /etc/labctl/node.json."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Interface
from pathlib import Path

PORTS = 12
"""How many ports the switch has when the node file does not list them: gi1 to gi12."""
NODE_FILE = Path("/etc/labctl/node.json")


@dataclass(frozen=True, slots=True)
class Identity:
    """The switch as a machine: ports (number → kernel interface), management, numbers."""

    ports: Mapping[int, str]
    management: str
    management_address: IPv4Interface
    base_mac: int
    serial: str


def load(path: Path = NODE_FILE) -> Identity:
    """Read the node file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    listed = document.get("parameters", {}).get("ports") or [
        {"number": number, "interface": f"gi{number}"} for number in range(1, PORTS + 1)
    ]
    ports = {int(port["number"]): str(port["interface"]) for port in listed}
    management = document["management"]
    digest = sha256(f"{document.get('bench')}/{document['node']}".encode()).digest()
    return Identity(
        ports=dict(sorted(ports.items())),
        management=str(management["interface"]),
        management_address=IPv4Interface(management["address"]),
        # Locally administered; the last bits stay free for the ports and the SVIs.
        base_mac=int.from_bytes(b"\x02\x1a" + digest[:2] + b"\x00\x00", "big"),
        serial="LAB" + digest[2:6].hex().upper(),
    )

"""What the provider writes in a machine before it starts (vm_templates/README.md)."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labctl.core.ids import NodeName
from labctl.plan.model import Interface, Node, Plan
from labctl.providers.namespaces import network
from labctl.providers.roles.safe import NodeTrust
from labctl.spec.kind import load_kind


@dataclass(frozen=True, slots=True, repr=False)
class NodeFile:
    """One file: ``is_secret`` when its content is drawn, and no part of a fingerprint."""

    content: bytes
    mode: int = 0o644
    is_secret: bool = False


def render(plan: Plan, node: Node, trust: NodeTrust) -> dict[str, NodeFile]:
    """Return the files of a node by path below its root."""
    etc = "etc/labctl"
    key = "ssh_host_ed25519_key"
    return {
        "etc/hostname": NodeFile(f"{hostname(node)}\n".encode()),
        "etc/hosts": NodeFile(_hosts(plan, node).encode()),
        f"{etc}/node.json": NodeFile(_json({**describe(plan, node), "patience": plan.patience})),
        f"{etc}/secrets.json": NodeFile(_json(trust.secrets), 0o600, is_secret=True),
        f"{etc}/authorized_keys": NodeFile(f"{trust.audit_key}\n".encode(), 0o600, is_secret=True),
        f"{etc}/{key}": NodeFile(trust.host_key.private, 0o600, is_secret=True),
        f"{etc}/{key}.pub": NodeFile(f"{trust.host_key.public}\n".encode(), is_secret=True),
        f"{etc}/tls/ca.pem": NodeFile(trust.authority, is_secret=True),
        f"{etc}/tls/cert.pem": NodeFile(trust.certificate.pem, is_secret=True),
        f"{etc}/tls/key.pem": NodeFile(trust.certificate.key, 0o600, is_secret=True),
    }


def write(files: Mapping[str, NodeFile], upper: Path) -> None:
    """Write the files of a node that does not run; not durable: an interrupted build is wiped."""
    for name, file in files.items():
        path = upper / name
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, file.mode)
        with os.fdopen(fd, "wb") as opened:
            os.fchmod(fd, file.mode)
            opened.write(file.content)
    for folder in (upper, *(path for path in upper.rglob("*") if path.is_dir())):
        folder.chmod(0o755)


def describe(plan: Plan, node: Node) -> dict[str, object]:
    """Return what node.json holds, but for how slow the host is."""
    return {
        "bench": plan.bench,
        "node": node.name,
        "role": node.kind,
        "hostname": hostname(node),
        "state": node.state,
        "domain": plan.domain,
        "management": {"interface": network.MANAGEMENT, "address": str(node.management)},
        "interfaces": [_interface(plan, node, card) for card in node.interfaces],
        "parameters": node.parameters,
    }


def spec_digest(plan: Plan, node: Node) -> str:
    """Return a digest of what a node is told, carried in its tag."""
    return hashlib.sha256(_json(describe(plan, node))).hexdigest()[:16]


def hostname(node: Node) -> str:
    """Return the name the machine is delivered with: its factory one where it has one."""
    return load_kind(node.kind).factory.hostname or node.hostname


def list_names(plan: Plan, node: Node) -> tuple[str, ...]:
    """Return the names and addresses of a node's certificate, its full name first."""
    full = f"{node.hostname}.{plan.domain}".lower()
    addresses = (str(card.address.ip) for card in node.interfaces if card.address)
    management = str(node.management.ip)
    return (
        full,
        node.hostname.lower(),
        *node.certificate_names,
        *addresses,
        management,
        "localhost",
        "127.0.0.1",
    )


def _interface(plan: Plan, node: Node, card: Interface) -> dict[str, object]:
    segment = plan.segments.get(card.segment)
    is_addressed = load_kind(node.kind).factory.has_addresses
    return {
        "name": card.name,
        "mac": card.mac,
        "segment": card.segment,
        "vid": segment.vid if segment else None,
        "address": str(card.address) if card.address and is_addressed else None,
        "gateway": str(card.gateway) if card.gateway and is_addressed else None,
        "is_cabled": _is_cabled(plan, node.name, card.name),
    }


def _is_cabled(plan: Plan, node: NodeName, interface: str) -> bool:
    ends = (end for link in plan.links for end in (link.a, link.b))
    return any(end.node == node and end.interface == interface for end in ends)


def _hosts(plan: Plan, node: Node) -> str:
    own = "127.0.1.1"
    is_addressed = load_kind(node.kind).factory.has_addresses
    if is_addressed and node.interfaces and node.interfaces[0].address:
        own = str(node.interfaces[0].address.ip)
    name = hostname(node).lower()
    full = f"{name}.{plan.domain}"
    return f"127.0.0.1 localhost\n::1 localhost ip6-localhost\n{own} {full} {name}\n"


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()

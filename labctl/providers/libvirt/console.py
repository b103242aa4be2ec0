"""A person at the console of a virtual machine: SSH on the management network."""

from collections.abc import Sequence
from pathlib import Path

from labctl.core import store
from labctl.core.command import paste
from labctl.core.ids import NodeName
from labctl.plan.model import Plan
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.safe import AUDIT_KEY, Safe


def enter_argv(
    plan: Plan, bench: Bench, vantage: Process, node: NodeName, argv: Sequence[str]
) -> tuple[str, ...]:
    """Return the command that runs a command in a machine, from the jury's network."""
    safe, address = Safe(bench.secrets), str(plan.nodes[node].management.ip)
    known = _write_known_host(bench, node, f"{address} {safe.host_key(node)}\n")
    options = (
        *("-o", f"UserKnownHostsFile={known}", "-o", "GlobalKnownHostsFile=none"),
        *("-o", "StrictHostKeyChecking=yes", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"),
        *("-o", "LogLevel=ERROR", "-o", "ConnectTimeout=15"),
    )
    return (
        *("nsenter", "--net", "--target", str(vantage.pid), "--"),
        *("ssh", "-F", "none", "-tt" if _is_shell(argv) else "-T", *options),
        *("-i", str(safe.path(AUDIT_KEY)), "-l", plan.management.account, address),
        paste(argv),
    )


def _is_shell(argv: Sequence[str]) -> bool:
    return tuple(argv[-1:]) == ("-l",) or argv[0].endswith("/console")


def _write_known_host(bench: Bench, node: NodeName, line: str) -> Path:
    path = bench.node_folder(node) / "known_hosts"
    store.write_bytes(path, line.encode())
    return path

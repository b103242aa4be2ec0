"""Every way into the running machines of a bench."""

from collections.abc import Iterator, Mapping

from labctl.connect.base import NOWHERE, Endpoint, Endpoints, Transport, Vantage
from labctl.core.ids import NodeName
from labctl.plan.model import Node, NodeState, Plan
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.safe import AUDIT_KEY, AUTHORITY, Safe
from labctl.spec.hosting import WINDOWS

_SSH_PORT, _LDAPS_PORT, _SMB_PORT, _WINRM_PORT = 22, 636, 445, 5986
_AUDIT_PASSWORD = "domain_audit_password"  # noqa: S105  # the name of a file
_WINDOWS_PASSWORD = "windows_audit_password"  # noqa: S105  # the name of a file


def build_endpoints(
    plan: Plan,
    bench: Bench,
    running: Mapping[NodeName, Process],
    outside: frozenset[NodeName] = frozenset(),
) -> Endpoints:
    """Return the endpoints of the machines that run.

    Those outside are no namespaces: they have no console that a socket reaches.
    """
    safe = Safe(bench.secrets)
    found = tuple(
        endpoint
        for node in plan.nodes.values()
        if node.name in running or node.name in outside
        for endpoint in _of_node(plan, node, safe, running)
    )
    probes = {
        node.name: see_from(running[node.name])
        for node in plan.nodes.values()
        if node.state is NodeState.OBSERVER and node.name in running
    }
    return Endpoints(plan.bench, "vm" if outside else "namespace", found, probes)


def _console(process: Process | None) -> Vantage:
    return see_from(process) if process else Vantage()


def _from(process: Process | None, console: Vantage) -> Vantage:
    """Return where a machine is looked at from: labctl's process beside it, else its console.

    A virtual machine has no console: its address would be another machine's where labctl runs.
    """
    if process is not None:
        return see_from(process)
    return NOWHERE if console == Vantage() else console


def see_from(process: Process) -> Vantage:
    """Return the vantage of a machine's own network."""
    return Vantage(process.pid, process.started)


def _of_node(
    plan: Plan, node: Node, safe: Safe, running: Mapping[NodeName, Process]
) -> Iterator[Endpoint]:
    if node.role in WINDOWS:
        yield _windows(plan, node, safe, running)
        return
    console = _console(running.get(node.name))
    jury = running.get(plan.management.vantage)
    yield Endpoint(
        node=node.name,
        transport=Transport.CLI if node.role == "switch" else Transport.SSH,
        address=str(node.management.ip),
        port=_SSH_PORT,
        account=plan.management.account,
        credential=str(safe.path(AUDIT_KEY)),
        trust=safe.host_key(node.name),
        vantage=_from(jury, console),
        console=console,
    )
    if node.role == "windows-standin":
        yield _windows(plan, node, safe, running)
    if node.name in (plan.directory.node, plan.files.node):
        yield _server(plan, node, safe, running)


def _windows(plan: Plan, node: Node, safe: Safe, running: Mapping[NodeName, Process]) -> Endpoint:
    """Return the way to a Windows: WinRM over TLS on the management network."""
    console = _console(running.get(node.name))
    jury = running.get(plan.management.vantage)
    return Endpoint(
        node=node.name,
        transport=Transport.CIM,
        address=str(node.management.ip),
        port=_WINRM_PORT,
        account=plan.management.account,
        credential=str(safe.path(_WINDOWS_PASSWORD)),
        trust=str(safe.path(AUTHORITY)),
        vantage=_from(jury, console),
        console=console,
        server_name=f"{node.hostname}.{plan.directory.domain}".lower(),
    )


def _server(plan: Plan, node: Node, safe: Safe, running: Mapping[NodeName, Process]) -> Endpoint:
    """Return the way to a server by its planned address, from labctl's probe beside it."""
    is_directory = node.name == plan.directory.node
    card = node.interfaces[0]
    console = _console(running.get(node.name))
    beside = running.get(plan.probe_node(card.segment))
    return Endpoint(
        node=node.name,
        transport=Transport.LDAP if is_directory else Transport.SMB,
        address=str(card.address.ip) if card.address else "127.0.0.1",
        port=_LDAPS_PORT if is_directory else _SMB_PORT,
        account=f"{plan.management.account}@{plan.directory.domain}",
        credential=str(safe.path(_AUDIT_PASSWORD)),
        trust=str(safe.path(AUTHORITY)) if is_directory else "",
        vantage=_from(beside, console),
        console=console,
        server_name=f"{node.hostname}.{plan.directory.domain}".lower(),
    )

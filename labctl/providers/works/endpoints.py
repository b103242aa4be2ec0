"""Every way into the running machines of a bench."""

from collections.abc import Iterator, Mapping

from labctl.connect.base import NOWHERE, Endpoint, Endpoints, Transport, Vantage
from labctl.core.ids import NodeName
from labctl.plan.model import Node, Plan
from labctl.providers.namespaces.bench import Bench
from labctl.providers.namespaces.processes import Process
from labctl.providers.roles.safe import AUDIT_KEY, AUTHORITY, Safe
from labctl.spec.kind import Way, load_kind
from labctl.spec.topology import NodeState


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


def see_from(process: Process) -> Vantage:
    """Return the vantage of a machine's own network."""
    return Vantage(process.pid, process.started)


def _of_node(
    plan: Plan, node: Node, safe: Safe, running: Mapping[NodeName, Process]
) -> Iterator[Endpoint]:
    """Yield the ways into a machine, as its kind declares them."""
    process = running.get(node.name)
    console = see_from(process) if process else Vantage()
    for way in load_kind(node.kind).ways:
        observer = plan.management.vantage
        if way.is_beside:
            observer = plan.probe_node(node.interfaces[0].segment)
        yield Endpoint(
            node=node.name,
            transport=Transport(way.protocol),
            address=_address(node, way),
            port=way.port,
            account=_account(plan, way),
            credential=str(safe.path(way.password or AUDIT_KEY)),
            trust=_trust(node, way, safe),
            vantage=_from(running.get(observer), console),
            console=console,
            server_name=f"{node.hostname}.{plan.domain}".lower() if way.password else "",
        )


def _address(node: Node, way: Way) -> str:
    if not way.is_beside:
        return str(node.management.ip)
    address = node.interfaces[0].address
    return str(address.ip) if address else "127.0.0.1"


def _account(plan: Plan, way: Way) -> str:
    account = plan.management.account
    return f"{account}@{plan.domain}" if way.is_beside else account


def _trust(node: Node, way: Way, safe: Safe) -> str:
    """Return the pinned host key where a key opens, else the authority that the way is held to."""
    if not way.password:
        return safe.host_key(node.name)
    return str(safe.path(AUTHORITY)) if way.is_verified else ""


def _from(process: Process | None, console: Vantage) -> Vantage:
    """Return where a machine is looked at from: labctl's process beside it, else its console.

    A virtual machine has no console: its address would be another machine's where labctl runs.
    """
    if process is not None:
        return see_from(process)
    return NOWHERE if console == Vantage() else console

"""Which machines have something at UDP port 67, where a DHCP server or a relay listens.

A server that reads frames rather than datagrams binds the port too (ISC dhcpd, Kea), so that the
machine does not answer « port unreachable » beside it. An IOS that is a server says so in its
configuration; as a mere relay it answers nobody by itself.
"""

from checks.dhcp.demand import Dhcp
from checks.routing.facts.svis import parse_relays
from checks.switching.facts.config_text import read_config
from checks.switching.facts.running import RUNNING, split_sections
from checks.switching.facts.show import read_show
from labctl.api import (
    STANDARD,
    Answer,
    NodeName,
    NodeState,
    NotUnderstood,
    Plan,
    Question,
    Transport,
    ask_cim,
    read_json,
    read_text,
    run_on,
    show,
)

SOCKETS = "/proc/net/udp"
PORT = 67
POOL = "ip dhcp pool "


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each machine that may serve for its UDP sockets, and the switch for its pools."""
    asked = [
        node
        for node in plan.nodes.values()
        if node.state is not NodeState.OBSERVER and node.name != plan.internet.node
    ]  # the Internet gives addresses on the other side of the router, to the router itself
    machines = (_ask_machine(plan, node.name) for node in asked if "ios" not in node.faces)
    devices = (show(node.name, RUNNING) for node in asked if "ios" in node.faces)
    return (*machines, *devices)


def parse(answers: tuple[Answer, ...]) -> dict[NodeName, bool | None]:
    """Tell of each machine whether something listens, None when it did not say."""
    return {answer.question.node: _read(answer) for answer in answers}


def find_unrelayed(plan: Plan, answers: tuple[Answer, ...]) -> frozenset[str]:
    """Return the segments that the switch should relay from and does not; none when not known."""
    answer = next((one for one in answers if one.question.transport is Transport.CLI), None)
    if answer is None or answer.trouble is not None:
        return frozenset()
    try:
        relays = parse_relays(split_sections(read_config(read_show(answer)).lines))
    except NotUnderstood:
        return frozenset()
    relay = plan.demand(Dhcp).relay
    if relay is None:
        return frozenset()
    wanted = {name: plan.segments[name].vid for name in relay.sources}
    return frozenset(name for name, vid in wanted.items() if relay.to not in relays.get(vid, ()))


def _ask_machine(plan: Plan, node: NodeName) -> Question:
    if "linux" not in plan.nodes[node].faces:
        where = f"LocalPort = {PORT}"
        return ask_cim(
            node,
            "MSFT_NetUDPEndpoint",
            "LocalPort",
            where=where,
            namespace=STANDARD,
        )
    return run_on(node, "/usr/bin/cat", SOCKETS)


def _read(answer: Answer) -> bool | None:
    if answer.trouble is not None:
        return None
    try:
        if answer.question.transport is Transport.CLI:
            return any(line.startswith(POOL) for line in read_config(read_show(answer)).lines)
        if answer.question.transport is Transport.CIM:
            return _has_endpoint(answer)
        return _has_socket(read_text(answer))
    except NotUnderstood:
        return None


def _has_endpoint(answer: Answer) -> bool | None:
    found = read_json(answer)
    instances = found.get("instances") if isinstance(found, dict) else None
    return bool(instances) if isinstance(instances, list) else None


def _has_socket(text: str) -> bool | None:
    """Read the table of UDP sockets: the local port is in hexadecimal (proc(5))."""
    head, *lines = text.splitlines() or [""]
    if "local_address" not in head:
        return None
    return any(line.split()[1:2] and line.split()[1].endswith(f":{PORT:04X}") for line in lines)

"""The addresses that machines have, for what documents say of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from labctl.api import (
    Answer,
    Node,
    NodeState,
    Plan,
    Probe,
    Question,
    ask_cim,
    read_instances,
    read_text,
    run_on,
    texts_of,
)


@dataclass(frozen=True, slots=True)
class InForce:
    """IPv4 addresses of each machine that answered, by its name in the plan."""

    addresses: dict[str, frozenset[IPv4Address]]


def list_addressed(plan: Plan) -> list[Node]:
    """Return the machines of the subject that are in one of its networks."""
    return [
        node
        for node in plan.nodes.values()
        if node.state is not NodeState.OBSERVER
        and any(card.segment in plan.segments for card in node.interfaces)
    ]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask each of them, whatever its product."""
    return tuple(_ask(node) for node in list_addressed(plan))


def _ask(node: Node) -> Question:
    if "windows" in node.faces:
        cards = "Win32_NetworkAdapterConfiguration"
        return ask_cim(node.name, cards, "IPAddress", where="MACAddress IS NOT NULL")
    return run_on(node.name, "/usr/sbin/ip", "-j", "-4", "address")


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> InForce:
    """Keep the addresses of the machines that answered."""
    return InForce(
        {
            str(answer.question.node): frozenset(_read(answer))
            for answer in answers
            if answer.trouble is None and answer.exit_code in (None, 0)
        }
    )


def _read(answer: Answer) -> Iterator[IPv4Address]:
    for text in _texts(answer):
        try:
            yield IPv4Address(text)
        except AddressValueError:
            continue  # IPv6


def _texts(answer: Answer) -> Iterator[str]:
    if answer.exit_code is None:
        for one in read_instances(answer):
            yield from texts_of(one, "IPAddress")
        return
    for link in json.loads(read_text(answer) or "[]"):
        yield from (str(one.get("local", "")) for one in link.get("addr_info", ()))


IN_FORCE = Probe(InForce, ask, parse, takes_trouble=True)

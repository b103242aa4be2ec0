"""Facts read on the router itself."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from checks.dhcp.demand import Dhcp
from checks.dhcp.facts.servers import PRODUCTS
from labctl.api import Answer, NotUnderstood, Plan, Probe, Question, Transport, _, read_json

PROGRAM = Path(__file__).parent.parent / "programs" / "on_router.py"
"""What runs on the machine itself, with its own Python."""


@dataclass(frozen=True, slots=True)
class Reservations:
    """DHCP reservations in the router's configuration: MAC (lower case) → address.

    None: an address is reserved by a name, and the router's files do not tell which.
    """

    fixed: dict[str, IPv4Address | None]
    leases: dict[str, IPv4Address]  # active leases


TIMEOUT_S = 12.0


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have the router tell which DHCP server listens, and read that one's files."""
    program = PROGRAM.read_text("utf-8")
    body: dict[str, object] = {"argv": ("/usr/bin/python3", "-I", "-c", program)}
    text = "serveurs DHCP (UDP 67), leur configuration, leurs baux"
    return (Question(plan.demand(Dhcp).on, Transport.SSH, text, body, TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Reservations:
    """Read what the servers were told; one that is not known may reserve anything."""
    (answer,) = answers
    if answer.exit_code != 0:
        raise NotUnderstood(
            _("%(what)s : code de sortie %(code)s")
            % {"what": answer.question.text, "code": answer.exit_code}
        )
    fixed: dict[str, IPv4Address | None] = {}
    leases: dict[str, IPv4Address] = {}
    for server in _servers(answer):
        product = PRODUCTS.get(server["program"])
        if product is None:
            raise NotUnderstood(
                _("serveur DHCP inconnu de labctl : %(name)s") % {"name": server["program"][:40]}
            )
        fixed |= product.reservations(server)
        leases |= product.leases(server)
    return Reservations(fixed, leases)


def _servers(answer: Answer) -> list[dict[str, str]]:
    document: Any = read_json(answer)
    servers = document.get("servers") if isinstance(document, dict) else None
    if not isinstance(servers, list) or not all(map(_is_server, servers)):
        raise NotUnderstood(
            _("%(what)s : ce n'est pas le document du routeur") % {"what": answer.question.text}
        )
    return servers


def _is_server(server: object) -> bool:
    """Tell whether a server is named, with texts; one that is known has those that all have."""
    if not isinstance(server, dict) or not all(isinstance(text, str) for text in server.values()):
        return False
    is_known = server.get("program") in PRODUCTS
    return "program" in server and (not is_known or server.keys() >= {"configuration", "leases"})


PROBE = Probe(Reservations, ask, parse)

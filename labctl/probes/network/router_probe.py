"""Probe of what the router's DHCP server was told and has given, whichever product serves."""

from importlib.resources import files
from ipaddress import IPv4Address
from typing import Any

from labctl.connect.base import Answer, Question, Transport
from labctl.core.i18n import _
from labctl.plan.model import Plan
from labctl.probes.answers import read_json
from labctl.probes.base import NotUnderstood, Probe
from labctl.probes.network.dhcp_servers import PRODUCTS
from labctl.probes.network.router import Reservations

TIMEOUT_S = 12.0


def ask(plan: Plan) -> tuple[Question, ...]:
    """Have the router tell which DHCP server listens, and read that one's files."""
    program = files("labctl.probes.network").joinpath("on_router.py").read_text("utf-8")
    body: dict[str, object] = {"argv": ("/usr/bin/python3", "-I", "-c", program)}
    text = "serveurs DHCP (UDP 67), leur configuration, leurs baux"
    return (Question(plan.router.node, Transport.SSH, text, body, TIMEOUT_S),)


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Reservations:
    """Read what the servers were told; one that is not known may reserve anything."""
    (answer,) = answers
    if answer.exit_code != 0:
        raise NotUnderstood(
            _("%(what)s : code de sortie %(code)s")
            % {"what": answer.question.text, "code": answer.exit_code}
        )
    fixed: dict[str, IPv4Address] = {}
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

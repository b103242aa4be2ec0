"""The addressing plan says what is asked and what is in force."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from checks.documents.addresses import (
    find_mask,
    find_vlan,
    join_addresses,
    list_addresses,
    list_networks,
    names_network,
)
from checks.documents.certainty import require_told, say_silent, say_unsure
from checks.documents.demand import Documents, find_piece
from checks.documents.facts.in_force import InForce, list_addressed
from checks.documents.facts.papers import Papers
from checks.documents.forms import find_rows
from checks.documents.wording import words_of
from labctl.api import Expectation, Interface, Match, Node, Plan, _, check, truth


@check("K-070", asks=(Documents, Plan), needs=(Papers, InForce))
def check_addressing_plan(asked: Documents, plan: Plan, papers: Papers, seen: InForce) -> Match:
    """Le plan d'adressage dit ce qui est demandé, et ce qui est en service."""
    paper = papers.need(find_piece(asked, plan, "addresses"), asked, plan)
    unsure = say_unsure(paper)
    return require_told(
        [
            *_judge_segments(plan, paper.rows, unsure),
            *_judge_machines(plan, paper.rows, seen, unsure),
        ]
    )


def _judge_segments(
    plan: Plan, rows: Sequence[Sequence[str]], unsure: str
) -> Iterator[tuple[Expectation, str]]:
    """Yield what is noted of each network against what is asked, with what makes it unsure.

    A network may be noted by its gateway and its mask alone.
    """
    for segment in plan.segments.values():
        network, gateway, vlan = segment.network, segment.gateway, segment.vid or 0
        if network is None:
            continue
        cells = [cell for row in find_rows(rows, segment.name) for cell in row]
        text = "\n".join(cells)
        noted = list_addresses(text)
        is_other = _notes_another(text, network)
        by_parts = bool(noted & {network.network_address, gateway}) and not is_other
        is_noted = network in list_networks(text) or (by_parts and find_mask(cells, network, vlan))
        named = {"name": segment.name, "network": network, "gateway": gateway}
        point = truth(
            _("réseau %(name)s noté") % named,
            _("%(name)s : %(network)s, passerelle %(gateway)s, n'est pas noté") % named
            if text
            else _("%(name)s n'est pas dans le plan d'adressage") % named,
            holds=is_noted
            and (gateway is None or gateway in noted)
            and (not vlan or find_vlan(text, vlan)),
        )
        yield point, "" if is_other else unsure


def _notes_another(text: str, network: IPv4Network) -> bool:
    """Tell whether another network is noted in the place of one, be it beside its gateway."""
    networks = list_networks(text)
    outside = any(not one.subnet_of(network) for one in networks) or any(
        names_network(one) for one in list_addresses(text) if one not in network
    )
    return outside and network not in networks


def _judge_machines(
    plan: Plan, rows: Sequence[Sequence[str]], seen: InForce, unsure: str
) -> Iterator[tuple[Expectation, str]]:
    """Yield what is noted of each machine, with what makes it unsure.

    What a machine has is right, and so is what is asked of it: one that has not the address that is
    asked is the matter of another check. A machine that did not answer contradicts nothing.
    """
    for node in list_addressed(plan):
        noted_in = find_rows(rows, node.hostname, f"{node.hostname}.{plan.domain}")
        text = "\n".join(cell for row in noted_in for cell in row)
        doubt = _doubt(node, text, seen, unsure)
        for card in node.interfaces:
            if card.segment in plan.segments and plan.segments[card.segment].network:
                yield _judge_card(plan, node, card, text, seen), doubt


def _doubt(node: Node, text: str, seen: InForce, unsure: str) -> str:
    asked = frozenset(card.address.ip for card in node.interfaces if card.address)
    if not list_addresses(text) - asked - seen.addresses.get(node.name, frozenset()):
        return unsure
    return "" if node.name in seen.addresses else say_silent(node)


def _judge_card(plan: Plan, node: Node, card: Interface, text: str, seen: InForce) -> Expectation:
    network = plan.network_of(card.segment)
    noted = frozenset(one for one in list_addresses(text) if one in network)
    asked = frozenset({card.address.ip}) if card.address else frozenset[IPv4Address]()
    in_force = frozenset(
        one for one in seen.addresses.get(node.name, frozenset()) if one in network
    )
    holds = bool(noted & (in_force | asked))
    if card.address is None:
        holds = not noted - in_force and (holds or "dhcp" in words_of(text))
    values = {
        "name": node.hostname,
        "noted": join_addresses(noted),
        "found": join_addresses(in_force),
        "asked": join_addresses(asked) if asked else "DHCP",
    }
    return truth(
        _("adresse de %(name)s notée") % values,
        _("%(name)s : noté %(noted)s, en service %(found)s, demandé %(asked)s") % values,
        holds=holds,
    )

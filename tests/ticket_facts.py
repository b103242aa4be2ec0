"""A bench with a ticket tool, and what that one holds: everything asked done, or nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import IPv4Interface

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.tickets.demand import Escalation, Tickets
from checks.tickets.facts import Asset, FollowUp, Ticket, TicketBook
from labctl.core.ids import NodeName
from labctl.plan.kinds import describe_nodes
from labctl.plan.model import Plan
from labctl.spec.topology import NodeState
from tests.facts import Facts, solved_facts, untouched_facts
from tests.plans import asking, plan_of

SERVER = NodeName("demandes")
OPENED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SOLUTION = "Poste installé, nommé et joint au domaine ; lecteurs, imprimante et sauvegarde essayés."


@cache
def tickets_plan(bench: int = 1) -> Plan:
    """Return the plan of the shipped subject where a machine of the bench holds the tool."""
    plan = plan_of(bench)
    nas, asked = plan.nodes[NodeName("nas")], plan.demand(Tickets)
    (card,) = nas.interfaces
    assert card.address is not None
    place = f"{card.address.ip - 7}/{card.address.network.prefixlen}"
    server = replace(
        nas,
        name=SERVER,
        kind="tickets",
        hostname="SRV-SUP1",
        state=NodeState.EXISTING,
        interfaces=(replace(card, address=IPv4Interface(place)),),
    )
    escalation = Escalation.model_construct(
        call="Plus personne n'ouvre le dossier commun.",
        category="Serveur > Partage",
        requester=asked.opening.requester,
        item=nas.hostname,
        problem="Coupures du serveur de fichiers",
    )
    domain = plan.demand(Directory).domain
    changed = {
        "hosted_on": SERVER,
        "url": f"https://assistance.{domain}/",
        "escalation": escalation,
    }
    nodes = {**plan.nodes, SERVER: server}
    return describe_nodes(asking(replace(plan, nodes=nodes), asked.model_copy(update=changed)))


def said(minutes: int, text: str, *, is_public: bool = False) -> FollowUp:
    """Return a follow-up, so many minutes after the ticket was opened."""
    at = OPENED + timedelta(minutes=minutes)
    return FollowUp(at, "technicien", is_public, text, len(text))


def opening_of(plan: Plan) -> Ticket:
    """Return the ticket that the subject asks for, treated to its end."""
    asked, directory = plan.demand(Tickets), plan.demand(Directory)
    requester = directory.person(asked.opening.requester)
    return Ticket(
        number=7,
        nature=asked.opening.kind.capitalize(),
        entity=asked.entity,
        category=asked.opening.category,
        urgency=asked.opening.urgency,
        impact=asked.opening.impact,
        priority=asked.priority,
        requesters=frozenset({requester.login, requester.upn}),
        items=frozenset({asked.opening.item}),
        groups=frozenset(),
        opened=OPENED,
        taken=OPENED + timedelta(minutes=1),
        solved=OPENED + timedelta(minutes=40),
        closed=OPENED + timedelta(minutes=41),
        follow_ups=(
            said(2, "Je commence.", is_public=True),
            said(10, "Poste livré sans nom."),
            said(30, "Domaine en place."),
        ),
        solution=SOLUTION,
        solution_length=len(SOLUTION),
        problems=frozenset(),
        articles=frozenset(),
    )


def incident_of(plan: Plan) -> Ticket:
    """Return the incident that is passed on, and linked to the problem."""
    asked = plan.demand(Tickets)
    assert asked.escalation is not None
    return replace(
        opening_of(plan),
        number=8,
        nature="Incident",
        entity=asked.levels.n2,
        category=asked.escalation.category,
        items=frozenset({asked.escalation.item}),
        solved=None,
        closed=None,
        follow_ups=(said(3, "Ni son nom, ni son adresse ne répondent, depuis deux postes."),),
        solution="",
        solution_length=0,
        problems=frozenset({1}),
    )


def problem_of(plan: Plan) -> Ticket:
    """Return the problem that the tool is delivered with."""
    return replace(
        incident_of(plan),
        number=1,
        nature="Problème",
        entity=plan.demand(Tickets).entity,
        requesters=frozenset(),
        items=frozenset(),
        taken=None,
        follow_ups=(),
        problems=frozenset(),
    )


def assets_of(plan: Plan) -> tuple[Asset, ...]:
    """Return the inventory that the subject asks for."""
    asked, directory = plan.demand(Tickets), plan.demand(Directory)
    login = directory.logins[plan.demand(Personalisation).user]
    told = {"serie": "5CG0341XYZ", "lieu": "Salle 1", "garantie": "2029-06-30", "statut": "in-use"}
    others = (plan.nodes[name].hostname for name in asked.inventory.machines)
    return (
        Asset(asked.opening.item, is_in_use=True, fields=told, users=frozenset({login})),
        *(Asset(name, is_in_use=True, fields={}, users=frozenset()) for name in others),
    )


def solved_book(plan: Plan) -> TicketBook:
    """Return what the tool holds once everything is done."""
    return TicketBook((incident_of(plan), opening_of(plan), problem_of(plan)), assets_of(plan))


def tickets_solved(plan: Plan) -> Facts:
    """Return the facts of a bench whose tickets were treated."""
    return solved_facts(plan) | {TicketBook: solved_book(plan)}


def tickets_untouched(plan: Plan) -> Facts:
    """Return the facts of a bench before anybody did anything."""
    return untouched_facts(plan) | {TicketBook: TicketBook((problem_of(plan),), ())}

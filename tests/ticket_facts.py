"""What the ticket tool of a bench holds: everything asked done, or nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from checks.tickets.facts import Asset, FollowUp, Ticket, TicketBook
from labctl.core.ids import NodeName
from labctl.plan.model import Plan

SERVER = NodeName("demandes")
OPENED = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)
SOLUTION = "Poste installé, nommé et joint au domaine ; lecteurs, imprimante et sauvegarde essayés."


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


def untouched_book(plan: Plan) -> TicketBook:
    """Return what the tool holds before anybody did anything."""
    return TicketBook((problem_of(plan),), ())

"""Tickets and inventory: what each point of the checks says, and of what."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from checks.desk.demand import Personalisation
from checks.tickets.demand import Tickets
from checks.tickets.facts import Asset, FollowUp, Ticket, TicketBook, ask, parse
from checks.tickets.rules import find_missing_priorities, find_mixed_tickets, find_wrong_servers
from labctl.core.expect import NotAsked
from labctl.core.verdict import CheckVerdict, Verdict
from labctl.facts.probe import NotUnderstood
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.reports.printed.subject import tell_topics
from tests.checking import miss, run_check
from tests.facts import Facts, evidence_of, solved_facts, untouched_facts
from tests.plans import asking, plan_of
from tests.ticket_facts import (
    OPENED,
    SERVER,
    assets_of,
    incident_of,
    opening_of,
    problem_of,
    said,
    solved_book,
)
from tests.unit.facts.answering import answer_to

PLAN = plan_of(1)
BOOK = solved_book(PLAN)
TICKET, INCIDENT, PROBLEM = opening_of(PLAN), incident_of(PLAN), problem_of(PLAN)
OF_TICKETS = frozenset(f"K-{number:03d}" for number in (90, *range(112, 120), 121, 124))
ASKED = PLAN.demand(Tickets)
UNHOSTED = ASKED.model_copy(update={"hosted_on": None, "escalation": None})


def judged(facts: Facts, bench: int = 1) -> dict[str, CheckVerdict]:
    (found,) = judge([evidence_of(plan_of(bench), facts)], choose_checks("tai"))
    return {one.check: one for one in found.verdicts if one.check in OF_TICKETS}


def holding(*tickets: Ticket) -> Facts:
    return {TicketBook: replace(BOOK, tickets=tickets)}


def opening(**changed: Any) -> TicketBook:
    return replace(BOOK, tickets=(INCIDENT, replace(TICKET, **changed), PROBLEM))


def incident(**changed: Any) -> TicketBook:
    return replace(BOOK, tickets=(replace(INCIDENT, **changed), TICKET, PROBLEM))


def missing(check: str, book: TicketBook) -> str:
    return str(miss(check, book, plan=PLAN))


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_everything_done_conforms(bench: int) -> None:
    found = judged(solved_facts(plan_of(bench)), bench)

    assert {one.verdict for one in found.values()} == {Verdict.CONFORM}
    assert found.keys() == OF_TICKETS


@pytest.mark.parametrize("bench", [1, 2, 3])
def test_nobody_did_anything(bench: int) -> None:
    found = judged(untouched_facts(plan_of(bench)), bench)

    assert Verdict.CONFORM not in {one.verdict for one in found.values()}
    assert not any(one.earned for one in found.values())


SABOTAGED = {
    "K-090": opening(solution="OK", solution_length=2),
    "K-112": opening(items=frozenset()),
    "K-113": opening(priority=1),
    "K-114": opening(category="Sécurité > Alerte"),
    "K-115": opening(solved=OPENED + timedelta(days=10)),
    "K-116": incident(entity=ASKED.entity),
    "K-117": opening(closed=None),
    "K-118": opening(follow_ups=TICKET.follow_ups[:1]),
    "K-119": incident(problems=frozenset()),
    "K-121": replace(BOOK, assets=BOOK.assets[:-1]),
    "K-124": opening(follow_ups=tuple(replace(one, is_public=False) for one in TICKET.follow_ups)),
}


@pytest.mark.parametrize("check", SABOTAGED)
def test_one_thing_missing_is_seen_by_one_check(check: str) -> None:
    found = judged(solved_facts(PLAN) | {TicketBook: SABOTAGED[check]})

    wrong = {one for one, verdict in found.items() if verdict.verdict is Verdict.NON_CONFORM}
    assert wrong == {check}


@pytest.mark.parametrize(
    ("check", "book", "sentence"),
    [
        ("K-112", opening(nature="Incident"), "nature du ticket : attendu demande"),
        ("K-112", opening(nature=""), "trouvé rien"),
        ("K-112", opening(requesters=frozenset({"root"})), "trouvé root"),
        ("K-112", opening(entity="Banc 02"), "entité : attendu banc 01, trouvé banc 02"),
        ("K-113", opening(urgency=None), "urgence : attendu 3, trouvé rien"),
        ("K-113", opening(impact=5), "impact : attendu 3, trouvé 5"),
        ("K-115", opening(taken=None), "prise en compte : pas encore, en 10 min au plus"),
        ("K-115", opening(taken=OPENED + timedelta(minutes=11)), "en 11 min, au lieu de 10"),
        ("K-115", opening(solved=None, closed=None), "résolution : pas encore"),
        ("K-116", opening(groups=frozenset({"support n2"})), "alors que le premier niveau y"),
        ("K-116", incident(follow_ups=()), "transmis sans un mot"),
        ("K-116", incident(nature="Demande"), "aucun incident lié à NAS-ARU-01"),
        ("K-117", opening(solved=None, closed=None), "pas encore résolu"),
        ("K-118", opening(follow_ups=()), "0 suivis outre la solution, 2 au moins"),
        ("K-119", replace(BOOK, tickets=(TICKET,)), "aucun incident lié à NAS-ARU-01"),
        ("K-121", replace(BOOK, assets=()), "MN-PC-01 n'est pas à l'inventaire"),
    ],
)
def test_what_is_missing_is_said(check: str, book: TicketBook, sentence: str) -> None:
    assert sentence in missing(check, book)


def test_a_follow_up_without_a_word_tells_nothing() -> None:
    mute = tuple(replace(one, length=0) for one in TICKET.follow_ups)

    assert "0 suivis" in missing("K-118", opening(follow_ups=mute))
    assert "aucun suivi n'est adressé" in missing("K-124", opening(follow_ups=mute))


AS_GOOD: dict[str, tuple[Ticket, ...]] = {
    "an older one opened wrongly beside it": (
        replace(TICKET, number=2, items=frozenset(), closed=None, category="x"),
        TICKET,
    ),
    "a newer one opened wrongly beside it": (
        replace(TICKET, number=12, requesters=frozenset(), follow_ups=()),
        TICKET,
    ),
    "its requester by address alone": (
        replace(TICKET, requesters=frozenset({"Teva.Maitere@moana.test"})),
    ),
    "words in another case, without accents": (
        replace(TICKET, nature="DEMANDE", category="installation  > POSTE", entity="BANC 01"),
    ),
    "more than one item": (replace(TICKET, items=TICKET.items | {"IMP-ARU-01"}),),
    "the file server mentioned too": (replace(TICKET, items=TICKET.items | INCIDENT.items),),
    "the solution as an answer to the requester": (
        replace(
            TICKET,
            follow_ups=(
                *TICKET.follow_ups[1:],
                FollowUp(OPENED, "technicien", True, "Fait.", 90, is_solution=True),
            ),
        ),
    ),
}


@pytest.mark.parametrize("tickets", AS_GOOD.values(), ids=AS_GOOD)
@pytest.mark.parametrize("check", sorted(OF_TICKETS - {"K-116", "K-119", "K-121"}))
def test_other_ways_to_open_and_treat_are_as_good(check: str, tickets: tuple[Ticket, ...]) -> None:
    assert run_check(check, PLAN, holding(*tickets, INCIDENT, PROBLEM)) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"entity": ASKED.entity, "groups": frozenset({ASKED.levels.n2})},
        {"problems": frozenset(), "articles": frozenset({2})},
        {"category": "Réseau > Accès"},
    ],
    ids=["given to a group", "an article instead of the problem", "filed elsewhere"],
)
def test_other_ways_to_pass_on_are_as_good(changed: dict[str, Any]) -> None:
    facts = {TicketBook: incident(**changed)}

    assert run_check("K-116", PLAN, facts) is not None
    assert run_check("K-119", PLAN, facts) is not None


def test_a_twin_of_the_incident_that_was_left_alone_changes_nothing() -> None:
    twin = replace(INCIDENT, number=30, entity=ASKED.entity, problems=frozenset())

    assert run_check("K-116", PLAN, holding(twin, INCIDENT, TICKET)) is not None
    assert run_check("K-119", PLAN, holding(twin, INCIDENT, TICKET)) is not None


def inventory(**changed: Any) -> TicketBook:
    desk, *others = assets_of(PLAN)
    return replace(BOOK, assets=(replace(desk, **changed), *others))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"is_in_use": False}, "MN-PC-01 n'est pas à l'inventaire, en service"),
        ({"fields": {"lieu": "Salle 1", "garantie": "2029"}}, "le champ « serie » est vide"),
        ({"users": frozenset()}, "attendu Hina Tehei, trouvé rien"),
        ({"users": frozenset({"tmaitere"})}, "attendu Hina Tehei, trouvé tmaitere"),
    ],
)
def test_what_the_inventory_lacks_is_said(changed: dict[str, Any], sentence: str) -> None:
    assert sentence in missing("K-121", inventory(**changed))


def test_an_old_sheet_of_the_same_machine_changes_nothing() -> None:
    old = Asset("MN-PC-01", is_in_use=False, fields={}, users=frozenset())
    book = replace(BOOK, assets=(old, *BOOK.assets, old))

    assert run_check("K-121", PLAN, {TicketBook: book}) is not None


def test_whoever_uses_a_machine_that_is_nobodys_is_not_judged() -> None:
    asked = PLAN.demand(Personalisation)
    elsewhere = asking(PLAN, asked.model_copy(update={"on": ()}))
    facts = {TicketBook: inventory(users=frozenset({"somebody"}))}

    assert run_check("K-121", elsewhere, facts) is not None


def test_a_subject_without_an_escalation_asks_for_none() -> None:
    plan = asking(PLAN, ASKED.model_copy(update={"escalation": None}))

    assert run_check("K-116", plan, holding(TICKET)) is not None
    with pytest.raises(NotAsked):
        run_check("K-119", plan, holding(TICKET))


def test_the_tool_of_a_centre_is_neither_asked_nor_judged() -> None:
    others = {name: node for name, node in PLAN.nodes.items() if name != SERVER}
    unhosted = asking(replace(PLAN, nodes=others), UNHOSTED)

    assert ask(unhosted) == ()
    assert parse(unhosted, ()) == TicketBook((), ())
    assert not OF_TICKETS & choose_checks("tai").meant_for(unhosted).ids
    assert choose_checks("tai").meant_for(PLAN).ids >= OF_TICKETS


@pytest.mark.parametrize("check", sorted(OF_TICKETS))
def test_a_tool_that_nobody_was_told_to_use_is_no_demand(check: str) -> None:
    plan = asking(PLAN, UNHOSTED)

    with pytest.raises(NotAsked):
        run_check(check, plan, {TicketBook: parse(plan, ())})


def test_a_subject_says_what_is_judged() -> None:
    plans = (asking(PLAN, UNHOSTED), PLAN)
    elsewhere, hosted = (tell_topics(plan)["tickets"] for plan in plans)

    assert "annexe confidentielle" not in elsewhere
    assert "incident" not in elsewhere
    for word in ("annexe confidentielle", "deux suivis au moins", "80 caractères", "**incident**"):
        assert word in hosted


def told(**changed: Any) -> dict[str, Any]:
    ticket = {
        **{"id": 7, "nature": "Demande", "entity": "Banc 01", "category": "Installation > Poste"},
        **{"urgency": "3", "impact": "", "priority": "4", "requesters": ["htehei", ""]},
        **{"items": ["MN-PC-01"], "groups": [], "opened": "2026-05-04T08:30:00+00:00"},
        **{"taken": None, "solved": None, "closed": None, "solution": "x", "solution_length": 1},
        **{"solution_follow_up": 0, "problems": [1], "articles": []},
        "follow_ups": [
            {**{"at": "2026-05-04T08:31:00+00:00", "by": "technicien"}}
            | {"public": True, "text": "x", "length": 1}
        ],
    }
    asset = {"name": "MN-PC-01", "in_use": True, "fields": {"serie": "1"}, "users": ["htehei"]}
    return {"running": True, "tickets": [ticket | changed], "assets": [asset]}


def parsed(value: object) -> TicketBook:
    (question,) = ask(PLAN)
    return parse(PLAN, (answer_to(question, value),))


def test_what_the_tool_tells_is_read() -> None:
    (ticket,) = parsed(told()).tickets

    assert (ticket.urgency, ticket.impact, ticket.priority) == (3, None, 4)
    assert (ticket.opened, ticket.taken) == (OPENED, None)
    assert ticket.requesters == {"htehei"}
    assert ticket.follow_ups == (replace(said(1, "x", is_public=True), is_solution=True),)


def test_a_tool_that_does_not_run_is_not_verifiable() -> None:
    with pytest.raises(NotUnderstood, match="ne fonctionne plus"):
        parsed({**told(), "running": False})


@pytest.mark.parametrize(
    "value",
    [
        *([], {}, "x", None, {"running": True}, {"running": True, "tickets": [1], "assets": []}),
        told(opened=None),
        told(opened="yesterday"),
        told(opened="2026-05-04T08:30:00"),
        told(id="x"),
        told(problems=["x"]),
        told(follow_ups=[{}]),
        told(follow_ups=[{"at": None}]),
        told(solution_length=None),
        {**told(), "assets": [{"name": "x", "in_use": True, "fields": [], "users": []}]},
    ],
)
def test_what_is_no_answer_of_the_tool_is_not_understood(value: object) -> None:
    with pytest.raises(NotUnderstood):
        parsed(value)


def view_of(*faces: str) -> Any:
    return SimpleNamespace(find=lambda _cls: None, faces=lambda _name: faces, blocks={})


def test_a_tool_of_the_bench_knows_people_of_a_directory() -> None:
    (remark,) = find_wrong_servers(ASKED, view_of("linux", "tickets"))

    assert remark.message == "sans annuaire, un ticket n'est celui de personne"
    view = view_of("linux", "tickets")
    view.blocks["annuaire"] = {}  # what is wrong with it is said there
    assert list(find_wrong_servers(ASKED, view)) == []


def test_a_pair_without_a_priority_is_said_where_it_is_judged() -> None:
    asked = ASKED.model_copy(update={"priorities": {"5x5": 5}})

    (remark,) = find_missing_priorities(asked, view_of())

    assert remark.message == "« 3x3 » n'est pas dans la matrice des priorités"
    unseen = asked.model_copy(update={"hosted_on": None})
    assert list(find_missing_priorities(unseen, view_of())) == []


def test_one_item_for_two_tickets_is_said() -> None:
    assert ASKED.escalation is not None
    other = ASKED.escalation.model_copy(update={"item": ASKED.opening.item})

    (remark,) = find_mixed_tickets(ASKED.model_copy(update={"escalation": other}), view_of())

    assert "est déjà l'élément du ticket" in remark.message

"""GLPI by its REST API: the same book as of the tool of the bench, so the same verdicts.

The answers are those that its documentation describes; no real GLPI was ever asked.
"""

import importlib.util
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checks.tickets.demand import Tickets
from checks.tickets.facts import GLPI, TicketBook, ask, parse
from labctl.connect.base import Transport
from labctl.core.verdict import Verdict
from labctl.facts.probe import NotUnderstood
from labctl.judge.run import judge
from labctl.pipeline.choosing import choose_checks
from labctl.plan.model import Plan
from tests.facts import evidence_of, solved_facts
from tests.glpi_server import USER_TOKEN, Answers, Raw, serve, solved_answers, story
from tests.plans import ROOT, plan_of
from tests.ticket_facts import SERVER
from tests.unit.facts.answering import answer_to

ASKED = {f"K-{number:03d}" for number in (*range(112, 120), 90, 121, 124)}


def glpi_plan() -> Plan:
    """Return the plan of a bench whose tool has the face of those that hold GLPI."""
    plan = plan_of(1)
    server = replace(plan.nodes[SERVER], faces=("linux", "tickets", GLPI))
    return replace(plan, nodes={**plan.nodes, SERVER: server})


PLAN = glpi_plan()


@pytest.fixture
def program(tmp_path: Path) -> ModuleType:
    path = ROOT / "checks/tickets/programs/glpi.py"
    spec = importlib.util.spec_from_file_location("glpi_program", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["SETTINGS"] = str(tmp_path / "glpi.json")
    return module


Tell = Callable[..., Any]


@pytest.fixture
def tell(program: ModuleType, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Return what runs the program against answers, and returns what it prints."""

    def run(answers: Answers, **how: Any) -> Any:
        with serve(answers, **how) as (port, heard):
            settings = {
                "url": f"http://127.0.0.1:{port}/apirest.php",
                **{"user_token": USER_TOKEN, "app_token": "x", "in_use": ["En service"]},
                "timezone": "Pacific/Tahiti",
            }
            Path(program.SETTINGS).write_text(json.dumps(settings), encoding="utf-8")
            program.main()
            run.heard = heard  # type: ignore[attr-defined]
        return json.loads(capsys.readouterr().out)

    return run


def read(told: object) -> TicketBook:
    (question,) = ask(PLAN)
    return parse(PLAN, (answer_to(question, told),))


def verdicts_of(book: TicketBook) -> dict[str, Verdict]:
    facts = solved_facts(PLAN) | {TicketBook: book}
    (bench,) = judge([evidence_of(PLAN, facts)], choose_checks("tai"))
    return {one.check: one.verdict for one in bench.verdicts if one.check in ASKED}


def test_a_machine_that_holds_glpi_is_asked_by_its_program() -> None:
    (question,) = ask(PLAN)

    assert question.transport is Transport.SSH
    assert question.node == SERVER
    assert "initSession" in str(question.body["argv"])


def test_what_is_done_in_glpi_conforms(tell: Tell) -> None:
    verdicts = verdicts_of(read(tell(solved_answers(PLAN))))

    assert set(verdicts) == ASKED
    assert set(verdicts.values()) == {Verdict.CONFORM}


def test_the_session_is_closed(tell: Tell) -> None:
    tell(solved_answers(PLAN))

    heard = tell.heard  # type: ignore[attr-defined]
    assert heard[0] == "initSession"
    assert heard[-1] == "killSession"


def test_a_ticket_is_told_as_the_tool_of_the_bench_tells_it(tell: Tell) -> None:
    told = tell(solved_answers(PLAN))
    asked = PLAN.demand(Tickets)

    first = told["tickets"][1]
    assert (first["id"], first["nature"], first["entity"]) == (7, "Demande", asked.entity)
    assert first["category"] == asked.opening.category
    assert first["opened"] == "2026-05-04T08:30:00+00:00"
    assert first["taken"] == "2026-05-04T08:31:00+00:00"
    assert first["closed"] == "2026-05-04T09:11:00+00:00"
    assert [one["text"] for one in first["follow_ups"]] == [
        *("Je commence.", "Poste livré sans nom.", "Domaine en place.")
    ]
    assert [one["public"] for one in first["follow_ups"]] == [True, False, False]
    assert first["solution"].startswith("Poste installé, nommé")


def test_an_asset_is_told_with_its_fields(tell: Tell) -> None:
    asset = tell(solved_answers(PLAN))["assets"][0]

    assert asset["in_use"] is True
    assert asset["fields"] == {
        **{"serie": "5CG0341XYZ", "lieu": "Site > Salle 1"},
        **{"garantie": "2026-06-30 (36 mois)", "statut": "En service"},
    }


@pytest.mark.parametrize(
    ("path", "changes", "check"),
    [
        ("Ticket", {"type": 1}, "K-112"),
        ("Ticket", {"urgency": 1}, "K-113"),
        ("Ticket", {"priority": 5}, "K-113"),
        ("Ticket", {"itilcategories_id": 0}, "K-114"),
        ("Ticket", {"takeintoaccount_delay_stat": 90_000}, "K-115"),
        ("Ticket", {"status": 5}, "K-117"),
        ("Ticket", {"status": 2}, "K-117"),
        ("Ticket/7/ITILSolution", {"status": 4}, "K-090"),
        ("Ticket/7/ITILFollowup", {"is_private": 1}, "K-124"),
        ("Ticket/8/Group_Ticket", {"type": 3}, "K-116"),
        ("Computer", {"states_id": 0}, "K-121"),
        ("Computer", {"users_id": 0}, "K-121"),
        ("Computer", {"serial": None}, "K-121"),
    ],
)
def test_what_is_done_wrong_in_glpi_does_not_conform(
    tell: Tell, path: str, changes: dict[str, object], check: str
) -> None:
    answers = solved_answers(PLAN)
    changed = {7} if path == "Ticket" else {row["id"] for row in answers[path]}
    answers[path] = [row | changes if row["id"] in changed else row for row in answers[path]]

    assert verdicts_of(read(tell(answers)))[check] is Verdict.NON_CONFORM


def test_what_is_linked_to_nothing_does_not_conform(tell: Tell) -> None:
    answers = solved_answers(PLAN) | {"Ticket/8/Problem_Ticket": []}

    assert verdicts_of(read(tell(answers)))["K-119"] is Verdict.NON_CONFORM


def test_an_article_does_as_well_as_a_problem(tell: Tell) -> None:
    article = {"id": 1, "knowbaseitems_id": 2, "itemtype": "Ticket", "items_id": 8}
    answers = solved_answers(PLAN) | {
        "Ticket/8/Problem_Ticket": [],
        "Ticket/8/KnowbaseItem_Item": [article],
    }

    assert verdicts_of(read(tell(answers)))["K-119"] is Verdict.CONFORM


def test_an_empty_tool_shows_nothing(tell: Tell) -> None:
    answers = solved_answers(PLAN) | {"Ticket": [], "Computer": [], "NetworkEquipment": []}

    verdicts = set(verdicts_of(read(tell(answers))).values())

    assert verdicts <= {Verdict.NON_CONFORM, Verdict.BLOCKED}


ROW = solved_answers(PLAN)["Ticket"][0]
LIES: dict[str, Answers] = {
    "a page": {"Ticket": Raw(b"<html><script>alert(1)</script>")},
    "nothing": {"Ticket": Raw(b"")},
    "nested": {"Ticket": Raw(b"[" * 200_000)},
    "a table for a list": {"Ticket": {"totalcount": 1, "data": {}}},
    "words for rows": {"Ticket": ["x", "y"]},
    "a session in a list": {"initSession": [1]},
    "a ticket without a number": {"Ticket": [{"status": 6}]},
    "a number in words": {"Ticket": [ROW | {"id": "sept"}]},
    "a status in words": {"Ticket": [ROW | {"status": "clos"}]},
    "a number without end": {"Ticket": [ROW | {"id": "9" * 10_000}]},
    "a moment that is none": {"Ticket": [ROW | {"date": "hier"}]},
    "a year before all others": {"Ticket": [ROW | {"date": "0000-12-31 00:00:00"}]},
    "a name that is missing": {"Entity/4": {"id": 4}},
    "people in a word": {"Ticket/7/Ticket_User": "tmaitere"},
    "more tickets than are read": {"Ticket": [ROW | {"id": number} for number in range(1, 900)]},
    "an answer of 5 MB": {"Ticket": Raw(b" " * (5 << 20))},
    "a kind of asset that is a path": {
        "Ticket/7/Item_Ticket": [{"id": 1, "itemtype": "../../front/x", "items_id": [1]}]
    },
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_lying_server_is_for_a_person(tell: Tell, lie: Answers) -> None:
    told = tell(solved_answers(PLAN) | lie)

    assert told["running"] is False
    with pytest.raises(NotUnderstood, match="l'outil de tickets ne fonctionne plus"):
        read(told)


@pytest.mark.parametrize("status", [302, 400, 401, 403, 500, 503])
def test_a_refusal_is_for_a_person_and_no_redirection_is_followed(tell: Tell, status: int) -> None:
    told = tell(solved_answers(PLAN), status=status, location="http://192.0.2.1/")

    assert told == {"running": False, "problem": f"GLPI répond {status} à initSession"}


def test_a_server_that_is_not_there_is_for_a_person(
    program: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    program.main()

    assert json.loads(capsys.readouterr().out)["running"] is False


def test_a_slow_server_costs_no_more_than_the_limit(program: ModuleType, tell: Tell) -> None:
    vars(program)["LIMIT_S"] = 0.0
    start = time.monotonic()

    told = tell(solved_answers(PLAN))

    assert told == {"running": False, "problem": "GLPI est trop lent"}
    assert time.monotonic() - start < 5


HTML = "<img src=x onerror=alert(1)></td><script>fetch('//x')</script>\x1b[2J\x00\u202e" * 2000


def test_hostile_words_in_every_field_are_told_in_few_printable_ones(tell: Tell) -> None:
    answers = solved_answers(PLAN)
    for path, found in answers.items():
        rows = found if isinstance(found, list) else [found]
        for row in rows:
            for key, value in row.items():
                is_word = key not in ("date", "session_token", "itemtype", "solvedate", "closedate")
                if isinstance(value, str) and is_word and path != "initSession":
                    row[key] = HTML

    told = tell(answers)

    said = json.dumps(told, ensure_ascii=False)
    assert told["running"] is True
    assert len(said) < 30_000
    assert said.isprintable()
    assert isinstance(read(told), TicketBook)


def test_a_flood_of_follow_ups_stays_below_what_is_read(tell: Tell) -> None:
    answers = solved_answers(PLAN)
    (first, *_others) = story(7)["Ticket/7/ITILFollowup"]
    answers["Ticket/7/ITILFollowup"] = [first | {"id": number} for number in range(400)]

    told = tell(answers)

    assert len(told["tickets"][1]["follow_ups"]) == 20

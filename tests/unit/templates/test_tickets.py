"""What the ticket tool of a bench is given, and what it tells, whatever people wrote in it."""

import json
import sqlite3
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checks.tickets.demand import Tickets
from checks.tickets.facts import TicketBook, read_book
from labctl.core.ids import NodeName
from labctl.plan.kinds import describe_nodes
from tests.plans import asking, plan_of
from tests.ticket_facts import SERVER
from tests.unit.templates.programs import load

SCHEMA = """
CREATE TABLE Users (id, Name, Password, EmailAddress);
CREATE TABLE Queues (id, Name, Description);
CREATE TABLE Groups (id, Name, Description, Domain, Instance);
CREATE TABLE GroupMembers (GroupId, MemberId);
CREATE TABLE CustomFields (id, Name);
CREATE TABLE CustomFieldValues (CustomField, Name, SortOrder, Creator, LastUpdatedBy);
CREATE TABLE ObjectCustomFieldValues
  (id, CustomField, ObjectType, ObjectId, Content, LargeContent, Disabled);
CREATE TABLE Tickets
  (id, EffectiveId, Queue, Type, Owner, Subject, Priority, Status, Started, Resolved, Created);
CREATE TABLE Transactions (id, ObjectType, ObjectId, Type, Field, NewValue, Creator, Created);
CREATE TABLE Attachments (id, TransactionId, Filename, ContentType, ContentEncoding, Content);
CREATE TABLE Links (Base, Target, Type);
CREATE TABLE Assets (id, Name, Status);
INSERT INTO Users VALUES (1, 'RT_System', '', ''), (6, 'Nobody', '', ''), (9, 'root', '*', '');
INSERT INTO Users VALUES (20, 'technicien', '*', ''), (21, 'trichmond', '', 'tania@teora.test');
INSERT INTO Queues VALUES (3, 'Entité', 'Demandes et incidents'), (4, 'Niveau 2', 'Escalade');
INSERT INTO Groups VALUES (50, 'Niveau 2', 'Deuxième niveau', 'UserDefined', NULL);
INSERT INTO Groups VALUES (60, 'Requestor', '', 'RT::Ticket-Role', 2);
INSERT INTO Groups VALUES (61, 'AdminCc', '', 'RT::Ticket-Role', 2);
INSERT INTO Groups VALUES (62, 'HeldBy', '', 'RT::Asset-Role', 1);
INSERT INTO GroupMembers VALUES (60, 21), (62, 21);
INSERT INTO CustomFields VALUES
  (1, 'Nature'), (2, 'Catégorie'), (3, 'Urgence'), (4, 'Impact'), (5, 'Solution'),
  (6, 'Numéro de série'), (7, 'Lieu'), (8, 'Garantie');
INSERT INTO CustomFieldValues VALUES (2, 'Installation > Poste', 0, 1, 1);
INSERT INTO ObjectCustomFieldValues VALUES
  (1, 1, 'RT::Ticket', 1, 'Problème', NULL, 0), (2, 1, 'RT::Ticket', 2, 'Incident', NULL, 1),
  (3, 1, 'RT::Ticket', 2, 'Demande', NULL, 0),
  (4, 2, 'RT::Ticket', 2, 'Installation > Poste', '', 0),
  (5, 3, 'RT::Ticket', 2, '3', NULL, 0), (6, 5, 'RT::Ticket', 2, NULL, 'Poste installé.', 0),
  (7, 6, 'RT::Asset', 1, '5CG0', NULL, 0), (8, 7, 'RT::Asset', 2, 'x', NULL, 0);
INSERT INTO Tickets VALUES
  (1, 1, 3, 'ticket', 6, 'Problème', 0, 'open', '1970-01-01 00:00:00', NULL, '2026-05-04 08:00:00'),
  (2, 2, 3, 'ticket', 20, 'Poste', 4, 'clos', '2026-05-04 08:31:00', '2026-05-04 09:10:00',
   '2026-05-04 08:30:00');
INSERT INTO Transactions VALUES
  (1, 'RT::Ticket', 2, 'Create', NULL, NULL, 20, '2026-05-04 08:30:00'),
  (2, 'RT::Ticket', 2, 'Set', 'Owner', '20', 20, '2026-05-04 08:31:00'),
  (3, 'RT::Ticket', 2, 'Correspond', NULL, NULL, 20, '2026-05-04 08:32:00'),
  (4, 'RT::Ticket', 2, 'Correspond', NULL, NULL, 21, '2026-05-04 08:33:00'),
  (5, 'RT::Ticket', 2, 'Comment', NULL, NULL, 20, '2026-05-04 08:40:00'),
  (6, 'RT::Ticket', 2, 'Status', 'Status', 'resolved', 20, '2026-05-04 09:10:00'),
  (7, 'RT::Ticket', 2, 'Status', 'Status', 'clos', 20, '2026-05-04 09:11:00'),
  (8, 'RT::Ticket', 2, 'EmailRecord', NULL, NULL, 1, '2026-05-04 09:11:00');
INSERT INTO Attachments VALUES
  (1, 3, '', 'text/plain', 'none', 'Je commence.'),
  (2, 5, 'photo.txt', 'text/plain', 'none', 'a file'),
  (3, 5, '', 'text/html', 'none',
   '<p>Poste <b>livré</b> sans nom.</p><script>alert(1)</script><style>p{}</style>');
INSERT INTO Links VALUES
  ('fsck.com-rt://centre.test/ticket/2', 'asset://centre.test/1', 'RefersTo'),
  ('fsck.com-rt://centre.test/ticket/2', 'fsck.com-article://centre.test/article/2', 'RefersTo'),
  ('fsck.com-rt://centre.test/ticket/2', 'fsck.com-rt://centre.test/ticket/1', 'MemberOf'),
  ('fsck.com-rt://centre.test/ticket/2', 'https://example.org/ticket/1', 'RefersTo'),
  ('fsck.com-rt://centre.test/ticket/12', 'asset://centre.test/2', 'RefersTo');
INSERT INTO Assets VALUES
  (1, 'TO-SOINS-01', 'in-use'), (2, 'MFP-MAH', 'recycled'), (3, 'x', 'deleted');
"""

ASKED_PARAMETERS = {
    **plan_of(1).nodes[SERVER].parameters,
    "entity": "Banc d'essai",
    "problem": "Coupures",
}


class Tool:
    """The programs of a ticket tool, over a database that is nobody's."""

    def __init__(self, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.seen, _ran = load(patch, "tickets", "ticketseen", {})
        self.words: ModuleType = __import__("ticketwords")
        path, pids = folder / "rtdb", folder / "pids"
        pids.write_text("1 1", encoding="utf-8")
        vars(self.seen)["PIDS"] = str(pids)
        vars(self.seen.ticketdb)["PATH"] = str(path)
        self.path = path
        self.run(*SCHEMA.split(";\n"))

    def run(self, *statements: str, values: tuple[object, ...] = ()) -> None:
        """Change the database."""
        database = sqlite3.connect(self.path)
        with database:
            for statement in statements:
                database.execute(statement, values)
        database.close()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what the database holds."""
        database = sqlite3.connect(self.path)
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def tell(self, capsys: pytest.CaptureFixture[str]) -> Any:
        """Return what the program prints."""
        self.seen.main()
        return json.loads(capsys.readouterr().out)


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tool:
    return Tool(monkeypatch, tmp_path)


def test_a_ticket_is_told_with_its_story(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    told = tool.tell(capsys)

    assert told["running"] is True
    assert told["tickets"][0] == {
        **{"id": 2, "nature": "Demande", "entity": "Entité"},
        **{"category": "Installation > Poste", "urgency": "3", "impact": "", "priority": "4"},
        **{"requesters": ["trichmond", "tania@teora.test"], "items": ["TO-SOINS-01"]},
        **{"problems": [1], "articles": [2], "groups": []},
        **{"opened": "2026-05-04T08:30:00+00:00", "taken": "2026-05-04T08:31:00+00:00"},
        **{"solved": "2026-05-04T09:10:00+00:00", "closed": "2026-05-04T09:11:00+00:00"},
        "follow_ups": [
            {"at": "2026-05-04T08:32:00+00:00", "by": "technicien", "public": True}
            | {"text": "Je commence.", "length": 12},
            {"at": "2026-05-04T08:40:00+00:00", "by": "technicien", "public": False}
            | {"text": "Poste livré sans nom.", "length": 21},
        ],
        **{"solution": "Poste installé.", "solution_length": 15, "solution_follow_up": None},
    }


def test_assets_are_told_with_who_has_them(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    fields = {"serie": "", "lieu": "x", "garantie": "", "statut": "recycled"}

    second, first = tool.tell(capsys)["assets"]

    assert second == {"name": "MFP-MAH", "in_use": False, "fields": fields, "users": []}
    assert first["users"] == ["trichmond", "tania@teora.test"]
    assert (first["in_use"], first["fields"]["serie"]) == (True, "5CG0")


def test_without_a_field_the_last_words_before_the_end_are_the_solution(
    tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    tool.run("DELETE FROM ObjectCustomFieldValues WHERE CustomField = 5")

    ticket = tool.tell(capsys)["tickets"][0]

    assert (ticket["solution"], ticket["solution_follow_up"]) == ("Poste livré sans nom.", 1)


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ("UPDATE Tickets SET Status = 'open'", "solved", None),
        ("UPDATE Tickets SET Status = 'resolved'", "closed", None),
        ("DELETE FROM Transactions WHERE Type = 'Status'", "closed", "2026-05-04T09:10:00+00:00"),
        ("UPDATE Tickets SET Queue = 4", "entity", "Niveau 2"),
        ("INSERT INTO GroupMembers VALUES (61, 50)", "groups", ["Niveau 2"]),
        ("INSERT INTO GroupMembers VALUES (61, 20)", "groups", []),
        ("UPDATE Links SET Type = 'MergedInto'", "items", []),
        ("DELETE FROM Transactions WHERE id = 2", "taken", "2026-05-04T08:30:00+00:00"),
    ],
)
def test_what_was_done_otherwise_is_told(
    tool: Tool, capsys: pytest.CaptureFixture[str], change: str, key: str, value: object
) -> None:
    tool.run(change)

    assert tool.tell(capsys)["tickets"][0][key] == value


def test_a_rejected_ticket_is_none(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    tool.run("UPDATE Tickets SET Status = 'rejected' WHERE id = 2")

    assert [one["id"] for one in tool.tell(capsys)["tickets"]] == [1]


def test_a_tool_that_ended_says_so(tool: Tool, capsys: pytest.CaptureFixture[str]) -> None:
    Path(vars(tool.seen)["PIDS"]).write_text("1 999999999", encoding="utf-8")

    assert tool.tell(capsys)["running"] is False


HTML = "<img src=x onerror=alert(1)></td><script>fetch('//x')</script>\x1b[2J\x00\u202e"
HOSTILE = {
    "markup": HTML,
    "unclosed": "<script>" + "<b " * 22_000,
    "nested": "<div>" * 15_000,
    "entities": "&#x1b;[2J&lt;script&gt;" * 5000,
    "huge": "A" * 300_000,
    "not base64": "=?utf-8?b?A?= !!!!",
    "lines": "\n" * 100_000 + "1970-01-01 00:00:00",
    "quotes": "'; DROP TABLE Tickets; -- \"",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_in_every_field_are_told_in_few_printable_ones(
    tool: Tool, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for place in (
        *("Users SET EmailAddress", "Users SET Name", "Queues SET Name", "Tickets SET Subject"),
        *("Assets SET Name", "Attachments SET Content", "Links SET Target", "Groups SET Name"),
        *("ObjectCustomFieldValues SET Content", "ObjectCustomFieldValues SET LargeContent"),
    ):
        guard = " WHERE Domain = 'UserDefined'" if place.startswith("Groups") else ""
        tool.run(f"UPDATE {place} = ?{guard}", values=(text,))
    tool.run("INSERT INTO GroupMembers VALUES (61, 50)")
    start = time.process_time()

    told = tool.tell(capsys)

    assert time.process_time() - start < 2
    said = json.dumps(told, ensure_ascii=False)
    assert len(said) < 12_000
    assert said.isprintable()
    assert isinstance(read_book(told), TicketBook)


@pytest.mark.parametrize(
    ("stored", "encoding", "text"),
    [
        ("w6k=", "base64", "é"),
        ("w6k=!", "base64", "é"),
        ("w6", "base64", ""),
        ("=C3=A9", "quoted-printable", "é"),
        (b"\xff", "none", "\ufffd"),
        ("é", "klingon", "é"),
        (None, "", ""),
    ],
)
def test_a_text_is_read_as_it_was_stored(
    tool: Tool, stored: str | bytes | None, encoding: str, text: str
) -> None:
    assert tool.seen.decode(stored, encoding) == text


def test_a_flood_of_tickets_and_words_stays_below_what_is_read(
    tool: Tool, capsys: pytest.CaptureFixture[str]
) -> None:
    many = (
        "WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
        "INSERT INTO {} SELECT {} FROM n"
    )
    when = "'2026-05-04 08:00:00'"
    tool.run(
        many.format("Tickets", f"i, i, 3, 'ticket', 20, 'x', 1, 'open', NULL, NULL, {when}"),
        many.format("Transactions", f"i, 'RT::Ticket', 2000, 'Comment', '', '', 20, {when}"),
        many.format("Attachments", "i, i, '', 'text/plain', 'none', printf('%.*c', 9000, 'é')"),
        many.format("Assets", "i, printf('%.*c', 9000, 'é'), 'in-use'"),
        many.format("Links", "'fsck.com-rt://x/ticket/2000', 'asset://x/' || i, 'RefersTo'"),
    )

    told = tool.tell(capsys)

    assert len(told["tickets"]) == tool.seen.MOST_TICKETS
    assert len(told["tickets"][0]["follow_ups"]) == tool.seen.MOST_FOLLOW_UPS
    assert len(told["tickets"][0]["items"]) <= tool.seen.MOST_LINKS
    assert len(json.dumps(told)) < 1 << 20


def test_a_bench_writes_its_names_once(tool: Tool) -> None:
    for _time in range(2):
        with tool.seen.ticketdb.writing() as database:
            for statement, values in tool.words.statements(ASKED_PARAMETERS, {"root": "x"}):
                database.execute(statement, values)

    assert tool.rows("SELECT Name FROM Queues") == [("Banc d'essai",), ("Support N2",)]
    assert tool.rows("SELECT Name FROM Groups WHERE Domain = 'UserDefined'") == [("Support N2",)]
    assert tool.rows("SELECT Name FROM CustomFieldValues WHERE CustomField = 2") == [
        ("Installation > Poste",),
        ("Serveur > Partage",),
    ]
    assert tool.rows("SELECT Subject, Status FROM Tickets WHERE id = 1") == [("Coupures", "open")]
    ((stored,),) = tool.rows("SELECT Password FROM Users WHERE Name = 'root'")
    assert stored.startswith("!sha512!")
    assert len(stored.split("!")) == 4


def test_a_bench_that_knows_of_no_problem_has_none(tool: Tool) -> None:
    with tool.seen.ticketdb.writing() as database:
        for statement, values in tool.words.statements({**ASKED_PARAMETERS, "problem": ""}, {}):
            database.execute(statement, values)

    assert tool.rows("SELECT Status FROM Tickets WHERE id = 1") == [("deleted",)]


def test_what_a_subject_says_is_no_program(tool: Tool) -> None:
    company = "L'Atelier \\'; system('x'); '"

    said = tool.words.settings({**ASKED_PARAMETERS, "domain": company}, "dc.moana.test", "a'b\\")

    assert "Set($rtname, 'L\\'Atelier \\\\\\'; system(\\'x\\'); \\'');" in said
    assert "pass => 'a\\'b\\\\'," in said


def test_nothing_is_served_that_the_subject_does_not_ask() -> None:
    plan = plan_of(1)
    node = plan.nodes[SERVER]
    assert node.parameters["host"] == "assistance.moana.test"
    assert node.certificate_names == ("assistance.moana.test",)
    layer = plan.nodes[NodeName("dc")].layer
    assert layer is not None
    assert "assistance" in dict(layer["hosts"])  # type: ignore[call-overload]

    unasked = plan.demand(Tickets).model_copy(update={"hosted_on": None})
    assert describe_nodes(asking(plan, unasked)).nodes[SERVER].parameters == {}

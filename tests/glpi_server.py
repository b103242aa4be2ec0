"""The REST API of a GLPI that is none: answers by path, in the form that apirest.md gives them.

Nothing here was recorded on a real GLPI.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from labctl.plan.model import Plan

Answers = dict[str, Any]
USER_TOKEN, SESSION = "jeton", "83af7e620c83a50a18d3eac2f6ed05a3ca0bea62"
SOLUTION = "<p>Poste installé, nommé et joint au domaine ; lecteurs et imprimante <b>essayés</b>, sauvegarde faite.</p>"  # noqa: E501


def escape(text: str) -> str:
    """Return a rich text as GLPI 10 keeps it."""
    return text.replace("<", "&#60;").replace(">", "&#62;")


def solved_answers(plan: Plan) -> Answers:
    """Return what a GLPI says once everything that the subject asks is done in it."""
    asked, directory = plan.demand(Tickets), plan.demand(Directory)
    requester = directory.person(asked.opening.requester)
    owner = directory.person(plan.demand(Personalisation).user)
    assert asked.escalation is not None
    machines = [plan.nodes[name].hostname for name in asked.inventory.machines]
    answers: Answers = {
        "initSession": {"session_token": SESSION},
        "Entity/4": {"id": 4, "name": asked.entity, "completename": f"Centre &#62; {asked.entity}"},
        "Entity/0": {"id": 0, "name": "Centre", "completename": "Centre"},
        "ITILCategory/2": {"id": 2, "completename": escape(asked.opening.category)},
        "ITILCategory/3": {"id": 3, "completename": asked.escalation.category},
        "User/9": {"id": 9, "name": "technicien"},
        "User/9/UserEmail": [],
        "User/20": {"id": 20, "name": requester.login},
        "User/20/UserEmail": [{"id": 1, "users_id": 20, "email": requester.upn, "is_default": 1}],
        "User/21": {"id": 21, "name": owner.login},
        "User/21/UserEmail": [],
        "Group/5": {"id": 5, "name": asked.levels.n2, "completename": asked.levels.n2},
        "Computer": [asset(1, asked.opening.item, users_id=21, serial="5CG0341XYZ")],
        "Computer/1": {"id": 1, "name": asked.opening.item},
        "Computer/1/Infocom": [
            {"id": 1, "warranty_date": "2026-06-30", "warranty_duration": 36, "items_id": 1}
        ],
        "NetworkEquipment": [asset(10 + at, name) for at, name in enumerate(machines)],
        "State/1": {"id": 1, "name": "En service", "completename": "En service"},
        "Location/1": {"id": 1, "name": "Salle 1", "completename": "Site &#62; Salle 1"},
        "Ticket": [
            ticket(7, asked, status=6, itilcategories_id=2, type=2),
            ticket(8, asked, status=2, itilcategories_id=3, type=1, solvedate=None, closedate=None),
        ],
    }
    for name in ("Printer", "Peripheral", "Phone"):
        answers[name] = []
    for at, name in enumerate(machines):
        answers[f"NetworkEquipment/{10 + at}/Infocom"] = []
        answers[f"NetworkEquipment/{10 + at}"] = {"id": 10 + at, "name": name}
    item = next((10 + at for at, name in enumerate(machines) if name == asked.escalation.item), 30)
    answers[f"NetworkEquipment/{item}"] = {"id": item, "name": asked.escalation.item}
    for number in (7, 8):
        answers |= story(number)
    answers["Ticket/7/Item_Ticket"] = [{"id": 1, "itemtype": "Computer", "items_id": 1}]
    answers["Ticket/8/Item_Ticket"] = [{"id": 2, "itemtype": "NetworkEquipment", "items_id": item}]
    answers["Ticket/8/Group_Ticket"] = [{"id": 1, "groups_id": 5, "type": 2}]
    answers["Ticket/8/Problem_Ticket"] = [{"id": 1, "problems_id": 1, "tickets_id": 8}]
    answers["Ticket/8/ITILSolution"] = []
    return answers


def ticket(number: int, asked: Tickets, **changes: object) -> Answers:
    """Return a row of glpi_tickets; local time of the tool."""
    return {
        **{"id": number, "entities_id": 4, "name": "Poste", "date": "2026-05-03 22:30:00"},
        **{"takeintoaccountdate": None, "takeintoaccount_delay_stat": 60, "is_deleted": 0},
        **{"solvedate": "2026-05-03 23:10:00", "closedate": "2026-05-03 23:11:00"},
        **{"urgency": asked.opening.urgency, "impact": asked.opening.impact},
        **{"priority": asked.priority},
        **changes,
    }


def story(number: int) -> Answers:
    """Return the sub-items of a ticket: people, follow-ups, tasks and solution."""
    said = {"users_id": 9, "items_id": number, "itemtype": "Ticket"}
    return {
        f"Ticket/{number}/Ticket_User": [
            {"id": 1, "users_id": 20, "type": 1, "alternative_email": ""},
            {"id": 2, "users_id": 9, "type": 2, "alternative_email": None},
        ],
        f"Ticket/{number}/Group_Ticket": [],
        f"Ticket/{number}/Item_Ticket": [],
        f"Ticket/{number}/Problem_Ticket": [],
        f"Ticket/{number}/KnowbaseItem_Item": [],
        f"Ticket/{number}/ITILFollowup": [
            {**said, "id": 1, "date": "2026-05-03 22:32:00", "is_private": 0}
            | {"content": escape("<p>Je commence.</p>")},
            {**said, "id": 2, "date": "2026-05-03 22:33:00", "is_private": 0, "users_id": 20}
            | {"content": "<p>Merci.</p>"},
            {**said, "id": 3, "date": "2026-05-03 23:00:00", "is_private": 1}
            | {"content": "<p>Domaine en place.</p>"},
        ],
        f"Ticket/{number}/TicketTask": [
            {"id": 1, "users_id": 9, "date": "2026-05-03 22:40:00", "is_private": 1}
            | {"content": "<p>Poste livré sans nom.</p>"},
        ],
        f"Ticket/{number}/ITILSolution": [
            {**said, "id": 1, "content": "<p>Refusée.</p>", "status": 4},
            {**said, "id": 2, "content": SOLUTION, "status": 2},
        ],
    }


def asset(number: int, name: str, **changes: object) -> Answers:
    """Return a row of an inventory."""
    return {
        **{"id": number, "name": name, "serial": "", "is_template": 0, "is_deleted": 0},
        **{"locations_id": 1, "states_id": 1, "users_id": 0},
        **changes,
    }


class Raw(bytes):
    """An answer that is sent as it is, not as JSON."""


@contextmanager
def serve(
    answers: Mapping[str, Any], *, status: int = 200, location: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """Yield the port of the API on the loopback, and the paths that are asked."""
    heard: list[str] = []

    class Played(BaseHTTPRequestHandler):
        """Answers a path, a page at a time."""

        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # the protocol of http.server
            """Answer as the API does; without a session, 401."""
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/apirest.php/")
            heard.append(path)
            known = self.headers.get("Session-Token") == SESSION
            token = self.headers.get("Authorization") == f"user_token {USER_TOKEN}"
            if not known and not (path == "initSession" and token):
                self.answer(401, ["ERROR_SESSION_TOKEN_INVALID", "…"])
            elif path not in answers and path != "killSession":
                self.answer(404, ["ERROR_ITEM_NOT_FOUND", "…"])
            else:
                found = answers.get(path, True)
                if isinstance(found, list) and "range" in parse_qs(parts.query):
                    first, _dash, last = parse_qs(parts.query)["range"][0].partition("-")
                    found = found[int(first) : int(last) + 1]
                self.answer(status, found)

        def answer(self, code: int, found: Any) -> None:
            body = bytes(found) if isinstance(found, Raw) else json.dumps(found).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Played)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1], heard
    finally:
        server.shutdown()
        server.server_close()

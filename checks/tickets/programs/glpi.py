#!/usr/bin/python3
"""Runs on a machine that holds GLPI: tell its tickets and assets, by its REST API.

Sent as it is by ``facts.py``; it must stand alone. Written from GLPI's own documentation
(apirest.md of GLPI 10, which GLPI 11 keeps beside its second API) and never seen by a real GLPI. It
reads ``/etc/labctl/glpi.json``, which the kind of the machine writes for root alone: ``url`` of the
API, ``user_token``, ``app_token``, ``in_use`` (the states of an asset in use) and ``timezone``.

Prints the JSON document that ``ticketseen`` of the kind ``tickets`` prints. What an answer holds is
believed as far as its form: one of another form, one that is late and one that is too long end all
of it, with the reason.
"""

import contextlib
import html
import html.parser
import http.client
import json
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

SETTINGS = "/etc/labctl/glpi.json"
LIMIT_S = 20.0
MOST_TICKETS, MOST_FOLLOW_UPS, MOST_ASSETS, MOST_LINKS = 60, 20, 200, 20
MOST_ROWS, PAGE, MOST_BYTES = 500, 100, 4 << 20
MOST_TEXT, MOST_SOLUTION, MOST_NAME, MOST_READ = 300, 600, 200, 65536
ASSETS = ("Computer", "NetworkEquipment", "Printer", "Peripheral", "Phone")
NATURES = {1: "Incident", 2: "Demande"}
SOLVED, CLOSED, REQUESTER, ASSIGNED, REFUSED = 5, 6, 1, 2, 4
"""Status of a ticket, role of a person or group, status of a solution (CommonITILObject,
CommonITILActor, CommonITILValidation)."""
NO_MOMENTS = (None, "", "0000-00-00 00:00:00")
Row = Mapping[str, Any]


class Refused(Exception):
    """GLPI did not answer, or not as it is documented to."""


class Api:
    """A session of the REST API: reads only, one connection, one deadline."""

    def __init__(self, settings: Row) -> None:
        parts = urlsplit(str(settings["url"]))
        is_tls = parts.scheme == "https"
        opener = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        self.end = time.monotonic() + LIMIT_S
        self.connection = opener(str(parts.hostname), parts.port, timeout=5.0)
        self.path = parts.path.rstrip("/")
        self.headers = {"Content-Type": "application/json", "App-Token": settings["app_token"]}
        self.token = {"Authorization": f"user_token {settings['user_token']}"}

    def open_session(self) -> None:
        """Begin: every other question needs the token that is answered."""
        self.headers["Session-Token"] = str(self.ask("initSession", self.token)["session_token"])

    def ask(self, path: str, more: Mapping[str, str] | None = None, **values: object) -> Any:
        """Return an answer; Refused for one that is late, too long, or that says no."""
        query = f"?{urlencode(values)}" if values else ""
        left = self.end - time.monotonic()
        if left <= 0:
            raise Refused("GLPI est trop lent")
        self.connection.timeout = min(5.0, left)
        if self.connection.sock is not None:
            self.connection.sock.settimeout(min(5.0, left))
        self.connection.request(
            "GET", f"{self.path}/{path}{query}", headers={**self.headers, **(more or {})}
        )
        answer = self.connection.getresponse()
        body = self.read(answer)
        if answer.status not in (200, 206):
            raise Refused(f"GLPI répond {answer.status} à {path}")
        return json.loads(body)

    def read(self, answer: http.client.HTTPResponse) -> bytes:
        """Return what is answered, piece by piece: a server may send one byte a second."""
        body = b""
        while piece := answer.read1(65536):
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > self.end:
                raise Refused("GLPI répond trop long, ou trop lentement")
        answer.read()  # nothing more, unless less came than was announced
        return body

    def list_rows(self, path: str, **values: object) -> list[Row]:
        """Return the rows of a collection; Refused where there are more than are read."""
        found: list[Row] = []
        while True:
            start = len(found)
            page = self.ask(path, None, range=f"{start}-{start + PAGE - 1}", **values)
            if not isinstance(page, list) or not all(isinstance(row, dict) for row in page):
                raise Refused(f"GLPI ne répond pas une liste à {path}")
            found += page
            if len(page) < PAGE:
                return found
            if len(found) >= MOST_ROWS:
                raise Refused(f"plus de {MOST_ROWS} réponses à {path}")


class Glpi:
    """What a GLPI holds, in the words of labctl."""

    def __init__(self, api: Api, settings: Row) -> None:
        self.api = api
        self.zone = ZoneInfo(str(settings["timezone"]))
        self.in_use = {plain(name) for name in settings["in_use"]}
        self.people: dict[int, list[str]] = {}
        self.names: dict[tuple[str, int], str] = {}

    def list_tickets(self) -> Iterator[dict[str, Any]]:
        """Yield the newest tickets that were not deleted, the last first."""
        rows = self.api.list_rows("Ticket", is_deleted="false")
        for row in sorted(rows, key=lambda one: int(one["id"]), reverse=True)[:MOST_TICKETS]:
            yield self.read_ticket(row)

    def read_ticket(self, row: Row) -> dict[str, Any]:
        """Return a ticket with its story."""
        number, status = int(row["id"]), int(row["status"])
        people = self.api.list_rows(f"Ticket/{number}/Ticket_User")
        groups = self.api.list_rows(f"Ticket/{number}/Group_Ticket")
        linked = self.api.list_rows(f"Ticket/{number}/Item_Ticket")
        problems = self.api.list_rows(f"Ticket/{number}/Problem_Ticket")
        articles = self.api.list_rows(f"Ticket/{number}/KnowbaseItem_Item")
        asking = [one for one in people if int(one["type"]) == REQUESTER]
        return {
            "id": number,
            "nature": NATURES.get(int(row["type"]), ""),
            "entity": self.name_of("Entity", row["entities_id"], "name"),
            "category": self.name_of("ITILCategory", row["itilcategories_id"], "completename"),
            "urgency": str(int(row["urgency"])),
            "impact": str(int(row["impact"])),
            "priority": str(int(row["priority"])),
            "requesters": [name for one in asking for name in self.list_names(one)][:MOST_LINKS],
            "items": [
                self.name_of(str(one["itemtype"]), one["items_id"], "name")
                for one in linked[:MOST_LINKS]
            ],
            "groups": [
                self.name_of("Group", one["groups_id"], "name")
                for one in groups[:MOST_LINKS]
                if int(one["type"]) == ASSIGNED
            ],
            "problems": [int(one["problems_id"]) for one in problems[:MOST_LINKS]],
            "articles": [int(one["knowbaseitems_id"]) for one in articles[:MOST_LINKS]],
            "opened": self.iso(row["date"]),
            "taken": self.read_taken(row),
            "solved": self.iso(row["solvedate"]) if status in (SOLVED, CLOSED) else None,
            "closed": self.iso(row["closedate"]) if status == CLOSED else None,
            **self.read_story(number, {int(one["users_id"]) for one in asking}),
        }

    def list_names(self, role: Row) -> list[str]:
        """Return the account and the addresses of somebody with a role on a ticket."""
        number = int(role["users_id"])
        if number not in self.people:
            self.people[number] = self.find_person(number) if number else []
        return [*self.people[number], *filter(None, [shown(role["alternative_email"], MOST_NAME)])]

    def find_person(self, number: int) -> list[str]:
        """Return the account of a person, then the addresses."""
        addresses = self.api.list_rows(f"User/{number}/UserEmail")
        emails = [shown(one["email"], MOST_NAME) for one in addresses[:MOST_LINKS]]
        return [self.name_of("User", number, "name"), *emails]

    def name_of(self, kind: str, number: Any, key: str) -> str:
        """Return a name that another item is linked by; none for number 0, but the root entity."""
        place = (kind, int(number))
        if not kind.replace("\\", "").isalnum() or (place[1] <= 0 and kind != "Entity"):
            return ""
        if place not in self.names:
            row = self.api.ask(f"{kind}/{place[1]}")
            self.names[place] = shown(row[key], MOST_NAME)
        return self.names[place]

    def read_taken(self, row: Row) -> str | None:
        """Return when a ticket was first dealt with: a moment, or seconds after it was opened."""
        if row.get("takeintoaccountdate") not in NO_MOMENTS:
            return self.iso(row["takeintoaccountdate"])
        seconds, opened = int(row["takeintoaccount_delay_stat"]), self.iso(row["date"])
        if not seconds or opened is None:
            return None
        return (datetime.fromisoformat(opened) + timedelta(seconds=seconds)).isoformat()

    def read_story(self, number: int, requesters: set[int]) -> dict[str, Any]:
        """Return what somebody else than the requester wrote, and the last solution that stands."""
        rows = [
            *self.api.list_rows(f"Ticket/{number}/ITILFollowup"),
            *self.api.list_rows(f"Ticket/{number}/TicketTask"),
        ]
        written = [
            {
                "at": self.iso(one["date"]),
                "by": self.name_of("User", one["users_id"], "name"),
                "public": int(one["is_private"]) == 0,
                "text": shown(strip_markup(one["content"]), MOST_READ),
            }
            for one in rows
            if int(one["users_id"]) not in requesters
        ]
        written.sort(key=lambda one: str(one["at"]))
        most = MOST_FOLLOW_UPS // 2
        kept = written if len(written) <= MOST_FOLLOW_UPS else [*written[:most], *written[-most:]]
        solutions = self.api.list_rows(f"Ticket/{number}/ITILSolution")
        standing = [one for one in solutions if int(one["status"]) != REFUSED]
        last = max(standing, key=lambda one: int(one["id"]), default={"content": ""})
        solution = shown(strip_markup(last["content"]), MOST_READ)
        return {
            "follow_ups": [
                {**one, "text": str(one["text"])[:MOST_TEXT], "length": len(str(one["text"]))}
                for one in kept
            ],
            "solution": solution[:MOST_SOLUTION],
            "solution_length": len(solution),
            "solution_follow_up": None,
        }

    def list_assets(self) -> Iterator[dict[str, Any]]:
        """Yield the assets that were not deleted and are no template."""
        count = 0
        for kind in ASSETS:
            for row in self.api.list_rows(kind, is_deleted="false"):
                if int(row.get("is_template") or 0):
                    continue
                count += 1
                if count > MOST_ASSETS:
                    raise Refused(f"plus de {MOST_ASSETS} éléments au parc")
                yield self.read_asset(kind, row)

    def read_asset(self, kind: str, row: Row) -> dict[str, Any]:
        """Return a machine of the inventory; the end of its warranty is told by its purchase."""
        bought = self.api.list_rows(f"{kind}/{int(row['id'])}/Infocom")
        state = self.name_of("State", row["states_id"], "name")
        user = int(row["users_id"])
        return {
            "name": shown(row["name"], MOST_NAME),
            "in_use": plain(state) in self.in_use,
            "fields": {
                "serie": shown(row["serial"], MOST_NAME),
                "lieu": self.name_of("Location", row["locations_id"], "completename"),
                "garantie": " ".join(filter(None, map(tell_warranty, bought[:1]))),
                "statut": state,
            },
            "users": self.list_names({"users_id": user, "alternative_email": ""}) if user else [],
        }

    def iso(self, moment: Any) -> str | None:
        """Return a moment of GLPI, which is of its own time zone, in UTC."""
        if moment in NO_MOMENTS:
            return None
        local = datetime.strptime(str(moment)[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=self.zone)
        return local.astimezone(UTC).isoformat()


class Words(html.parser.HTMLParser):
    """The texts of a page, without those nobody sees."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        """Hide what scripts and styles say."""
        self.hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        """Show what follows."""
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        if not self.hidden:
            self.found.append(data)


def main() -> None:
    """Print what is there, or why nothing is told."""
    try:
        told = tell()
    except (Refused, OSError, http.client.HTTPException) as exc:
        told = {"running": False, "problem": shown(str(exc) or type(exc).__name__, MOST_NAME)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError):
        told = {"running": False, "problem": "GLPI ne répond pas comme sa documentation le dit"}
    json.dump(told, sys.stdout)


def tell() -> dict[str, Any]:
    """Return the tickets and the assets; the session is closed, whatever was answered."""
    settings = json.loads(Path(SETTINGS).read_text("utf-8"))
    api = Api(settings)
    try:
        api.open_session()
        glpi = Glpi(api, settings)
        tickets, assets = list(glpi.list_tickets()), list(glpi.list_assets())
        return {"running": True, "tickets": tickets, "assets": assets}
    finally:
        with contextlib.suppress(Refused, OSError, http.client.HTTPException, ValueError):
            api.ask("killSession")
        api.connection.close()


def tell_warranty(row: Row) -> str:
    """Return from when and for how long a machine is under warranty, empty when nobody said."""
    start, months = str(row["warranty_date"] or ""), int(row["warranty_duration"] or 0)
    return f"{shown(start, 20)} ({months} mois)" if start or months else ""


def strip_markup(content: Any) -> str:
    """Return the words of a text: GLPI keeps rich text as HTML, which GLPI 10 escapes once more."""
    text = str(content or "")[:MOST_READ]
    words = Words()
    words.feed(text if "<" in text else html.unescape(text))
    words.close()
    return " ".join(words.found)


def plain(text: Any) -> str:
    """Return a word without case and doubled spaces."""
    return " ".join(str(text).casefold().split())


def shown(text: Any, most: int) -> str:
    """Return a text in printable words, cut; « Installation &#62; Poste » has its sign back."""
    cut = html.unescape(str(text if text is not None else "")[:MOST_READ])
    kept = "".join(one if one.isprintable() else " " for one in cut)
    return " ".join(kept.split())[:most]


if __name__ == "__main__":
    main()

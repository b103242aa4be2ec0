"""A technician who fills in the pages of the ticket tool; run on a workstation, alone.

What is to be kept comes in as JSON (``tickets.words_of``). Words of their own all along, the owner
chosen as a ticket is opened, the solution in the answer that resolves it, and the incident linked
to the article that speaks of it: not what the reference solution does.
"""

import http.cookiejar
import json
import re
import ssl
import sys
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from typing import Any

AUTHORITY = "/etc/labctl/tls/ca.pem"
UNTYPED = {"submit", "file", "checkbox", "radio"}


class Form(HTMLParser):
    """The fields of the form of a name, as a browser shows them before anybody types."""

    def __init__(self, name: str, page: str) -> None:
        super().__init__()
        self.name, self.is_inside = name, False
        self.fields: dict[str, str] = {}
        self.labels: dict[str, str] = {}  # words beside a field: its name
        self.options: dict[str, dict[str, str]] = {}  # field: what is shown: its value
        self._label, self._select, self._shown = "", "", ""
        self._option: str | None = None
        self._reads_label = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = said.get("name") == self.name
        if not self.is_inside:
            return
        if tag == "div":
            classes = said.get("class", "").split()
            self._reads_label = "label" in classes or (self._reads_label and "value" not in classes)
            self._label = "" if "label" in classes else self._label
        elif tag == "option":
            self._option, self._shown = said.get("value", ""), ""
            if "selected" in said or self._select not in self.fields:
                self.fields[self._select] = self._option
        elif tag in {"input", "select", "textarea"} and "name" in said:
            self._read_field(tag, said)

    def _read_field(self, tag: str, said: dict[str, str]) -> None:
        name, kind = said["name"], said.get("type", "")
        if tag == "select":
            self._select = name
        elif kind not in UNTYPED:
            self.fields[name] = said.get("value", "")
        if kind != "hidden":
            self.labels.setdefault(self._label, name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "option" and self._option is not None:
            shown = self._shown.strip().split(" (")[0]
            self.options.setdefault(self._select, {})[shown] = self._option
            self._option = None

    def handle_data(self, data: str) -> None:
        if self._option is not None:
            self._shown += data
        elif self._reads_label:
            self._label = (self._label + data.strip()).rstrip(":")


class Browser:
    """The pages of the tool, by who is logged in."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self._web = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=AUTHORITY)),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self.get("NoAuth/Login.html", {"user": "technicien", "pass": told["password"]})

    def get(self, path: str, form: dict[str, str] | None = None) -> tuple[str, str]:
        """Return the address and the text of a page."""
        address = urllib.parse.urljoin(self.told["url"], path)
        body = None if form is None else urllib.parse.urlencode(form).encode()
        request = urllib.request.Request(address, body, {"Referer": self.told["url"]})  # noqa: S310
        with self._web.open(request, timeout=60) as answer:
            return answer.geturl(), answer.read().decode()

    def fill(self, path: str, name: str, **typed: str) -> str:
        """Fill in a form, by the words beside its fields; return the number of what it made."""
        form = Form(name, self.get(path)[1])
        for words, value in typed.items():
            field = form.labels.get(words, words)
            form.fields[field] = form.options.get(field, {}).get(value, value)
        sent = {**form.fields, "SubmitTicket": "oui"}
        address, page = self.get(path.partition("?")[0], sent)
        found = re.search(r"[?&;]id=(\d+)", address) or re.search(r"[?&;]id=(\d+)", page)
        return found[1] if found else ""

    def keep_asset(self, name: str, **typed: str) -> str:
        """Put a machine in the inventory."""
        path = "Asset/Create.html?Catalog=2"
        return self.fill(path, "CreateAsset", Name=name, Status="in-use", **typed)

    def open(self, asked: dict[str, str], subject: str, asset: str, impact: str) -> str:
        """Open a ticket in the first queue that is offered, which is the bench's."""
        return self.fill(
            "Ticket/Create.html?Queue=3",
            "TicketCreate",
            Subject=subject,
            Requestors=asked["requester"],
            Owner="technicien",
            Content="<p>Appel de <b>l'utilisateur</b>.</p>",
            Nature=asked["nature"],
            Catégorie=asked["category"],
            Urgence=asked["urgency"],
            Impact=impact,
            **{"new-RefersTo": f"asset:{asset}"},
        )

    def write(self, ticket: str, kind: str, text: str, **typed: str) -> None:
        """Write in a ticket: « response », which its requester reads, or « private »."""
        path, said = f"Ticket/Update.html?id={ticket}", f"<p>{text}</p>"
        self.fill(path, "TicketUpdate", UpdateType=kind, UpdateContent=said, **typed)

    def modify(self, ticket: str, **typed: str) -> None:
        """Change fields of a ticket."""
        self.fill(f"Ticket/Modify.html?id={ticket}", "TicketModify", **typed)


def main() -> None:
    """Keep the inventory, treat a ticket, pass on another."""
    told = json.load(sys.stdin)
    tool = Browser(told)
    assets = {name: tool.keep_asset(name) for name in told["machines"]}
    fields = {"Numéro de série": "SN-77", "Lieu": "Accueil", "Garantie": "2030-01-31"}
    desk = tool.keep_asset(told["desk"], HeldBy=told["user"], **fields)

    asked = told["opening"]
    ticket = tool.open(asked, "Un nouveau poste à préparer", desk, asked["impact"])
    tool.write(ticket, "response", "Bonjour, je m'en occupe.", Status="open")
    tool.write(ticket, "private", "Le carton est ouvert, le poste démarre.")
    tool.write(ticket, "private", "Nommé, joint au domaine, logiciels posés.")
    tool.modify(ticket, Priority=asked["priority"])
    solution = "Le poste est prêt : nommé, joint au domaine, imprimante et sauvegarde essayées."
    tool.write(ticket, "response", f"{solution} Bonne journée.", Status="resolved")
    tool.modify(ticket, Status="clos")

    passed = told["escalation"]
    incident = tool.open(passed, "Le partage, encore", assets[passed["item"]], "5")
    seen = "Vu de deux postes : ni le nom ni l'adresse ne répondent."
    tool.write(incident, "private", seen)
    article = {f"{incident}-RefersTo": "a:1"}
    tool.fill(f"Ticket/ModifyLinks.html?id={incident}", "ModifyLinks", **article)
    tool.modify(incident, Queue=told["second_level"])


if __name__ == "__main__":
    main()

"""Do a technician's work in the ticket tool, over REST 2; what is done already is left alone."""

import base64
import http.client
import json
import sys
import urllib.parse
from pathlib import Path

PORT = 8080
SEEN = "La machine ne répond ni à son nom, ni à son adresse, depuis deux postes de deux réseaux."
DONE = (
    "Poste installé, nommé et joint au domaine ; lecteurs réseau, imprimante et sauvegarde essayés"
    " avec l'utilisateur, qui a ouvert sa session et imprimé une page."
)


def password():
    """Return the technician's."""
    return json.loads(Path("/etc/labctl/secrets.json").read_text("utf-8"))["tickets_password"]


TOKEN = base64.b64encode(f"technicien:{password()}".encode()).decode()


def call(method, path, body=None):
    """Ask the tool; an error stops everything."""
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    headers = {"Authorization": f"Basic {TOKEN}", "Content-Type": "application/json"}
    link.request(method, f"/REST/2.0{path}", None if body is None else json.dumps(body), headers)
    answer = link.getresponse()
    told = answer.read().decode("utf-8", "replace")
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        raise SystemExit(f"{method} {path}: {answer.status} {told}")
    return json.loads(told)


def find(kind, **wanted):
    """Return the number of the first whose fields are these, 0 for none."""
    quoted = {
        field: value.replace("\\", "\\\\").replace("'", "\\'") for field, value in wanted.items()
    }
    query = " AND ".join(f"{field} = '{value}'" for field, value in quoted.items())
    words = urllib.parse.urlencode({"query": query, "per_page": 1})
    items = call("GET", f"/{kind}?{words}")["items"]
    return int(items[0]["id"]) if items else 0


def keep_asset(name, fields, user=""):
    """Have a machine in the inventory."""
    if find("assets", Name=name):
        return
    held = {"HeldBy": [user]} if user else {}
    body = {"Name": name, "Catalog": "Parc", "Status": "in-use", "CustomFields": fields, **held}
    number = call("POST", "/asset", body)["id"]
    call("PUT", f"/asset/{number}", {"CustomFields": fields})
    sys.stdout.write("changed\n")


def open_ticket(work, ticket, fields, **done):
    """Have a ticket about an asset, taken; return its number, 0 if all is done with it."""
    subject = ticket["category"]
    if find("tickets", Subject=subject, **done):
        return 0
    sys.stdout.write("changed\n")
    asset = find("assets", Name=ticket["item"])
    body = {"Queue": work["entity"], "Subject": subject, "Requestor": [ticket["requester"]]}
    number = find("tickets", Subject=subject)
    if not number:
        number = call("POST", "/ticket", body | {"Content": subject})["id"]
    if find("tickets", id=str(number), Owner="Nobody"):
        call("PUT", f"/ticket/{number}/take", {})
    call("PUT", f"/ticket/{number}", {"CustomFields": fields, "RefersTo": [f"asset:{asset}"]})
    return number


def say(number, how, text):
    """Write a follow-up: a comment, or an answer that the requester reads."""
    call("POST", f"/ticket/{number}/{how}", {"Content": text, "ContentType": "text/plain"})


def treat(work):
    """Treat the ticket to open, to its end."""
    ticket = work["opening"]
    fields = {
        "Nature": ticket["nature"],
        "Catégorie": ticket["category"],
        "Urgence": str(ticket["urgency"]),
        "Impact": str(ticket["impact"]),
    }
    number = open_ticket(work, ticket, fields, Status="clos")
    if number:
        call("PUT", f"/ticket/{number}", {"Priority": int(ticket["priority"]), "Status": "open"})
        say(number, "correspond", "Votre demande est prise en compte, je commence.")
        say(number, "comment", "Poste livré sans nom ni adresse ; le matériel est celui commandé.")
        say(number, "comment", "Système, logiciels et domaine en place ; reste la recette.")
        call("PUT", f"/ticket/{number}", {"CustomFields": {"Solution": DONE}})
        call("PUT", f"/ticket/{number}", {"Status": "resolved"})
        call("PUT", f"/ticket/{number}", {"Status": "clos"})


def escalate(work):
    """Pass on what is beyond the first level."""
    ticket = work["escalation"]
    fields = {"Nature": "Incident", "Catégorie": ticket["category"], "Urgence": "5", "Impact": "5"}
    number = open_ticket(work, ticket, fields, Queue=work["second_level"])
    if number:
        say(number, "comment", SEEN)
        problem = find("tickets", Subject=ticket["problem"])
        call("PUT", f"/ticket/{number}", {"AddMemberOf": [problem], "Queue": work["second_level"]})


def main(work):
    """Keep the inventory, then both tickets."""
    told = {"Numéro de série": "5CG0341XYZ", "Lieu": "Salle 1", "Garantie": "2029-06-30"}
    keep_asset(work["opening"]["item"], told, work["user"])
    for name in work["machines"]:
        keep_asset(name, {})
    treat(work)
    if work["escalation"]:
        escalate(work)


main(json.load(sys.stdin))

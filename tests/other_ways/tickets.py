"""Tickets and inventory kept with a browser, where the reference solution asks by REST."""

import json
from pathlib import Path

from checks.desk.demand import Personalisation
from checks.directory.demand import Directory
from checks.tickets.demand import Tickets
from labctl.plan.model import Plan

BROWSER = Path(__file__).with_name("browser.py").read_text("utf-8")
KNOWN = """python3 -c 'import json
print(json.load(open("/etc/labctl/secrets.json"))["tickets_password"])'"""
"""How the password of the tool is read where it is known."""


def words_of(plan: Plan, password: str) -> str:
    """Return what the browser is told, as JSON."""
    asked, directory = plan.demand(Tickets), plan.demand(Directory)
    opening, escalation = asked.opening, asked.escalation
    assert escalation is not None
    user = plan.demand(Personalisation).user
    return json.dumps(
        {
            "url": asked.url,
            "password": password,
            "second_level": asked.levels.n2,
            "desk": opening.item,
            "user": directory.person(user).upn,
            "machines": [plan.nodes[name].hostname for name in asked.inventory.machines],
            "opening": {
                "nature": opening.kind.capitalize(),
                "category": opening.category,
                "urgency": str(opening.urgency),
                "impact": str(opening.impact),
                "priority": str(asked.priority),
                "requester": directory.person(opening.requester).upn,
            },
            "escalation": {
                "nature": "Incident",
                "urgency": "4",
                "category": escalation.category,
                "item": escalation.item,
                "requester": directory.person(escalation.requester).upn,
            },
        }
    )

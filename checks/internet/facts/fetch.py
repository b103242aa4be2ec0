"""A page that a machine fetches (curl): its status, or that it was not there in time.

A server that takes the connection and is slow says nothing of what was configured: that its page
did not come within labctl's own limit is no answer.
"""

import re
from dataclasses import dataclass

from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reason,
    _,
    not_understood,
    read_text,
    run_on,
)

LIMIT_S = 5.0
OUT_OF_TIME = 28
"""Exit code of curl when its limit is over (curl, « Exit codes »)."""
TOLD = "%{http_code} %{time_connect} %{remote_ip}"
READ = re.compile(r"(\d{3}) (\d+[.,]\d+) ?(\S*)")


@dataclass(frozen=True, slots=True)
class Page:
    """Status of a page (RFC 9110, 15), 0: it does not open; the address that answered, or empty."""

    status: int
    address: str


def ask_page(plan: Plan, at: NodeName, url: str, *options: str) -> Question:
    """Have a machine fetch a page; ``options`` come first, as ``-q`` must."""
    limit = f"{LIMIT_S * plan.patience:g}"
    shown = ("-s", "-m", limit, "-o", "/dev/null", "-w", TOLD, url)
    return run_on(at, "/usr/bin/curl", *options, *shown)


def read_page(answer: Answer) -> Page:
    """Return what came; NotUnderstood of a server that was reached and did not answer in time."""
    text = read_text(answer).strip()
    told = READ.fullmatch(text)
    if told is None:
        raise not_understood("curl", text)
    status, connected_s, address = told.groups()
    if answer.exit_code == OUT_OF_TIME and float(connected_s.replace(",", ".")):
        raise NotUnderstood(_("le serveur répond, et sa page ne vient pas à temps"), Reason.TIMEOUT)
    return Page(int(status), address)

"""What a candidate finds behind the port of a small bench, in few words."""

import sys
from collections.abc import Sequence

from labctl.core.ids import NodeName
from labctl.core.secrets import Secret
from labctl.pipeline.order import Order, to_line
from labctl.plan.model import Plan
from labctl.providers.base import Doorway, Restarting, WayIn
from labctl.providers.doors.road import keep_environment
from tests.candidate import HOST

CODE = "bcdf-ghjk-nprs"
MENU = r"Choice: $"
WORDS = {
    **dict.fromkeys(("machines", "windows", "watched", "no_window", "subject", "notices"), "…"),
    **dict.fromkeys(("tickets", "too_many", "no_terminal", "more", "quit", "restart"), "…"),
    **{f"{name}_key": name[0] for name in ("subject", "tickets", "notices", "restart", "quit")},
    "choice": "Choice: ",
    "unknown": "Unknown",
    "restart_which": "Which? ",
    "restart_sure": "%s, sure? ",
    "restart_yes": "yes",
    "restart_no": "Not done.",
    "restart_wait": "…",
    "restart_done": "%s is back.",
    "restart_failed": "Failed: %s",
    "restart_stale": "Stale",
    "help": [],
}


def way_in(plan: Plan, port: int, machines: Sequence[Doorway], restarted: NodeName) -> WayIn:
    """Return the way in to some machines, of which one may be restarted."""
    limit_s = 120.0 * plan.patience
    order = Order("restart", int(plan.bench), (plan,), limit_s, options={"nodes": []})
    restart = Restarting(
        {restarted: str(restarted)},
        (sys.executable, "-P", "-m", "labctl", "serve"),
        keep_environment(),
        to_line(order),
        limit_s + 20.0,
    )
    return WayIn(
        menu=f"banc{plan.bench:02d}",
        depot=f"depot{plan.bench:02d}",
        code=Secret(CODE),
        listen=HOST,
        port=port,
        title=f"Bench {plan.bench}",
        about="",
        subject="",
        notices="",
        words=WORDS,
        machines=tuple(machines),
        restart=restart,
        files={"sujet/sujet.txt": b"the subject\n"},
    )

"""``labctl session status``: the clock of each bench, what is signed, what comes next."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_json
from labctl.cli.sessions.acting import add_session
from labctl.core.i18n import _, mark, say_moment

DONE_WITH_WARNINGS = 3
CONDITIONS = {
    "absent": mark("absent"),
    "waiting": mark("pas commencé"),
    "running": mark("en cours"),
    "paused": mark("en pause"),
    "stopped": mark("phase finie"),
    "sealed": mark("sous scellé"),
    "done": mark("terminé"),
}


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the session; exit code 3 when its journal had a line that was not ended."""
    from labctl.pipeline.conduct import look, status_document

    state, benches, steps = look(args.session)
    if args.json:
        print_json("labctl/session-status/v1", status_document(state, benches, steps))
    else:
        _show(state, benches, steps)
    return DONE_WITH_WARNINGS if state.torn else 0


def _show(state: Any, benches: Sequence[Any], steps: Sequence[str]) -> None:
    opening = state.opening
    values = {"title": opening.title, "mode": _(opening.mode.value), "day": opening.day}
    print_table(_("%(title)s, %(mode)s, %(day)s") % values, _head(), map(_row, benches))
    for one in state.incidents:
        values = {"number": one.number, "moment": say_moment(one.at), "text": one.text}
        print(_("incident %(number)d, %(moment)s : %(text)s") % values)
    for step in steps:
        print(_("à faire : %(step)s") % {"step": step})
    print(_("empreinte du journal : %(head)s") % {"head": state.head[:16]})
    if state.torn:
        said = _("lignes du journal interrompues, coupées et notées : %(count)d")
        print(said % {"count": state.torn})


def _head() -> tuple[str, ...]:
    return (
        _("banc"),
        _("parcours"),
        _("jury"),
        _("état"),
        _("phase"),
        _("reste"),
        _("fin"),
        _("en plus"),
        _("signé"),
    )


def _row(one: Any) -> tuple[str, ...]:
    extra = one.extra_s + one.given_s
    return (
        f"{one.bench:02d}",
        one.route,
        one.jury or "–",
        _(CONDITIONS[one.condition]),
        str(one.exam_phase or "–"),
        "–" if one.left_s is None else say_duration(one.left_s),
        f"{datetime.fromisoformat(one.ends).astimezone():%H:%M}" if one.ends else "–",
        say_duration(extra) if extra else "–",
        ", ".join(one.signed) or "–",
    )


def say_duration(seconds: int) -> str:
    """Return a duration to the minute, ``-`` before time that was taken too much."""
    minutes = abs(seconds) // 60
    sign = "-" if seconds < 0 and minutes else ""
    return f"{sign}{minutes // 60} h {minutes % 60:02d}"

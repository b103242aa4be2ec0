"""``labctl incident``: what a candidate diagnoses and repairs before a jury."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, refuse_typed
from labctl.cli.sessions.acting import add_by
from labctl.cli.work import add_work, find_benches
from labctl.core.errors import InfrastructureError, UsageError
from labctl.core.i18n import _, about

ACTS = ("list", "draw", "inject", "status", "hint", "repair", "undo")
_FLAGS = {
    "draw": ("--minutes", "--criteria", "--level"),
    "status": ("--whole", "--restart"),
    **dict.fromkeys(("inject", "hint", "repair", "undo"), ("--only",)),
}
"""The flags that an act looks at."""
_NAME = re.compile(r"[A-Z]-[0-9]{2,3}")


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "act",
        choices=ACTS,
        metavar="|".join(ACTS),
        help=_("dire lesquelles ont un sens, tirer, injecter, regarder, aider, réparer, retirer"),
    )
    add_benches(parser)
    parser.flag(
        "--only",
        default="",
        metavar=_("PANNES"),
        help=_("pannes : P-12,P-21 (celles du tirage pour inject, du banc pour repair et undo)"),
    )
    parser.flag("--minutes", type=int, default=40, metavar="N", help=_("draw : durée en tout (40)"))
    parser.flag(
        "--criteria",
        default="",
        metavar=_("CRITÈRES"),
        help=_("draw : celles qui éclairent ces critères seulement : 5.2,11.3"),
    )
    parser.flag(
        "--level", type=int, default=3, choices=(1, 2, 3), help=_("draw : difficulté au plus (3)")
    )
    parser.flag(
        "--whole",
        action="store_true",
        help=_("status : chercher partout ce qui est cassé d'autre, cause réparée ou non"),
    )
    parser.flag(
        "--restart",
        action="store_true",
        help=_("status : couper ensuite le courant, et regarder encore"),
    )
    add_by(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Do one thing with the incidents of the benches."""
    from labctl.pipeline.draws import read_draw
    from labctl.pipeline.incidents import orders

    known = {flag for flags in _FLAGS.values() for flag in flags}
    refuse_typed(args, sorted(known.difference(_FLAGS.get(args.act, ()))), f"incident {args.act}")
    names = read_names(args)
    here, benches = find_benches(args)
    if args.act == "list":
        return _list(args, {bench: orders.list_known(here.plan(bench)) for bench in benches})
    if args.act == "draw":
        return _draw(args, here, benches)
    injected = benches if args.act == "inject" else ()
    chosen = {bench: names or read_draw(bench).incidents for bench in injected}
    if not all(chosen.values()):
        hint = _("--only P-12,P-21, ou d'abord labctl incident draw")
        raise UsageError(_("dites quelles pannes injecter"), hint=hint)
    if args.dry_run:
        return _announce(args, benches, names)
    outcomes = _act(args, here, benches, chosen or dict.fromkeys(benches, names))
    if args.act == "hint" and not args.json:
        _print_hints(outcomes)
    code = _show(args, outcomes)
    refused = orders.list_refused(outcomes, chosen) if chosen else {}
    _print_refused(refused)
    return max(code, InfrastructureError.exit_code) if refused else code


def _act(args: argparse.Namespace, here: Any, benches: Sequence[int], chosen: Any) -> Any:
    from labctl.pipeline.incidents import orders

    with progress(_("Pannes"), benches) as step:
        if args.act == "inject":
            return orders.inject(here, benches, chosen, step, args.by)
        if args.act == "status":
            looks = {"restart": args.restart, "whole": args.whole}
            return orders.look(here, benches, step, args.by, **looks)
        return getattr(orders, args.act)(here, benches, chosen[benches[0]], step, args.by)


def _print_refused(refused: Mapping[int, Sequence[Any]]) -> None:
    """Print which incidents are not there and why, a line each, and once what to do."""
    for bench, records in refused.items():
        for record in records:
            for line in record.trouble.splitlines():
                print(_cut(f"{bench:02d} {about(record.id, line)}"), file=sys.stderr)
    if refused:
        benches = ",".join(map(str, refused))
        print("  " + _("piste :"), f"labctl grade {benches}", file=sys.stderr)


def _print_hints(outcomes: Mapping[int, Any]) -> None:
    """Print the hints that were taken of each incident, the price of each beside it."""
    from labctl.spec.incident_file import list_incidents, load_incident

    for bench, outcome in outcomes.items():
        for record in outcome.value or ():
            hints = load_incident(list_incidents()[record.id]).hints[: record.hints]
            for hint in hints:
                said = _("banc %(bench)02d, %(name)s, %(price)d point(s) : %(text)s")
                words = {"bench": bench, "name": record.id, "price": hint.price}
                print(said % {**words, "text": hint.text})


def read_names(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the incidents that are named; UsageError for what cannot be a name."""
    names = tuple(word.strip().upper() for word in (args.only or "").split(",") if word.strip())
    for name in names:
        if not _NAME.fullmatch(name):
            said = _("« %(name)s » n'est pas le nom d'une panne") % {"name": name}
            raise UsageError(said, hint="P-12")
    return names


def _draw(args: argparse.Namespace, here: Any, benches: Sequence[int]) -> int:
    from labctl.pipeline.incidents.drawing import Wish, draw, keep_lots

    criteria = tuple(word.strip() for word in args.criteria.split(",") if word.strip())
    lots = draw(here, benches, Wish(args.minutes, criteria, args.level))
    if not args.dry_run:
        keep_lots(lots, args.by)
    if args.json:
        document = {
            lot.bench: {"incidents": [item.id for item in lot.items], "minutes": lot.minutes}
            for lot in lots
        }
        print_json("labctl/incident-draw/v1", {"benches": document})
        return 0
    rows = [
        (f"{lot.bench:02d}", str(lot.minutes), " ".join(item.id for item in lot.items))
        for lot in lots
    ]
    print_table(_("Tirage des pannes"), (_("banc"), _("minutes"), _("pannes")), rows)
    return 0


def _list(args: argparse.Namespace, known: Mapping[int, Any]) -> int:
    if args.json:
        document = {
            bench: {"meant": sorted(one.meant), "pointless": dict(one.obstacles)}
            for bench, one in known.items()
        }
        print_json("labctl/incident-list/v1", {"benches": document})
        return 0
    for bench, one in known.items():
        rows = [
            (incident.id, str(incident.level), str(incident.minutes), incident.title)
            for incident in one.meant.values()
        ]
        title = _("Pannes du banc %(bench)02d") % {"bench": bench}
        print_table(title, (_("panne"), _("niveau"), _("minutes"), _("cause")), rows)
        for name, why in one.obstacles.items():
            print(_("%(name)s : sans objet ici : %(why)s") % {"name": name, "why": why})
    return 0


def _announce(args: argparse.Namespace, benches: Any, names: Any) -> int:
    if args.json:
        document = {"act": args.act, "benches": list(benches), "incidents": list(names)}
        print_json("labctl/incident-dry-run/v1", document)
    else:
        said = _("%(act)s, bancs %(benches)s : %(names)s")
        numbers = ", ".join(f"{bench:02d}" for bench in benches)
        words = {"act": args.act, "benches": numbers, "names": ", ".join(names) or _("toutes")}
        print(said % words)
    return 0


def _show(args: argparse.Namespace, outcomes: Mapping[int, Any]) -> int:
    done = {bench: outcome.value for bench, outcome in outcomes.items() if outcome.ok}
    if args.json:
        document = {bench: [asdict(one) for one in records] for bench, records in done.items()}
        failed = list_failures(outcomes)
        print_json("labctl/incident/v1", {"benches": document, "failed": failed})
    elif done:
        rows = [
            (f"{bench:02d}", *_row(record))
            for bench, records in done.items()
            for record in _keep_last(records)
            if args.act == "undo" or record.is_open
        ]
        head = (
            _("banc"), _("panne"), _("état"), _("montrée"),
            _("symptôme parti"), _("cause réparée"), _("rien d'autre de cassé"),
            _("sécurité gardée"), _("réparée"),
        )  # fmt: skip
        print_table(_("Pannes"), head, rows, most=LINE)
        if args.act in ("status", "repair"):  # they have looked
            _print_reasons(done)
    return print_failures(outcomes)


def _row(record: Any) -> tuple[str, ...]:
    lines = record.looks[-1].lines if record.looks else {}
    told = [_(lines[name]) if name in lines else "–" for name in _LINES]
    return (
        record.id, _(record.stage), _clock(record.shown), *told, _clock(record.repaired)
    )  # fmt: skip


def _cut(text: str) -> str:
    """Return a text on one line that fits."""
    from textwrap import shorten

    from labctl.core.untrusted import inert

    return "  " + shorten(inert(text), LINE - 2, placeholder=" …")


def _keep_last(records: Sequence[Any]) -> tuple[Any, ...]:
    """Return the last record of each incident."""
    return tuple({record.id: record for record in records}.values())


def _print_reasons(done: Mapping[int, Any]) -> None:
    """Print why lines of the last look do not say yes, a line each: the evidence has all of it.

    Before them, that a power cut repaired an incident: then all lines may say yes.
    """
    from labctl.reports.incident_rows import say_vanished

    for bench, records in done.items():
        for record in records:
            if record.is_open and record.looks:
                told = [say_vanished(record.vanished)] if record.vanished else []
                told += [why for each in record.looks[-1].reasons.values() for why in each]
                for why in dict.fromkeys(told):
                    print(_cut(f"{bench:02d} {about(record.id, why)}"))


def _clock(at: str) -> str:
    return at[11:19] if at else "–"


LINE = 80
"""Columns of what is printed of incidents."""
_LINES = ("symptom", "cause", "intact", "security")

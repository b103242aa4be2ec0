"""``labctl status``: what is there now, observed, not remembered."""

import argparse
import os
from pathlib import Path
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.output import complain
from labctl.cli.parser import Parser, add_benches, add_json, add_place, parse_benches
from labctl.cli.work import find_place
from labctl.core.bench import name_bench
from labctl.core.i18n import _, say_moment
from labctl.core.paths import ROOT_STATE, state_dir


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the benches (all of the room when none is named), and the machines of a single one."""
    from dataclasses import asdict

    from labctl.pipeline import lifecycle, people, place

    named = parse_benches(args.benches) if args.benches else ()
    here = find_place(args, named)
    wanted = named or here.room.benches
    benches = place.choose_benches(here, wanted)
    found = lifecycle.status(here, benches)
    _warn_of_root()
    learners = {bench: one.name for bench, one in people.list_learners(benches).items()}
    if args.json:
        shown = [asdict(bench) for bench in found.values()]
        routes = {bench: here.plan(bench).route for bench in found}
        print_json("labctl/status/v1", {"benches": shown, "routes": routes, "people": learners})
        return 0
    rows = [
        [
            name_bench(bench.bench, is_simulated=here.plan(bench.bench).is_simulated),
            *([learners.get(bench.bench, "–")] if learners else []),
            here.room.variant_of(bench.bench),
            here.plan(bench.bench).route,
            _(bench.condition.value),
            say_moment(lifecycle.say_since(bench)) or "–",
            f"{lifecycle.count_running(bench)}/{len(bench.nodes)}" if bench.nodes else "–",
            "; ".join(lifecycle.list_troubles(bench)),
        ]
        for bench in found.values()
    ]
    head = [_("banc"), *([_("qui")] if learners else []), _("variante"), _("parcours"), _("état")]
    print_table("", [*head, _("depuis"), _("en marche"), _("à voir")], rows)
    if args.benches and len(found) == 1:
        _show_machines(next(iter(found.values())))
    return 0


def _show_machines(bench: Any) -> None:
    rows = [
        (node, _(state.value), say_moment(bench.started.get(node, "")) or "–")
        for node, state in bench.nodes.items()
    ]
    if rows:
        print_table("", (_("machine"), _("état"), _("depuis")), rows)


def _warn_of_root() -> None:
    """Say that root's benches are elsewhere: « absent » would be believed of them."""
    theirs = Path(ROOT_STATE)
    if os.geteuid() != 0 and state_dir() != theirs and theirs.is_dir():
        said = _(
            "vous n'êtes pas root : vous voyez les bancs de %(ours)s, pas ceux de root (%(theirs)s)"
        )
        complain(said % {"theirs": theirs, "ours": state_dir()})

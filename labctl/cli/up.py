"""``labctl up``: build benches; run again, it observes and touches nothing."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, add_route, complete_paths
from labctl.cli.work import add_work, find_benches
from labctl.core.bench import name_bench
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    roster = parser.flag(
        "--roster",
        type=Path,
        metavar=_("LISTE"),
        help=_("liste CSV (candidat, place) : qui est à quel banc, en formation"),
    )
    complete_paths(roster)
    add_route(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Build the benches and print them; the exit code is the gravest of them."""
    from dataclasses import asdict

    from labctl.pipeline import building

    here, benches = find_benches(args, may_move=True)
    people = _read_people(args.roster, here)
    if args.dry_run:
        seen = building.foresee(here, benches, args.route)
        machines = {bench: each.machines for bench, each in seen.items()}
        differences = {bench: each.differences for bench, each in seen.items()}
        return _announce(machines, differences, as_json=args.json)
    with progress(_("Construction des bancs"), benches) as step:
        outcomes = building.up(here, benches, step, args.route)
    built = [outcome.value for outcome in outcomes.values() if outcome.value]
    named = _seat(people, [one.bench for one in built])
    if args.json:
        document = {"built": [asdict(b) for b in built], "failed": list_failures(outcomes)}
        print_json("labctl/up/v1", {**document, "people": named})
    elif built:
        _show(here, built, named)
    return print_failures(outcomes)


def _read_people(roster: Path | None, here: Any) -> Mapping[int, Any]:
    from labctl.pipeline.people import read_class

    return {} if roster is None else read_class(roster, here)


def _seat(people: Mapping[int, Any], benches: Sequence[int]) -> dict[int, str]:
    """Note who sits at the benches that were built, and return the names of all that have one."""
    from labctl.pipeline.people import list_learners, seat_class

    seat_class(people, benches)
    return {bench: one.name for bench, one in list_learners(benches).items()}


def _show(here: Any, built: Sequence[Any], named: Mapping[int, str]) -> None:
    rows = [
        [
            name_bench(b.bench, is_simulated=here.plan(b.bench).is_simulated),
            *([named.get(b.bench, "–")] if named else []),
            b.variant,
            b.route,
            str(b.machines),
            say_started(b),
            say_delivered(b.delivered),
            f"{b.elapsed_s:.1f} s",
        ]
        for b in built
    ]
    head = [_("banc"), *([_("qui")] if named else []), _("variante"), _("parcours")]
    print_table(
        _("Bancs prêts"), [*head, _("machines"), _("démarrées"), _("livré"), _("durée")], rows
    )


def say_started(built: Any) -> str:
    """Return which machines were started, in words when it is all of them or none."""
    if len(built.started) == built.machines:
        return _("toutes")
    return ", ".join(built.started) or _("aucune")


def say_delivered(checks: Sequence[str]) -> str:
    """Return by how many checks what is delivered was seen to work; shared with ``reset``."""
    return _("%(count)d contrôles conformes") % {"count": len(checks)} if checks else "–"


def _announce(
    machines: dict[int, tuple[str, ...]],
    differences: dict[int, tuple[str, ...]],
    *,
    as_json: bool,
) -> int:
    if as_json:
        document = {"would_build": machines, "differences": differences}
        print_json("labctl/up-dry-run/v1", document)
        return 0
    for bench, names in machines.items():
        head = _("banc %(bench)02d : ") % {"bench": bench}
        lines = differences[bench] or (", ".join(names) or _("rien à faire"),)
        print(head + "\n           ".join(lines))
    return 0

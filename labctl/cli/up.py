"""``labctl up``: build benches; run again, it observes and touches nothing."""

import argparse
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches
from labctl.cli.work import add_work, find_benches
from labctl.core.bench import name_bench
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Build the benches and print them; the exit code is the gravest of them."""
    from dataclasses import asdict

    from labctl.pipeline import lifecycle

    here, benches = find_benches(args)
    if args.dry_run:
        seen = lifecycle.foresee(here, benches)
        machines = {bench: each.machines for bench, each in seen.items()}
        differences = {bench: each.differences for bench, each in seen.items()}
        return _announce(machines, differences, as_json=args.json)
    with progress(_("Construction des bancs"), benches) as step:
        outcomes = lifecycle.up(here, benches, step)
    built = [outcome.value for outcome in outcomes.values() if outcome.value]
    if args.json:
        document = {"built": [asdict(b) for b in built], "failed": list_failures(outcomes)}
        print_json("labctl/up/v1", document)
    elif built:
        rows = [
            (
                name_bench(b.bench, is_simulated=here.plan(b.bench).is_simulated),
                b.variant,
                str(b.machines),
                say_started(b),
                f"{b.elapsed_s:.1f} s",
            )
            for b in built
        ]
        head = (_("banc"), _("variante"), _("machines"), _("démarrées"), _("durée"))
        print_table(_("Bancs prêts"), head, rows)
    return print_failures(outcomes)


def say_started(built: Any) -> str:
    """Return which machines were started, in words when it is all of them or none."""
    if len(built.started) == built.machines:
        return _("toutes")
    return ", ".join(built.started) or _("aucune")


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

"""``labctl up``: build benches; run again, it observes and touches nothing."""

import argparse

from labctl.cli.display import print_failures, print_json, print_table, progress
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_dry_run,
    add_json,
    add_place,
    parse_benches,
)
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_place(parser)
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Build the benches and print them; the exit code is the gravest of them."""
    from labctl.pipeline import lifecycle, place

    here = place.load_place(args.room, args.cahier)
    benches = place.choose_benches(here, parse_benches(args.benches))
    if args.dry_run:
        return _announce(lifecycle.foresee(here, benches), as_json=args.json)
    with progress(_("Construction des bancs"), benches) as step:
        outcomes = lifecycle.up(here, benches, step)
    built = [outcome.value for outcome in outcomes.values() if outcome.value]
    if args.json:
        print_json(
            "labctl/up/v1",
            {
                "built": [
                    {
                        "bench": b.bench,
                        "variant": b.variant,
                        "machines": b.machines,
                        "elapsed_s": b.elapsed_s,
                    }
                    for b in built
                ],
                "failed": {bench: o.message for bench, o in outcomes.items() if not o.ok},
            },
        )
    elif built:
        rows = [
            (f"{b.bench:02d}", b.variant, str(b.machines), f"{b.elapsed_s:.1f} s") for b in built
        ]
        print_table(_("Bancs prêts"), (_("banc"), _("variante"), _("machines"), _("durée")), rows)
    return print_failures(outcomes)


def _announce(foreseen: dict[int, tuple[str, ...]], *, as_json: bool) -> int:
    if as_json:
        print_json("labctl/up-dry-run/v1", {"would_build": foreseen})
        return 0
    for bench, machines in foreseen.items():
        head = _("banc %(bench)02d : ") % {"bench": bench}
        print(head + (", ".join(machines) or _("rien à faire")))
    return 0

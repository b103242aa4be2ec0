"""``labctl status``: what is there now, observed, not remembered."""

import argparse

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_benches, add_json, add_place, parse_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print every machine of the benches (of the whole room when none is named)."""
    from dataclasses import asdict

    from labctl.pipeline import lifecycle, place

    here = place.load_place(args.room, args.cahier)
    wanted = parse_benches(args.benches) if args.benches else here.room.benches
    benches = place.choose_benches(here, wanted)
    found = lifecycle.status(here, benches)
    if args.json:
        print_json("labctl/status/v1", {"benches": [asdict(bench) for bench in found.values()]})
        return 0
    rows = [
        (
            f"{bench.bench:02d}",
            here.room.variant_of(bench.bench),
            _(bench.condition.value),
            f"{lifecycle.count_running(bench)}/{len(bench.nodes)}",
            "; ".join(lifecycle.list_troubles(bench)),
        )
        for bench in found.values()
    ]
    head = (_("banc"), _("variante"), _("état"), _("machines en marche"), _("à voir"))
    print_table("", head, rows)
    return 0

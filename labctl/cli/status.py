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
        document = [{**asdict(bench), "ready": bench.is_ready} for bench in found.values()]
        print_json("labctl/status/v1", {"benches": document})
        return 0
    rows = []
    for bench in found.values():
        state = _("prêt") if bench.is_ready else _("incomplet") if bench.built else _("absent")
        sick = [node for node in bench.nodes if not (node.alive and node.ready)]
        detail = "; ".join(f"{node.node} : {node.detail}" for node in sick) if bench.built else ""
        alive = sum(node.alive for node in bench.nodes)
        rows.append((f"{bench.bench:02d}", state, f"{alive}/{len(bench.nodes)}", detail))
    print_table("", (_("banc"), _("état"), _("machines"), _("à voir")), rows)
    return 0

"""``labctl plan``: everything a bench will be, before it is."""

import argparse
from pathlib import Path

from labctl.cli.display import print_table
from labctl.cli.parser import Parser, add_bench, add_place, add_route, complete_paths, parse_bench
from labctl.cli.work import find_place
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_bench(parser)
    add_route(parser)
    parser.flag("--json", action="store_true", help=_("le plan entier, plan.json"))
    parser.flag("--mermaid", action="store_true", help=_("le schéma, en mermaid"))
    picture = parser.flag(
        "--svg", type=Path, metavar=_("FICHIER"), help=_("écrire le schéma, en image vectorielle")
    )
    complete_paths(picture)
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Print the plan as tables, JSON or mermaid, or draw it."""
    from labctl.core.store import write_bytes
    from labctl.pipeline import place
    from labctl.pipeline.show import show, tables

    wanted = [parse_bench(args.bench)]
    here = find_place(args, wanted, may_move=True)
    bench = place.choose_benches(here, wanted)[0]
    plan = here.plan(bench, args.route)
    if args.json:
        print(show(plan, "json"), end="")
    elif args.mermaid:
        print(show(plan, "mermaid"), end="")
    elif args.svg is not None:
        write_bytes(args.svg.resolve(), show(plan, "svg").encode(), mode=0o644)
        print(args.svg)
    else:
        for table in tables(plan):
            print_table(table.title, table.columns, table.rows)
    return 0

"""``labctl plan``: everything a bench will be, before it is."""

import argparse
from pathlib import Path

from labctl.cli.display import print_table
from labctl.cli.parser import Parser, add_place, parse_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument("bench", metavar=_("BANC"), help=_("numéro de banc"))
    parser.flag("--json", action="store_true", help=_("le plan entier, plan.json"))
    parser.flag("--mermaid", action="store_true", help=_("le schéma, en mermaid"))
    parser.flag(
        "--svg", type=Path, metavar=_("FICHIER"), help=_("écrire le schéma, en image vectorielle")
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Print the plan as tables, JSON or mermaid, or draw it."""
    from labctl.core.store import write_bytes
    from labctl.pipeline import place
    from labctl.pipeline.show import show, tables

    here = place.load_place(args.room, args.cahier)
    bench = place.choose_benches(here, parse_benches([args.bench]))[0]
    if args.json:
        print(show(here, bench, "json"), end="")
    elif args.mermaid:
        print(show(here, bench, "mermaid"), end="")
    elif args.svg is not None:
        write_bytes(args.svg, show(here, bench, "svg").encode(), mode=0o644)
        print(args.svg)
    else:
        for table in tables(here, bench):
            print_table(table.title, table.columns, table.rows)
    return 0

"""``labctl connect``: the console of a machine, whatever its network is worth."""

import argparse

from labctl.cli.parser import Parser, add_place, parse_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument("bench", metavar=_("BANC"), help=_("numéro de banc"))
    parser.add_argument(
        "node", metavar=_("MACHINE"), help=_("poste, commutateur, routeur, dc, nas…")
    )
    parser.add_argument(
        "command",
        metavar=_("COMMANDE"),
        nargs=argparse.REMAINDER,
        help=_("au lieu d'une console : -- commande à exécuter"),
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Open the console on this terminal and return the exit code of what ran in it."""
    from labctl.pipeline import lifecycle, place

    here = place.load_place(args.room, args.cahier)
    (bench,) = place.choose_benches(here, parse_benches([args.bench]))[:1]
    command = [word for word in args.command if word != "--"]
    return lifecycle.console(here, bench, args.node, command)

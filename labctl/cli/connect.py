"""``labctl connect``: the console of a machine, whatever its network is worth."""

import argparse
import os

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
    """Become the console of the machine; its exit code is ours."""
    from labctl.pipeline import lifecycle, place

    here = place.load_place(args.room, args.cahier)
    bench = place.choose_benches(here, parse_benches([args.bench]))[0]
    command = [word for word in args.command if word != "--"]
    argv = lifecycle.console_argv(here, bench, args.node, command)
    os.execvp(argv[0], argv)  # noqa: S606  # the console takes this terminal over

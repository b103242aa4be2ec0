"""``labctl connect``: the console of a machine, whatever its network is worth."""

import argparse
import os
import sys

from labctl.cli.parser import Parser, add_bench, add_place, complete_words, parse_bench
from labctl.cli.work import find_place
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_bench(parser)
    node = parser.add_argument(
        "node",
        metavar=_("MACHINE"),
        help=_("machine, par son nom dans le cahier"),
    )
    complete_words(node, "machines")
    parser.add_argument(
        "command",
        metavar=_("-- COMMANDE"),
        nargs="*",
        default=[],
        help=_("commande à exécuter au lieu d'ouvrir une console"),
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Become the console of the machine; its exit code is ours.

    A person is told where they are, on stderr: never written into the machine.
    """
    from labctl.pipeline import console, place

    wanted = [parse_bench(args.bench)]
    here = find_place(args, wanted)
    (bench,) = place.choose_benches(here, wanted)
    argv = console.console_argv(here, bench, args.node, args.command)
    if sys.stdin.isatty() and not args.command:
        print(console.describe(here.plan(bench), args.node), file=sys.stderr, flush=True)
    os.execvp(argv[0], argv)  # noqa: S606  # the console takes this terminal over

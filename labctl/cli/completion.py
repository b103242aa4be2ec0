"""``labctl completion``: what the shell needs to complete verbs, options and names."""

import argparse

from labctl.cli.parser import Parser, add_place
from labctl.core.errors import UsageError
from labctl.core.i18n import _

SHELLS = ("bash", "zsh", "tcsh")
WORDS = ("machines", "rooms", "cahiers", "checks", "routes", "lots", "runs")
"""Every kind of labctl.pipeline.words, named here because that module is slow to import."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "shell", choices=SHELLS, metavar="|".join(SHELLS), nargs="?", help=_("pour quel shell")
    )
    parser.add_argument(
        "--words",
        choices=WORDS,
        help=_(
            "écrire les noms que le shell propose : machines, salles, cahiers, contrôles, relevés"
        ),
    )
    add_place(parser)


def run(args: argparse.Namespace) -> int:
    """Print the completion script, or the words that it asks for."""
    if args.words:
        from labctl.pipeline.words import list_words

        for word in list_words(args.words, args.room):
            print(word)
        return 0
    if not args.shell:
        raise UsageError(_("dites pour quel shell"), hint=", ".join(SHELLS))
    import shtab

    from labctl.cli.verbs import whole_parser

    print(shtab.complete(whole_parser(), shell=args.shell))
    return 0

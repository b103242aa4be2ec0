"""``labctl completion``: what the shell needs to complete verbs and options."""

import argparse

from labctl.cli.parser import Parser
from labctl.core.i18n import _

SHELLS = ("bash", "zsh", "tcsh")


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "shell", choices=SHELLS, metavar="|".join(SHELLS), help=_("pour quel shell")
    )


def run(args: argparse.Namespace) -> int:
    """Print the completion script."""
    import shtab

    from labctl.cli.verbs import whole_parser

    print(shtab.complete(whole_parser(), shell=args.shell))
    return 0

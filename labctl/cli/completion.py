"""``labctl completion``: what the shell needs to complete verbs and options."""

import argparse
from importlib import import_module

from labctl.cli.parser import Parser
from labctl.cli.verbs import summaries
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument("shell", choices=("bash", "zsh", "tcsh"), help=_("pour quel shell"))


def run(args: argparse.Namespace) -> int:
    """Print the completion script."""
    import shtab

    print(shtab.complete(_whole_parser(), shell=args.shell))
    return 0


def _whole_parser() -> argparse.ArgumentParser:
    whole = Parser(prog="labctl")
    verbs = whole.add_subparsers(parser_class=Parser)
    for verb, summary in summaries().items():
        module = import_module(f"labctl.cli.{verb}")
        module.configure(verbs.add_parser(verb, help=summary, description=summary))
    return whole

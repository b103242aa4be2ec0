"""``labctl session pause``: the time that follows does not count."""

import argparse

from labctl.cli.parser import Parser
from labctl.cli.sessions.acting import add_act, add_reason, add_session, perform
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    add_act(parser)
    add_reason(parser, _("pourquoi l'horloge s'arrête"))


def run(args: argparse.Namespace) -> int:
    """Pause the clocks."""
    return perform(args, "pause", _("en pause"), reason=args.reason)

"""``labctl session resume``: the clocks go on, after a pause or a stop by mistake."""

import argparse

from labctl.cli.parser import Parser
from labctl.cli.sessions.acting import add_act, add_reason, add_session, perform
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    add_act(parser)
    add_reason(parser, _("pourquoi une phase finie reprend"))


def run(args: argparse.Namespace) -> int:
    """Resume the clocks."""
    return perform(args, "resume", _("l'horloge tourne à nouveau"), reason=args.reason)

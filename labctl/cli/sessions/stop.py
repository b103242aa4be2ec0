"""``labctl session stop``: the phase is over."""

import argparse

from labctl.cli.parser import Parser
from labctl.cli.sessions.acting import add_act, add_session, perform
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    add_act(parser)


def run(args: argparse.Namespace) -> int:
    """Stop the clocks."""
    return perform(args, "stop", _("phase finie"))

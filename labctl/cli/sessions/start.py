"""``labctl session start``: a phase begins, when all that must come before it is recorded."""

import argparse

from labctl.cli.parser import Parser
from labctl.cli.sessions.acting import add_act, add_session, perform
from labctl.core.i18n import _

LAST_PHASE = 9


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    parser.add_argument(
        "phase",
        metavar=_("PHASE"),
        type=int,
        choices=range(1, LAST_PHASE + 1),
        help=_("numéro de la phase : 1, 2…"),
    )
    add_act(parser)


def run(args: argparse.Namespace) -> int:
    """Start the clocks."""
    said = _("phase %(number)d commencée") % {"number": args.phase}
    return perform(args, "start", said, exam_phase=args.phase)

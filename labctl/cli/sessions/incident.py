"""``labctl session incident``: what happened, in neutral words, and the time given back for it."""

import argparse

from labctl.cli.parser import Parser, add_dry_run, add_json
from labctl.cli.sessions.acting import add_by, add_session, perform
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.untrusted import one_line

MOST_MINUTES = 240
MOST_CHARACTERS = 500


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    parser.add_argument("benches", metavar=_("BANCS"), nargs=1, help=_("bancs concernés : 7, 1-12"))
    parser.add_argument(
        "text", metavar=_("TEXTE"), help=_("ce qui s'est passé : un fait, sans conclusion")
    )
    parser.flag(
        "--minutes",
        type=int,
        default=0,
        metavar=_("MINUTES"),
        help=_("temps rendu à chacun de ces candidats"),
    )
    add_by(parser)
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Record the incident."""
    if not 0 <= args.minutes <= MOST_MINUTES:
        said = _("--minutes : de 0 à %(most)d") % {"most": MOST_MINUTES}
        raise UsageError(said)
    text = one_line(args.text, MOST_CHARACTERS)
    return perform(args, "incident", _("incident noté"), text=text, given_s=60 * args.minutes)

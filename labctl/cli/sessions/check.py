"""``labctl session check``: does the session hold together, before anybody comes?"""

import argparse

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_json, complete_paths
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    session = parser.add_argument(
        "session",
        metavar=_("SESSION"),
        help=_("session : nom, ou fichier .session.yml"),
    )
    complete_paths(session)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Read the session and everything that it names."""
    from labctl.pipeline.examday import load_day

    held = load_day(args.session)
    if args.json:
        print_json("labctl/session-check/v1", {"session": held.day.file.id})
    else:
        print(
            _("session « %(name)s » : candidats : %(count)d")
            % {"name": held.day.file.id, "count": len(held.day.candidates)}
        )
    return 0

"""``labctl session close``: nothing changes any more; the juries get their grids."""

import argparse
import sys

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_dry_run, add_json
from labctl.cli.sessions.acting import add_by, add_reason, add_session, perform
from labctl.core.i18n import _

DONE_WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    add_by(parser)
    add_reason(parser, _("pourquoi clore sans que toutes les phases aient eu lieu"))
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Close the session and write the grids; exit code 3 when nothing was observed of someone."""
    from labctl.core.author import name_author
    from labctl.pipeline.closing import close_session
    from labctl.session.acts import name_benches

    if args.dry_run:
        args.benches = ()
        return perform(args, "close", _("session close"), reason=args.reason)
    closed = close_session(args.session, args.by or name_author(), args.reason)
    if args.json:
        document = {
            "session": args.session,
            "head": closed.state.head,
            "files": [str(path) for path in closed.files],
            "missing": {phase: list(benches) for phase, benches in closed.missing.items()},
        }
        print_json("labctl/session-close/v1", document)
    else:
        for path in closed.files:
            print(path)
        print(_("empreinte du journal : %(head)s") % {"head": closed.state.head})
    for phase, benches in sorted(closed.missing.items()):
        said = _("aucun relevé entier de la phase %(number)d : bancs %(benches)s")
        values = {"number": phase, "benches": name_benches(benches)}
        print(said % values, file=sys.stderr)
    return DONE_WITH_WARNINGS if closed.missing else 0

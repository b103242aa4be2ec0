"""``labctl session open``: the day begins; what is done from now on is in the journal."""

import argparse

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_dry_run, add_json, complete_paths
from labctl.cli.sessions.acting import add_by
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    session = parser.add_argument(
        "session", metavar=_("SESSION"), help=_("session : nom, ou fichier .session.yml")
    )
    complete_paths(session)
    add_by(parser)
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Open the session, and say what comes next."""
    from labctl.core.author import name_author
    from labctl.pipeline.conduct import look, open_session

    state = open_session(args.session, args.by or name_author(), dry_run=args.dry_run)
    if state is None:
        print(_("la session peut être ouverte"))
        return 0
    name = state.opening.session
    if args.json:
        print_json("labctl/session-open/v1", {"session": name, "head": state.head})
        return 0
    values = {"name": name, "count": len(state.benches)}
    print(_("session « %(name)s » ouverte : %(count)d candidats") % values)
    for step in look(name)[2]:
        print("  " + _("à faire : %(step)s") % {"step": step})
    return 0

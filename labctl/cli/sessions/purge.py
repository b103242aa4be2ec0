"""``labctl session purge``: what was kept long enough is removed; a certificate stays."""

import argparse
from datetime import date

from labctl.cli.consent import confirm
from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_dry_run, add_json
from labctl.cli.sessions.acting import add_by, add_session
from labctl.core.errors import Interrupted, UsageError
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_session(parser)
    parser.flag(
        "--after",
        default="",
        metavar=_("DATE"),
        help=_("dernier jour de conservation : 2027-12-31 (par défaut celui de la session)"),
    )
    parser.flag("--yes", action="store_true", help=_("ne pas demander"))
    add_by(parser)
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Remove the session, and say where its certificate is."""
    from dataclasses import asdict

    from labctl.core.author import name_author
    from labctl.pipeline.purge import purge

    after, by = _read_day(args.after), args.by or name_author()
    foreseen, path = purge(args.session, after, by, dry_run=True)
    values = {"name": args.session, "files": foreseen.files, "runs": len(foreseen.runs)}
    what = _("session « %(name)s » : %(files)d fichiers, dont ceux de %(runs)d relevés") % values
    if not args.dry_run:
        if not args.yes and not confirm(_("à supprimer, %(what)s") % {"what": what}):
            raise Interrupted(_("rien n'a été changé"))
        foreseen, path = purge(args.session, after, by, dry_run=False)
    if args.json:
        document = {**asdict(foreseen), "certificate": "" if args.dry_run else str(path)}
        print_json("labctl/session-purge/v1", document)
        return 0
    print(_("à supprimer, %(what)s") % {"what": what} if args.dry_run else path)
    return 0


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as exc:
        said = _("« %(text)s » n'est pas une date") % {"text": text}
        raise UsageError(said, hint="--after 2027-12-31") from exc

"""``labctl validate``: schema and lint of what people write, and the checks; touches nothing."""

import argparse

from labctl.cli.display import print_json
from labctl.cli.parser import Parser, add_json
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "files",
        metavar=_("FICHIERS"),
        nargs="*",
        help=_(
            "fichiers .cdc.yml, .room.yml et .session.yml, ou leurs noms (tous ceux de labctl et du"
            " centre, contrôles compris)"
        ),
    )
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print every mistake as ``file:line: message``; exit code 2, or 3 when all are advice."""
    from labctl.pipeline.validate import validate

    checked = validate(args.files)
    if args.json:
        mistakes = [mistake._asdict() for mistake in checked.mistakes]
        found = {"files": list(checked.files), "mistakes": mistakes}
        unread = {"unobserved": dict(checked.unobserved), "jury": dict(checked.jury)}
        print_json("labctl/validate/v1", {**found, **unread})
    else:
        for mistake in checked.mistakes:
            print(mistake)
        for file, keys in checked.unobserved.items():
            said = _("%(file)s : demandé, observé par aucun contrôle : %(keys)s")
            print(said % {"file": file, "keys": ", ".join(keys)})
        for file, reasons in checked.jury.items():
            said = _("%(file)s : regardé par le jury, et par aucun contrôle : %(keys)s")
            print(said % {"file": file, "keys": ", ".join(reasons)})
        if not checked.refusals:
            print(_("aucune erreur, fichiers lus : %(count)d") % {"count": len(checked.files)})
    return 2 if checked.refusals else 3 if checked.mistakes else 0

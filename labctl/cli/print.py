"""``labctl print``: the subject of each bench, its annexe, the forms and papers of the day."""

import argparse
import sys
from datetime import date
from pathlib import Path

from labctl.cli.display import print_json
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_json,
    add_place,
    complete_paths,
    parse_benches,
    refuse_typed,
)
from labctl.cli.work import find_place
from labctl.core.errors import UsageError
from labctl.core.i18n import _

ALL = "tout"
WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    parser.flag(
        "--what",
        default="cahier",
        metavar=_("DOCUMENTS"),
        help=_(
            "documents, séparés par des virgules ; « tout » : ceux qui ne veulent pas de relevé"
        ),
    )
    parser.flag(
        "--route",
        default="",
        metavar=_("PARCOURS"),
        help=_("parcours du sujet : un nom du référentiel (celui du banc)"),
    )
    output = parser.flag(
        "--out", type=Path, default=Path("impression"), metavar=_("DOSSIER"),
        help=_("où écrire (impression)"),
    )  # fmt: skip
    parser.flag("--odt", action="store_true", help=_("écrire aussi un texte à modifier, en ODT"))
    parser.flag(
        "--date",
        metavar=_("AAAA-MM-JJ"),
        help=_("le jour de l'épreuve ; sans lui, la date se remplit à la main"),
    )
    session = parser.flag(
        "--session",
        metavar=_("SESSION"),
        help=_("session : noms, jour, heures, parcours et jurys y sont lus"),
    )
    complete_paths(session)
    complete_paths(output)
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the documents and print their paths."""
    from labctl.pipeline import paper, place
    from labctl.pipeline.sitting import read_sitting
    from labctl.reports.printed.sitting import Sitting

    wanted = parse_benches(args.benches)
    if args.session:
        refuse_typed(args, ("--date", "--room", "--cahier"), "print --session")
        places, sitting = read_sitting(args.session, wanted)
    else:
        here = find_place(args, wanted)
        places = dict.fromkeys(place.choose_benches(here, wanted), here)
        sitting = Sitting(day=_read_day(args.date))
    names = _split(args.what)
    names = paper.list_without_sheet(sitting, places) if names == [ALL] else names
    wish = paper.Wish(tuple(names), args.route, sitting, args.odt)
    printed = paper.print_documents(places, wish, args.out.absolute())
    if args.json:
        files = [str(path) for path in printed.files]
        print_json("labctl/print/v1", {"files": files, "missing": list(printed.missing)})
    else:
        for path in printed.files:
            print(path)
    for words in printed.missing:
        print(words, file=sys.stderr)
    return WITH_WARNINGS if printed.missing else 0


def _split(words: str) -> list[str]:
    names = [name.strip() for name in words.split(",") if name.strip()]
    if not names:
        raise UsageError(_("dites quels documents imprimer"), hint="--what cahier,annexe")
    return list(dict.fromkeys(names))


def _read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as exc:
        said = _("« %(text)s » n'est pas une date") % {"text": text}
        raise UsageError(said, hint="--date 2026-12-07") from exc

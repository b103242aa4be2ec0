"""``labctl report``: write the reports of collected benches, also after the benches are gone."""

import argparse
import sys
from pathlib import Path
from typing import Any

from labctl.cli.display import bench_name, print_json
from labctl.cli.grade import add_blocked
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_json,
    complete_from,
    complete_paths,
    complete_words,
    parse_benches,
    refuse_typed,
)
from labctl.core.i18n import _, about, say_moment
from labctl.core.untrusted import one_line

USUAL = ("html", "json", "junit", "csv", "xlsx")
"""The formats that are written when none is named."""
FORMATS = (*USUAL, "moodle")
"""Every format of labctl.reports.registry, named here because that module is slow to import."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    parser.flag(
        "--mode",
        choices=("examen", "formation"),
        help=_("celui du jugement, sans cela ; examen : sans les points d'un relevé de formation"),
    )
    add_blocked(parser, default=None)
    source = parser.flag(
        "--from",
        dest="source",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("ce relevé plutôt que le dernier relevé entier de chaque banc"),
    )
    parser.flag(
        "--phase",
        type=int,
        metavar=_("PHASE"),
        help=_("le dernier relevé de cette phase de l'examen : 1, 2…"),
    )
    formats = parser.flag(
        "--format",
        default=",".join(USUAL),
        metavar=_("FORMATS"),
        help=_("parmi %(known)s, séparés par des virgules (tous par défaut, sauf moodle)")
        % {"known": ", ".join(FORMATS)},
    )
    complete_from(formats, FORMATS)
    output = parser.flag(
        "--output",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("où écrire (le dossier du relevé ; celui des relevés pour plusieurs bancs)"),
    )
    complete_words(source, "runs", with_paths=True)
    complete_paths(output)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the reports, print their paths, and say of which run each bench's are."""
    from labctl.grade.model import Blocked, Mode
    from labctl.pipeline.report import write_reports

    if args.source is not None:
        refuse_typed(args, ("--phase",), "report --from", args.benches)
    benches = parse_benches(args.benches) if args.benches else ()
    formats = [name.strip() for name in args.format.split(",") if name.strip()]
    mode = Mode(args.mode) if args.mode else None
    blocked = Blocked(args.blocked) if args.blocked else None
    written = write_reports(
        benches, args.source, mode, blocked, formats, args.output, exam_phase=args.phase
    )
    if args.json:
        runs = {one.sheet.bench: str(one.run) for one in written.runs}
        files = [str(path) for path in written.files]
        print_json("labctl/report/v1", {"files": files, "runs": runs})
        return 0
    for one in written.runs:
        _say_which(one)
    for path in written.files:
        print(path)
    return 0


def _say_which(judged: Any) -> None:
    """Tell on standard error which run is printed, and which newer ones are not."""
    from labctl.reports.rows import list_notices

    said = _("relevé du %(moment)s : %(run)s")
    when = say_moment(judged.sheet.collected_at)
    lines = [said % {"moment": when, "run": judged.run}, *list_notices(judged.sheet)]
    if judged.newer:
        names = ", ".join(run.name for run in judged.newer)
        lines.append(_("plus récents, partiels ou non jugés : %(names)s") % {"names": names})
    for line in lines:
        print(about(bench_name(judged.sheet.bench), one_line(line)), file=sys.stderr)

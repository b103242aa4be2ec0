"""``labctl report``: write the reports of collected benches, also after the benches are gone."""

import argparse
from pathlib import Path

from labctl.cli.display import print_json
from labctl.cli.grade import add_choice, choose
from labctl.cli.parser import Parser, add_benches, add_json, complete_paths, parse_benches
from labctl.core.i18n import _

FORMATS = ("html", "json", "junit", "csv", "xlsx")
"""Every format of labctl.reports.registry, named here because that module is slow to import."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    add_choice(parser)
    source = parser.flag(
        "--from",
        dest="source",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("ce relevé plutôt que le dernier de chaque banc"),
    )
    parser.flag(
        "--format",
        default=",".join(FORMATS),
        metavar=_("FORMATS"),
        help=_("parmi %(known)s, séparés par des virgules (tous par défaut)")
        % {"known": ", ".join(FORMATS)},
    )
    output = parser.flag(
        "--output",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("où écrire (le dossier du relevé ; celui des relevés pour plusieurs bancs)"),
    )
    complete_paths(source, output)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the reports and print their paths."""
    from labctl.pipeline.report import write_reports

    benches = parse_benches(args.benches) if args.benches else ()
    formats = [name.strip() for name in args.format.split(",") if name.strip()]
    written = write_reports(benches, args.source, choose(args), formats, args.output)
    if args.json:
        print_json("labctl/report/v1", {"files": [str(path) for path in written]})
    else:
        for path in written:
            print(path)
    return 0

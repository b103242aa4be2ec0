"""``labctl session timetable``: who is where, when, before which jury."""

import argparse
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_files, add_json, complete_paths, list_formats
from labctl.core.i18n import _, say_clock

FORMATS = ("html", "csv")
"""Every format of labctl.pipeline.daysheet, named here because that module is slow to import."""
WIDTH = 80
WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    session = parser.add_argument(
        "session", metavar=_("SESSION"), help=_("session : nom, ou fichier .session.yml")
    )
    complete_paths(session)
    add_files(parser, FORMATS)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the day by candidate and by jury, and write the files that are asked for."""
    from labctl.pipeline.daysheet import read_daysheet, write_daysheet

    sheet = read_daysheet(args.session)
    files = write_daysheet(sheet, list_formats(args), args.output)
    if args.json:
        _print_json(sheet, files)
    else:
        _print_candidates(sheet)
        for line in sheet.juries:
            _print_jury(line)
        for path in files:
            print(path)
    for warning in sheet.warnings:
        print(warning, file=sys.stderr)
    return WITH_WARNINGS if sheet.warnings else 0


def _print_json(sheet: Any, files: Sequence[Path]) -> None:
    from dataclasses import asdict

    moments = [
        {**asdict(one), "start": say_clock(one.start), "end": say_clock(one.end)}
        for one in sheet.moments
    ]
    document = {"title": sheet.title, "day": sheet.day, "moments": moments}
    more = {"warnings": list(sheet.warnings), "files": [str(path) for path in files]}
    print_json("labctl/session-timetable/v1", {**document, **more})


def _print_candidates(sheet: Any) -> None:
    """Print a line per candidate: preparation, common trials, passage."""
    rows = [
        (line.name, *(_span(part) for part in _share_out(line.moments)), line.note)
        for line in sheet.candidates
    ]
    head = (_("candidat"), _("préparation"), _("ensemble"), _("passage"), _("à savoir"))
    print_table(f"{sheet.title}, {sheet.day}", head, rows, most=WIDTH)


def _share_out(moments: Sequence[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Return the trials alone at the beginning, those of all together, and the passage."""
    trials = [one for one in moments if one.activity == "trial"]
    seen = [rank for rank, one in enumerate(trials) if one.jury]
    begins = trials[seen[0]].start if seen else trials[-1].end
    passage = [one for one in trials if one.start >= begins and one.place]
    alone = [one for one in trials if one.start < begins and one.place]
    return alone, [one for one in trials if not one.place], passage


def _span(moments: Sequence[Any]) -> str:
    if not moments:
        return "–"
    return f"{say_clock(moments[0].start)}–{say_clock(moments[-1].end)}"


def _print_jury(line: Any) -> None:
    """Print the day of a jury: a line per candidate, and per time of its own."""
    rows = []
    for _key, group in groupby(line.moments, key=lambda one: (one.bench, one.bench or one.start)):
        moments = list(group)
        who = f"{moments[0].bench:02d} {moments[0].candidate}" if moments[0].bench else ""
        what = (
            moments[0].title
            if not who
            else " ".join(f"{one.modality} {say_clock(one.start)}" for one in moments)
        )
        rows.append((_span(moments), who, what))
    head = (_("heures"), _("candidat"), _("quoi"))
    print_table(f"{line.name}, {line.note}", head, rows, most=WIDTH)

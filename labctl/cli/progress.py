"""``labctl progress``: how learners did from one run to the next, in training."""

import argparse
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_files, add_json, list_formats
from labctl.core.i18n import _, about, say_moment, short_moment

FORMATS = ("html", "xlsx")
"""Every format of labctl.pipeline.progress, named here because that module is slow to import."""
WIDTH = 80
SHOWN = 6
"""Runs of a learner that fit beside each other; the files hold all of them."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.flag(
        "--group", default="", metavar=_("GROUPE"), help=_("ce groupe de la liste (tous sinon)")
    )
    add_files(parser, FORMATS)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the critères of each learner, run after run."""
    from dataclasses import asdict

    from labctl.pipeline.progress import read_progress, write_progress

    found = read_progress(args.group)
    files = write_progress(found, list_formats(args), args.output)
    if args.json:
        document = {**asdict(found), "files": [str(path) for path in files]}
        print_json("labctl/progress/v1", document)
        return 0
    _print_group(found)
    for one in found.learners:
        _print_learner(found, one)
    _print_incidents(found)
    for path in files:
        print(path)
    return 0


def _print_group(found: Any) -> None:
    rows = [
        (
            one.learner.name,
            str(len(one.attempts)),
            say_moment(one.attempts[-1].collected_at),
            " → ".join(str(attempt.achieved) for attempt in one.attempts[-SHOWN:]),
            str(len(found.criteria)),
        )
        for one in found.learners
    ]
    head = (_("apprenant"), _("relevés"), _("dernier"), _("critères acquis"), _("sur"))
    print_table(_("Progression"), head, rows, most=WIDTH)


def _print_incidents(found: Any) -> None:
    from labctl.reports.progress import say_best

    rows = [
        (name, one.learner.name, say_best(one, name), "✓" * (one.best[name] == found.best(name)))
        for name, _title in found.incidents
        for one in found.learners
        if name in one.best
    ]
    if rows:
        head = (_("panne"), _("apprenant"), _("meilleur temps"), _("le meilleur du groupe"))
        print_table(_("Pannes"), head, rows, most=WIDTH)


def _print_learner(found: Any, one: Any) -> None:
    from labctl.reports.progress import say_cell

    attempts = one.attempts[-SHOWN:]
    rows = [
        (number, *(say_cell(attempt.cells.get(number)) or "·" for attempt in attempts))
        for number, _wording in found.criteria
    ]
    head = (_("critère"), *(short_moment(attempt.collected_at) for attempt in attempts))
    print_table(about(one.learner.name, _("conformes sur jugés")), head, rows, most=WIDTH)

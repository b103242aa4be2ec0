"""``labctl collect``: observe without judging."""

import argparse

from labctl.cli.display import list_failures, print_failures, print_json, progress
from labctl.cli.grade import add_choice, choose
from labctl.cli.parser import Parser, add_benches, add_json, add_place
from labctl.cli.work import find_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_choice(parser)
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print where each bench's evidence lies."""
    from labctl.pipeline import observe

    here, benches = find_benches(args)
    choice = choose(args)
    observe.choose(here.cahier.referential, choice)  # refuse an unknown name before asking anything
    with progress(_("Relevé"), benches) as step:
        outcomes = observe.collect(here, benches, choice, step)
    runs = {bench: str(outcome.value) for bench, outcome in outcomes.items() if outcome.ok}
    if args.json:
        print_json("labctl/collect/v1", {"runs": runs, "failed": list_failures(outcomes)})
    else:
        for bench, folder in runs.items():
            print(_("banc %(bench)02d : ") % {"bench": bench} + folder)
    return print_failures(outcomes)

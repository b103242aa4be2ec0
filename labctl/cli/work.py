"""What the verbs that work on benches share: their flags, and the benches these name."""

import argparse
from typing import Any

from labctl.cli.parser import Parser, add_dry_run, add_json, add_place, parse_benches


def add_work(parser: Parser) -> None:
    """Add in which room, with which cahier, whether for good, and how it is said."""
    add_place(parser)
    add_dry_run(parser)
    add_json(parser)


def find_benches(args: argparse.Namespace) -> tuple[Any, tuple[int, ...]]:
    """Return the place of the command line, and its benches; UsageError for one it has not."""
    from labctl.pipeline.place import choose_benches, load_place

    here = load_place(args.room, args.cahier)
    return here, choose_benches(here, parse_benches(args.benches))

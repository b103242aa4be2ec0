"""What the verbs that work on benches share: their flags, and the benches these name."""

import argparse
from collections.abc import Sequence
from typing import Any

from labctl.cli.parser import Parser, add_dry_run, add_json, add_place, parse_benches


def add_work(parser: Parser) -> None:
    """Add in which room, with which cahier, whether for good, and how it is said."""
    add_place(parser)
    add_dry_run(parser)
    add_json(parser)


def find_benches(
    args: argparse.Namespace, *, may_move: bool = False
) -> tuple[Any, tuple[int, ...]]:
    """Return where the benches of the command line are, and these; UsageError for one it has not.

    They ``may_move`` where a bench of which nothing is left may be built in another room.
    """
    from labctl.pipeline.place import choose_benches

    wanted = parse_benches(args.benches)
    here = find_place(args, wanted, may_move=may_move)
    return here, choose_benches(here, wanted)


def find_place(args: argparse.Namespace, benches: Sequence[int], *, may_move: bool = False) -> Any:
    """Return the room and cahier that are typed, else those of the benches, else the usual ones."""
    from labctl.pipeline.place import find_place as find

    return find(args.room, args.cahier, benches, args.typed, may_move=may_move)

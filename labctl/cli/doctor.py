"""``labctl doctor``: can this machine carry the benches of a room."""

import argparse
from typing import Any

from labctl.cli.display import print_json, print_table
from labctl.cli.parser import Parser, add_json, add_place
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print each thing looked at; exit code 5 when something is missing."""
    from dataclasses import asdict

    from labctl.pipeline.doctor import examine
    from labctl.pipeline.place import load_place

    findings = examine(load_place(args.room, args.cahier))
    if args.json:
        print_json("labctl/doctor/v1", {"findings": [asdict(finding) for finding in findings]})
    else:
        rows = [(f.name, _say(f), f.found, "" if f.ok else f.hint) for f in findings]
        print_table("", (_("quoi"), _("état"), _("constaté"), _("piste")), rows)
    return 0 if all(finding.ok for finding in findings) else 5


def _say(finding: Any) -> str:
    if finding.ok:
        return _("bon")
    return _("MANQUE") if finding.is_known else "?"

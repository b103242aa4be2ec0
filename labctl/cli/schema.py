"""``labctl schema``: the JSON Schema an editor completes and checks the files with."""

import argparse
import json
import sys

from labctl.cli.parser import Parser
from labctl.core.i18n import _

KINDS = ("cahier", "room", "kind", "referential", "grid", "incident", "session")


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "kind",
        choices=KINDS,
        metavar="|".join(KINDS),
        nargs="?",
        default="cahier",
        help=_("de quel fichier (cahier par défaut)"),
    )


def run(args: argparse.Namespace) -> int:
    """Print the schema."""
    from labctl.providers.registry import list_room_rules
    from labctl.session.document import session_schema
    from labctl.spec.schema import build_schema

    is_session = args.kind == "session"
    document = session_schema() if is_session else build_schema(args.kind, list_room_rules())
    json.dump(document, sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
    print()
    return 0

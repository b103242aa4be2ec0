"""What the acts on a session share: their flags, what they print."""

import argparse
from collections.abc import Mapping
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json
from labctl.cli.parser import Parser, add_dry_run, add_json, parse_benches
from labctl.core.i18n import _, about

DONE_WITH_WARNINGS = 3
"""Exit code of an act that is recorded, and that the door of a bench did not follow."""


def add_session(parser: Parser) -> None:
    """Add which session: one that was opened here."""
    parser.add_argument("session", metavar=_("SESSION"), help=_("session : son identifiant"))


def add_act(parser: Parser) -> None:
    """Add on which benches, by whom, whether for good, and how it is said."""
    parser.add_argument(
        "benches",
        metavar=_("BANCS"),
        nargs="*",
        help=_("numéros de bancs : 7, 1-12, 1,3,5-7 (par défaut tous ceux que cela concerne)"),
    )
    add_by(parser)
    add_dry_run(parser)
    add_json(parser)


def add_by(parser: Parser) -> None:
    """Add the author of an act."""
    parser.flag(
        "--by",
        default="",
        metavar=_("QUI"),
        help=_("auteur de l'acte, au journal (par défaut le compte qui lance la commande)"),
    )


def add_reason(parser: Parser, text: str) -> None:
    """Add why, for the journal."""
    parser.flag("--reason", default="", metavar=_("MOTIF"), help=text)


def perform(args: argparse.Namespace, kind: str, said: str, **detail: object) -> int:
    """Do an act, and say on which benches and what comes next."""
    from labctl.core.author import name_author
    from labctl.pipeline.conduct import act, look
    from labctl.session.acts import list_running, name_benches

    benches = parse_benches(args.benches) if args.benches else ()
    by = args.by or name_author()
    acted = act(args.session, kind, benches, by, detail, dry_run=args.dry_run)
    if args.json:
        document = _document(args, kind, acted.benches, detail, acted.state.head)
        print_json("labctl/session-act/v1", document | {"failed": list_failures(acted.failed)})
        return DONE_WITH_WARNINGS if acted.failed else 0
    shown = _("serait noté : %(what)s") % {"what": said} if args.dry_run else said
    print(about(shown, _("bancs %(benches)s") % {"benches": name_benches(acted.benches)}))
    left = [bench for bench in list_running(acted.state) if bench not in acted.benches]
    if kind == "stop" and left:
        print(
            "  " + _("le temps court encore : bancs %(benches)s") % {"benches": name_benches(left)}
        )
    for step in () if args.dry_run else look(args.session)[2]:
        print("  " + _("à faire : %(step)s") % {"step": step})
    print_failures(acted.failed)
    return DONE_WITH_WARNINGS if acted.failed else 0


def _document(
    args: argparse.Namespace,
    kind: str,
    benches: tuple[int, ...],
    detail: Mapping[str, object],
    head: str,
) -> dict[str, Any]:
    key = "would_do" if args.dry_run else "done"
    return {"session": args.session, key: kind, "benches": list(benches), **detail, "head": head}

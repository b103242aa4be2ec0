"""``labctl access``: let candidates in to their benches, by ssh, and out again."""

import argparse
from collections.abc import Sequence
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, refuse_typed
from labctl.cli.work import add_work, find_benches
from labctl.core.errors import UsageError
from labctl.core.i18n import _

_ACTS = {
    "status": "look_at_doors",
    "stop": "close_doors",
    "pause": "pause_doors",
    "resume": "resume_doors",
}
"""What each flag has ``labctl.pipeline.doors`` do."""


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    helps = {
        "status": _("dire seulement quelles entrées sont ouvertes, et qui y est"),
        "stop": _("fermer : lignes et fenêtres finies, documents remis gardés"),
        "pause": _("suspendre : lignes coupées, ce qui tourne dans les fenêtres gelé"),
        "resume": _("reprendre après une pause"),
    }
    for act in _ACTS:
        parser.flag(f"--{act}", action="store_true", help=helps[act])
    parser.flag(
        "--listen",
        default="0.0.0.0",  # noqa: S104  # candidates come from the room
        metavar=_("ADRESSE"),
        help=_("adresse de cet hôte où écouter (toutes)"),
    )
    parser.flag(
        "--first-port",
        type=int,
        metavar=_("PORT"),
        help=_("le port d'un banc est celui-ci plus son numéro (celui de centre.yml)"),
    )
    parser.flag(
        "--mode",
        choices=("examen", "formation"),
        default="formation",
        help=_("examen : refuser un banc que seul le noyau de l'hôte isole (formation)"),
    )
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Do one thing with the ways in of the benches."""
    from labctl.grade.model import Mode
    from labctl.pipeline import doors
    from labctl.pipeline.access import read_first_port

    wanted = [act for act in _ACTS if getattr(args, act)]
    if len(wanted) > 1:
        raise UsageError(_("une seule chose à la fois : %(acts)s") % {"acts": ", ".join(wanted)})
    if wanted:
        refuse_typed(args, ("--listen", "--first-port", "--mode"), f"access --{wanted[0]}")
    here, benches = find_benches(args)
    if args.dry_run:
        return _announce(benches, wanted, as_json=args.json)
    with progress(_("Entrées des candidats"), benches) as step:
        if not wanted:
            first_port = args.first_port or read_first_port()
            listening = doors.Listening(args.listen, first_port)
            outcomes: dict[int, Any] = doors.open_doors(
                here, benches, listening, Mode(args.mode), step
            )
        else:
            outcomes = getattr(doors, _ACTS[wanted[0]])(benches, step)
    return _tell_closed(args, outcomes) if wanted == ["stop"] else _tell(args, outcomes)


def _tell(args: argparse.Namespace, outcomes: dict[int, Any]) -> int:
    from dataclasses import asdict

    from labctl.pipeline.access import name_accounts

    found = {bench: outcome.value for bench, outcome in outcomes.items() if outcome.ok}
    if args.json:
        doors = [
            {"bench": bench, "open": door is not None, **(_public(asdict(door)) if door else {})}
            for bench, door in found.items()
        ]
        print_json("labctl/access/v1", {"doors": doors, "failed": list_failures(outcomes)})
    elif found:
        rows = [
            (
                f"{bench:02d}",
                f"ssh -p {door.port} {name_accounts(bench)[0]}@…" if door else "–",
                _say_state(door),
                str(door.lines) if door else "–",
                str(door.windows) if door else "–",
                str(door.handed_in) if door else "–",
            )
            for bench, door in found.items()
        ]
        head = (
            _("banc"), _("connexion"), _("état"), _("lignes"), _("fenêtres"), _("documents remis"),
        )  # fmt: skip
        print_table(_("Entrées des candidats"), head, rows)
    return print_failures(outcomes)


def _tell_closed(args: argparse.Namespace, outcomes: dict[int, Any]) -> int:
    closed = [bench for bench, outcome in outcomes.items() if outcome.value]
    if args.json:
        document = {"closed": closed, "failed": list_failures(outcomes)}
        print_json("labctl/access-stop/v1", document)
    else:
        names = ", ".join(f"{bench:02d}" for bench in closed)
        print(_("entrées fermées : %(names)s") % {"names": names or _("aucune n'était ouverte")})
    return print_failures(outcomes)


def _say_state(door: Any) -> str:
    if door is None:
        return _("fermée")
    return _("en pause") if door.is_paused else _("ouverte")


def _public(door: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in door.items() if name not in ("bench", "digest", "provider")
    }


def _announce(benches: Sequence[int], wanted: Sequence[str], *, as_json: bool) -> int:
    act = wanted[0] if wanted else "open"
    if as_json:
        print_json("labctl/access-dry-run/v1", {"act": act, "benches": list(benches)})
    else:
        names = ", ".join(f"{bench:02d}" for bench in benches)
        print(_("bancs concernés : %(names)s") % {"names": names})
    return 0

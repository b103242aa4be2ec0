"""``labctl seal``: close benches for their jury; nothing of them can be reached any more."""

import argparse
from collections.abc import Sequence
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, refuse_typed
from labctl.cli.sessions.acting import add_by
from labctl.cli.work import add_work, find_benches
from labctl.core.errors import UsageError
from labctl.core.i18n import _, say_moment


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    parser.flag(
        "--public-key",
        action="store_true",
        help=_(
            "écrire la clé publique du centre (fichier « allowed signers » d'OpenSSH), et finir"
        ),
    )
    add_by(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Seal the benches and print the fingerprint of each, for the minutes of the exam."""
    from dataclasses import asdict

    from labctl.pipeline import place, seal

    if not args.benches and not args.public_key:
        raise UsageError(_("dites quels bancs sceller"), hint="labctl seal 1-16")
    if args.public_key:
        refuse_typed(args, ("--by",), "seal --public-key", args.benches)
        print(seal.allowed_signers(place.load_place(args.room, args.cahier)), end="")
        return 0
    here, benches = find_benches(args)
    if args.dry_run:
        return _announce(benches, as_json=args.json)
    with progress(_("Mise sous scellé"), benches) as step:
        outcomes = seal.seal(here, benches, step, args.by)
    sealed = [outcome.value for outcome in outcomes.values() if outcome.value]
    if args.json:
        document = {"sealed": [asdict(s) for s in sealed], "failed": list_failures(outcomes)}
        print_json("labctl/seal/v1", document)
    elif sealed:
        show(_("Bancs scellés"), sealed)
    return print_failures(outcomes)


def show(title: str, sealed: Sequence[Any]) -> None:
    """Print what each seal vouches for; shared with ``unseal``."""
    rows = [
        (
            f"{one.bench:02d}",
            say_moment(one.sealed_at),
            one.fingerprint[:16],
            str(one.files),
            f"{one.bytes >> 20} MiB",
            f"{one.elapsed_s:.1f} s",
        )
        for one in sealed
    ]
    head = (
        _("banc"),
        _("scellé le"),
        _("empreinte, à noter au procès-verbal"),
        _("fichiers"),
        _("taille"),
        _("durée"),
    )
    print_table(title, head, rows)


def _announce(benches: Sequence[int], *, as_json: bool) -> int:
    if as_json:
        print_json("labctl/seal-dry-run/v1", {"would_seal": list(benches)})
    else:
        names = ", ".join(f"{bench:02d}" for bench in benches)
        print(_("à sceller : %(names)s") % {"names": names})
    return 0

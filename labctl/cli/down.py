"""``labctl down``: remove benches; succeeds on what is already gone."""

import argparse
from collections.abc import Sequence

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import list_failures, print_failures, print_json, progress
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_dry_run,
    add_json,
    add_sealed,
    parse_benches,
)
from labctl.core.errors import UsageError
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser, required=False)
    parser.flag(
        "--all",
        action="store_true",
        help=_("tout ce qui porte l'étiquette de labctl ici, même si son état est perdu"),
    )
    parser.flag(
        "--provider",
        default="",
        metavar=_("FOURNISSEUR"),
        help=_("seulement ce qu'un fournisseur a fait ; sans cela, ce qui est là"),
    )
    add_sealed(parser)
    add_yes(parser)
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Remove the benches, or everything that is ours."""
    from labctl.pipeline import lifecycle

    if args.all == bool(args.benches):
        raise UsageError(
            _("dites quels bancs démonter"), hint=_("« labctl down 1-16 » ou « labctl down --all »")
        )
    providers = lifecycle.choose_providers(args.provider)
    benches = lifecycle.list_benches(providers) if args.all else parse_benches(args.benches)
    if args.dry_run:
        return _announce(lifecycle.list_existing(providers, benches), as_json=args.json)
    said = _("le démontage jette tout ce qui a été fait sur les machines :")
    require_consent(args, lambda: lifecycle.list_existing(providers, benches), said)
    with progress(_("Démontage"), benches) as step:
        outcomes = lifecycle.down(providers, benches, step, sealed=args.sealed)
    removed = [bench for bench, outcome in outcomes.items() if outcome.value]
    if args.json:
        print_json("labctl/down/v1", {"removed": removed, "failed": list_failures(outcomes)})
    elif removed or all(outcome.ok for outcome in outcomes.values()):
        names = ", ".join(f"{bench:02d}" for bench in removed)
        print(_("bancs démontés : %(names)s") % {"names": names or _("aucun, il n'y avait rien")})
    return print_failures(outcomes)


def _announce(benches: Sequence[int], *, as_json: bool) -> int:
    if as_json:
        print_json("labctl/down-dry-run/v1", {"would_remove": list(benches)})
    else:
        names = ", ".join(f"{bench:02d}" for bench in benches)
        print(_("à démonter : %(names)s") % {"names": names or _("rien")})
    return 0

"""``labctl down``: remove benches; succeeds on what is already gone."""

import argparse
from collections.abc import Sequence
from functools import partial

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import list_failures, print_failures, print_json, progress
from labctl.cli.output import complain
from labctl.cli.parser import (
    Parser,
    add_benches,
    add_dry_run,
    add_json,
    add_sealed,
    parse_benches,
)
from labctl.core.errors import LabctlError, UsageError
from labctl.core.i18n import _
from labctl.core.untrusted import inert

DONE_WITH_WARNINGS = 3


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
    """Remove the benches, or everything that is ours; warn of what could not be looked at."""
    from labctl.pipeline import lifecycle

    if args.all == bool(args.benches):
        raise UsageError(
            _("dites quels bancs démonter"), hint=_("« labctl down 1-16 » ou « labctl down --all »")
        )
    unseen: list[LabctlError] = []
    providers = lifecycle.choose_providers(args.provider)
    warn = partial(_warn, unseen)
    benches = lifecycle.list_benches(providers, warn) if args.all else parse_benches(args.benches)

    def find_existing() -> tuple[int, ...]:
        return benches if args.all else lifecycle.list_existing(providers, benches, warn)

    if args.dry_run:
        _announce(find_existing(), as_json=args.json)
        return DONE_WITH_WARNINGS if unseen else 0
    said = _("le démontage jette tout ce qui a été fait sur les machines :")
    require_consent(args, find_existing, said)
    with progress(_("Démontage"), benches) as step:
        outcomes = lifecycle.down(providers, benches, step, sealed=args.sealed)
    removed = [bench for bench, outcome in outcomes.items() if outcome.value]
    if args.json:
        print_json("labctl/down/v1", {"removed": removed, "failed": list_failures(outcomes)})
    elif removed or all(outcome.ok for outcome in outcomes.values()):
        names = ", ".join(f"{bench:02d}" for bench in removed)
        print(_("bancs démontés : %(names)s") % {"names": names or _("aucun, il n'y avait rien")})
    return print_failures(outcomes) or DONE_WITH_WARNINGS * bool(args.all and unseen)


def _warn(unseen: list[LabctlError], error: LabctlError) -> None:
    """Say what could not be looked at, and count it."""
    said = _("%(why)s ; ce qui y est peut manquer ici") % {"why": error.message}
    complain(inert(said))
    if error.hint:
        complain("  " + _("piste :") + f" {inert(error.hint)}")
    unseen.append(error)


def _announce(benches: Sequence[int], *, as_json: bool) -> None:
    if as_json:
        print_json("labctl/down-dry-run/v1", {"would_remove": list(benches)})
    else:
        names = ", ".join(f"{bench:02d}" for bench in benches)
        print(_("à démonter : %(names)s") % {"names": names or _("rien")})

"""``labctl prove``: can every check say yes, and no, and only for its own reason."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, add_only, add_route, refuse_typed
from labctl.cli.work import add_work, find_benches
from labctl.core.i18n import _
from labctl.core.untrusted import inert


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_only(parser)
    add_route(parser)
    parser.flag(
        "--incidents",
        action="store_true",
        help=_("éprouver les pannes : vues, réparées, retirées (--only P-12,P-21)"),
    )
    parser.flag(
        "--ready",
        action="store_true",
        help=_("avec --incidents : prendre des bancs corrigés tels qu'ils sont"),
    )
    parser.flag(
        "--no-restart",
        action="store_true",
        help=_("avec --incidents : ne pas couper le courant"),
    )
    add_yes(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Print the matrix and the score; exit code 1 when a check does not discriminate."""
    from labctl.pipeline.loss import list_built
    from labctl.pipeline.prove import foresee, new_journal, prove

    if args.incidents:
        refuse_typed(args, ("--route",), "prove --incidents")
    else:
        refuse_typed(args, ("--ready", "--no-restart"), "prove")
    here, benches = find_benches(args)
    if args.incidents:
        return _prove_incidents(args, here, benches)
    if args.dry_run:
        return _announce(foresee(here, benches, args.only, args.route), as_json=args.json)
    said = _("prove remet à neuf des bancs qui existent : le travail qui s'y trouve serait perdu")
    require_consent(args, lambda: list_built(here, benches), said)
    journal = new_journal()
    said = _("ce qui est prouvé s'écrit au fur et à mesure dans %(path)s")
    print(said % {"path": journal}, file=sys.stderr)
    with progress(_("Preuve des contrôles"), benches) as step:
        result = prove(here, benches, args.only, step, journal, route=args.route)
    if args.json:
        print_json("labctl/prove/v1", result.to_document())
    else:
        _show(result.proof)
    for one in result.interruptions:
        said = _("banc %(bench)02d : tour refait : %(why)s")
        print(said % {"bench": one.bench, "why": inert(one.message)}, file=sys.stderr)
    code = print_failures(result.failed)
    return code or (1 if any(row.reasons for row in result.proof.rows) else 0)


def _prove_incidents(args: argparse.Namespace, here: Any, benches: Sequence[int]) -> int:
    """Print what was tried of each incident; exit code 1 when something is not as it says."""
    from labctl.pipeline.incidents import orders
    from labctl.pipeline.loss import list_built

    names = tuple(map(str.upper, args.only))
    if args.dry_run:
        return _announce(orders.share(here, benches, names), as_json=args.json)
    said = _("prove remet à neuf des bancs qui existent : le travail qui s'y trouve serait perdu")
    if not args.ready:
        require_consent(args, lambda: list_built(here, benches), said)
    with progress(_("Preuve des pannes"), benches) as step:
        outcomes = orders.prove(
            here, benches, names, step, is_ready=args.ready, restarts=not args.no_restart
        )
    trials = [(bench, one) for bench, found in outcomes.items() for one in found.value or ()]
    if args.json:
        rows = [{"bench": bench, **asdict(one)} for bench, one in trials]
        print_json("labctl/prove-incidents/v1", {"trials": rows, "failed": list_failures(outcomes)})
    else:
        told = [
            (f"{bench:02d}", one.incident, one.what, inert("\n".join(one.troubles)) or _("oui"))
            for bench, one in trials
        ]
        print_table(_("Preuve des pannes"), (_("banc"), _("panne"), _("essai"), _("juste")), told)
    code = print_failures(outcomes)
    return code or (1 if any(one.troubles for _bench, one in trials) else 0)


def _announce(foreseen: Mapping[int, Sequence[str]], *, as_json: bool) -> int:
    if as_json:
        print_json("labctl/prove-dry-run/v1", {"would_sabotage": foreseen})
        return 0
    for bench, checks in foreseen.items():
        said = _("banc %(bench)02d : remise à neuf, corrigé, puis pannes (%(count)d) : %(checks)s")
        print(said % {"bench": bench, "count": len(checks), "checks": ", ".join(checks) or "–"})
    return 0


def _show(proof: Any) -> None:
    rows = [
        (
            row.case,
            _(row.untouched.value),
            _(row.solved.value),
            _(row.sabotaged.value) if row.sabotaged else "–",
            " ".join(name for name in row.changed if name != row.case) or "–",
            _("oui") if not row.reasons else _(" ; ").join(row.reasons),
        )
        for row in proof.rows
    ]
    head = (
        _("contrôle"),
        _("vierge"),
        _("corrigé"),
        _("saboté"),
        _("entraîne"),
        _("discrimine"),
    )
    print_table(_("Preuve des contrôles"), head, rows)
    print(_("score de discrimination : %(score)s %%") % {"score": f"{proof.score * 100:.1f}"})

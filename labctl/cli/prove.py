"""``labctl prove``: can every check say yes, and no, and only for its own reason."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, add_only
from labctl.cli.work import add_work, find_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_only(parser)
    parser.flag("--yes", action="store_true", help=_("les bancs peuvent être remis à neuf"))
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Print the matrix and the score; exit code 1 when a check does not discriminate."""
    from labctl.core.errors import UsageError
    from labctl.pipeline import lifecycle
    from labctl.pipeline.prove import foresee, prove

    here, benches = find_benches(args)
    if args.dry_run:
        return _announce(foresee(here, benches, args.only), as_json=args.json)
    if not args.yes and any(
        lifecycle.count_running(b) for b in lifecycle.status(here, benches).values()
    ):
        raise UsageError(
            _("prove remet à neuf des bancs qui existent : le travail qui s'y trouve serait perdu"),
            hint=_("ajoutez --yes, ou choisissez d'autres bancs"),
        )
    with progress(_("Preuve des contrôles"), benches) as step:
        proof, outcomes = prove(here, benches, args.only, step)
    if args.json:
        from dataclasses import asdict

        rows = [asdict(row) for row in proof.rows]
        document = {"score": str(proof.score), "checks": rows, "failed": list_failures(outcomes)}
        print_json("labctl/prove/v1", document)
    else:
        _show(proof)
    return print_failures(outcomes) or (1 if any(row.reasons for row in proof.rows) else 0)


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
            row.check,
            _(row.untouched.value),
            _(row.solved.value),
            _(row.sabotaged.value) if row.sabotaged else "–",
            " ".join(name for name in row.changed if name != row.check) or "–",
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

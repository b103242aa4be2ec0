"""``labctl solve``: apply the reference solution."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches
from labctl.cli.work import add_work, find_benches
from labctl.core.author import name_author
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    add_yes(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Apply the solution and print how much it changed: a second run changes nothing."""
    from labctl.pipeline.loss import list_built
    from labctl.pipeline.solve import solve

    here, benches = find_benches(args)
    if args.dry_run:
        return _announce(here.cahier.id, benches, as_json=args.json)
    said = _("le corrigé remplace ce qui a été fait sur les machines :")
    require_consent(args, lambda: list_built(here, benches), said)
    with progress(_("Application du corrigé"), benches) as step:
        outcomes = solve(here, benches, name_author(), step)
    return show(outcomes, "labctl/solve/v1", as_json=args.json)


def show(outcomes: Mapping[int, Any], schema: str, *, as_json: bool) -> int:
    """Print what a solution did to benches; shared with ``rescue``."""
    done = {bench: outcome.value for bench, outcome in outcomes.items() if outcome.value}
    if as_json:
        document = {
            bench: {"changed": a.changed, "tasks": len(a.results)} for bench, a in done.items()
        }
        print_json(schema, {"solved": document, "failed": list_failures(outcomes)})
    elif done:
        rows = [(f"{bench:02d}", str(len(a.results)), str(a.changed)) for bench, a in done.items()]
        print_table("", (_("banc"), _("tâches"), _("changements")), rows)
    return print_failures(outcomes)


def _announce(cahier: str, benches: Sequence[int], *, as_json: bool) -> int:
    if as_json:
        document = {"cahier": cahier, "would_solve": list(benches)}
        print_json("labctl/solve-dry-run/v1", document)
    else:
        names = ", ".join(f"{bench:02d}" for bench in benches)
        said = _("corrigé de %(cahier)s sur les bancs %(names)s")
        print(said % {"cahier": cahier, "names": names})
    return 0

"""``labctl reset``: make benches as new for the next candidate, with proof."""

import argparse
from collections.abc import Sequence
from typing import Any

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import list_failures, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, add_benches, add_route, add_sealed, complete_words
from labctl.cli.up import say_delivered
from labctl.cli.work import add_work, find_benches
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    node = parser.flag(
        "--node",
        action="append",
        default=[],
        metavar=_("MACHINE"),
        help=_("cette machine seulement, et celles qui en dépendent (répétable)"),
    )
    complete_words(node, "machines")
    add_route(parser, _("pour ce parcours, au lieu de celui du banc"))
    add_sealed(parser)
    add_yes(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Reset the benches and print each proof; exit code 5 when one does not hold."""
    from dataclasses import asdict

    from labctl.core.errors import UsageError
    from labctl.core.ids import NodeName
    from labctl.pipeline import building, lifecycle
    from labctl.pipeline.loss import list_built

    here, benches = find_benches(args)
    nodes = [NodeName(name) for name in args.node]
    lifecycle.check_nodes(here, benches, nodes)
    if nodes and args.sealed:
        raise UsageError(_("un banc scellé se remet à neuf en entier : --sealed ou --node"))
    if args.dry_run:
        return _announce(benches, nodes, as_json=args.json)
    said = _("la remise à neuf jette tout ce qui a été fait sur les machines :")
    require_consent(args, lambda: list_built(here, benches), said)
    with progress(_("Remise à neuf"), benches) as step:
        outcomes = building.reset(here, benches, nodes, step, sealed=args.sealed, route=args.route)
    renewed = [outcome.value for outcome in outcomes.values() if outcome.value]
    if args.json:
        document = {"reset": [asdict(r) for r in renewed], "failed": list_failures(outcomes)}
        print_json("labctl/reset/v1", document)
    elif renewed:
        _show(renewed)
    return print_failures(outcomes)


def _announce(benches: Sequence[int], nodes: Sequence[str], *, as_json: bool) -> int:
    if as_json:
        document = {"would_reset": {bench: list(nodes) or "all" for bench in benches}}
        print_json("labctl/reset-dry-run/v1", document)
        return 0
    for bench in benches:
        names = ", ".join(nodes) or _("toutes les machines")
        print(_("banc %(bench)02d : ") % {"bench": bench} + names)
    return 0


def _show(renewed: Sequence[Any]) -> None:
    rows = [
        (
            f"{one.proof.bench:02d}",
            f"{sum(p.expected == p.observed for p in one.proof.nodes)}/{len(one.proof.nodes)}",
            f"{len(one.proof.renewed)}/{len(one.proof.renewed) + len(one.proof.kept)}",
            _("absente de %(count)d fichiers") % {"count": one.proof.looked_at},
            say_delivered(one.delivered),
            f"{one.elapsed_s:.1f} s",
        )
        for one in renewed
    ]
    head = (
        _("banc"),
        _("empreintes égales"),
        _("secrets renouvelés"),
        _("trace du candidat précédent"),
        _("livré"),
        _("durée"),
    )
    print_table(_("Remise à neuf prouvée"), head, rows)

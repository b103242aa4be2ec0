"""``labctl rescue``: apply the solution of one lot, so that the candidate can go on."""

import argparse
from collections.abc import Mapping
from typing import Any

from labctl.cli.consent import add_yes, require_consent
from labctl.cli.display import print_json, progress
from labctl.cli.parser import Parser, add_benches, complete_words
from labctl.cli.solve import show
from labctl.cli.work import add_work, find_benches
from labctl.core.author import name_author
from labctl.core.errors import UsageError
from labctl.core.i18n import _


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    lot = parser.flag("--lot", metavar=_("LOT"), help=_("lot du parcours du banc : L1, L2…"))
    complete_words(lot, "lots")
    parser.flag("--reason", metavar=_("TEXTE"), help=_("pourquoi : imprimé sur chaque relevé"))
    parser.flag(
        "--by",
        default="",
        metavar=_("NOM"),
        help=_("qui en décide (le compte qui lance la commande)"),
    )
    add_yes(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Apply the solution of the lot; what it asks is « aidé » from then on, until a reset."""
    from labctl.core.verdict import Help
    from labctl.pipeline.loss import list_built
    from labctl.pipeline.solve import find_lot, rescue

    if not args.lot or not (args.reason or "").strip():
        raise UsageError(
            _("dites quel lot secourir, et pourquoi"),
            hint=_('labctl rescue 7 --lot L1 --reason "ce qui bloque"'),
        )
    here, benches = find_benches(args)
    lots = {bench: find_lot(here.plan(bench), args.lot) for bench in benches}
    if args.dry_run:
        return _announce(lots, as_json=args.json)
    said = _("le corrigé du lot remplace ce qui a été fait, et ce lot sera « aidé » :")
    require_consent(args, lambda: list_built(here, benches), said)
    given = Help("", args.by or name_author(), args.reason.strip())
    with progress(_("Configuration de secours"), benches) as step:
        outcomes = rescue(here, benches, args.lot, given, step)
    return show(outcomes, "labctl/rescue/v1", as_json=args.json)


def _announce(lots: Mapping[int, Any], *, as_json: bool) -> int:
    if as_json:
        document = {bench: lot.id for bench, lot in lots.items()}
        print_json("labctl/rescue-dry-run/v1", {"would_rescue": document})
        return 0
    for bench, lot in lots.items():
        said = _("banc %(bench)02d : corrigé du lot %(lot)s, %(title)s")
        print(said % {"bench": bench, "lot": lot.id, "title": lot.title})
    return 0

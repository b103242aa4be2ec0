"""``labctl unseal``: verify seals, and open the benches to a jury on a throw-away copy."""

import argparse
import sys
from pathlib import Path

from labctl.cli.display import bench_name, list_failures, print_failures, print_json, progress
from labctl.cli.parser import Parser, add_benches, complete_paths
from labctl.cli.seal import show
from labctl.cli.sessions.acting import add_by
from labctl.cli.work import add_work, find_benches
from labctl.core.i18n import _, about
from labctl.core.untrusted import one_line

DONE_WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_benches(parser)
    signers = parser.flag(
        "--signers",
        type=Path,
        metavar=_("FICHIER"),
        help=_("la clé publique que le jury a gardée (celle du centre)"),
    )
    complete_paths(signers)
    add_by(parser)
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Open the benches whose seal holds; ``--dry-run`` verifies and opens nothing."""
    from dataclasses import asdict

    from labctl.pipeline import seal

    here, benches = find_benches(args)
    signers = seal.read_signers(args.signers)
    title = _("Vérification du scellé") if args.dry_run else _("Ouverture au jury")
    with progress(title, benches) as step:
        if args.dry_run:
            outcomes = seal.verify(here, benches, signers, step)
        else:
            outcomes = seal.unseal(here, benches, signers, step, args.by)
    done = [outcome.value for outcome in outcomes.values() if outcome.value]
    if args.json:
        schema = "labctl/unseal-dry-run/v1" if args.dry_run else "labctl/unseal/v1"
        key = "verified" if args.dry_run else "opened"
        document = {key: [asdict(s) for s in done], "failed": list_failures(outcomes)}
        print_json(schema, document)
    elif done:
        show(_("Scellés intacts") if args.dry_run else _("Ouverts au jury, scellés intacts"), done)
    for one in done:
        if one.trouble:
            print(about(bench_name(one.bench), one_line(one.trouble)), file=sys.stderr)
    code = print_failures(outcomes)
    return code or DONE_WITH_WARNINGS * any(one.trouble for one in done)

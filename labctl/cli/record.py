"""``labctl record``: what a machine answers, scrubbed, in a folder that is a test."""

import argparse
from pathlib import Path
from typing import Any

from labctl.cli.display import print_json, progress
from labctl.cli.output import complain
from labctl.cli.parser import (
    Parser,
    add_bench,
    add_json,
    add_place,
    complete_paths,
    complete_words,
    parse_bench,
)
from labctl.cli.work import find_place
from labctl.core.i18n import _, about

DONE_WITH_WARNINGS = 3


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    add_bench(parser)
    node = parser.add_argument(
        "node", metavar=_("MACHINE"), help=_("machine, par son nom dans le cahier")
    )
    complete_words(node, "machines")
    output = parser.flag(
        "--output",
        type=Path,
        metavar=_("DOSSIER"),
        help=_("dossier à écrire, qui n'existe pas encore (enregistrement-MACHINE)"),
    )
    complete_paths(output)
    add_place(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the recording; exit code 3 when a fact reads otherwise without its names."""
    from labctl.pipeline import place
    from labctl.pipeline.record import record

    wanted = [parse_bench(args.bench)]
    here = find_place(args, wanted)
    (bench,) = place.choose_benches(here, wanted)
    folder = args.output or Path(f"enregistrement-{args.node}")
    with progress(_("Enregistrement"), [bench]) as step:
        made = record(here, bench, args.node, folder, step)
    if args.json:
        found = made.recording
        unread = {name: fact.unread for name, fact in sorted(found.facts.items())}
        document = {
            "folder": str(folder),
            "kind": found.kind,
            "machine": found.machine,
            "is_simulated": found.is_simulated,
            "facts": unread,
            "replaced": found.replaced,
            "changed": made.changed,
        }
        print_json("labctl/record/v1", document)
    else:
        _show(made.recording, folder)
    if made.changed:
        said = _("se lisent autrement une fois les noms remplacés : %(names)s")
        complain(said % {"names": ", ".join(made.changed)})
    return DONE_WITH_WARNINGS if made.changed else 0


def _show(recording: Any, folder: Path) -> None:
    facts = recording.facts
    unread = sorted(name for name, fact in facts.items() if fact.unread)
    said = _(
        "%(folder)s : %(count)d faits de « %(machine)s » (%(kind)s), dont %(unread)d illisibles"
    )
    print(
        said
        % {
            "folder": folder,
            "count": len(facts),
            "machine": recording.machine,
            "kind": recording.kind,
            "unread": len(unread),
        }
    )
    for name in unread:
        print(about(name, facts[name].unread))
    replaced = ", ".join(f"{sort} {count}" for sort, count in recording.replaced.items())
    print(about(_("remplacés"), replaced or "–"))
    if recording.is_simulated:
        print(_("Cette machine imite un produit : cet enregistrement ne prouve rien de lui."))
    else:
        said = _("À relire avant de le donner, puis à ranger dans %(place)s")
        print(said % {"place": f"vm_templates/{recording.kind}/recordings/"})

"""``labctl images``: the layers machines are made of."""

import argparse
from collections.abc import Sequence
from typing import Any

from labctl.cli.display import no_name, print_failures, print_json, print_table, progress
from labctl.cli.parser import Parser, refuse_typed
from labctl.cli.work import add_work
from labctl.core.i18n import _

ACTS = ("build", "list", "prune")


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "act",
        choices=ACTS,
        metavar="|".join(ACTS),
        nargs="?",
        default="list",
        help=_("construire ce qui manque, lister (par défaut), retirer ce qui ne sert plus"),
    )
    parser.add_argument(
        "master",
        metavar=_("GENRE"),
        nargs="?",
        help=_("avec build : préparer le master de ce genre de machine au lieu des couches"),
    )
    parser.flag("--iso", metavar="ISO", help=_("ISO d'installation de Windows, du centre"))
    parser.flag("--virtio", metavar="ISO", help=_("ISO des pilotes virtio-win"))
    add_work(parser)


def run(args: argparse.Namespace) -> int:
    """Build, list or prune; a dry run lists what would change."""
    from labctl.pipeline import images, place

    here = place.load_place(args.room, args.cahier)
    if args.master:
        return _prepare_master(here, args)
    refuse_typed(args, ("--iso", "--virtio"), f"images {args.act}")
    if args.act == "list" or args.dry_run:
        return _list(images.list_layers(here), act=args.act, as_json=args.json)
    if args.act == "prune":
        return _tell("prune", list(images.prune(here)), {}, as_json=args.json)
    with progress(_("Construction des images"), (1,), no_name) as step:
        outcomes = images.build(here, step)
    done = [layer.name for layer in images.list_layers(here) if layer.built and layer.needed]
    failed = [outcome.message for outcome in outcomes.values() if not outcome.ok]
    _tell("build", done, {"failed": failed}, as_json=args.json)
    return print_failures(outcomes, no_name)


def _prepare_master(here: Any, args: argparse.Namespace) -> int:
    from pathlib import Path

    from labctl.core.errors import UsageError
    from labctl.pipeline.masters import Sources, prepare_masters

    if args.act != "build" or not args.iso:
        message = _("un master de Windows se prépare avec « build » et --iso")
        example = f"labctl images build {args.master} --iso windows.iso"
        raise UsageError(message, hint=_("exemple : %(example)s") % {"example": example})
    sources = Sources(Path(args.iso), Path(args.virtio) if args.virtio else None)
    kits = prepare_masters(here, args.master, sources, is_dry=args.dry_run)
    if args.json:
        print_json("labctl/images-master/v1", {"masters": [kit.document() for kit in kits]})
        return 0
    for kit in kits:
        print(kit.say())
    print(_("Rien de cela n'a été vérifié sur un Windows : voir vm_templates/windows/README.md."))
    return 0


def _list(layers: Sequence[Any], *, act: str, as_json: bool) -> int:
    from dataclasses import asdict

    shown = [
        layer
        for layer in layers
        if act == "list"
        or (act == "build" and layer.needed and not layer.built)
        or (act == "prune" and layer.built and not layer.needed)
    ]
    if as_json:
        print_json("labctl/images/v1", {"layers": [asdict(layer) for layer in shown]})
        return 0
    rows = [
        (
            layer.name,
            layer.role,
            _("construite") if layer.built else _("à construire"),
            _("oui") if layer.needed else _("non"),
        )
        for layer in shown
    ]
    print_table("", (_("couche"), _("rôle"), _("état"), _("utile à la salle")), rows)
    return 0


def _tell(act: str, names: list[str], more: dict[str, list[str]], *, as_json: bool) -> int:
    if as_json:
        print_json(f"labctl/images-{act}/v1", {"layers": names, **more})
    elif act == "prune":
        print(_("couches retirées : %(count)d") % {"count": len(names)})
    else:
        print(_("couches prêtes : %(count)d") % {"count": len(names)})
    return 0

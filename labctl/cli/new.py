"""``labctl new``: start a subject, a room, a check or an incident; it validates at once."""

import argparse
from typing import Any

from labctl.cli.display import print_json
from labctl.cli.parser import (
    Parser,
    add_dry_run,
    add_json,
    add_route,
    complete_words,
    refuse_typed,
)
from labctl.core.errors import UsageError
from labctl.core.i18n import _

THINGS = ("subject", "room", "check", "incident")
_FLAGS = {
    "subject": {"--from", "--route"},
    "room": {"--cahier", "--benches"},
    "check": {"--declarative"},
    "incident": {"--topic"},
}
"""The flags that each thing looks at."""
MOST_BENCHES = 99
OWN_TOPIC = "centre"


def configure(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "thing",
        choices=THINGS,
        metavar="|".join(THINGS),
        help=_("sujet (avec sa salle), salle, contrôle (avec son thème), panne"),
    )
    parser.add_argument("name", metavar=_("NOM"), help=_("son nom, qui est celui de ses fichiers"))
    parser.flag(
        "--in",
        dest="folder",
        metavar=_("DOSSIER"),
        help=_("dossier de contenu du centre (celui de LABCTL_CONTENT_DIR)"),
    )
    source = parser.flag(
        "--from",
        dest="source",
        metavar=_("CAHIER"),
        help=_("le sujet que copie un nouveau sujet (sans cela, un petit)"),
    )
    add_route(parser, _("copier un sujet de ce parcours, qui devient le premier du nouveau"))
    cahier = parser.flag(
        "--cahier", metavar=_("CAHIER"), help=_("le sujet des bancs d'une nouvelle salle")
    )
    complete_words(source, "cahiers", with_paths=True)
    complete_words(cahier, "cahiers", with_paths=True)
    parser.flag(
        "--benches",
        type=_read_count,
        metavar="N",
        help=_("bancs d'une nouvelle salle (un par variante du sujet)"),
    )
    parser.flag(
        "--topic",
        default="",
        metavar=_("THÈME"),
        help=_("le thème d'une panne : dns… ; celui d'un contrôle sans Python (centre)"),
    )
    parser.flag(
        "--declarative",
        action="store_true",
        help=_("un contrôle sans Python, qui s'appelle comme L-101"),
    )
    add_dry_run(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Write the files, and say what to do next."""
    from labctl.pipeline.skeleton import choose_folder

    read = _FLAGS[args.thing] | ({"--topic"} if args.declarative else set())
    refuse_typed(args, sorted(set().union(*_FLAGS.values()) - read), f"new {args.thing}")
    draft = _draft(args, choose_folder(args.folder))
    draft.refuse_existing()
    if not args.dry_run:
        draft.write()
    files = [str(path) for path in draft.paths]
    if args.json:
        print_json("labctl/new/v1", {"files": files, "written": not args.dry_run})
        return 0
    said = _("serait écrit : %(file)s") if args.dry_run else _("écrit : %(file)s")
    for file in files:
        print(said % {"file": file})
    print("\n".join((_("ensuite :"), *_list_next(args, str(draft.folder)))))
    return 0


def _draft(args: argparse.Namespace, folder: Any) -> Any:
    from labctl.pipeline import new

    if args.thing == "subject":
        return new.draft_subject(folder, args.name, args.source, args.route)
    if args.thing == "room":
        return new.draft_room(folder, args.name, args.cahier, args.benches)
    if args.thing == "check" and args.declarative:
        return new.draft_declared(folder, args.name, args.topic or OWN_TOPIC)
    if args.thing == "check":
        return new.draft_check(folder, args.name)
    return new.draft_incident(folder, args.name, args.topic)


def _list_next(args: argparse.Namespace, folder: str) -> tuple[str, ...]:
    """Return the lines to type after it."""
    name = args.name
    content = f"  export LABCTL_CONTENT_DIR={folder}"
    if args.thing == "check" and args.declarative:
        file = f"{folder}/checks/{args.topic or OWN_TOPIC}/declared/{name}.yml"
        return (content, f"  labctl validate {file}", f"  labctl grade 1 --only {name}")
    if args.thing == "check":
        added = _("  ajoutez à votre cahier le bloc que montre checks/%(name)s/topic.yml")
        return (content, added % {"name": name}, "  labctl validate", "  labctl prove 1 --room …")
    if args.thing == "incident":
        file = f"{folder}/checks/{args.topic}/incidents/{name}.yml"
        tried = f"  labctl prove --incidents 1 --only {name}"
        return (content, f"  labctl validate {file}", tried)
    edited = _("  changez ce que disent les commentaires, puis :")
    played = [f"  labctl {verb} 1 --room {name}" for verb in ("up", "solve", "prove")]
    return (content, edited, f"  labctl validate {name}", *played)


def _read_count(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and 1 <= int(word[:4]) <= MOST_BENCHES):
        said = _("« %(word)s » n'est pas un nombre de bancs : 1 à %(most)d")
        raise UsageError(said % {"word": word, "most": MOST_BENCHES})
    return int(word)

"""``labctl session``: the exam day; each sub-verb is a module of ``labctl.cli.sessions``."""

import argparse
from importlib import import_module
from typing import cast

from labctl.cli.parser import Parser
from labctl.cli.verbs import Verb
from labctl.core.i18n import _


def subverbs() -> dict[str, str]:
    """Return each sub-verb with its one-line summary, in the order of the day."""
    return {
        "check": _("dire si le plateau, les jurys et les horaires suffisent"),
        "timetable": _("les horaires de chaque candidat et de chaque jury"),
        "open": _("ouvrir la session : son journal commence"),
        "sign": _("noter ce qui a été signé, ou qui est absent"),
        "start": _("commencer une phase : l'horloge des bancs tourne"),
        "pause": _("arrêter l'horloge de bancs, pour un temps"),
        "resume": _("faire tourner l'horloge à nouveau"),
        "stop": _("finir la phase en cours"),
        "incident": _("noter un incident, et rendre du temps"),
        "close": _("clore la session, et écrire les grilles des jurys"),
        "archive": _("chiffrer tout ce que la session a laissé"),
        "extract": _("ouvrir une archive, et prouver que rien n'y a changé"),
        "purge": _("supprimer ce qui n'a plus à être conservé, avec un certificat"),
        "status": _("horloge de chaque banc, signatures, suite à donner"),
    }


def find_subverb(name: str) -> Verb:
    """Return the module of a sub-verb."""
    return cast("Verb", import_module(f"labctl.cli.sessions.{name}"))


def subverb_parser(name: str) -> Parser:
    """Return the parser of a sub-verb."""
    parser = Parser(prog=f"labctl session {name}", description=_sentence(subverbs()[name]))
    find_subverb(name).configure(parser)
    return parser


def _sentence(summary: str) -> str:
    return f"{summary[0].upper()}{summary[1:]}."


def configure(parser: Parser) -> None:
    """Declare the sub-verbs."""
    known = subverbs()
    inside = parser.add_subparsers(
        dest="subverb", metavar=_("ACTE"), required=True, parser_class=Parser
    )
    for name, summary in known.items():
        below = inside.add_parser(name, help=summary, description=_sentence(summary))
        find_subverb(name).configure(below)
        parser.names.extend(below.names)


def run(args: argparse.Namespace) -> int:
    """Do what the sub-verb does."""
    return find_subverb(args.subverb).run(args)

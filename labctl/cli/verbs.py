"""The verbs of the command; each is a module of this package, imported when used."""

import argparse
from importlib import import_module
from typing import Protocol, cast

from labctl.cli.parser import Parser
from labctl.core.i18n import _


class Verb(Protocol):
    """What the module of a verb must have."""

    def configure(self, parser: Parser) -> None:
        """Declare the arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do the work and return the exit code."""


def summaries() -> dict[str, str]:
    """Return each verb with its one-line summary, in the order in which a newcomer meets them."""
    return {
        "doctor": _("dire si cette machine peut porter des bancs"),
        "new": _("commencer un sujet, une salle, un contrôle ou une panne du centre"),
        "validate": _("vérifier cahiers des charges et salles, sans rien toucher"),
        "plan": _("montrer l'adressage, les ports et les valeurs attendues d'un banc"),
        "print": _("imprimer les sujets, les annexes confidentielles et les papiers de l'épreuve"),
        "images": _("construire, lister ou élaguer les couches des machines"),
        "up": _("construire des bancs"),
        "status": _("dire l'état des bancs"),
        "connect": _("ouvrir la console d'une machine"),
        "access": _("ouvrir aux candidats l'entrée de leurs bancs, la fermer, la suspendre"),
        "solve": _("appliquer le corrigé"),
        "rescue": _("débloquer un candidat : appliquer le corrigé d'un lot, qui sera « aidé »"),
        "collect": _("relever les faits, sans juger"),
        "grade": _("relever et juger"),
        "report": _("écrire les rapports d'un relevé"),
        "incident": _("des pannes que le candidat diagnostique et répare devant le jury"),
        "progress": _("suivre des apprenants, d'un relevé à l'autre"),
        "evidence": _("montrer ce qui a été demandé à une machine, et sa réponse"),
        "record": _("enregistrer, sans noms, ce que répond une machine : un test de labctl"),
        "seal": _("mettre des bancs sous scellé : coupés, arrêtés, signés"),
        "unseal": _("vérifier le scellé de bancs et les ouvrir au jury, sur une copie"),
        "reset": _("remettre des bancs à neuf, et le prouver"),
        "down": _("démonter des bancs"),
        "serve": _("faire sur cet hôte ce que demande, par ssh, le labctl d'une autre machine"),
        "session": _("la journée d'examen : plateau, horaires, jurys"),
        "prove": _("prouver que chaque contrôle discrimine"),
        "schema": _("écrire le schéma JSON du cahier ou de la salle"),
        "completion": _("écrire la complétion du shell"),
    }


def find_verb(name: str) -> Verb:
    """Return the module of a verb."""
    return cast("Verb", import_module(f"labctl.cli.{name}"))


def verb_parser(name: str) -> Parser:
    """Return the parser of a verb."""
    summary = summaries()[name]
    parser = Parser(prog=f"labctl {name}", description=f"{summary[0].upper()}{summary[1:]}.")
    find_verb(name).configure(parser)
    return parser


def top_parser() -> Parser:
    """Return the parser of a line without a verb; its help lists the verbs."""
    verbs = "\n".join(f"  {verb:<11} {summary}" for verb, summary in summaries().items())
    parser = Parser(
        prog="labctl",
        usage=_("labctl VERBE [OPTIONS]"),
        description="\n".join(
            (
                _("Construire, observer, juger et remettre à neuf les bancs d'un examen."),
                "",
                _("verbes :"),
                verbs,
            )
        ),
        epilog=_("« labctl VERBE --help » dit le reste. Chaque option a une variable LABCTL_…"),
    )
    parser.names.append("--version")
    parser.add_argument("--version", action="store_true", help=_("montrer la version et finir"))
    return parser


def whole_parser() -> Parser:
    """Return the parser of the whole command: what a shell completes."""
    whole = top_parser()
    verbs = whole.add_subparsers(parser_class=Parser)
    for name, summary in summaries().items():
        find_verb(name).configure(verbs.add_parser(name, help=summary, description=summary))
    return whole

"""Find the verb, run it, and turn what went wrong into a message and an exit code."""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from labctl.cli.parser import Parser, speak_argparse
from labctl.core import i18n
from labctl.core.errors import LabctlError
from labctl.core.i18n import _

VERBS = (
    "doctor", "validate", "plan", "images", "up", "status", "connect", "solve", "collect",
    "grade", "report", "reset", "down", "prove", "schema", "completion",
)  # fmt: skip
"""In the order in which a newcomer meets them; each is a module of this package."""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; no traceback reaches the user."""
    try:
        i18n.choose(_asked_language(argv))
        speak_argparse(i18n.language())
        return _dispatch(argv)
    except LabctlError as exc:
        return _explain(exc)
    except KeyboardInterrupt:
        print(_("interrompu"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output left: not an error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception:  # noqa: BLE001  # the one place that catches everything
        return _confess()


def _dispatch(argv: Sequence[str]) -> int:
    verb = next((word for word in argv if not word.startswith("-")), "")
    if verb not in VERBS:
        parser = _top_parser()
        parser.parse_args(argv)  # prints the help, the version, or why the word is wrong
        parser.print_help()
        return 2
    module = import_module(f"labctl.cli.{verb}")
    parser = Parser(prog=f"labctl {verb}", description=module.summary())
    module.configure(parser)
    rest = list(argv)
    rest.remove(verb)
    code: int = module.run(parser.parse_args(rest))
    return code


def _top_parser() -> Parser:
    lines = [f"  {verb:<11} {_summary(verb)}" for verb in VERBS]
    parser = Parser(
        prog="labctl",
        usage="labctl [--lang fr|en] VERBE …" if i18n.language() == "fr" else None,
        description=_("Construire, observer, juger et remettre à neuf les bancs d'un examen."),
        epilog=_("verbes :") + "\n" + "\n".join(lines) + "\n\n" + _("« labctl VERBE --help » dit le reste."),
    )
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument("verb", metavar="VERBE", nargs="?", choices=VERBS, help=_("ce qu'il faut faire"))
    return parser


def _summary(verb: str) -> str:
    return {
        "doctor": _("dire si cette machine peut porter des bancs"),
        "validate": _("vérifier cahiers des charges et salles, sans rien toucher"),
        "plan": _("montrer l'adressage, les ports et les valeurs attendues d'un banc"),
        "images": _("construire, lister ou élaguer les couches des machines"),
        "up": _("construire des bancs"),
        "status": _("dire l'état des bancs"),
        "connect": _("ouvrir la console d'une machine"),
        "solve": _("appliquer le corrigé"),
        "collect": _("relever les faits, sans juger"),
        "grade": _("relever et juger"),
        "report": _("écrire les rapports d'un relevé"),
        "reset": _("remettre des bancs à neuf, et le prouver"),
        "down": _("démonter des bancs"),
        "prove": _("prouver que chaque contrôle discrimine"),
        "schema": _("écrire le schéma JSON du cahier ou de la salle"),
        "completion": _("écrire la complétion du shell"),
    }[verb]


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"labctl {version('labctl')}"
    except PackageNotFoundError:
        return "labctl (" + _("non installé") + ")"


def _asked_language(argv: Sequence[str]) -> str | None:
    for index, word in enumerate(argv):
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and index + 1 < len(argv):
            return argv[index + 1]
    return None


def _explain(error: LabctlError) -> int:
    print(error.message, file=sys.stderr)
    if error.hint:
        print("  " + _("piste :") + f" {error.hint}", file=sys.stderr)
    return error.exit_code


def _confess() -> int:
    from labctl.core.errors import StoreError
    from labctl.core.paths import state_dir
    from labctl.core.store import write_bytes

    text = traceback.format_exc()
    if os.environ.get("LABCTL_DEBUG"):
        sys.stderr.write(text)
        return 1
    kept = state_dir() / "last-defect.txt"
    try:
        write_bytes(kept, text.encode())
        where = str(kept)
    except StoreError:
        where = "LABCTL_DEBUG=1"
    print(_("défaut de labctl, détail dans %(where)s") % {"where": where}, file=sys.stderr)
    return 1

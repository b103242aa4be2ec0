"""Find the verb, run it, and turn what went wrong into a message and an exit code."""

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

from labctl.cli.parser import Parser, speak_argparse
from labctl.cli.verbs import summaries
from labctl.core import i18n
from labctl.core.errors import LabctlError, UsageError
from labctl.core.i18n import _


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
    verb = next((word for word in _without_language(argv) if not word.startswith("-")), "")
    if verb not in summaries():
        return _without_verb(verb, argv)
    module = import_module(f"labctl.cli.{verb}")
    parser = Parser(prog=f"labctl {verb}", description=summaries()[verb])
    module.configure(parser)
    rest = list(argv)
    rest.remove(verb)
    code: int = module.run(parser.parse_args(rest))
    return code


def _without_verb(word: str, argv: Sequence[str]) -> int:
    if "--version" in argv:
        print(_version())
        return 0
    if word:
        close = get_close_matches(word, summaries(), n=1)
        hint = (
            _("vouliez-vous dire « %(verb)s » ?") % {"verb": close[0]} if close else "labctl --help"
        )
        raise UsageError(_("verbe inconnu : « %(word)s »") % {"word": word}, hint=hint)
    asked = "-h" in argv or "--help" in argv
    print(_help(), file=sys.stdout if asked else sys.stderr)
    return 0 if asked else 2


def _help() -> str:
    verbs = "\n".join(f"  {verb:<11} {summary}" for verb, summary in summaries().items())
    return "\n".join(
        (
            _("usage : labctl VERBE [OPTIONS]"),
            "",
            _("Construire, observer, juger et remettre à neuf les bancs d'un examen."),
            "",
            _("verbes :"),
            verbs,
            "",
            _("options :"),
            "  -h, --help  " + _("montrer cette aide et finir"),
            "  --lang      " + _("langue : fr (par défaut) ou en"),
            "  --version   " + _("montrer la version et finir"),
            "",
            _("« labctl VERBE --help » dit le reste. Chaque option a une variable LABCTL_…"),
        )
    )


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


def _without_language(argv: Sequence[str]) -> list[str]:
    words = list(argv)
    while "--lang" in words:
        at = words.index("--lang")
        del words[at : at + 2]
    return words


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

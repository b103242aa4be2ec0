"""Find the verb, run it, and turn what went wrong into a message and an exit code."""

import os
import sys
from collections.abc import Sequence

from labctl.cli.output import complain, forget, let_go_of_results, prepare_outputs
from labctl.cli.parser import argparse_speaking
from labctl.cli.verbs import find_verb, summaries, top_parser, verb_parser
from labctl.core import i18n
from labctl.core.errors import InfrastructureError, LabctlError, UsageError
from labctl.core.i18n import _
from labctl.core.once import reading_once
from labctl.core.regular import find_refusal
from labctl.core.untrusted import inert

INTERRUPTED = 130
MOST = 100_000
"""Characters of an explanation: every mistake of a long file is said."""


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; no traceback reaches the user.

    ``--help`` leaves by SystemExit.
    """
    try:
        i18n.choose(_asked_language(argv))
        prepare_outputs()
        return _dispatch(argv)
    except LabctlError as exc:
        return _explain(exc)
    except KeyboardInterrupt:
        complain(_("interrompu"))
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output left: not an error of ours
        forget(sys.stdout)
        return 0
    except Exception as exc:  # noqa: BLE001  # what no verb expects; benches have ``workers``
        return _admit(exc)


def _dispatch(argv: Sequence[str]) -> int:
    at = _find_verb(argv)
    if at is None:
        return _without_verb(argv)
    verb = argv[at]
    if verb not in summaries():
        raise _unknown(verb, after=argv[at - 1] if at else "")
    with argparse_speaking(i18n.language()):
        arguments = verb_parser(verb).parse_words([*argv[:at], *argv[at + 1 :]])
    with reading_once():
        code = find_verb(verb).run(arguments)
    sys.stdout.flush()  # a full disk or a closed pipe must show here
    return code


def _find_verb(argv: Sequence[str]) -> int | None:
    """Return where the verb is: the first word that is no option, nor the language."""
    for at, word in enumerate(argv):
        if not word.startswith("-") and (at == 0 or argv[at - 1] != "--lang"):
            return at
    return None


def _unknown(word: str, *, after: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(word, summaries(), n=1)
    if close:
        hint = _("vouliez-vous dire « %(word)s » ?") % {"word": close[0]}
    elif after.startswith("-"):
        hint = _("les options viennent après le verbe : labctl VERBE %(option)s …") % {
            "option": after
        }
    else:
        hint = _("verbes : %(known)s") % {"known": ", ".join(summaries())}
    return UsageError(_("verbe inconnu : « %(word)s »") % {"word": word}, hint=hint)


def _without_verb(argv: Sequence[str]) -> int:
    with argparse_speaking(i18n.language()):
        parser = top_parser()
        if parser.parse_words(argv).version:
            print(_version())
            return 0
        parser.print_help(sys.stderr)
    return UsageError.exit_code


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"labctl {version('labctl')}"
    except PackageNotFoundError:
        return "labctl (" + _("non installé") + ")"


def _asked_language(argv: Sequence[str]) -> str | None:
    for index, word in enumerate(argv):
        if word == "--":
            return None
        if word.startswith("--lang="):
            return word.partition("=")[2]
        if word == "--lang" and index + 1 < len(argv):
            return argv[index + 1]
    return None


def _explain(error: LabctlError) -> int:
    let_go_of_results()
    complain(inert(error.message, MOST))
    if error.hint:
        complain("  " + _("piste :") + f" {inert(error.hint)}")
    return error.exit_code


def _admit(error: Exception) -> int:
    """Say what nobody expected: the machine refused something, or it is a defect of ours."""
    refused = find_refusal(error)
    if not refused:
        return _confess()
    if os.environ.get("LABCTL_DEBUG"):  # it may be our own doing all the same
        import traceback

        complain(traceback.format_exc())
    return _explain(InfrastructureError(refused))


def _confess() -> int:
    import traceback

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
    complain(_("défaut de labctl, détail dans %(where)s") % {"where": where})
    return 1

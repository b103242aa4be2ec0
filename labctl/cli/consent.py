"""Ask before something is lost: on a terminal a question, elsewhere the word ``--yes``."""

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import Any

from labctl.cli.display import bench_name
from labctl.cli.output import complain
from labctl.cli.parser import Parser
from labctl.core.i18n import _, about, say_moment

YES = ("o", "oui", "y", "yes")


def add_yes(parser: Parser) -> None:
    """Add the word that answers the question beforehand."""
    parser.flag(
        "--yes",
        action="store_true",
        help=_("ne pas demander : ce qu'aucun relevé ne tient peut être perdu"),
    )


def require_consent(
    args: argparse.Namespace, find_built: Callable[[], Iterable[int]], intro: str
) -> None:
    """Return when nothing is lost with the benches that are found, or somebody agrees to it.

    Raises Interrupted when the answer is no, UsageError when there is nobody to ask.
    """
    from labctl.core.errors import Interrupted, UsageError
    from labctl.pipeline.loss import foresee_losses

    if args.yes:
        return
    losses = foresee_losses(find_built())
    if not losses:
        return
    lines = [intro, *(f"  {_say(loss)}" for loss in losses)]
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        numbers = ",".join(str(loss.bench) for loss in losses)
        hint = _("d'abord « labctl grade %(benches)s », pour le garder ; --yes, pour le perdre")
        raise UsageError("\n".join(lines), hint=hint % {"benches": numbers})
    for line in lines:
        complain(line)
    if not _ask():
        raise Interrupted(_("rien n'a été changé"))


def confirm(what: str) -> bool:
    """Say what is about to be done and ask a person; yes where there is none (no terminal)."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    complain(what)
    return _ask()


def _ask() -> bool:
    sys.stderr.write(_("Continuer ? [o/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in YES


def _say(loss: Any) -> str:
    if loss.run:
        said = _("le relevé %(run)s tient ce qui était fait le %(moment)s ; la suite serait perdue")
        values = {"run": loss.run, "moment": say_moment(loss.held_at)}
    elif loss.built_at:
        said = _("construit le %(moment)s, et aucun relevé entier ne tient ce qui y a été fait")
        values = {"moment": say_moment(loss.built_at)}
    else:
        said, values = _("aucun relevé entier ne tient ce qui y a été fait"), {}
    return about(bench_name(loss.bench), said % values)

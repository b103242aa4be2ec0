"""The argument parser every verb shares: French or English, flags with LABCTL_… variables."""

import argparse
import gettext
import os
import sys
from typing import Any, NoReturn

from labctl.core.errors import UsageError
from labctl.core.i18n import LOCALES, _

LAST_BENCH = 99


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks the chosen language and ends with exit code 2."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
            **settings,
        )
        self.add_argument("-h", "--help", action="help", help=_("montrer cette aide et finir"))
        self.flag("--lang", choices=("fr", "en"), help=_("langue : fr (par défaut) ou en"))

    def flag(self, name: str, **settings: Any) -> None:
        """Add a flag whose default can be given by a variable: ``--dry-run``, LABCTL_DRY_RUN."""
        variable = "LABCTL_" + name.strip("-").replace("-", "_").upper()
        value = os.environ.get(variable)
        if value is not None:
            if settings.get("action") == "store_true":
                settings["default"] = value not in ("", "0")
            elif settings.get("nargs") == "*" or settings.get("action") == "append":
                settings["default"] = value.split(",")
            else:
                settings["default"] = settings.get("type", str)(value)
        self.add_argument(name, **settings)

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, how to ask for help, and end with exit code 2."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog} : {message}\n  {_('piste :')} {self.prog} --help\n")


def speak_argparse(language: str) -> None:
    """Make argparse's own words come from our catalogue (its texts go through gettext)."""
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("argparse", str(LOCALES))
    gettext.textdomain("argparse")


def add_benches(parser: Parser, *, required: bool = True) -> None:
    """Add bench numbers: ``7``, ``1-12``, ``1,3,5-7``."""
    parser.add_argument(
        "benches",
        metavar=_("BANCS"),
        nargs="+" if required else "*",
        help=_("numéros de bancs : 7, 1-12, 1,3,5-7"),
    )


def add_place(parser: Parser) -> None:
    """Add the flags that say which room and which cahier."""
    parser.flag("--room", default="demo", help=_("salle : nom ou fichier .room.yml (demo)"))
    parser.flag(
        "--cahier", help=_("cahier des charges : nom ou fichier .cdc.yml (celui de la salle)")
    )


def add_json(parser: Parser) -> None:
    """Add ``--json``."""
    parser.flag("--json", action="store_true", help=_("résultat en JSON sur la sortie standard"))


def add_dry_run(parser: Parser) -> None:
    """Add ``--dry-run``."""
    parser.flag(
        "--dry-run", action="store_true", help=_("dire ce qui serait fait, sans rien faire")
    )


def parse_benches(words: list[str]) -> tuple[int, ...]:
    """Return the bench numbers of ``1-3 7,9``, sorted, once each; UsageError when not that."""
    found: set[int] = set()
    for part in ",".join(words).split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise UsageError(
                _("« %(part)s » n'est pas un numéro de banc") % {"part": part},
                hint=_("numéros de bancs : 7, 1-12, 1,3,5-7"),
            )
        low, high = int(first), int(last or first)
        if not 1 <= low <= high <= LAST_BENCH:
            raise UsageError(
                _("« %(part)s » : les bancs vont de 1 à %(last)d, dans l'ordre croissant")
                % {"part": part, "last": LAST_BENCH}
            )
        found.update(range(low, high + 1))
    return tuple(sorted(found))

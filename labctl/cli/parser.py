"""The argument parser every verb shares: French or English, flags with LABCTL_… variables."""

import argparse
import gettext
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from labctl.core.errors import UsageError
from labctl.core.i18n import LOCALES, _, about

LAST_BENCH = 99
NO = ("", "0", "false", "no", "non")
"""What a LABCTL_… variable says to leave a flag down."""
PATHS = {"bash": "_shtab_compgen_files", "zsh": "_files", "tcsh": "f"}
"""How the shells complete the path of a file (the words of shtab, imported for nothing else)."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks the chosen language and raises UsageError."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            add_help=False,
            **settings,
        )
        self.add_argument("-h", "--help", action="help", help=_("montrer cette aide et finir"))
        self.names = ["-h", "--help", "--lang"]
        self.add_argument("--lang", choices=("fr", "en"), help=_("langue : fr (par défaut) ou en"))

    def flag(self, name: str, **settings: Any) -> argparse.Action:
        """Add a flag whose default can be given by a variable: ``--dry-run``, LABCTL_DRY_RUN.

        The value of a variable is checked as that of the flag; an empty one says nothing.
        """
        self.names.append(name)
        variable = "LABCTL_" + name.strip("-").replace("-", "_").upper()
        value = os.environ.get(variable)
        if value is not None:
            settings["default"] = self._read(variable, value, settings)
        return self.add_argument(name, **settings)

    def parse_words(self, words: Sequence[str]) -> argparse.Namespace:
        """Return what the words say; whatever follows ``--`` is the command, where one is taken."""
        cut = words.index("--") if "--" in words else len(words)
        arguments, unknown = self.parse_known_args(words[:cut])
        command = list(words[cut + 1 :])
        if command and not hasattr(arguments, "command"):
            unknown.extend(["--", *command])
        if unknown:
            self._refuse(unknown)
        if command:
            arguments.command = [*arguments.command, *command]
        arguments.typed = frozenset(word.partition("=")[0] for word in words[:cut])
        return arguments

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and how to ask for help."""
        raise UsageError(
            about(self.prog, message),
            hint=f"{self.prog} --help",
        )

    def _read(self, variable: str, value: str, settings: dict[str, Any]) -> Any:
        if settings.get("action") in ("store_true", argparse.BooleanOptionalAction):
            return value.lower() not in NO
        if not value:
            return settings.get("default")
        if settings.get("action") == "append":
            return [part for part in value.split(",") if part]
        read = self._convert(variable, value, settings.get("type", str))
        known = settings.get("choices")
        if known and read not in known:
            raise UsageError(
                _("%(variable)s : valeur inconnue « %(value)s »")
                % {"variable": variable, "value": value},
                hint=_("connues : %(known)s") % {"known": ", ".join(map(str, known))},
            )
        return read

    def _convert(self, variable: str, value: str, convert: Callable[[str], Any]) -> Any:
        try:
            return convert(value)
        except UsageError as exc:
            raise UsageError(about(variable, exc.message), hint=exc.hint) from exc
        except (ValueError, argparse.ArgumentTypeError) as exc:
            said = _("%(variable)s : valeur incorrecte « %(value)s »")
            values = {"variable": variable, "value": value}
            raise UsageError(said % values, hint=f"{self.prog} --help") from exc

    def _refuse(self, unknown: Sequence[str]) -> NoReturn:
        from difflib import get_close_matches

        close = get_close_matches(unknown[0], self.names, n=1)
        raise UsageError(
            _("%(command)s : argument inconnu : %(words)s")
            % {"command": self.prog, "words": " ".join(unknown)},
            hint=_("vouliez-vous dire « %(word)s » ?") % {"word": close[0]}
            if close
            else f"{self.prog} --help",
        )


@contextmanager
def argparse_speaking(language: str) -> Iterator[None]:
    """Take argparse's own words from our catalogue (its texts go through gettext)."""
    before = os.environ.get("LANGUAGE")
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("argparse", str(LOCALES))
    gettext.textdomain("argparse")
    try:
        yield
    finally:
        del os.environ["LANGUAGE"]
        if before is not None:
            os.environ["LANGUAGE"] = before


def add_bench(parser: Parser) -> None:
    """Add the number of one bench."""
    parser.add_argument("bench", metavar=_("BANC"), help=_("numéro de banc"))


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
    room = parser.flag(
        "--room",
        default="demo",
        metavar=_("SALLE"),
        help=_("salle : nom ou fichier .room.yml (demo)"),
    )
    cahier = parser.flag(
        "--cahier",
        metavar=_("CAHIER"),
        help=_("cahier des charges : nom ou fichier .cdc.yml (celui de la salle)"),
    )
    complete_words(room, "rooms", with_paths=True)
    complete_words(cahier, "cahiers", with_paths=True)


def add_route(parser: Parser, help_text: str = "") -> None:
    """Add the route of the référentiel that a bench is for."""
    route = parser.flag(
        "--route",
        default="",
        metavar=_("PARCOURS"),
        help=help_text or _("parcours (celui du banc, ou que la salle lui donne, ou le premier)"),
    )
    complete_words(route, "routes")


def refuse_typed(
    args: argparse.Namespace, flags: Iterable[str], act: str, words: Sequence[str] = ()
) -> None:
    """Raise UsageError for flags, or other words, that what is to be done does not look at."""
    typed = [flag for flag in flags if flag in args.typed] + list(words)
    if typed:
        said = _("« %(act)s » ne tient pas compte de %(flags)s")
        hint = f"labctl {act.partition(' ')[0]} --help"
        raise UsageError(said % {"act": act, "flags": ", ".join(typed)}, hint=hint)


def add_only(parser: Parser) -> None:
    """Add which checks: by their id, their critère or their compétence."""
    only = parser.flag(
        "--only",
        action="extend",
        type=_split_names,
        default=[],
        metavar="6.2|K-071|K-034@poste",
        help=_("ces critères ou contrôles seulement (répétable, ou séparés par des virgules)"),
    )
    complete_words(only, "checks")


def _split_names(words: str) -> list[str]:
    return [name.strip() for name in words.split(",") if name.strip()]


def add_json(parser: Parser) -> None:
    """Add ``--json``."""
    parser.flag("--json", action="store_true", help=_("résultat en JSON sur la sortie standard"))


def add_files(parser: Parser, known: Sequence[str]) -> None:
    """Add ``--format`` and ``--output``: files to write besides, in one of the known formats."""
    said = _("écrire aussi des fichiers : %(known)s") % {"known": ", ".join(known)}
    formats = parser.flag("--format", default="", metavar=_("FORMATS"), help=said)
    output = parser.flag(
        "--output", type=Path, default=Path(), metavar=_("DOSSIER"), help=_("où les écrire (ici)")
    )
    complete_from(formats, known)
    complete_paths(output)


def list_formats(args: argparse.Namespace) -> list[str]:
    """Return the names that ``--format`` gives."""
    return [name.strip() for name in args.format.split(",") if name.strip()]


def add_dry_run(parser: Parser) -> None:
    """Add ``--dry-run``."""
    parser.flag(
        "--dry-run", action="store_true", help=_("dire ce qui serait fait, sans rien faire")
    )


def add_sealed(parser: Parser) -> None:
    """Add the word without which a sealed bench is not thrown away."""
    parser.flag(
        "--sealed",
        action="store_true",
        help=_("aussi les bancs scellés ou ouverts au jury, dont le scellé est jeté"),
    )


def complete_words(action: argparse.Action, kind: str, *, with_paths: bool = False) -> None:
    """Let the shell complete names that ``labctl completion --words KIND`` prints."""
    command = f"labctl completion --words {kind} 2>/dev/null"
    function = f"_labctl_{kind}" + ("_or_paths" if with_paths else "")
    paths = "compgen -f -- $1; " if with_paths else ""
    near = "; ls -d -- *.yml */ 2>/dev/null" if with_paths else ""
    action.complete = {  # type: ignore[attr-defined]  # where shtab looks for it
        "bash": function,
        "zsh": f"($({command}{near}))",
        "tcsh": f"`{command}`",
        "preamble": {"bash": f'{function}() {{ {paths}compgen -W "$({command})" -- $1; }}'},
    }


def complete_from(action: argparse.Action, words: Sequence[str]) -> None:
    """Let the shell complete one of these words, where several may be given with commas."""
    listed = " ".join(words)
    function = "_labctl_" + "_".join(words)
    action.complete = {  # type: ignore[attr-defined]  # where shtab looks for it
        "bash": function,
        "zsh": f"({listed})",
        "tcsh": f"({listed})",
        "preamble": {"bash": f'{function}() {{ compgen -W "{listed}" -- $1; }}'},
    }


def complete_paths(*actions: argparse.Action) -> None:
    """Let the shell complete paths for these arguments."""
    for action in actions:
        action.complete = PATHS  # type: ignore[attr-defined]  # where shtab looks for it


def parse_benches(words: Sequence[str]) -> tuple[int, ...]:
    """Return the bench numbers of ``1-3 7,9``, sorted, once each; UsageError when not that."""
    found: set[int] = set()
    for part in ",".join(words).split(","):
        first, dash, last = part.strip().partition("-")
        if not _is_number(first) or (dash and not _is_number(last)):
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


def parse_bench(word: str) -> int:
    """Return the number of one bench; UsageError when it is none, or several."""
    benches = parse_benches([word])
    if len(benches) > 1:
        raise UsageError(_("un seul banc attendu, pas « %(word)s »") % {"word": word})
    return benches[0]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(LAST_BENCH))

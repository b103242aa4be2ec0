"""Programs that the subject asks for are installed, those it does not want are gone."""

import re
from collections.abc import Iterable, Iterator

from checks.software.demand import Program, Programs
from checks.software.facts import Software
from checks.startup.facts.startups import Startups
from labctl.api import Expectation, Match, _, check, require, truth

_WORD = re.compile(r"\([^()]*\)|[^\s()]+")
_NUMBER = r"v?(?:\d+(?:\.(?:\d+|x))+(?:[a-z]{1,2}\d*)?(?:[-+_~]\S*)?|\d+(?:[a-z]\d+)?)"
_LANGUAGE = r"(?:de|en|es|fr|it|nl|pt)(?:-[a-z]{2})?|français|french|english"
_DECORATION = re.compile(
    rf"\(.*\)|{_NUMBER}|version|release|build|update"
    rf"|(?:32|64)-?bits?|bits?|x64|x86|x86_64|amd64|arm64|(?:[-–] )(?:{_LANGUAGE})"
)
"""What installers add to the name of a program: version, architecture, language, edition.

Names of real inventories: « Mozilla Firefox 78.15.0 ESR (x64 fr) », « Git version 2.12.2.2 »,
« FusionInventory Agent 2.4.1 (x64 edition) », « Adobe Acrobat Reader - Français ».
"""
_ANNOUNCES = frozenset({"version", "release", "build", "update"})
"""Words that are of the version only when it follows."""


@check(
    "K-011",
    asks=Programs,
    needs=Software,
    each="on",
    face="windows",
)
def check_software(asked: Programs, software: Software) -> Match:
    """Les logiciels demandés sont installés."""
    return require(
        truth(
            _("%(name)s installé") % {"name": program.name},
            _("%(name)s n'est pas installé") % {"name": program.name},
            holds=is_installed(program.installed_as, software.programs),
        )
        for program in asked.programs
        if program.required
    )


@check(
    "K-031",
    asks=Programs,
    needs=(Software, Startups),
    each="on",
    face="windows",
)
def check_unwanted_removed(asked: Programs, software: Software, startups: Startups) -> Match:
    """Les logiciels indésirables sont désinstallés, et rien n'en démarre encore."""
    return require(
        point
        for program in asked.programs
        if program.remove
        for point in _removed(program, software, startups)
    )


def _removed(program: Program, software: Software, startups: Startups) -> Iterator[Expectation]:
    values = {"name": program.name}
    yield truth(
        _("%(name)s désinstallé") % values,
        _("%(name)s est encore installé") % values,
        holds=not is_installed(program.installed_as, software.programs),
        gate=True,
    )
    left = ", ".join(_starting(program.installed_as.casefold(), startups))
    yield Expectation(
        _("%(name)s au démarrage") % values,
        "",
        left,
        _("%(name)s démarre encore : %(what)s") % {"name": program.name, "what": left},
    )


def _starting(name: str, startups: Startups) -> Iterator[str]:
    """Yield what starts by itself and mentions a program."""
    for program in startups.programs:
        if name in f"{program.name} {program.command}".casefold():
            yield program.name
    for task in startups.tasks:
        if name in " ".join((task.name, *task.commands)).casefold():
            yield task.name


def is_installed(name: str, programs: Iterable[str]) -> bool:
    """Tell whether a program is there, in any version: « Firefox » is not « Firefox ESR »."""
    wanted = _words(name)
    return any(_is_named(wanted, _words(program)) for program in programs)


def _is_named(wanted: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    """Tell whether all the words are there, in order, with nothing but decorations between."""
    left = list(wanted)
    for index, word in enumerate(listed):
        if left and word == left[0]:
            del left[0]
        elif index == 0 or not _is_decoration(word, listed[index + 1 :]):
            return False
    return not left


def _is_decoration(word: str, after: tuple[str, ...]) -> bool:
    if word in _ANNOUNCES:
        return bool(after) and re.fullmatch(_NUMBER, after[0]) is not None
    return _DECORATION.fullmatch(word) is not None


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name; what stands between parentheses, or after a dash, is one."""
    plain = re.sub(r"[®™]|\((?:r|tm)\)", "", name.casefold())
    words: list[str] = []
    for word in _WORD.findall(plain):
        if words and words[-1] in ("-", "–"):
            words[-1] = f"{words[-1]} {word}"
        else:
            words.append(word)
    return tuple(words)

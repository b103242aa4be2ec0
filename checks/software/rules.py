"""Programs that can be had: installed or removed, one of them the browser, known to winget."""

import re
from collections.abc import Iterator

from checks.software.demand import Programs
from labctl.api import Remark, View, _, rule

_PART = r"[^.\s\\/:*?\"<>|]{1,32}"
_WINGET = re.compile(rf"{_PART}(\.{_PART}){{1,7}}|[A-Z0-9]{{12,14}}")
"""Identifiers of packages (winget manifest schema, PackageIdentifier), and of Microsoft's store."""


@rule("logiciel-contradictoire", reads=Programs)
def find_contradictory_programs(asked: Programs, _view: View) -> Iterator[Remark]:
    """A program is to be installed or removed, one is the browser, and winget can find it."""
    preferred = ""
    for program in asked.programs:
        values = {"name": program.name, "other": preferred}
        if program.remove and program.required:
            said = _("« %(name)s » est à la fois à installer et à désinstaller")
            yield Remark(program, "remove", said % values)
        if program.preferred and not program.required:
            said = _("« %(name)s » est « par_defaut » sans être à installer")
            yield Remark(program, "preferred", said % values)
        if program.preferred and preferred:
            said = _("« %(name)s » et « %(other)s » sont tous deux « par_defaut »")
            hint = _("un seul programme ouvre les pages web par défaut")
            yield Remark(program, "preferred", said % values, hint)
        preferred = program.name if program.preferred else preferred
        if program.winget and not _WINGET.fullmatch(program.winget):
            said = _("« %(name)s » n'est pas un identifiant winget") % {"name": program.winget}
            hint = _("Éditeur.Programme, tel que « winget search » l'écrit")
            yield Remark(program, "winget", said, hint)


@rule("nom-double", reads=Programs)
def find_double_programs(asked: Programs, _view: View) -> Iterator[Remark]:
    """No program is asked for twice."""
    names: set[str] = set()
    for program in asked.programs:
        if program.name.casefold() in names:
            said = _("« %(name)s » est déjà dans la liste") % {"name": program.name}
            yield Remark(program, "name", said)
        names.add(program.name.casefold())

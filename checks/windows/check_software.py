"""Programs that the subject asks for are installed, those it does not want are gone."""

import re
from collections.abc import Iterable, Iterator

from labctl.core.check import check
from labctl.core.expect import Expectation, require, truth
from labctl.core.i18n import _
from labctl.core.kind import WITH_CIM
from labctl.core.verdict import Match
from labctl.plan.model import Plan
from labctl.plan.windows import Program
from labctl.probes.windows.software import Software
from labctl.probes.windows.startup import Startups

_VERSION = re.compile(r"(?: [0-9][0-9A-Za-z.]*)?(?: \([^()]*\))*")
"""What Windows adds to the name of a program: a version, an architecture, a language."""


@check("K-011", criterion="1.1", needs=Software, kinds=WITH_CIM, weight=2)
def check_software(plan: Plan, software: Software) -> Match:
    """Les logiciels demandés sont installés."""
    return require(
        truth(
            _("%(name)s installé") % {"name": program.name},
            _("%(name)s n'est pas installé") % {"name": program.name},
            holds=is_installed(program.installed_as, software.programs),
        )
        for program in plan.windows.software
        if program.required
    )


@check("K-031", criterion="3.1", needs=(Software, Startups), kinds=WITH_CIM, weight=1)
def check_unwanted_removed(plan: Plan, software: Software, startups: Startups) -> Match:
    """Les logiciels indésirables sont désinstallés, et rien n'en démarre encore."""
    return require(
        point
        for program in plan.windows.software
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
    wanted = name.casefold()
    for program in programs:
        listed = program.casefold()
        if listed.startswith(wanted) and _VERSION.fullmatch(listed[len(wanted) :]):
            return True
    return False

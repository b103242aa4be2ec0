"""Programs that the subject asks for are installed."""

import re
from collections.abc import Iterable

from labctl.core.check import check
from labctl.core.expect import require, truth
from labctl.core.i18n import _
from labctl.core.kind import WITH_CIM
from labctl.core.verdict import Match
from labctl.plan.model import Plan
from labctl.probes.windows.software import Software

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


def is_installed(name: str, programs: Iterable[str]) -> bool:
    """Tell whether a program is there, in any version: « Firefox » is not « Firefox ESR »."""
    wanted = name.casefold()
    for program in programs:
        listed = program.casefold()
        if listed.startswith(wanted) and _VERSION.fullmatch(listed[len(wanted) :]):
            return True
    return False

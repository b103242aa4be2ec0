"""Which Windows the workstation has."""

from dataclasses import dataclass
from datetime import datetime

from labctl.api import (
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    _,
    ask,
    ask_cim,
    fact,
    moment_of,
    number_of,
    read_instances,
    read_one,
    text_of,
)


@dataclass(frozen=True, slots=True)
class OperatingSystem:
    """Edition, build, language and age, as numbers: the texts are in any language."""

    sku: int
    build: int
    language: int  # LCID
    installed_at: datetime
    now: datetime  # by the workstation's own clock
    address_width: int  # 64 where a 64-bit Windows runs


PROPERTIES = ("OperatingSystemSKU", "BuildNumber", "OSLanguage", "InstallDate", "LocalDateTime")


def ask_system(at: NodeName) -> Question:
    """Ask for the system; whoever needs a part of it asks for all, so that it is asked once."""
    return ask_cim(at, "Win32_OperatingSystem", *PROPERTIES)


def ask_processors(at: NodeName) -> Question:
    """Ask for the processors, once for all who need a part of it."""
    return ask_cim(at, "Win32_Processor", "AddressWidth", "Name")


@fact(OperatingSystem, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[OperatingSystem]:
    """Read the system and the width of its processors' addresses; BuildNumber is a text.

    Microsoft, "Win32_OperatingSystem class" and "Win32_Processor class".
    """
    system, processors = yield from ask(ask_system(at), ask_processors(at))
    one = read_one(system)
    widths = [number_of(processor, "AddressWidth") for processor in read_instances(processors)]
    build = text_of(one, "BuildNumber")
    if not widths or not (build.isascii() and build.isdigit() and len(build) < 10):
        raise NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": "BuildNumber"})
    return OperatingSystem(
        sku=number_of(one, "OperatingSystemSKU"),
        build=int(build),
        language=number_of(one, "OSLanguage"),
        installed_at=moment_of(one, "InstallDate"),
        now=moment_of(one, "LocalDateTime"),
        address_width=min(widths),
    )

"""The right part was added, at the right place, and nothing else changed."""

from collections import Counter
from collections.abc import Iterable

from checks.hardware.demand import Hardware
from checks.hardware.facts.hardware import (
    FaultyDevice,
    FaultyDevices,
    Inventory,
    Memory,
    MemoryModule,
)
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    _,
    check,
    require,
)

GIB = 1024**3
ROUNDING_MHZ = 1
NOT_BROKEN = frozenset({22, 24, 45})
"""Codes of a device that a person disabled, that is not there, or not connected any more.

Microsoft, « Error codes in Device Manager in Windows » (CM_PROB_DISABLED, CM_PROB_DEVICE_NOT_THERE,
CM_PROB_PHANTOM).
"""
Kind = tuple[str, int]  # reference and size: what tells two modules apart


@check(
    "K-009",
    asks=Hardware,
    needs=FaultyDevices,
    each="on",
    face="windows",
)
def check_devices(asked: Hardware, faulty: FaultyDevices) -> Match:
    """Aucun périphérique n'est en erreur."""
    most = asked.faulty_drivers
    expected = _("%(count)d périphérique en erreur au plus") % {"count": most}
    broken = [device for device in faulty.devices if device.code not in NOT_BROKEN]
    if len(broken) > most:
        names = _name_all(broken)
        raise Mismatch(
            _("périphériques en erreur : %(names)s") % {"names": names},
            expected=expected,
            found=names,
        )
    apart = _name_all(device for device in faulty.devices if device.code in NOT_BROKEN)
    if not apart:
        return Match(expected, str(len(broken)))
    return Match(
        expected,
        _("%(count)d, sans compter ceux qui sont désactivés ou absents : %(names)s")
        % {"count": len(broken), "names": apart},
    )


@check(
    "K-021",
    asks=Hardware,
    needs=Memory,
    each="on",
    face="windows",
)
def check_total_memory(asked: Hardware, memory: Memory) -> Match:
    """Le poste a la mémoire demandée."""
    total = sum(module.size_bytes for module in memory.modules)
    wanted = asked.ram_gib
    return require([Expectation(_("mémoire, en Mio"), wanted * 1024, total // 1024**2)])


@check(
    "K-022",
    asks=Hardware,
    needs=Memory,
    after=("K-021",),
    each="on",
    face="windows",
)
def check_compatible_module(asked: Hardware, memory: Memory) -> Match:
    """La barrette ajoutée est celle qui convient."""
    added = _added(asked, memory.modules)
    if len(added) != 1:
        parts = ", ".join(module.part for module in added) or _("rien")
        raise Mismatch(
            _("une barrette devait être ajoutée à celles d'origine, trouvé : %(parts)s")
            % {"parts": parts},
            expected=asked.addition.module.part,
            found=parts,
        )
    return require(
        (
            Expectation(
                _("référence de la barrette"), asked.addition.module.part, added[0].part, gate=True
            ),
            Expectation(
                _("type de mémoire (SMBIOS)"), asked.addition.smbios_type, added[0].smbios_type
            ),
            Expectation(
                _("fréquence en service, en MHz"),
                asked.addition.speed_mhz,
                _as_written(added[0].mhz, asked.addition.speed_mhz),
            ),
        )
    )


def _as_written(found_mhz: int, wanted_mhz: int) -> int:
    """Return a speed as it is asked for, where only its rounding differs: 2666 and 2667.

    DDR4-2666 transfers 2666.67 million times a second (JEDEC JESD79-4, "Speed bins"); SMBIOS tells
    a whole number, cut or rounded.
    """
    return wanted_mhz if abs(found_mhz - wanted_mhz) <= ROUNDING_MHZ else found_mhz


@check(
    "K-023",
    asks=Hardware,
    needs=Memory,
    after=("K-022",),
    each="on",
    face="windows",
)
def check_slot(asked: Hardware, memory: Memory) -> Match:
    """La barrette est dans le bon emplacement."""
    wanted = frozenset(
        {asked.addition.module.slot, *(module.slot for module in asked.delivered.modules)}
    )
    found = frozenset(module.slot for module in memory.modules)
    return require([Expectation(_("emplacements occupés"), wanted, found)])


@check(
    "K-027",
    asks=Hardware,
    needs=(Memory, Inventory),
    after=("K-022",),
    each="on",
    face="windows",
)
def check_nothing_else_changed(asked: Hardware, memory: Memory, inventory: Inventory) -> Match:
    """Rien d'autre n'a changé dans le matériel."""
    modules = [
        *_delivered(asked),
        (asked.addition.module.part, asked.addition.module.size_gib * GIB),
    ]
    return require(
        (
            Expectation(_("processeur"), (asked.delivered.processor,), inventory.processors),
            Expectation(_("carte mère"), (asked.delivered.board,), inventory.boards),
            Expectation(_("disques"), tuple(sorted(asked.delivered.disks)), inventory.disks),
            Expectation(_("barrettes"), _say(modules), _say(map(_kind, memory.modules))),
        )
    )


def _name_all(devices: Iterable[FaultyDevice]) -> str:
    return ", ".join(f"{device.name} ({device.code})" for device in devices)


def _added(asked: Hardware, modules: Iterable[MemoryModule]) -> list[MemoryModule]:
    """Return the modules that were not delivered; two alike are told apart by their number."""
    left = Counter(_delivered(asked))
    added = []
    for module in modules:
        if left[_kind(module)]:
            left[_kind(module)] -= 1
        else:
            added.append(module)
    return added


def _delivered(asked: Hardware) -> list[Kind]:
    return [(module.part, module.size_gib * GIB) for module in asked.delivered.modules]


def _kind(module: MemoryModule) -> Kind:
    return module.part, module.size_bytes


def _say(modules: Iterable[Kind]) -> tuple[str, ...]:
    return tuple(sorted(f"{part} ({size // 1024**2} Mio)" for part, size in modules))

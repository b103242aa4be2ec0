"""Hardware that can exist: its memory adds up, each module in a slot of its own."""

from collections.abc import Iterator

from checks.hardware.demand import MEMORY_TYPES, Hardware
from checks.storage.demand import Storage
from checks.virtualisation.demand import Hypervisor
from labctl.api import Remark, View, _, rule

NORMS = {number: name for name, number in MEMORY_TYPES.items()}
SPEEDS = {"DDR3": (800, 3200), "DDR4": (1333, 5600), "DDR5": (3200, 12_000)}
"""MHz that memory is sold for, overclocked modules included; JEDEC: JESD79-3, -4 and -5."""


@rule("memoire-impossible", reads=Hardware)
def find_impossible_memory(asked: Hardware, _view: View) -> Iterator[Remark]:
    """The modules delivered and the one to add make the memory asked for, each in its slot."""
    addition, delivered = asked.addition, asked.delivered.modules
    total = sum(module.size_gib for module in (*delivered, addition.module))
    if total != asked.ram_gib:
        said = _("les barrettes font %(total)d Gio en tout, pas %(asked)d")
        yield Remark(asked, "ram_gib", said % {"total": total, "asked": asked.ram_gib})
    yield from _find_taken_slots(asked)
    norm = NORMS[addition.smbios_type]
    least, most = SPEEDS[norm]
    if not least <= addition.speed_mhz <= most:
        said = _("de la %(norm)s ne tourne pas à %(speed)d MHz")
        values = {"norm": norm, "speed": addition.speed_mhz}
        hint = _("de %(least)d à %(most)d MHz") % {"least": least, "most": most}
        yield Remark(addition, "speed_mhz", said % values, hint)
    if addition.compatible > addition.among:
        said = _("%(compatible)d composants compatibles parmi %(among)d proposés")
        values = {"compatible": addition.compatible, "among": addition.among}
        yield Remark(addition, "compatible", said % values)


def _find_taken_slots(asked: Hardware) -> Iterator[Remark]:
    taken: set[str] = set()
    for module in (*asked.delivered.modules, asked.addition.module):
        if module.slot.casefold() in taken:
            said = _("l'emplacement « %(slot)s » a déjà une barrette") % {"slot": module.slot}
            yield Remark(module, "slot", said)
        taken.add(module.slot.casefold())


@rule("volume-impossible", reads=(Hardware, Storage))
def find_large_volumes(asked: Hardware, storage: Storage, _view: View) -> Iterator[Remark]:
    """The volumes asked for fit on the disk that is delivered."""
    capacity = asked.delivered.capacity_gib
    if capacity is not None and storage.total_gib > capacity:
        said = _("%(volumes)s demandent %(asked)d Gio, le disque livré en a %(size)d")
        names = _(" et ").join(storage.drives)
        values = {"volumes": names, "asked": storage.total_gib, "size": capacity}
        yield Remark(storage.last_sized, "size_gib", said % values)


@rule("machine-d-essai-trop-grande", reads=(Hardware, Hypervisor))
def find_large_guests(asked: Hardware, wanted: Hypervisor, _view: View) -> Iterator[Remark]:
    """The virtual machine to try fits in the memory of the workstation."""
    if wanted.vm.ram_mib >= asked.ram_gib * 1024:
        said = _("la machine d'essai demande %(asked)d Mio, le poste en a %(size)d")
        values = {"asked": wanted.vm.ram_mib, "size": asked.ram_gib * 1024}
        yield Remark(wanted.vm, "ram_mib", said % values)

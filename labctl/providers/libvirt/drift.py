"""What a virtual machine is found to be, against what the plan says: each difference named."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.providers.libvirt.domain_xml import Seen


def compare(node: str, planned: Seen, found: Seen) -> tuple[str, ...]:
    """Return the differences of a machine, a line each."""
    return tuple(f"{node} : {what}" for what in _differences(planned, found))


def _differences(planned: Seen, found: Seen) -> Iterator[str]:
    yield from _compare_disks(dict(planned.disks), dict(found.disks))
    yield from _compare_cards(dict(planned.cards), dict(found.cards))
    if planned.memory_kib != found.memory_kib:
        values = {"found": found.memory_kib >> 10, "planned": planned.memory_kib >> 10}
        yield _("mémoire de %(found)d MiB, prévue %(planned)d MiB") % values
    if planned.kernel != found.kernel:
        yield _("autre noyau : %(found)s") % {"found": found.kernel or "–"}


def _compare_disks(planned: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    for target in sorted({*planned, *found}):
        values = {"disk": target, "found": found.get(target), "planned": planned.get(target)}
        if target not in found:
            yield _("disque %(disk)s retiré (%(planned)s)") % values
        elif target not in planned:
            yield _("disque %(disk)s ajouté (%(found)s)") % values
        elif found[target] != planned[target]:
            yield _("disque %(disk)s échangé : %(found)s, prévu %(planned)s") % values


def _compare_cards(planned: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    for mac in sorted({*planned, *found}):
        values = {"mac": mac, "found": found.get(mac), "planned": planned.get(mac)}
        if mac not in found:
            yield _("carte %(mac)s retirée (réseau %(planned)s)") % values
        elif mac not in planned:
            yield _("carte %(mac)s ajoutée (réseau %(found)s)") % values
        elif found[mac] != planned[mac]:
            yield _("carte %(mac)s déplacée : réseau %(found)s, prévu %(planned)s") % values

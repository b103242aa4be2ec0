"""The hosts of a room of virtual machines: known, and large enough for its benches."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.access import HONOURED, list_unknown
from labctl.spec.hosting import CPUS_PER_CORE, VmHost, bench_need, count_places, distribute
from labctl.spec.rules.view import Finding, Seating, find_doubles


def find_missing_hosts(seating: Seating) -> Iterator[Finding]:
    """A room of virtual machines says where they live."""
    document = seating.document
    if document.provider == "libvirt" and not document.hosts:
        said = _("aucun hôte : le fournisseur libvirt a besoin de « hotes »")
        hint = _("hotes: [{nom, uri, virt_type, memoire_mib, disque_mib, coeurs}]")
        yield Finding(("fournisseur",), said, hint)


def find_double_hosts(seating: Seating) -> Iterator[Finding]:
    """No two hosts have the same name."""
    items = [(("hotes", i, "nom"), host.name) for i, host in enumerate(seating.document.hosts)]
    for path, name, _first in find_doubles(items):
        yield Finding(path, _("l'hôte « %(name)s » est déjà défini") % {"name": name})


def find_unknown_hosts(seating: Seating) -> Iterator[Finding]:
    """A bench is placed on a host of the room."""
    known = [host.name for host in seating.document.hosts]
    for rank, seat in enumerate(seating.document.seats):
        if seat.host is not None and seat.host not in known:
            said = _("hôte « %(name)s » inconnu") % {"name": seat.host}
            hint = _("hôtes : %(names)s") % {"names": ", ".join(known) or "–"}
            yield Finding(("bancs", rank, "hote"), said, hint)


def find_unreachable_hosts(seating: Seating) -> Iterator[Finding]:
    """It is said how labctl on another machine is reached, in words that it honours."""
    for rank, host in enumerate(seating.document.hosts):
        if host.uri.startswith("qemu+tls:") and host.access is None:
            said = _("« %(name)s » : qemu+tls mène à libvirt, mais pas à labctl sur cet hôte")
            hint = _("ajoutez acces: ssh://compte@hote, ou écrivez uri: qemu+ssh://compte@hote/…")
            yield Finding(("hotes", rank, "uri"), said % {"name": host.name}, hint)
        for name in list_unknown(host.uri):
            said = _("paramètre « %(name)s » inconnu dans une adresse qemu+ssh") % {"name": name}
            hint = _("connus : %(names)s") % {"names": ", ".join(HONOURED)}
            yield Finding(("hotes", rank, "uri"), said, hint)


def find_small_hosts(seating: Seating) -> Iterator[Finding]:
    """The hosts carry every bench: said with the numbers, before anything is created."""
    document = seating.document
    if document.provider != "libvirt" or not document.hosts:
        return
    chosen = {seat.number: seat.host for seat in document.seats}
    left = set(distribute(document.hosts, chosen, document.windows).left)
    has_windows = bool(document.windows)
    hint = " ; ".join(explain_capacity(each, is_windows=has_windows) for each in document.hosts)
    known = {host.name for host in document.hosts}
    for rank, seat in enumerate(document.seats):
        if seat.number in left and (seat.host is None or seat.host in known):
            left.discard(seat.number)
            where = seat.host or _("aucun hôte")
            said = _("pas de place pour le banc %(bench)d (%(where)s) : il lui faut %(need)s")
            values = {"bench": seat.number, "where": where}
            values["need"] = _needed(is_windows=seat.number in document.windows)
            yield Finding(("bancs", rank), said % values, hint)


def explain_capacity(host: VmHost, *, is_windows: bool) -> str:
    """Return what a host offers, and how many benches that is, with a Windows or any other desk."""
    said = _("%(name)s : %(memory)d MiB, disque %(disk)d MiB, %(cpus)d processeurs : %(n)d bancs")
    values = {
        "name": host.name,
        "memory": host.memory_mib,
        "disk": host.disk_mib,
        "cpus": host.cores * CPUS_PER_CORE,
        "n": count_places(host, is_windows=is_windows),
    }
    return said % values + (_(" avec Windows") if is_windows else "")


def _needed(*, is_windows: bool) -> str:
    need = bench_need(is_windows=is_windows)
    said = _("%(memory)d MiB, disque %(disk)d MiB, %(cpus)d processeurs virtuels")
    return said % {"memory": need.memory_mib, "disk": need.disk_mib, "cpus": need.cpus}

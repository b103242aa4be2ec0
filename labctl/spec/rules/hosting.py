"""The hosts of a room: known, and large enough for its benches."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.hosting import CPUS_PER_CORE, Host, Need, count_places, distribute
from labctl.spec.rules.view import Finding, Seating, find_doubles


def find_missing_hosts(seating: Seating) -> Iterator[Finding]:
    """A room says where its benches live, if its provider must be told."""
    if seating.rules.needs_hosts and not seating.document.hosts:
        said = _("aucun hôte : le fournisseur %(name)s a besoin de « hotes »")
        fields = seating.rules.host.model_fields.values()
        keys = ", ".join(str(field.alias) for field in fields if field.is_required())
        name = seating.document.provider
        yield Finding(("fournisseur",), said % {"name": name}, f"hotes: [{{{keys}}}]")


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
    """It is said how labctl on another machine is reached, in words that its provider honours."""
    for rank, host in enumerate(seating.document.hosts):
        for mistake in host.list_mistakes():
            yield Finding(("hotes", rank, mistake.key), mistake.message, mistake.hint)


def find_small_hosts(seating: Seating) -> Iterator[Finding]:
    """The hosts carry every bench: said with the numbers, before anything is created."""
    document, cahier = seating.document, seating.cahier
    if not document.hosts or cahier is None:
        return
    wishes = document.wishes(seating.rules, cahier)
    left = set(distribute(document.hosts, wishes).left)
    most = max((wish.need for wish in wishes.values()), key=lambda need: need.memory_mib)
    hint = " ; ".join(explain_capacity(each, most) for each in document.hosts)
    known = {host.name for host in document.hosts}
    for rank, seat in enumerate(document.seats):
        if seat.number in left and (seat.host is None or seat.host in known):
            left.discard(seat.number)
            where = seat.host or _("aucun hôte")
            said = _("pas de place pour le banc %(bench)d (%(where)s) : il lui faut %(need)s")
            values = {"bench": seat.number, "where": where}
            values["need"] = _explain(wishes[seat.number].need)
            yield Finding(("bancs", rank), said % values, hint)


def explain_capacity(host: Host, need: Need) -> str:
    """Return what a host offers, and how many benches of this need that is."""
    said = _("%(name)s : %(memory)d MiB, disque %(disk)d MiB, %(cpus)d processeurs : %(n)d bancs")
    return said % {
        "name": host.name,
        "memory": host.memory_mib,
        "disk": host.disk_mib,
        "cpus": host.cores * CPUS_PER_CORE,
        "n": count_places(host, need),
    }


def _explain(need: Need) -> str:
    said = _("%(memory)d MiB, disque %(disk)d MiB, %(cpus)d processeurs virtuels")
    return said % {"memory": need.memory_mib, "disk": need.disk_mib, "cpus": need.cpus}

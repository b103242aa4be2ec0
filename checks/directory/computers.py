"""Names of the machines that a directory, or a file server's clients, know by NetBIOS."""

from collections.abc import Iterable, Iterator

from labctl.api import Remark, View, _

NETBIOS_MAX, DNS_MAX = 15, 63


def find_long_computers(view: View, machines: Iterable[str]) -> Iterator[Remark]:
    """Yield the machines whose name has more than 15 characters.

    Microsoft, "Naming conventions in Active Directory for computers, domains, sites, and OUs". What
    is too long for the DNS too is told of every machine.
    """
    for machine in machines:
        form = view.subject.machines.get(machine)
        if form is not None and NETBIOS_MAX < len(form.name) <= DNS_MAX:
            said = _("le nom « %(name)s » a %(length)d caractères : %(max)d au plus")
            values = {"name": form.name, "length": len(form.name), "max": NETBIOS_MAX}
            yield Remark(form, "name", said % values)

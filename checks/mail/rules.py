"""A mail server is one, its ports are those of its services, and the mailbox is somebody's."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_person, find_unnamed_server
from checks.internet.demand import InternetAccess
from checks.mail.demand import Mail
from checks.mail.facts import SERVER
from labctl.api import Remark, View, _, rule

PORTS = {
    ("imap", 143): "starttls", ("imap", 993): "tls",
    ("smtp", 587): "starttls", ("smtp", 465): "tls",
}  # fmt: skip
"""Security of the well-known ports (RFC 8314, RFC 9051, RFC 6409)."""
_SERVICES = {port: service for service, port in PORTS}


@rule("messagerie-impossible", reads=Mail)
def find_impossible_ports(asked: Mail, _view: View) -> Iterator[Remark]:
    """A well-known port serves what it is known for, encrypted as RFC 8314 says."""
    for service, wanted in (("imap", asked.imap), ("smtp", asked.smtp)):
        values = {"port": wanted.port, "service": service.upper()}
        usual = PORTS.get((service, wanted.port), wanted.security)
        if _SERVICES.get(wanted.port, service) != service:
            said = _("le port %(port)d n'est pas un port %(service)s") % values
            yield Remark(wanted, "port", said)
        elif usual != wanted.security:
            said = _("le port %(port)d va avec « securite: %(usual)s » (RFC 8314)")
            yield Remark(wanted, "security", said % {**values, "usual": usual})


@rule("messagerie-impossible", reads=(Mail, InternetAccess), sections=("machines",))
def find_closed_ports(asked: Mail, access: InternetAccess, view: View) -> Iterator[Remark]:
    """The firewall lets out the ports of a server that is outside."""
    card, directory = view.card("poste"), view.find(Directory)
    domain = directory.domain if directory else asked.mailbox.rpartition("@")[2]
    vlan = "" if card is None else card.segment
    outbound = access.firewall.outbound.get(vlan)
    if asked.hosted_on or outbound is None or f".{asked.server}".endswith(f".{domain}"):
        return
    for service, wanted in (("imap", asked.imap), ("smtp", asked.smtp)):
        is_known = PORTS.get((service, wanted.port), wanted.security) == wanted.security
        is_free = _SERVICES.get(wanted.port, service) == service
        if wanted.port not in outbound and is_known and is_free:
            said = _("le port %(port)d ne sort pas de %(vlan)s, où est le poste")
            hint = _("ajoutez-le à internet.parefeu.sortant")
            yield Remark(wanted, "port", said % {"port": wanted.port, "vlan": vlan}, hint)


@rule("personne-inconnue", reads=(Mail, Directory))
def find_unknown_owners(asked: Mail, directory: Directory, _view: View) -> Iterator[Remark]:
    """The mailbox is that of a person of the cahier."""
    yield from find_unknown_person(directory, asked, "owner", asked.owner)


@rule("messagerie-impossible", reads=Mail, sections=("machines",))
def find_wrong_servers(asked: Mail, view: View) -> Iterator[Remark]:
    """A machine that holds the mailbox is a mail server, found by its name in the directory."""
    if asked.hosted_on is None:
        return
    if SERVER not in view.faces(asked.hosted_on):
        said = _("« %(name)s » n'est pas un serveur de messagerie") % {"name": asked.hosted_on}
        yield Remark(asked, "hosted_on", said, _("une machine « genre: mail »"))
    alone = _("sans annuaire, la boîte n'est celle de personne")
    example = "mail.%(domain)s"
    yield from find_unnamed_server(view, asked, ("server", asked.server), example, alone)

"""Mail, inventory and documents: ports, machines and shares that exist."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.devices import Devices
from labctl.spec.login import alike
from labctl.spec.rules.view import Finding, View
from labctl.spec.suggest import suggest

MAIL_PORTS = {
    ("imap", 143): "starttls", ("imap", 993): "tls",
    ("smtp", 587): "starttls", ("smtp", 465): "tls",
}  # fmt: skip
"""Security of the well-known ports (RFC 8314, RFC 9051, RFC 6409)."""
_OF_MAIL = {port: service for service, port in MAIL_PORTS}


def find_impossible_mail(view: View) -> Iterator[Finding]:
    """A well-known port serves what it is known for; those of a server outside are let out."""
    mail = view.subject.mail
    if mail is None:
        return
    vlan, domain = view.subject.workstation.network.vlan, view.subject.directory.domain
    outbound = view.subject.devices.router.firewall.outbound.get(vlan)
    for service, asked in (("imap", mail.imap), ("smtp", mail.smtp)):
        path, values = ("messagerie", service), {"port": asked.port, "service": service.upper()}
        usual = MAIL_PORTS.get((service, asked.port), asked.security)
        if _OF_MAIL.get(asked.port, service) != service:
            said = _("le port %(port)d n'est pas un port %(service)s") % values
            yield Finding((*path, "port"), said)
        elif usual != asked.security:
            said = _("le port %(port)d va avec « securite: %(usual)s » (RFC 8314)")
            yield Finding((*path, "securite"), said % {**values, "usual": usual})
        elif (
            outbound is not None
            and asked.port not in outbound
            and not f".{mail.server}".endswith(f".{domain}")
        ):
            said = _("le port %(port)d ne sort pas de %(vlan)s, où est le poste")
            hint = _("ajoutez-le à routeur.parefeu.sortant")
            yield Finding((*path, "port"), said % {**values, "vlan": vlan}, hint)


def find_uninventoried_machines(view: View) -> Iterator[Finding]:
    """What the inventory must hold are machines of the bench."""
    assistance = view.subject.assistance
    known = (*(field.alias or "" for field in Devices.model_fields.values()), "poste")
    for rank, name in enumerate(assistance.inventory.network if assistance is not None else ()):
        if name not in known:
            said = _("machine « %(name)s » inconnue") % {"name": name}
            hint = suggest(name, known, _("machines : %(names)s"))
            yield Finding(("assistance", "inventaire", "reseau", rank), said, hint)


def find_lost_documents(view: View) -> Iterator[Finding]:
    """Documents are handed in on a share that exists."""
    documents, nas = view.subject.deliverables, view.subject.devices.nas
    if documents is None or not documents.folder.startswith("\\\\"):
        return
    path = ("documents_a_rendre", "dossier")
    server, share = (*documents.folder.split("\\")[2:4], "")[:2]
    if alike(server) != alike(nas.name):
        said = _("machine « %(name)s » inconnue") % {"name": server}
        yield Finding(path, said, _("le NAS s'appelle « %(name)s »") % {"name": nas.name})
    elif alike(share) not in {alike(known.name) for known in nas.shares}:
        said = _("partage « %(name)s » inconnu") % {"name": share}
        names = ", ".join(known.name for known in nas.shares)
        yield Finding(path, said, _("partages : %(names)s") % {"names": names})


def find_reversed_delays(view: View) -> Iterator[Finding]:
    """A request is taken before it is solved."""
    assistance = view.subject.assistance
    delays = assistance.levels.sla if assistance is not None else None
    if delays is not None and delays.pick_up_minutes > delays.solve_minutes:
        said = _("résolution en %(solve)d min, avant la prise en compte en %(pick)d min")
        values = {"solve": delays.solve_minutes, "pick": delays.pick_up_minutes}
        path = ("assistance", "niveaux", "sla", "resolution_min")
        yield Finding(path, said % values)

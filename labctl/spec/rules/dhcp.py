"""Names and time: both come from the controller of the domain."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.devices import DC
from labctl.spec.fields import HostRef
from labctl.spec.rules.view import Finding, View


def find_dns_elsewhere(view: View) -> Iterator[Finding]:
    """The server that names of the domain are sent to is a controller of it."""
    ref = view.subject.devices.router.dns_relay.to
    if _is_elsewhere(view, ref):
        said = _("le serveur DNS (%(vlan)s, hôte %(host)d) n'est pas un contrôleur du domaine")
        path = ("equipements", "routeur", "dns_relais", "vers")
        yield Finding(path, said % {"vlan": ref.vlan, "host": ref.host}, _dc_hint(view))


def find_missing_roles(view: View) -> Iterator[Finding]:
    """The controller of the domain serves the directory, names and time."""
    for role in ("ad_ds", "dns", "ntp"):
        if role not in view.subject.devices.dc.roles:
            said = _("le contrôleur de domaine n'a pas le rôle « %(role)s »") % {"role": role}
            yield Finding(("equipements", "dc", "roles"), said)


def _is_elsewhere(view: View, ref: HostRef) -> bool:
    card = view.card(DC)
    return card is not None and (ref.vlan, ref.host) != (card.segment, card.host)


def _dc_hint(view: View) -> str:
    card = view.card(DC)
    if card is None or card.host is None:
        return ""
    values = {"name": view.hostname(DC), "vlan": card.segment, "host": card.host}
    return _("contrôleur de domaine : « %(name)s », %(vlan)s, hôte %(host)d") % values

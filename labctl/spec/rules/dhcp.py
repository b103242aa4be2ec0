"""Names and time: both come from the controller of the domain."""

from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.rules.view import Finding, View


def find_missing_roles(view: View) -> Iterator[Finding]:
    """The controller of the domain serves the directory, names and time."""
    for role in ("ad_ds", "dns", "ntp"):
        if role not in view.subject.devices.dc.roles:
            said = _("le contrôleur de domaine n'a pas le rôle « %(role)s »") % {"role": role}
            yield Finding(("equipements", "dc", "roles"), said)

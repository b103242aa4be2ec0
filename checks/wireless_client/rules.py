"""The wireless network of a machine is one of the access point, which admits its card."""

from collections.abc import Iterator

from checks.wireless_client.demand import Fallback
from labctl.api import Remark, View, _, rule

_AP = "equipements.point_acces"


@rule("ssid-inconnu", reads=Fallback, sections=(_AP,))
def find_unknown_networks(asked: Fallback, view: View) -> Iterator[Remark]:
    """The wireless network is one of the access point."""
    known = [ssid.name for ssid in view.subject.devices.access_point.ssids]
    if asked.ssid not in known:
        said = _("réseau sans fil « %(name)s » inconnu") % {"name": asked.ssid}
        yield Remark(asked, "ssid", said, _("réseaux : %(names)s") % {"names": ", ".join(known)})


@rule("carte-refusee", reads=Fallback, sections=(_AP,))
def find_refused_machines(asked: Fallback, view: View) -> Iterator[Remark]:
    """The wireless network admits the card of the machine."""
    for ssid in view.subject.devices.access_point.ssids:
        admitted = ssid.mac_filter if ssid.name == asked.ssid else None
        if admitted is not None and asked.mac not in admitted.macs:
            said = _("la carte Wi-Fi du poste n'est pas parmi celles que « %(name)s » admet")
            hint = _("ajoutez-y ${mac_wifi}")
            yield Remark(admitted, "macs", said % {"name": ssid.name}, hint)

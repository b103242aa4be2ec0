"""The wireless network of a machine is one of the access point, which admits its card."""

from collections.abc import Iterator

from checks.wireless.demand import Wireless
from checks.wireless_client.demand import Fallback
from labctl.api import Remark, View, _, rule


@rule("ssid-inconnu", reads=(Fallback, Wireless))
def find_unknown_networks(asked: Fallback, radio: Wireless, _view: View) -> Iterator[Remark]:
    """The wireless network is one of the access point."""
    known = [ssid.name for ssid in radio.ssids]
    if asked.ssid not in known:
        said = _("réseau sans fil « %(name)s » inconnu") % {"name": asked.ssid}
        yield Remark(asked, "ssid", said, _("réseaux : %(names)s") % {"names": ", ".join(known)})


@rule("carte-refusee", reads=(Fallback, Wireless))
def find_refused_machines(asked: Fallback, radio: Wireless, _view: View) -> Iterator[Remark]:
    """The wireless network admits the card of the machine."""
    for ssid in radio.ssids:
        admitted = ssid.mac_filter if ssid.name == asked.ssid else None
        if admitted is not None and asked.mac not in admitted.macs:
            said = _("la carte Wi-Fi du poste n'est pas parmi celles que « %(name)s » admet")
            hint = _("ajoutez-y ${mac_wifi}")
            yield Remark(admitted, "macs", said % {"name": ssid.name}, hint)

"""The wireless network: channels, country and encryption that exist."""

import re
from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.rules.view import Finding, View

CHANNELS = {
    "canaux_2g4": frozenset(range(1, 15)),
    "canaux_5g": frozenset((*range(36, 65, 4), *range(100, 145, 4), *range(149, 178, 4))),
}
"""Channels of 20 MHz (IEEE 802.11, annex E): which of them a country admits is another matter."""
_SAFE = re.compile(r"(?i)WPA[23]")
_UNSAFE = re.compile(r"(?i)\b(WEP|TKIP)\b|WPA(?![23])")
"""Withdrawn by the Wi-Fi Alliance: WEP and TKIP, hence the first WPA."""
_COUNTRIES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())
"""ISO 3166-1, two letters."""


def find_unknown_channels(view: View) -> Iterator[Finding]:
    """A channel is one of its band."""
    access_point = view.subject.devices.access_point
    for key, given in (
        ("canaux_2g4", access_point.channels_2g4),
        ("canaux_5g", access_point.channels_5g),
    ):
        for rank, channel in enumerate(given):
            if channel not in CHANNELS[key]:
                said = _("le canal %(channel)d n'existe pas dans cette bande")
                names = ", ".join(map(str, sorted(CHANNELS[key])))
                hint = _("canaux : %(names)s") % {"names": names}
                path = ("equipements", "point_acces", key, rank)
                yield Finding(path, said % {"channel": channel}, hint)


def find_unknown_countries(view: View) -> Iterator[Finding]:
    """The country whose rules the access point follows exists."""
    country = view.subject.devices.access_point.country
    if country not in COUNTRIES:
        said = _("le pays « %(name)s » n'existe pas") % {"name": country}
        hint = _("deux lettres (ISO 3166-1) : PF, FR, NC…")
        yield Finding(("equipements", "point_acces", "pays"), said, hint)


def find_weak_encryption(view: View) -> Iterator[Finding]:
    """A wireless network is encrypted as a centre may teach it."""
    for rank, ssid in enumerate(view.subject.devices.access_point.ssids):
        if _UNSAFE.search(ssid.security) or not _SAFE.search(ssid.security):
            said = _("« %(name)s » ne protège pas un réseau sans fil") % {"name": ssid.security}
            hint = _("WPA2 ou WPA3, comme WPA2-PSK-AES_ou_WPA3")
            yield Finding(("equipements", "point_acces", "ssid", rank, "securite"), said, hint)

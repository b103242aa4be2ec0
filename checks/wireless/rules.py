"""Wireless networks lead somewhere, by a cable that carries them, on channels that exist."""

import re
from collections.abc import Iterator

from checks.wireless.demand import Wireless
from labctl.api import CableForm, Remark, View, _, judge_mac, rule

SSID_MAX_BYTES = 32
"""Octets of a name (IEEE 802.11, 9.4.2.2)."""
CHANNELS_2G4 = frozenset(range(1, 14))
CHANNELS_5G = frozenset((*range(36, 65, 4), *range(100, 145, 4), *range(149, 178, 4)))
"""Channels of 20 MHz (IEEE 802.11, annex E): which of them a country admits is another matter, but
for channel 14, which is Japan's and for 802.11b alone."""
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


@rule("canal-inconnu", reads=Wireless)
def find_unknown_channels(asked: Wireless, _view: View) -> Iterator[Remark]:
    """A channel is one of its band."""
    bands = (
        ("channels_2g4", asked.channels_2g4, CHANNELS_2G4),
        ("channels_5g", asked.channels_5g, CHANNELS_5G),
    )
    for field, given, known in bands:
        for rank, channel in enumerate(given):
            if channel not in known:
                said = _("le canal %(channel)d n'existe pas dans cette bande")
                hint = _("canaux : %(names)s") % {"names": ", ".join(map(str, sorted(known)))}
                yield Remark(asked, field, said % {"channel": channel}, hint, inside=(rank,))


@rule("pays-inconnu", reads=Wireless)
def find_unknown_country(asked: Wireless, _view: View) -> Iterator[Remark]:
    """The country whose rules the access point follows exists."""
    if asked.country not in COUNTRIES:
        said = _("le pays « %(name)s » n'existe pas") % {"name": asked.country}
        yield Remark(asked, "country", said, _("deux lettres (ISO 3166-1) : PF, FR, NC…"))


@rule("chiffrement-faible", reads=Wireless)
def find_weak_encryption(asked: Wireless, _view: View) -> Iterator[Remark]:
    """A wireless network is encrypted as a centre may teach it."""
    for ssid in asked.ssids:
        if _UNSAFE.search(ssid.security) or not _SAFE.search(ssid.security):
            said = _("« %(name)s » ne protège pas un réseau sans fil") % {"name": ssid.security}
            hint = _("WPA2 ou WPA3, comme WPA2-PSK-AES_ou_WPA3")
            yield Remark(ssid, "security", said, hint)


@rule("nom-trop-long", reads=Wireless)
def find_long_names(asked: Wireless, _view: View) -> Iterator[Remark]:
    """The name of a wireless network fits in 32 bytes: an accent takes two."""
    for ssid in asked.ssids:
        size = len(ssid.name.encode())
        if size > SSID_MAX_BYTES:
            said = _("le nom de réseau « %(name)s » fait %(size)d octets : %(max)d au plus")
            values = {"name": ssid.name, "size": size, "max": SSID_MAX_BYTES}
            hint = _("une lettre accentuée compte pour deux")
            yield Remark(ssid, "name", said % values, hint)


@rule("mac-incorrecte", reads=Wireless)
def find_bad_macs(asked: Wireless, _view: View) -> Iterator[Remark]:
    """Every card that is admitted may exist."""
    for admitted in (ssid.mac_filter for ssid in asked.ssids if ssid.mac_filter):
        for rank, mac in enumerate(admitted.macs):
            for said in judge_mac(mac):
                yield Remark(admitted, "macs", said, inside=(rank,))


@rule("liaison-ailleurs", reads=Wireless, sections=("segments", "machines", "liaisons"))
def find_missing_tags(asked: Wireless, view: View) -> Iterator[Remark]:
    """The cable of the access point carries the segments of its networks, unless it is in them."""
    machine = view.topology.machines.get(asked.on)
    own = {card.segment for card in machine.cards.values()} if machine else set()
    needed = dict.fromkeys(ssid.segment for ssid in asked.ssids if ssid.segment not in own)
    for cable in _cables_of(asked, view):
        for name in needed:
            if name not in cable.segments:
                said = _("la liaison « %(cable)s » ne porte pas %(segment)s, celui d'un SSID")
                yield Remark(cable, "segments", said % {"cable": cable.name, "segment": name})


@rule("vlan-natif", reads=Wireless, sections=("segments", "machines", "liaisons"))
def find_wrong_native(asked: Wireless, view: View) -> Iterator[Remark]:
    """The access point asks for its address untagged: its segment is the native one."""
    card = view.card(asked.on)
    for cable in _cables_of(asked, view):
        if card is not None and cable.is_trunk and cable.native != card.segment:
            said = _(
                "le segment natif de la liaison « %(cable)s » n'est pas %(segment)s, où est"
                " l'adresse du point d'accès"
            )
            yield Remark(cable, "native", said % {"cable": cable.name, "segment": card.segment})


def _cables_of(asked: Wireless, view: View) -> Iterator[CableForm]:
    """Yield the cables that carry the access point, or end at it."""
    for cable in view.subject.cables:
        ends = (place.partition(".")[0] for place in cable.between)
        if asked.on in {*cable.carries, *ends}:
            yield cable

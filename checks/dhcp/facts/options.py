"""Offers, from the BOOTP messages that came in: options by code (RFC 2132), never by position."""

from ipaddress import IPv4Address

from checks.dhcp.facts.offers import Offer
from labctl.api import FIXED_PART, NotUnderstood, _, each_option

MASK, ROUTER, DNS, DOMAIN, NTP, LEASE, SERVER = 1, 3, 6, 15, 42, 51, 54


def parse_offer(message: bytes) -> Offer:
    """Read one offer; an option of a wrong length is not understood, an absent one is empty."""
    options = parse_options(message)
    server = _addresses(options, SERVER)
    if len(server) != 1:
        raise NotUnderstood(_("une offre DHCP ne nomme pas son serveur"))
    routers = _addresses(options, ROUTER)
    mask = _addresses(options, MASK)
    return Offer(
        server=server[0],
        address=IPv4Address(message[16:20]),
        mask=str(mask[0]) if mask else "",
        router=routers[0] if routers else None,
        dns=_addresses(options, DNS),
        domain=options.get(DOMAIN, b"").rstrip(b"\0").decode("utf-8", "replace"),
        lease_s=int.from_bytes(options.get(LEASE, b"")[:4], "big"),
        ntp=_addresses(options, NTP),
    )


def parse_options(message: bytes) -> dict[int, bytes]:
    """Return the options of a message; the parts of a long one are joined (RFC 3396)."""
    if len(message) < FIXED_PART:
        raise NotUnderstood(_("un message DHCP est coupé"))
    found: dict[int, bytes] = {}
    try:
        for code, value in each_option(message):
            found[code] = found.get(code, b"") + value
    except ValueError as exc:
        raise NotUnderstood(_("une option DHCP est coupée")) from exc
    return found


def _addresses(options: dict[int, bytes], code: int) -> tuple[IPv4Address, ...]:
    value = options.get(code, b"")
    if len(value) % 4:
        raise NotUnderstood(
            _("l'option DHCP %(code)s n'est pas une liste d'adresses") % {"code": code}
        )
    return tuple(IPv4Address(value[at : at + 4]) for at in range(0, len(value), 4))

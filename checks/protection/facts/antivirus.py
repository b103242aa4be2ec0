"""The antivirus of a Windows workstation: Microsoft's own, or another that Windows knows."""

from dataclasses import dataclass

from labctl.api import (
    Answer,
    Instance,
    NodeName,
    NotUnderstood,
    Plan,
    Reading,
    _,
    ask_cim,
    attempt,
    fact,
    flag_of,
    is_absent,
    number_of,
    read_instances,
    read_one,
    refuse_trouble,
    text_of,
)

DEFENDER = "root/Microsoft/Windows/Defender"
SECURITY_CENTRE = "root/SecurityCenter2"
DEFENDER_ID = "{D68DDC3A-831F-4FAE-9E44-DA132C1ACF46}"
STATE, ON, OUT_OF_DATE = 0xF000, 0x1000, 0x10
"""Bits of productState. Four of them are a number: 0 off, 1 on, 2 snoozed, 3 expired, as is seen of
products (Microsoft, "WSC_SECURITY_PRODUCT_STATE enumeration" has the same four). One bit: its
signatures are old."""


@dataclass(frozen=True, slots=True)
class Product:
    """An antivirus that is not Microsoft's, as the security centre knows it."""

    name: str
    active: bool
    up_to_date: bool


@dataclass(frozen=True, slots=True)
class Antivirus:
    """What protects the workstation; ``signatures_age_days`` is that of Microsoft's antivirus."""

    is_running: bool
    real_time: bool
    signatures_age_days: int
    others: tuple[Product, ...]

    @property
    def active_others(self) -> tuple[Product, ...]:
        """Return the other antivirus that protect."""
        return tuple(product for product in self.others if product.active)


@fact(Antivirus, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Antivirus]:
    """Read both; Microsoft's does not answer where another took its place.

    Microsoft, "MSFT_MpComputerStatus class"; nothing documents productState.
    """
    names = ("AMServiceEnabled", "RealTimeProtectionEnabled", "AntivirusSignatureAge")
    own, centre = yield from attempt(
        ask_cim(at, "MSFT_MpComputerStatus", *names, namespace=DEFENDER),
        ask_cim(
            at,
            "AntiVirusProduct",
            *("displayName", "instanceGuid", "productState"),
            namespace=SECURITY_CENTRE,
        ),
    )
    others = () if centre.trouble or is_absent(centre) else tuple(_others(centre))
    if own.trouble and not others:
        refuse_trouble(own)
    status = None if own.trouble or is_absent(own) else read_one(own)
    if status is None and not others:
        raise NotUnderstood(
            _("ce Windows n'a ni Microsoft Defender ni centre de sécurité (édition serveur ?)")
        )
    if status is None:
        return Antivirus(is_running=False, real_time=False, signatures_age_days=-1, others=others)
    return Antivirus(
        is_running=flag_of(status, "AMServiceEnabled"),
        real_time=flag_of(status, "RealTimeProtectionEnabled"),
        signatures_age_days=number_of(status, "AntivirusSignatureAge"),
        others=others,
    )


def _others(centre: Answer) -> list[Product]:
    return [
        _product(instance)
        for instance in read_instances(centre)
        if text_of(instance, "instanceGuid").upper() != DEFENDER_ID
    ]


def _product(instance: Instance) -> Product:
    state = number_of(instance, "productState")
    return Product(
        text_of(instance, "displayName"),
        active=state & STATE == ON,
        up_to_date=not state & OUT_OF_DATE,
    )

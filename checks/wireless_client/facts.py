"""The wireless card of a Windows workstation and the networks it has known."""

from dataclasses import dataclass, field

from labctl.api import (
    STANDARD,
    NodeName,
    Plan,
    Reading,
    ask_cim,
    ask_part,
    ask_registry,
    attempt,
    fact,
    number_or,
    read_instances,
    read_keys,
    read_told,
    refuse_trouble,
    text_of,
)

NETWORKS = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\NetworkList\Profiles\*"
WIRELESS = 71
"""NameType of a network that was joined over the air."""
NATIVE_802_11, IS_UP = 9, 1
"""NdisPhysicalMedium of a wireless card; InterfaceAdminStatus of one that is on."""
SCRIPT = r"""Get-ChildItem "$env:ProgramData\Microsoft\Wlansvc\Profiles\Interfaces\*\*.xml" |
ForEach-Object {
$told = ([xml](Get-Content $_.FullName -Raw)).WLANProfile
@{ name = "$($told.SSIDConfig.SSID.name)"; mode = "$($told.connectionMode)" } }"""
"""The files of the profiles that are kept."""


@dataclass(frozen=True, slots=True)
class Wifi:
    """Whether there is a wireless card, whether it is on, and the networks once joined.

    ``profiles`` are those that are kept: name → joined without being asked; ``problem`` says why
    they are not known.
    """

    has_card: bool
    is_enabled: bool
    known: frozenset[str]
    profiles: dict[str, bool] = field(default_factory=dict)
    problem: str = ""


@fact(Wifi, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Wifi]:
    """Read the cards, the list of networks, and the profiles: files that a script reads.

    Microsoft, "MSFT_NetAdapter class" and "WLAN_profile Schema".
    """
    names = ("NdisPhysicalMedium", "InterfaceAdminStatus")
    cards, networks, script = yield from attempt(
        ask_cim(at, "MSFT_NetAdapter", *names, namespace=STANDARD),
        ask_registry(at, "HKLM", NETWORKS, {"ProfileName": "string", "NameType": "dword"}),
        ask_part(at, "wifi", SCRIPT, "Wlansvc\\Profiles"),
    )
    refuse_trouble(cards)
    refuse_trouble(networks)
    told = read_told(script, "wifi")
    wireless = [
        card
        for card in read_instances(cards)
        if number_or(card, "NdisPhysicalMedium", 0) == NATIVE_802_11
    ]
    return Wifi(
        has_card=bool(wireless),
        is_enabled=any(number_or(card, "InterfaceAdminStatus", 0) == IS_UP for card in wireless),
        known=frozenset(
            text_of(network, "ProfileName")
            for network in read_keys(networks).values()
            if number_or(network, "NameType", 0) == WIRELESS
        ),
        profiles={
            text_of(one, "name"): text_of(one, "mode").casefold() == "auto"
            for one in told.instances()
        },
        problem=told.problem,
    )

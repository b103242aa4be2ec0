"""Probe of the domain membership of a Windows workstation."""

from checks.addressing.facts.cards import ask_cards, find_cards
from checks.joining.facts.membership import Membership
from labctl.api import (
    STANDARD,
    Instance,
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    fact,
    flag_of,
    number_of,
    read_instances,
    read_one,
    text_of,
)

DOMAIN_NETWORK = 2


@fact(Membership, kind="windows")
def from_windows(plan: Plan, at: NodeName) -> Reading[Membership]:
    """Read the membership, and how the network was recognised; a workgroup is no domain."""
    system, domains, cards, networks = yield from ask(
        ask_cim(at, "Win32_ComputerSystem", "Name", "PartOfDomain", "Domain"),
        ask_cim(at, "Win32_NTDomain", "DomainName", "DnsForestName"),
        ask_cards(at),
        ask_cim(
            at,
            "MSFT_NetConnectionProfile",
            *("InterfaceIndex", "NetworkCategory"),
            namespace=STANDARD,
        ),
    )
    computer = read_one(system)
    indexes = {number_of(card, "InterfaceIndex") for card in find_cards(plan, at, cards)}
    recognised = any(
        number_of(network, "NetworkCategory") == DOMAIN_NETWORK
        for network in read_instances(networks)
        if number_of(network, "InterfaceIndex") in indexes
    )
    if not flag_of(computer, "PartOfDomain"):
        return Membership("", "", "", recognised=recognised)
    short = next(
        (text_of(one, "DomainName") for one in read_instances(domains) if _is_domain(one)), ""
    )
    account = f"{text_of(computer, 'Name')}$"
    return Membership(text_of(computer, "Domain").upper(), short, account, recognised=recognised)


def _is_domain(instance: Instance) -> bool:
    """Tell a domain from the machine's own accounts, which the class lists too."""
    return bool(text_of(instance, "DnsForestName"))

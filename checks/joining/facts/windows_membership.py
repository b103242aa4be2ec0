"""Probe of the domain membership of a Windows workstation."""

from checks.addressing.facts.cards import ask_cards, find_cards
from checks.joining.facts.membership import Membership
from labctl.api import (
    STANDARD,
    Answer,
    Instance,
    Plan,
    Probe,
    Question,
    ask_cim,
    flag_of,
    number_of,
    read_instances,
    read_one,
    text_of,
)

DOMAIN_NETWORK = 2


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the domain, its NetBIOS name, and how the network was recognised."""
    return (
        ask_cim(plan, "Win32_ComputerSystem", "Name", "PartOfDomain", "Domain"),
        ask_cim(plan, "Win32_NTDomain", "DomainName", "DnsForestName"),
        ask_cards(plan),
        ask_cim(
            plan,
            "MSFT_NetConnectionProfile",
            *("InterfaceIndex", "NetworkCategory"),
            namespace=STANDARD,
        ),
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Membership:
    """Read the membership; the workgroup of a lone machine is no domain."""
    system, domains, cards, networks = answers
    computer = read_one(system)
    indexes = {number_of(card, "InterfaceIndex") for card in find_cards(plan, cards)}
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


PROBE = Probe(Membership, ask, parse, face="windows")

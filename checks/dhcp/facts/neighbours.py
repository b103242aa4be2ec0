"""Who holds an address: ARP (RFC 826), asked from labctl's probe in each segment."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from checks.dhcp.demand import Dhcp
from labctl.api import (
    Answer,
    Plan,
    Probe,
    Question,
    Reason,
    Undecided,
    _,
    card_of,
    not_understood,
    results_of,
    try_from,
)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """MAC that answers for an address in a segment: ``"ADMIN 10.21.10.5"`` → MAC, empty: nobody.

    The addresses of a segment whose probe said nothing are not there.
    """

    macs: dict[str, str]

    def mac(self, segment: str, address: IPv4Address) -> str:
        """Return the MAC that answered, empty when nobody did; Undecided when none was sought."""
        try:
            return self.macs[f"{segment} {address}"]
        except KeyError:
            said = _("la sonde du réseau %(segment)s ne fonctionne pas") % {"segment": segment}
            raise Undecided(said, Reason.TIMEOUT) from None


SETTLE_S = 6.0
"""A machine that asked for an address before it was reserved asks again within seconds."""


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the addresses of each segment at once."""
    return tuple(
        try_from(plan, name, [_trial(plan, name, hosts)]) for name, hosts in _wanted(plan).items()
    )


def parse(plan: Plan, answers: tuple[Answer, ...]) -> Neighbours:
    """Gather the MACs; two that claim one address are both written, a silent probe's are absent."""
    found: dict[str, str] = {}
    for (name, hosts), answer in zip(_wanted(plan).items(), answers, strict=True):
        if answer.trouble is not None:
            continue
        (result,) = results_of(answer)
        macs = result.get("macs")
        if not isinstance(macs, dict) or not all(isinstance(seen, list) for seen in macs.values()):
            raise not_understood(answer.question.text, result)
        for host in hosts:
            found[f"{name} {host}"] = ", ".join(sorted(map(str, macs.get(str(host), []))))
    return Neighbours(found)


def is_settled(plan: Plan, fact: Neighbours) -> bool:
    """Tell whether everybody answers, or the segment itself does not work yet."""
    return all(
        not fact.macs.get(f"{name} {plan.segments[name].gateway}")
        or all(fact.macs.get(f"{name} {host}") for host in hosts)
        for name, hosts in _wanted(plan).items()
    )


def _wanted(plan: Plan) -> dict[str, tuple[IPv4Address, ...]]:
    """Return the addresses asked for, by segment: gateway first, then what is reserved."""
    wanted = {}
    for segment in plan.segments.values():
        network = segment.network
        if segment.probe and segment.gateway and network:
            reserved = (entry.address for entry in plan.demand(Dhcp).reservations)
            inside = (address for address in reserved if address in network)
            wanted[segment.name] = (segment.gateway, *inside)
    return wanted


def _trial(plan: Plan, name: str, hosts: tuple[IPv4Address, ...]) -> dict[str, object]:
    return {
        "kind": "arp",
        "interface": card_of(plan, name),
        "hosts": tuple(str(host) for host in hosts),
    }


PROBE = Probe(Neighbours, ask, parse, takes_trouble=True, settle_s=SETTLE_S, is_settled=is_settled)

"""What a file server shares, by its own words and as a workstation finds it."""

from dataclasses import dataclass

from checks.files.demand import Files

from labctl.api import NodeName, Plan, Reading, attempt, fact, read_json, read_text, run_on


@dataclass(frozen=True, slots=True)
class Sharing:
    """Its addresses, its shares with their parameters, and what a stranger is told."""

    addresses: frozenset[str]
    sections: dict[str, dict[str, str]]
    answers: bool
    stranger: str


@fact(Sharing, kind="home-nas")
def from_samba(plan: Plan, at: NodeName) -> Reading[Sharing]:
    """Read what Samba understood (testparm), and try the share without an account."""
    asked = plan.demand(Files)
    card = plan.nodes[at].interfaces[0]
    host = str(card.address.ip) if card.address else ""
    shown, parsed, knocked, tried = yield from attempt(
        run_on(at, "/usr/sbin/ip", "-json", "-4", "address", "show", "dev", card.name),
        run_on(at, "/usr/bin/testparm", "--suppress-prompt"),
        run_on(asked.seen_from, "/usr/bin/nc", "-z", "-w", "3", host, "445"),
        run_on(asked.seen_from, "/usr/bin/smbclient", "-N", f"//{host}/{asked.share}", "-c", "ls"),
    )
    sections: dict[str, dict[str, str]] = {}
    for line in read_text(parsed).splitlines():
        name, sign, value = line.partition("=")
        if line.startswith("["):
            sections[line.strip("[] ")] = {}
        elif sign and sections:
            sections[next(reversed(sections))][name.strip()] = value.strip()
    cards = read_json(shown)
    held = frozenset(
        f"{a['local']}/{a['prefixlen']}" for c in cards for a in c.get("addr_info", ())
    )
    said = "accepted" if tried.exit_code == 0 else "refused"
    return Sharing(held, sections, knocked.exit_code == 0, said)

"""What a workstation is in the home."""

from dataclasses import dataclass

from labctl.api import NodeName, Plan, Reading, attempt, fact, read_json, read_text, run_on


@dataclass(frozen=True, slots=True)
class Desk:
    """Its name, its addresses, and the status of a page of the Internet (0: no answer)."""

    name: str
    addresses: tuple[str, ...]
    page: int


@fact(Desk, kind="linux")
def from_linux(plan: Plan, at: NodeName) -> Reading[Desk]:
    """Read its name and its card, and have it fetch a page."""
    card = plan.nodes[at].interfaces[0].name
    page = (
        "-s",
        "-m",
        "4",
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        f"http://{plan.internet.canary}/",
    )
    named, shown, fetched = yield from attempt(
        run_on(at, "/usr/bin/cat", "/etc/hostname"),
        run_on(at, "/usr/sbin/ip", "-json", "-4", "address", "show", "dev", card),
        run_on(at, "/usr/bin/curl", *page),
    )
    held = (one["local"] for each in read_json(shown) for one in each.get("addr_info", ()))
    status = read_text(fetched).strip()
    return Desk(read_text(named).strip(), tuple(held), int(status) if status.isdecimal() else 0)

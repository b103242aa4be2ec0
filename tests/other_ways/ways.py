"""Three technicians, each with habits of their own: who does what, and how it is started again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from checks.directory.demand import Directory
from checks.mail.demand import Mail
from checks.routing.demand import Routing
from checks.shares.demand import Shares
from checks.tickets.demand import Tickets
from checks.wireless.demand import Wireless
from labctl.core.secrets import Secret
from labctl.pipeline.place import load_place
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from tests.network import router_of
from tests.other_ways import (
    dhcp,
    directory,
    filters,
    ldif,
    mail,
    names,
    nas,
    packages,
    radio,
    router,
    switch,
    tickets,
    windows,
    workstation,
)
from tests.other_ways.machines import Machines

Script = Callable[[Plan], str]
Keyed = Callable[[Plan, Mapping[str, Secret]], str]
"""A script that takes secrets of the subject."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a technician does on each machine, and which services are theirs."""

    router: tuple[Script, ...]
    services: tuple[str, ...]  # of the router
    networks: Keyed
    directory: Script
    shares: Script
    backup: Keyed
    join: Script
    client: tuple[str, ...]  # services of the workstation
    updates: str  # of a Debian workstation


DELIVERED = Ways(
    (router.by_ifupdown, router.with_nftables, router.with_dnsmasq, router.with_pages),
    ("nftables", "dnsmasq", "lighttpd", "frr"),
    radio.by_one_file,
    ldif.script,
    nas.in_registry,
    nas.with_restic,
    workstation.with_adcli,
    ("networking",),
    packages.ONE_LINE,
)
"""With what the machines are delivered with."""
KEA = Ways(
    (router.by_vtysh, filters.with_iptables, dhcp.with_kea, names.with_unbound, router.with_pages),
    ("netfilter-persistent", "kea-dhcp4-server", "unbound", "lighttpd", "frr"),
    radio.by_files,
    directory.script,
    nas.in_included_file,
    nas.with_borg,
    workstation.with_dhcpcd,
    ("dhcpcd", "sssd"),
    packages.KEY_INSIDE,
)
ISC = Ways(
    (router.by_ifupdown, filters.with_ufw, dhcp.with_isc, names.with_bind, router.with_pages),
    ("ufw", "isc-dhcp-server", "named", "lighttpd", "frr"),
    radio.by_one_file,
    ldif.script,
    nas.by_users,
    nas.by_file_history,
    workstation.with_dhcpcd,
    ("dhcpcd", "sssd"),
    packages.BY_FILE,
)
WORKSTATION = ("dhcpcd", "sssd-ad")
WITH_KEA = {
    "router": ("iptables-persistent", "kea-dhcp4-server", "unbound"),
    "workstation-linux": WORKSTATION,
}
"""Packages that the second wants besides, by role; ufw breaks iptables-persistent."""
WITH_ISC = {
    "router": ("bind9", "isc-dhcp-server", "ufw"),
    "workstation-linux": WORKSTATION,
}
"""Those of the third."""


def solve(machines: Machines, plan: Plan, ways: Ways) -> None:
    """Do all that the subject asks of a bench."""
    machines.console(plan.demand(Routing).on, switch.lines(plan))
    made = [script(plan) for script in ways.router]
    secrets = cahier_secrets(load_place("demo", None), plan.bench)
    machines.script(router_of(plan).node, "\n".join((*made, router.with_digest(plan, secrets))))
    machines.script(plan.demand(Wireless).on, ways.networks(plan, secrets))
    machines.script(plan.demand(Directory).on, ways.directory(plan))
    machines.script(plan.demand(Shares).on, ways.shares(plan))
    password = machines.script(plan.demand(Directory).on, directory.ADMINISTRATOR).strip()
    poste = plan.desks[0]
    machines.script(poste.name, f"ADMINISTRATOR={password!r}\n{ways.join(plan)}")
    machines.script(poste.name, workstation.test_page(plan))
    use_services(machines, plan)
    if "apt" in plan.desks[0].faces:
        machines.script(poste.name, ways.updates)
    if "windows" in plan.desks[0].faces:
        machines.script(poste.name, windows.script(plan))
        machines.script(plan.demand(Directory).on, ldif.recovery_keys(plan))
        machines.script(plan.demand(Shares).on, ways.backup(plan, secrets))


def use_services(machines: Machines, plan: Plan) -> None:
    """Answer the mail that waits with curl, and keep the tickets with a browser."""
    servers = (plan.demand(Mail).hosted_on, plan.demand(Tickets).hosted_on)
    at_mail, at_tickets = (server for server in servers if server is not None)
    mailbox, account = (
        machines.script(at_mail, mail.KNOWN),
        machines.script(at_tickets, tickets.KNOWN),
    )
    poste = plan.desks[0].name
    machines.script(poste, f"MAILBOX={mailbox.strip()!r}\n{mail.with_curl(plan)}")
    words = tickets.words_of(plan, account.strip())
    machines.feed(poste, words, "python3", "-c", tickets.BROWSER)


def restart(machines: Machines, plan: Plan, ways: Ways) -> None:
    """Start every service again: those of the controller first, which others ask."""
    services = {
        plan.demand(Directory).on: ("samba-ad-dc", "chrony"),
        router_of(plan).node: ways.services,
        plan.demand(Shares).on: ("winbind", "smbd", "lighttpd"),
        plan.demand(Wireless).on: ("hostapd",),
        plan.desks[0].name: ways.client,
    }
    machines.reload(plan.demand(Routing).on)
    for node, started in services.items():
        machines.script(node, f"systemctl restart {' '.join(started)}")

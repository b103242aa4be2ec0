"""Three technicians, each with habits of their own: who does what, and how it is started again."""

from collections.abc import Callable
from dataclasses import dataclass

from labctl.core.kind import WITH_CIM
from labctl.plan.model import Plan
from tests.other_ways import (
    dhcp,
    directory,
    filters,
    ldif,
    names,
    nas,
    router,
    switch,
    windows,
    workstation,
)
from tests.other_ways.machines import Machines

Script = Callable[[Plan], str]
NAS_RESTART = """
for program in winbindd smbd; do
    pkill -x "$program"
    for _try in $(seq 100); do pgrep -x "$program" > /dev/null || break; sleep 0.1; done
    "/usr/sbin/$program" -D
done
"""


@dataclass(frozen=True, slots=True)
class Ways:
    """What a technician does on each machine; ``restarts`` starts the router's services again."""

    router: tuple[Script, ...]
    restarts: tuple[str, ...]
    directory: Script
    shares: Script
    join: Script
    again: Script  # the workstation's services, once more


LIGHTTPD_RESTART = "service lighttpd restart"
FRR_RESTART = "service frr restart > /dev/null"
DELIVERED = Ways(
    (router.by_ifupdown, router.with_nftables, router.with_dnsmasq, router.with_pages),
    (router.NFTABLES_RESTART, router.DNSMASQ_RESTART, LIGHTTPD_RESTART, FRR_RESTART),
    ldif.script,
    nas.in_registry,
    workstation.with_adcli,
    workstation.ifupdown_again,
)
"""With what the machines are delivered with."""
KEA = Ways(
    (router.by_vtysh, filters.with_iptables, dhcp.with_kea, names.with_unbound, router.with_pages),
    (
        filters.IPTABLES_RESTART,
        dhcp.KEA_RESTART,
        names.UNBOUND_RESTART,
        LIGHTTPD_RESTART,
        FRR_RESTART,
    ),
    directory.script,
    nas.in_included_file,
    workstation.with_dhcpcd,
    workstation.dhcpcd_again,
)
ISC = Ways(
    (router.by_ifupdown, filters.with_ufw, dhcp.with_isc, names.with_bind, router.with_pages),
    (filters.UFW_RESTART, dhcp.ISC_RESTART, names.BIND_RESTART, LIGHTTPD_RESTART, FRR_RESTART),
    ldif.script,
    nas.by_users,
    workstation.with_dhcpcd,
    workstation.dhcpcd_again,
)
PACKAGES = {
    "router": ("bind9", "isc-dhcp-server", "iptables", "kea-dhcp4-server", "ufw", "unbound"),
    "workstation-linux": ("dhcpcd-base", "sssd-ad"),
}
"""What the second and the third want besides, by role."""


DIRECTORY_RESTART = """
pkill -x samba
for _try in $(seq 200); do pgrep -x samba > /dev/null || break; sleep 0.1; done
/usr/sbin/samba -D
"""


def solve(machines: Machines, plan: Plan, ways: Ways) -> None:
    """Do all that the subject asks of a bench."""
    machines.console(plan.switch.node, switch.lines(plan))
    machines.script(plan.router.node, "\n".join(script(plan) for script in ways.router))
    machines.script(plan.directory.node, ways.directory(plan))
    machines.script(plan.files.node, ways.shares(plan))
    password = machines.script(plan.directory.node, directory.ADMINISTRATOR).strip()
    poste = plan.workstation
    machines.script(poste.node, f"ADMINISTRATOR={password!r}\n{ways.join(plan)}")
    machines.script(poste.node, workstation.test_page(plan))
    if poste.kind in WITH_CIM:
        machines.script(poste.node, windows.script(plan))


def restart(machines: Machines, plan: Plan, ways: Ways) -> None:
    """Start every service again: those of the controller first, which others ask."""
    machines.script(plan.directory.node, DIRECTORY_RESTART)
    machines.script(plan.router.node, "\n".join(ways.restarts))
    machines.script(plan.files.node, NAS_RESTART)
    machines.script(plan.workstation.node, ways.again(plan))

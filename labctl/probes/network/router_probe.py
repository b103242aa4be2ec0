"""Probe of what the router's DHCP server was told and has given."""

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.answers import read_file, read_text
from labctl.probes.base import Probe
from labctl.probes.network.dnsmasq import parse_leases, parse_reservations
from labctl.probes.network.router import Reservations
from labctl.probes.questions import run_on

CONFIGURATION = ("/etc/dnsmasq.conf", "/etc/dnsmasq.d")
LEASES = "/var/lib/misc/dnsmasq.leases"


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the configuration, whatever file it is in, and for the leases."""
    router = plan.router.node
    left_out = ("!", "-name", "*.dpkg-*", "!", "-name", ".*", "!", "-name", "*~")
    each = ("-type", "f", *left_out, "-exec", "/usr/bin/cat", "{}", "+")
    return (
        run_on(router, "/usr/bin/find", *CONFIGURATION, *each),
        run_on(router, "/usr/bin/cat", LEASES),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Reservations:
    """Read both; a file that is not there reserves nothing."""
    configuration, leases = answers
    return Reservations(
        parse_reservations(read_text(configuration)), parse_leases(read_file(leases))
    )


PROBE = Probe(Reservations, ask, parse)

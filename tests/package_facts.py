"""Facts of the packages of a Debian workstation: up to date, and as delivered."""

from checks.updates import repository
from checks.updates.facts.updates import Packages, PackageSource, Updates
from labctl.plan.model import Plan

DELIVERED = {"agent-inventaire": "2.1.0-1", "liste-usb": "0.9.8-1"}
SECURITY = {"agent-inventaire": "2.1.0-1+deb13u1", "liste-usb": "0.9.10-1"}
RELEASE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
SOURCE = PackageSource(f"{repository.URL}/dists/{repository.SECURITY}/", RELEASE)
CLOSED = PackageSource("http://ancien-depot.internet.test/debian/dists/salle/")


def solved_packages(plan: Plan) -> tuple[object, ...]:
    """Return what is read of a workstation that has APT, nothing of another."""
    return _read(plan, Packages(DELIVERED, SECURITY, RELEASE, SECURITY, (SOURCE,), False))


def untouched_packages(plan: Plan) -> tuple[object, ...]:
    """Return what is read of it as it was delivered."""
    return _read(plan, Packages(DELIVERED, SECURITY, RELEASE, DELIVERED, (CLOSED,), False))


def _read(plan: Plan, packages: Packages) -> tuple[object, ...]:
    read = Updates(0, 0, restart_pending=False, service_disabled=False, packages=packages)
    return (read,) if "apt" in plan.desks[0].faces else ()

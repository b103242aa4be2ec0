"""The hypervisor and its trial machine are as asked, if the candidate chose to make them."""

from collections.abc import Iterator

from checks.virtualisation.demand import GuestMachine, Hypervisor
from checks.virtualisation.facts.guests import HYPERVISORS, Guest, Guests
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    NotAsked,
    Undecided,
    _,
    check,
    require,
    say,
    truth,
)


@check("K-014", asks=Hypervisor, needs=Guests, each="on", face="windows")
def check_hypervisor(asked: Hypervisor, found: Guests) -> Match:
    """Un des hyperviseurs admis est installé."""
    _refuse_untried(asked, found)
    admitted = frozenset(asked.hypervisors)
    return require(
        (
            truth(
                _("hyperviseur admis installé"),
                _("aucun des hyperviseurs admis n'est installé (%(names)s)")
                % {"names": say(admitted)},
                holds=bool(admitted & found.hypervisors),
            ),
        )
    )


@check("K-015", asks=Hypervisor, needs=Guests, after=("K-014",), each="on", face="windows")
def check_guest_machine(asked: Hypervisor, found: Guests) -> Match:
    """La machine virtuelle d'essai est celle demandée."""
    _refuse_untried(asked, found)
    wanted = asked.vm
    guest = next((one for one in found.guests if _is_named(one, wanted)), None)
    if guest is None and "hyper-v" not in found.hypervisors and found.hypervisors:
        names = say(found.hypervisors)
        raise Undecided(_("les machines de %(names)s se voient à l'écran") % {"names": names})
    if guest is None:
        raise Mismatch(
            _("la machine virtuelle %(name)s n'existe pas") % {"name": wanted.name},
            expected=wanted.name,
            found=say(tuple(one.name for one in found.guests)),
        )
    return require(_points(wanted, guest))


def _points(wanted: GuestMachine, guest: Guest) -> Iterator[Expectation]:
    yield Expectation(_("mémoire, en Mio"), wanted.ram_mib, guest.ram_mib)
    yield Expectation(_("processeurs"), wanted.vcpu, guest.vcpu)


def _is_named(guest: Guest, wanted: GuestMachine) -> bool:
    return guest.name.casefold() == wanted.name.casefold()


def _refuse_untried(asked: Hypervisor, found: Guests) -> None:
    """Raise NotAsked where it is optional and nobody began it; Undecided for one never seen."""
    unseen = frozenset(asked.hypervisors) - {*HYPERVISORS.values()}
    if unseen and not found.hypervisors & {*asked.hypervisors}:
        raise Undecided(_("%(names)s : à voir à l'écran") % {"names": say(unseen)})
    if asked.optional and not found.hypervisors and not found.guests:
        raise NotAsked(_("facultatif, et non fait"))

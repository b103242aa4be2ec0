"""What the event log tells of the machine since Windows was installed."""

from collections.abc import Sequence

from checks.hardware.demand import Hardware
from checks.hardware.facts.events import Event, HardwareEvents, SystemErrors
from labctl.api import Match, Mismatch, Undecided, _, check, moment, require, truth

BENIGN = frozenset({
    ("DCOM", 10010), ("DCOM", 10016),
    ("Microsoft-Windows-DistributedCOM", 10010), ("Microsoft-Windows-DistributedCOM", 10016),
    ("Microsoft-Windows-DeviceSetupManager", 131),
    ("Microsoft-Windows-TPM-WMI", 1796), ("Microsoft-Windows-TPM-WMI", 1801),
    ("Microsoft-Windows-DNS-Client", 1014), ("Microsoft-Windows-GroupPolicy", 1129),
    ("NETLOGON", 5719), ("Service Control Manager", 7023),
})  # fmt: skip
"""What any new Windows logs: before its network is there, or because it has no Internet.

TPM-WMI 1801: the keys of Secure Boot await their update (Microsoft, KB5016061), on many PCs since
October 2025.
"""
STOPS = frozenset({("Microsoft-Windows-Kernel-Power", 41), ("EventLog", 6008)})
"""What Windows logs when it starts after a power cut. labctl cuts the power itself, to look again,
and the event alone does not tell what happened (Microsoft, "Advanced troubleshooting for Event ID
41").
"""
HARDWARE = "Microsoft-Windows-WHEA-Logger"  # has its own check
TEST_PASSED = frozenset({1101, 1201})
SHOWN = 5


@check(
    "K-019",
    asks=Hardware,
    needs=SystemErrors,
    after=("K-003",),
    each="on",
    face="windows",
    ended_by_cut=True,
)
def check_no_system_error(_asked: Hardware, log: SystemErrors) -> Match:
    """Aucune erreur grave n'est au journal du système depuis l'installation."""
    found = [
        event
        for event in log.events
        if (event.source, event.code) not in BENIGN and event.source != HARDWARE
    ]
    stops = [event for event in found if (event.source, event.code) in STOPS]
    errors = [event for event in found if event not in stops]
    expected = _("aucune erreur, hors celles de toute installation")
    if errors:
        raise Mismatch(
            _("%(count)d erreur(s) au journal du système : %(events)s")
            % {"count": len(errors), "events": _say(errors)},
            expected=expected,
            found=_say(errors),
        )
    if stops:
        raise Undecided(
            _("arrêt brutal au journal, d'une coupure de courant ou d'un défaut : %(events)s")
            % {"events": _say(stops)}
        )
    return Match(expected, _("aucune erreur"))


@check("K-025", asks=Hardware, needs=HardwareEvents, after=("K-021",), each="on", face="windows")
def check_no_hardware_error(_asked: Hardware, log: HardwareEvents) -> Match:
    """Aucune erreur matérielle n'est au journal depuis l'installation."""
    expected = _("aucune erreur matérielle")
    if log.errors:
        raise Mismatch(
            _("%(count)d erreur(s) matérielle(s) au journal : %(events)s")
            % {"count": len(log.errors), "events": _say(log.errors)},
            expected=expected,
            found=_say(log.errors),
        )
    return Match(expected, expected)


@check("K-026", asks=Hardware, needs=HardwareEvents, after=("K-021",), each="on", face="windows")
def check_memory_was_tested(_asked: Hardware, log: HardwareEvents) -> Match:
    """La mémoire a été testée, et le test n'a rien trouvé."""
    failed = [event for event in log.memory_tests if event.code not in TEST_PASSED]
    return require(
        (
            truth(
                _("test de la mémoire fait"),
                _("aucun résultat de test de la mémoire n'est au journal"),
                holds=bool(log.memory_tests),
                gate=True,
            ),
            truth(
                _("mémoire sans défaut"),
                _("le test de la mémoire a trouvé des défauts : %(events)s")
                % {"events": _say(failed)},
                holds=not failed,
                gate=True,
            ),
        )
    )


def _say(events: Sequence[Event]) -> str:
    said = [f"{event.source} {event.code} ({moment(event.at)})" for event in events]
    more = len(said) - SHOWN
    if more <= 1:  # a last one takes no more room than its announcement
        return ", ".join(said)
    return ", ".join(said[:SHOWN]) + _(" ; et %(count)d autres") % {"count": more}

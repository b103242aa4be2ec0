"""Who reaches what: TCP and ICMP, tried from the probe in each segment."""

from dataclasses import dataclass

from checks.routing.demand import Routing
from labctl.api import Outcome, Plan


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt from a segment; ``port`` 0 is an ICMP echo. ``target`` is a label of the plan.

    Targets: machines by name (that which routes: at its address in the probe's own segment),
    ``passerelle:SEGMENT``, ``sonde:SEGMENT``, ``canari``.
    """

    origin: str  # segment name, or WAN
    target: str
    port: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Reach:
    """Every attempt made; ``healthy`` are the segments whose probe itself works.

    A probe works when its card is up and its own address answers. The attempts made are those of
    ``wanted_attempts``.
    """

    attempts: tuple[Attempt, ...]
    healthy: frozenset[str]

    def outcome(self, origin: str, target: str, port: int = 0) -> Outcome:
        """Return what became of an attempt; KeyError when it was not made."""
        for attempt in self.attempts:
            if (attempt.origin, attempt.target, attempt.port) == (origin, target, port):
                return attempt.outcome
        raise KeyError((origin, target, port))


SERVICES = {
    "dc": (0, 53, 389, 445),
    "windows-server": (0, 53, 389, 445),
    "nas": (0, 445),
    "printer": (631,),
}
"""What guests try of a machine, by its kind."""


def wanted_attempts(plan: Plan) -> tuple[tuple[str, str, int], ...]:
    """Return what the checks need tried: (origin, target, port), port 0 for an ICMP echo."""
    asked = plan.demand(Routing)
    guest = asked.guests.segment if asked.guests else ""
    probed = [segment.name for segment in plan.segments.values() if segment.probe]
    inner = [name for name in probed if name != guest]
    wanted = [(a, f"sonde:{b}", 0) for a in inner for b in inner if a != b]
    if asked.guests:
        wanted += [(guest, f"sonde:{name}", 0) for name in inner]
        wanted += [
            (guest, node.name, port)
            for node in plan.nodes.values()
            for port in SERVICES.get(node.kind, ())
        ]
        wanted += [(guest, "canari", 80)]
        wanted += [(guest, f"passerelle:{name}", 22) for name in sorted(asked.guests.forbidden)]
    wanted += [(name, asked.on, port) for name in probed for port in (22, 23)]
    return tuple(dict.fromkeys(wanted))

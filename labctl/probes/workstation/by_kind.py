"""The probes of facts that every kind of workstation has: one way to ask for each kind."""

from labctl.connect.base import Answer, Question
from labctl.core.kind import WITH_CIM
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.linux import (
    addressing_probe,
    channel_probe,
    identity_probe,
    membership_probe,
)
from labctl.probes.windows import (
    windows_addressing,
    windows_channel,
    windows_identity,
    windows_membership,
)


def by_kind(linux: Probe, windows: Probe) -> Probe:
    """Return the probe that asks and understands as the kind of the bench does."""

    def choose(plan: Plan) -> Probe:
        return windows if plan.workstation.kind in WITH_CIM else linux

    def ask(plan: Plan) -> tuple[Question, ...]:
        return choose(plan).ask(plan)

    def parse(plan: Plan, answers: tuple[Answer, ...]) -> object:
        return choose(plan).parse(plan, answers)

    return Probe(linux.fact, ask, parse)


ADDRESSING = by_kind(addressing_probe.PROBE, windows_addressing.PROBE)
IDENTITY = by_kind(identity_probe.PROBE, windows_identity.PROBE)
MEMBERSHIP = by_kind(membership_probe.PROBE, windows_membership.PROBE)
CHANNEL = by_kind(channel_probe.PROBE, windows_channel.PROBE)

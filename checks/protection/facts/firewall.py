"""The firewall of a Windows workstation, profile by profile."""

from dataclasses import dataclass

from labctl.api import (
    STANDARD,
    Answer,
    Plan,
    Probe,
    Question,
    ask_cim,
    number_of,
    read_instances,
    read_one,
    text_of,
)

ACTIVE_STORE = {"PolicyStore": "ActiveStore"}
"""What is in force: a group policy wins over the workstation's own settings."""
ENABLED, BLOCK = 1, 4
"""MSFT_NetFirewallProfile: Enabled and DefaultInboundAction."""


@dataclass(frozen=True, slots=True)
class FirewallProfile:
    """One profile, as it is in force."""

    enabled: bool
    inbound_blocked: bool


@dataclass(frozen=True, slots=True)
class Firewall:
    """The service, and the profiles by the name Windows gives them in any language."""

    service_runs: bool
    profiles: dict[str, FirewallProfile]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the service and for the profiles in force."""
    return (
        ask_cim(plan.workstation.node, "Win32_Service", "Name", "State", where="Name='MpsSvc'"),
        ask_cim(
            plan.workstation.node,
            "MSFT_NetFirewallProfile",
            *("Name", "Enabled", "DefaultInboundAction"),
            namespace=STANDARD,
            options=ACTIVE_STORE,
        ),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Firewall:
    """Read the profiles by their names, which no language changes."""
    service, profiles = answers
    return Firewall(
        service_runs=text_of(read_one(service), "State") == "Running",
        profiles={
            text_of(one, "Name"): FirewallProfile(
                enabled=number_of(one, "Enabled") == ENABLED,
                inbound_blocked=number_of(one, "DefaultInboundAction") == BLOCK,
            )
            for one in read_instances(profiles)
        },
    )


PROBE = Probe(Firewall, ask, parse)

"""The firewall of a Windows workstation, profile by profile."""

from dataclasses import dataclass

from labctl.api import (
    STANDARD,
    NodeName,
    Plan,
    Reading,
    ask,
    ask_cim,
    fact,
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


@fact(Firewall, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Firewall]:
    """Read the service and the profiles in force, by their names, which no language changes.

    Microsoft, "MSFT_NetFirewallProfile class".
    """
    service, profiles = yield from ask(
        ask_cim(at, "Win32_Service", "Name", "State", where="Name='MpsSvc'"),
        ask_cim(
            at,
            "MSFT_NetFirewallProfile",
            *("Name", "Enabled", "DefaultInboundAction"),
            namespace=STANDARD,
            options=ACTIVE_STORE,
        ),
    )
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

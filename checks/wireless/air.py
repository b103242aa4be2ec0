"""What stations saw of wireless networks that were tried on simulated radios (mac80211_hwsim)."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from checks.wireless.demand import Wireless
from labctl.api import NodeName, Plan, Question, Transport

AIR = "air"
"""The face of machines whose networks can be tried so: vm_templates/access-point-radio."""
PROGRAM = Path(__file__).parent / "programs" / "on_air.py"
"""What runs on the access point, with its own Python."""
TIMEOUT_S = 55.0
"""A guest that waits, then four stations for each of two networks, beside other work."""
CHANNEL_14, LAST_2G4 = 2484, 2500


class Outcome(StrEnum):
    """How a station's trial ended."""

    LET_IN = "in"
    OTHER_KEY = "key"
    REFUSED = "refused"
    UNKNOWN = ""


class Role(StrEnum):
    """What a station came with.

    The key of the subject and a card that it admits, once more beside it (``second``), another key,
    or a card that is not in its list.
    """

    RIGHT = "right"
    SECOND = "second"
    WRONG = "wrong"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Trial:
    """One station: what it came with, and how it went; ``said`` is its log where nobody knows."""

    role: Role
    protection: str
    outcome: Outcome
    said: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """A network as stations met it.

    ``frequency`` is in MHz, 0: no radio sends it. ``reached``: one station reached another, None:
    they were not seen to try. ``said`` is why nothing is known, where nothing is.
    """

    frequency: int = 0
    trials: tuple[Trial, ...] = ()
    reached: bool | None = None
    said: str = ""

    @property
    def channel(self) -> int | None:
        """Return the channel of the frequency (IEEE 802.11, annex E), None when it is not sent."""
        if not self.frequency:
            return None
        if self.frequency == CHANNEL_14:
            return 14
        return (self.frequency - (2407 if self.frequency < LAST_2G4 else 5000)) // 5

    def outcomes(self, role: Role) -> tuple[Outcome, ...]:
        """Return how the trials of a role ended."""
        return tuple(trial.outcome for trial in self.trials if trial.role is role)


def ask_air(plan: Plan, at: NodeName) -> Question:
    """Return what has the networks of the subject tried; keys are filled in by the visit."""
    ssids = plan.demand(Wireless).ssids
    asked = [
        {
            "name": ssid.name,
            "key": rank,
            "cards": sorted(ssid.mac_filter.admitted) if ssid.mac_filter else [],
            "isolated": ssid.isolation,
        }
        for rank, ssid in enumerate(ssids)
    ]
    body: dict[str, object] = {
        "argv": ("/usr/bin/python3", "-I", "-c", PROGRAM.read_text("utf-8")),
        "stdin": (json.dumps(asked), *(ssid.passphrase for ssid in ssids)),
    }
    return Question(
        at, Transport.SSH, "essai des réseaux sans fil par des stations", body, TIMEOUT_S
    )


def read_air(document: Any) -> dict[str, Tried]:
    """Return what came of each network.

    KeyError, TypeError, ValueError or OverflowError (a frequency without end) for another document.
    """
    said = str(document["said"])
    return {str(one["name"]): _read_network(one, said) for one in document["networks"]}


def _read_network(one: Any, said: str) -> Tried:
    trials = tuple(
        Trial(
            Role(trial["role"]),
            str(trial["protection"]),
            Outcome(trial["outcome"]),
            str(trial["said"]),
        )
        for trial in one["trials"]
    )
    frequency, reached = int(one["frequency"]), one["reached"]
    if reached not in (True, False, None):
        raise ValueError(f"not a truth value: {reached!r}")
    return Tried(frequency, trials, reached, "" if frequency else said)

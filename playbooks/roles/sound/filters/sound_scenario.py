"""Jinja filter: a headset that is used by default, told by the simulated Windows."""

from typing import Any

Document = dict[str, Any]
FORM_FACTOR = "{1da5d803-d492-4edd-8c23-e0c0ffee7f0e},0"
ROLE = "Role:0"
LOUDSPEAKERS, HEADPHONES, MICROPHONE = 1, 3, 4
DEVICES = (
    ("Render", "{51d00000-0000-0000-0000-0000000000a0}", HEADPHONES, 12),
    ("Capture", "{51d00000-0000-0000-0000-0000000000a1}", MICROPHONE, 12),
    ("Render", "{51d00000-0000-0000-0000-0000000000a2}", LOUDSPEAKERS, 8),
)
"""Flow, identifier and shape of each device, and the hour at which somebody chose it."""


def scenario(_plan: Document) -> Document:
    """Return what ``simulate merge`` takes."""
    base = "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\MMDevices\\Audio"
    keys: Document = {}
    for flow, identifier, shape, hour in DEVICES:
        chosen = {"type": "REG_BINARY", "value": _system_time(hour)}
        keys[f"{base}\\{flow}\\{identifier}"] = {"DeviceState": 1, ROLE: chosen}
        keys[f"{base}\\{flow}\\{identifier}\\Properties"] = {FORM_FACTOR: shape}
    return {"registry": {"HKLM": keys}}


def _system_time(hour: int) -> list[int]:
    """Return a SYSTEMTIME, Monday 5 January 2026 at that hour: two bytes a word, low one first."""
    words = (2026, 1, 1, 5, hour, 0, 0, 0)
    return [byte for word in words for byte in (word % 256, word // 256)]


class FilterModule:
    """What Ansible looks for."""

    def filters(self) -> dict[str, object]:
        """Return the filters by name."""
        return {"sound_scenario": scenario}

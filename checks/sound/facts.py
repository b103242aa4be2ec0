"""Sound devices of a Windows workstation: what plays, what records, what shape they have."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from labctl.api import (
    Instance,
    NodeName,
    Plan,
    Question,
    Reading,
    ask,
    ask_cim,
    ask_registry,
    fact,
    number_or,
    read_instances,
    read_keys,
    text_of,
)

DEVICES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\MMDevices\Audio"
FORM_FACTOR = "{1da5d803-d492-4edd-8c23-e0c0ffee7f0e},0"
"""PKEY_AudioEndpoint_FormFactor, below Properties."""
ROLE = "Role:0"
"""When the device was last made the one that is used unless another is asked for: a SYSTEMTIME."""
ACTIVE = 1
SYSTEMTIME_BYTES = 16


class Flow(StrEnum):
    """Which way the sound goes; the values are keys of the registry."""

    PLAYS = "Render"
    RECORDS = "Capture"


@dataclass(frozen=True, slots=True)
class SoundDevice:
    """One end of the sound; ``form_factor`` is EndpointFormFactor: 3 headphones, 5 headset…"""

    flow: Flow
    form_factor: int
    active: bool
    faulty: bool
    chosen_at: datetime | None = None  # when it was last made the default one


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound devices, by identifier."""

    devices: dict[str, SoundDevice]

    def default(self, flow: Flow) -> SoundDevice | None:
        """Return the default device of a direction; None where there is none, or nobody can tell.

        Windows takes the active one that was chosen last.
        """
        active = [one for one in self.devices.values() if one.flow is flow and one.active]
        chosen = [(one.chosen_at, one) for one in active if one.chosen_at is not None]
        if chosen:
            return max(chosen, key=lambda pair: pair[0])[1]
        return active[0] if len(active) == 1 else None


@fact(Sound, kind="windows")
def from_windows(_plan: Plan, at: NodeName) -> Reading[Sound]:
    """Join what the devices and the registry say of each (Microsoft, "MMDevice API")."""
    names = ("PNPDeviceID", "ConfigManagerErrorCode")
    entities, *keys = yield from ask(
        ask_cim(at, "Win32_PnPEntity", *names, where="PNPClass='AudioEndpoint'"),
        *(question for flow in Flow for question in _questions(at, flow)),
    )
    faulty = {
        _identifier(text_of(entity, "PNPDeviceID"))
        for entity in read_instances(entities)
        if number_or(entity, "ConfigManagerErrorCode", 0)
    }
    devices: dict[str, SoundDevice] = {}
    for flow, states, shapes in zip(Flow, keys[::2], keys[1::2], strict=True):
        devices |= _devices(flow, read_keys(states), read_keys(shapes), faulty)
    return Sound(devices)


def _questions(at: NodeName, flow: Flow) -> tuple[Question, ...]:
    """Return what is asked of one direction: the state of each device, then its shape."""
    key, shape = rf"{DEVICES}\{flow}\*", {FORM_FACTOR: "dword"}
    return (
        ask_registry(at, "HKLM", key, {"DeviceState": "dword", ROLE: "binary"}),
        ask_registry(at, "HKLM", rf"{key}\Properties", shape),
    )


def _devices(
    flow: Flow, states: dict[str, Instance], shapes: dict[str, Instance], faulty: set[str]
) -> dict[str, SoundDevice]:
    found = {}
    for path, state in states.items():
        identifier = _identifier(path)
        shape = shapes.get(rf"{path}\Properties", {})
        found[identifier] = SoundDevice(
            flow=flow,
            form_factor=number_or(shape, FORM_FACTOR, -1),
            active=number_or(state, "DeviceState", 0) == ACTIVE,
            faulty=identifier in faulty,
            chosen_at=_moment(state.get(ROLE)),
        )
    return found


def _moment(raw: object) -> datetime | None:
    """Return the moment of a SYSTEMTIME, None where there is none: year, month, weekday, day…"""
    if not isinstance(raw, list) or len(raw) != SYSTEMTIME_BYTES:
        return None
    words = [low + 256 * high for low, high in zip(raw[::2], raw[1::2], strict=True)]
    year, month, _weekday, day, hour, minute, second, millisecond = words
    try:
        return datetime(year, month, day, hour, minute, second, 1000 * millisecond, UTC)
    except ValueError:
        return None


def _identifier(path: str) -> str:
    r"""Return the GUID that ends a key, or ``SWD\MMDEVAPI\{0.0.0.00000000}.{GUID}``."""
    return path.replace(".{", "\\{").rpartition("\\")[2].lower()

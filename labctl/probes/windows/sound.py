"""Sound devices of a Windows workstation: what plays, what records, what shape they have."""

from dataclasses import dataclass
from enum import StrEnum

from labctl.connect.base import Answer, Question
from labctl.plan.model import Plan
from labctl.probes.base import Probe
from labctl.probes.windows.asking import ask_cim, ask_registry
from labctl.probes.windows.reading import Instance, number_or, read_instances, read_keys, text_of

DEVICES = r"SOFTWARE\Microsoft\Windows\CurrentVersion\MMDevices\Audio"
FORM_FACTOR = "{1da5d803-d492-4edd-8c23-e0c0ffee7f0e},0"
"""PKEY_AudioEndpoint_FormFactor, below Properties."""
ACTIVE = 1


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


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound devices, by identifier."""

    devices: dict[str, SoundDevice]


def ask(plan: Plan) -> tuple[Question, ...]:
    """Ask for the devices' errors, then their state and shape, for each direction."""
    names = ("PNPDeviceID", "ConfigManagerErrorCode")
    return (
        ask_cim(plan, "Win32_PnPEntity", *names, where="PNPClass='AudioEndpoint'"),
        *(
            question
            for flow in Flow
            for question in (
                ask_registry(plan, "HKLM", rf"{DEVICES}\{flow}\*", {"DeviceState": "dword"}),
                ask_registry(
                    plan, "HKLM", rf"{DEVICES}\{flow}\*\Properties", {FORM_FACTOR: "dword"}
                ),
            )
        ),
    )


def parse(_plan: Plan, answers: tuple[Answer, ...]) -> Sound:
    """Join what the registry and the devices say of each."""
    entities, *keys = answers
    faulty = {
        _identifier(text_of(entity, "PNPDeviceID"))
        for entity in read_instances(entities)
        if number_or(entity, "ConfigManagerErrorCode", 0)
    }
    devices: dict[str, SoundDevice] = {}
    for flow, states, shapes in zip(Flow, keys[::2], keys[1::2], strict=True):
        devices |= _devices(flow, read_keys(states), read_keys(shapes), faulty)
    return Sound(devices)


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
        )
    return found


def _identifier(path: str) -> str:
    r"""Return the GUID that ends a key, or ``SWD\MMDEVAPI\{0.0.0.00000000}.{GUID}``."""
    return path.replace(".{", "\\{").rpartition("\\")[2].lower()


PROBE = Probe(Sound, ask, parse)

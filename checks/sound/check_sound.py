"""The headset of the candidate works."""

from collections.abc import Iterator

from checks.sound.demand import Headset
from checks.sound.facts import Flow, Sound, SoundDevice
from labctl.api import Expectation, Match, Undecided, _, check, require, truth

WORN = {Flow.PLAYS: frozenset({3, 5, 6}), Flow.RECORDS: frozenset({4, 5, 6})}
"""EndpointFormFactor: headphones, microphone, headset, handset."""


@check("K-029", asks=Headset, needs=Sound, each="on", face="windows")
def check_headset(_asked: Headset, sound: Sound) -> Match:
    """Le casque micro est le périphérique par défaut : on entend et on est entendu."""
    told = require(point for flow in Flow for point in _points(sound, flow))
    if any(sound.default(flow) is None for flow in Flow):
        raise Undecided(_("Windows ne dit pas quel périphérique de son il prend par défaut"))
    return told


def _points(sound: Sound, flow: Flow) -> Iterator[Expectation]:
    absent = {
        Flow.PLAYS: _("aucun casque actif pour entendre"),
        Flow.RECORDS: _("aucun micro actif pour être entendu"),
    }
    other = {
        Flow.PLAYS: _("le son sort par défaut d'un autre périphérique que le casque"),
        Flow.RECORDS: _("le son entre par défaut par un autre périphérique que le casque"),
    }
    active = {Flow.PLAYS: _("casque actif"), Flow.RECORDS: _("micro actif")}
    by_default = {Flow.PLAYS: _("casque par défaut"), Flow.RECORDS: _("micro par défaut")}
    found = any(_works(device, flow) for device in sound.devices.values())
    yield truth(active[flow], absent[flow], holds=found)
    default = sound.default(flow)
    if found and default is not None:
        yield truth(by_default[flow], other[flow], holds=_works(default, flow))


def _works(device: SoundDevice, flow: Flow) -> bool:
    is_worn = device.flow is flow and device.form_factor in WORN[flow]
    return is_worn and device.active and not device.faulty

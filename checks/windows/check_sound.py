"""The headset of the candidate works."""

from labctl.core.check import check
from labctl.core.expect import require, truth
from labctl.core.i18n import _
from labctl.core.kind import WITH_CIM
from labctl.core.verdict import Match
from labctl.plan.model import Plan
from labctl.probes.windows.sound import Flow, Sound

WORN = {Flow.PLAYS: frozenset({3, 5, 6}), Flow.RECORDS: frozenset({4, 5, 6})}
"""EndpointFormFactor: headphones, microphone, headset, handset."""


@check("K-029", criterion="2.4", needs=Sound, kinds=WITH_CIM, weight=1)
def check_headset(plan: Plan, sound: Sound) -> Match:  # noqa: ARG001  # shape of a check
    """Le casque micro est reconnu : on entend et on est entendu."""
    problems = {
        Flow.PLAYS: _("aucun casque actif pour entendre"),
        Flow.RECORDS: _("aucun micro actif pour être entendu"),
    }
    subjects = {Flow.PLAYS: _("écoute"), Flow.RECORDS: _("micro")}
    return require(
        truth(subjects[flow], problems[flow], holds=_works(sound, flow)) for flow in Flow
    )


def _works(sound: Sound, flow: Flow) -> bool:
    return any(
        device.flow is flow
        and device.form_factor in WORN[flow]
        and device.active
        and not device.faulty
        for device in sound.devices.values()
    )

"""The antivirus was tried, with the file that is made for it."""

from checks.installation.facts.operating_system import OperatingSystem
from checks.protection.demand import Protection
from checks.protection.facts.antivirus import Antivirus
from checks.protection.facts.threats import Threats
from labctl.api import Match, NotAsked, Undecided, _, check, require, say, truth

EICAR = 2147519003
"""ThreatID of « Virus:DOS/EICAR_Test_File » (Microsoft Security Intelligence)."""


@check(
    "K-048",
    asks=Protection,
    needs=(Threats, Antivirus, OperatingSystem),
    after=("K-046",),
    each="on",
    face="windows",
)
def check_antivirus_tried(
    asked: Protection, threats: Threats, antivirus: Antivirus, system: OperatingSystem
) -> Match:
    """L'antivirus a arrêté le fichier d'essai EICAR pendant l'épreuve."""
    if not asked.antivirus.trial:
        raise NotAsked(_("le sujet ne le demande pas"))
    if antivirus.active_others:
        names = say(tuple(one.name for one in antivirus.active_others))
        raise Undecided(_("le journal de %(names)s est à voir à l'écran") % {"names": names})
    if threats.problem:
        raise Undecided(
            _("ce que l'antivirus a vu n'a pas pu être lu : %(problem)s")
            % {"problem": threats.problem}
        )
    seen = [one for one in threats.detections if one.threat == EICAR]
    during = [one for one in seen if one.seen_at >= system.installed_at]
    return require(
        (
            truth(
                _("fichier EICAR vu par l'antivirus pendant l'épreuve"),
                _("l'antivirus n'a pas vu de fichier EICAR depuis l'installation de Windows"),
                holds=bool(during),
                gate=True,
            ),
            truth(
                _("fichier EICAR arrêté"),
                _("l'antivirus a vu le fichier EICAR et ne l'a pas arrêté"),
                holds=any(one.stopped for one in during),
            ),
        )
    )

"""Sensors answer at their address, and say what they are set to."""

from checks.sensors.demand import Sensing
from checks.sensors.facts import PATHS, Announced

from labctl.api import Expectation, Match, _, check, require, truth


@check("S-001", asks=Sensing, needs=Announced, each="on")
def check_sensor_answers(_asked: Sensing, found: Announced) -> Match:
    """Le capteur répond en CoAP à l'adresse demandée."""
    problem = _("le capteur ne répond pas à l'adresse demandée")
    return require(
        [truth(_("réponse du capteur"), problem, holds=set(PATHS) <= set(found.resources))]
    )


@check("S-002", asks=Sensing, needs=Announced, each="on", after=("S-001",))
def check_sensor_place(asked: Sensing, found: Announced) -> Match:
    """Le capteur annonce le lieu demandé."""
    return require([Expectation(_("lieu annoncé"), asked.place, found.resources["place"])])


@check("S-003", asks=Sensing, needs=Announced, each="on", after=("S-001",))
def check_sensor_period(asked: Sensing, found: Announced) -> Match:
    """Le capteur mesure aussi souvent que demandé."""
    wanted = str(asked.period_s)
    return require(
        [Expectation(_("secondes entre deux mesures"), wanted, found.resources["period"])]
    )

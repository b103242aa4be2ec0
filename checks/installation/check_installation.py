"""Windows was installed the way the subject asks."""

from checks.installation.demand import Installation
from checks.installation.facts.deployment import Deployment, Firmware, Licence, RegionSettings
from checks.installation.facts.operating_system import OperatingSystem
from labctl.api import Expectation, Match, NotAsked, _, check, require, truth

LICENSED = 1


@check("K-004", asks=Installation, needs=Firmware, each="on", face="windows")
def check_firmware(installation: Installation, firmware: Firmware) -> Match:
    """Le poste démarre en UEFI, avec le démarrage sécurisé."""
    asked = installation.of_windows()
    return require(
        (
            Expectation(
                _("démarrage UEFI"), asked.is_uefi, firmware.is_uefi, gate=True, earns=False
            ),
            Expectation(_("démarrage sécurisé"), asked.secure_boot, firmware.secure_boot),
        )
    )


@check(
    "K-008", asks=Installation, needs=(OperatingSystem, RegionSettings), each="on", face="windows"
)
def check_region(
    installation: Installation, system: OperatingSystem, region: RegionSettings
) -> Match:
    """La langue, le clavier et le fuseau horaire sont ceux demandés."""
    asked = installation.of_windows()
    return require(
        (
            Expectation(_("langue (LCID)"), asked.language, system.language),
            Expectation(_("clavier"), asked.layout, region.keyboard),
            Expectation(_("fuseau horaire"), asked.timezone, region.timezone),
        )
    )


@check("K-013", asks=Installation, needs=Deployment, after=("K-003",), each="on", face="windows")
def check_deployed_from_master(installation: Installation, deployment: Deployment) -> Match:
    """Windows vient du master du centre, généralisé."""
    asked = installation.of_windows()
    if not asked.master:
        raise NotAsked(_("le sujet n'admet pas de master"))
    if not deployment.master and "iso" in asked.methods:
        raise NotAsked(_("installé sans master, ce que le sujet admet"))
    return require(
        (
            Expectation(_("version du master"), asked.master, deployment.master, gate=True),
            truth(
                _("image généralisée"),
                _("l'image n'a pas été généralisée (sysprep)"),
                holds=deployment.generalized,
            ),
        )
    )


@check("K-020", asks=Installation, needs=Licence, each="on", face="windows")
def check_licence(_asked: Installation, licence: Licence) -> Match:
    """Windows est activé (pour information)."""
    return require(
        [
            truth(
                _("Windows activé"),
                _("aucune clé de Windows n'est activée"),
                holds=LICENSED in licence.statuses,
            )
        ]
    )

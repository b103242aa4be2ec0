"""Windows was installed the way the subject asks."""

from checks.installation.facts.deployment import Deployment, Firmware, Licence, RegionSettings
from checks.installation.facts.operating_system import OperatingSystem
from checks.installation.machines import workstations
from labctl.api import Expectation, Match, NotAsked, Plan, _, check, require, truth

LICENSED = 1


@check("K-004", needs=Firmware, each=workstations, face="windows")
def check_firmware(plan: Plan, firmware: Firmware) -> Match:
    """Le poste démarre en UEFI, avec le démarrage sécurisé."""
    asked = plan.windows.system
    return require(
        (
            Expectation(
                _("démarrage UEFI"), asked.is_uefi, firmware.is_uefi, gate=True, earns=False
            ),
            Expectation(_("démarrage sécurisé"), asked.secure_boot, firmware.secure_boot),
        )
    )


@check("K-008", needs=(OperatingSystem, RegionSettings), each=workstations, face="windows")
def check_region(plan: Plan, system: OperatingSystem, region: RegionSettings) -> Match:
    """La langue, le clavier et le fuseau horaire sont ceux demandés."""
    asked = plan.windows.system
    return require(
        (
            Expectation(_("langue (LCID)"), asked.language, system.language),
            Expectation(_("clavier"), asked.keyboard, region.keyboard),
            Expectation(_("fuseau horaire"), asked.timezone, region.timezone),
        )
    )


@check("K-013", needs=Deployment, after=("K-003",), each=workstations, face="windows")
def check_deployed_from_master(plan: Plan, deployment: Deployment) -> Match:
    """Windows vient du master du centre, généralisé."""
    asked = plan.windows.system
    if not asked.master:
        raise NotAsked(_("le sujet n'admet pas de master"))
    if not deployment.master and asked.iso_admitted:
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


@check("K-020", needs=Licence, each=workstations, face="windows")
def check_licence(plan: Plan, licence: Licence) -> Match:  # noqa: ARG001  # shape of a check
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

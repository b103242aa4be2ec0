"""The Linux workstation is the one that was ordered: system, time zone, data folder."""

from checks.installation.facts.linux import LinuxSystem
from checks.installation.machines import workstations
from labctl.api import Expectation, Match, Plan, _, check, require, truth


@check("K-012", needs=LinuxSystem, each=workstations, face="linux")
def check_system(plan: Plan, system: LinuxSystem) -> Match:
    """Le système, le fuseau horaire et le dossier de données sont ceux demandés."""
    workstation = plan.workstation
    folder = workstation.data_dir
    return require(
        (
            Expectation(_("système"), workstation.family, system.os_id, gate=True, earns=False),
            Expectation(_("fuseau horaire"), workstation.timezone, system.timezone),
            truth(
                _("dossier %(folder)s présent") % {"folder": folder},
                _("le dossier de données %(folder)s n'existe pas") % {"folder": folder},
                holds=system.has_data_dir,
            ),
        )
    )

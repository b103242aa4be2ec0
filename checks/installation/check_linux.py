"""The Linux workstation is the one that was ordered: system, time zone, data folder."""

from checks.installation.demand import Installation
from checks.installation.facts.linux import LinuxSystem
from labctl.api import Expectation, Match, _, check, require, truth


@check("K-012", asks=Installation, needs=LinuxSystem, each="on", face="linux")
def check_system(installation: Installation, system: LinuxSystem) -> Match:
    """Le système, le fuseau horaire et le dossier de données sont ceux demandés."""
    asked = installation.of_linux()
    folder = asked.data_dir
    return require(
        (
            Expectation(_("système"), asked.family, system.os_id, gate=True, earns=False),
            Expectation(_("fuseau horaire"), asked.timezone, system.timezone),
            truth(
                _("dossier %(folder)s présent") % {"folder": folder},
                _("le dossier de données %(folder)s n'existe pas") % {"folder": folder},
                holds=system.has_data_dir,
            ),
        )
    )

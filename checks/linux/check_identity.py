"""The workstation is the one that was ordered: name, system, time zone, data folder."""

from labctl.core.check import check
from labctl.core.expect import Expectation, require, truth
from labctl.core.i18n import _
from labctl.core.verdict import Match
from labctl.plan.model import Plan
from labctl.probes.linux.identity import Identity


@check("K-007", criterion="3.1", needs=Identity, weight=2)
def check_workstation_name(plan: Plan, identity: Identity) -> Match:
    """Le poste porte le nom demandé, aussi après un redémarrage."""
    wanted = plan.workstation.hostname.casefold()
    return require(
        (
            Expectation(
                _("nom en cours"),
                wanted,
                _short(plan, identity.running_name),
                _wrong(plan, identity.running_name),
            ),
            Expectation(
                _("nom au prochain démarrage (/etc/hostname)"),
                wanted,
                _short(plan, identity.static_name),
                _wrong_after_boot(plan, identity.static_name),
            ),
        )
    )


@check("K-012", criterion="1.1", needs=Identity, weight=2)
def check_system(plan: Plan, identity: Identity) -> Match:
    """Le système, le fuseau horaire et le dossier de données sont ceux demandés."""
    workstation = plan.workstation
    folder = workstation.data_dir
    return require(
        (
            Expectation(_("système"), workstation.family, identity.os_id, gate=True, earns=False),
            Expectation(_("fuseau horaire"), workstation.timezone, identity.timezone),
            truth(
                _("dossier %(folder)s") % {"folder": folder},
                _("le dossier de données %(folder)s n'existe pas") % {"folder": folder},
                holds=identity.has_data_dir,
            ),
        )
    )


def _short(plan: Plan, name: str) -> str:
    return name.casefold().removesuffix(f".{plan.directory.domain.casefold()}")


def _wrong(plan: Plan, name: str) -> str:
    return _("le poste s'appelle « %(found)s » au lieu de « %(wanted)s »") % {
        "found": name,
        "wanted": plan.workstation.hostname,
    }


def _wrong_after_boot(plan: Plan, name: str) -> str:
    return _("/etc/hostname contient « %(found)s » au lieu de « %(wanted)s »") % {
        "found": name,
        "wanted": plan.workstation.hostname,
    }

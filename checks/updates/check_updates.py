"""The workstation is up to date."""

from checks.installation.demand import Installation
from checks.updates.demand import UpdateLevel
from checks.updates.facts import Updates
from labctl.api import Match, Plan, _, check, denial, require, truth


@check("K-054", asks=(UpdateLevel, Plan), needs=Updates, each="on", face="windows")
def check_updates(asked: UpdateLevel, plan: Plan, updates: Updates) -> Match:
    """Windows a les mises à jour de la salle, peut en recevoir et n'attend aucun redémarrage."""
    installation = plan.find(Installation)
    windows = installation.windows if installation is not None else None
    wanted = (windows.build_min if windows is not None else updates.build, asked.ubr_min)
    points = [
        truth(
            _("mises à jour de la salle installées"),
            _("Windows est en %(found)s, antérieur à %(wanted)s")
            % {
                "found": f"{updates.build}.{updates.ubr}",
                "wanted": f"{wanted[0]}.{wanted[1]}",
            },
            holds=(updates.build, updates.ubr) >= wanted,
            gate=True,
        ),
        truth(
            _("service Windows Update disponible"),
            _("le service Windows Update (wuauserv) est désactivé"),
            holds=not updates.service_disabled,
            earns=False,
        ),
    ]
    if not asked.pending_restart:
        points.append(
            denial(
                _("redémarrage en attente"),
                _("une mise à jour attend un redémarrage"),
                found=updates.restart_pending,
                earns=False,
            )
        )
    return require(points)

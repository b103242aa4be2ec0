"""How up to date a Windows must be."""

from labctl.api import Demand, Machines, Name, Natural, key


class UpdateLevel(Demand):
    """The updates of the room; UBR is the last part of a version of Windows, ``26100.UBR``."""

    on: Machines = key("sur", "machines concernées")
    reference: Name = key("reference", "dépôt de référence", observed=False)
    missing_security_max: Natural = key(
        "securite_manquantes_max", "mises à jour de sécurité manquantes admises", observed=False
    )
    pending_restart: bool = key("redemarrage_en_attente", "redémarrage en attente admis")
    ubr_min: Natural = key(
        "revision_min", "révision du dépôt de la salle : 26100.revision", default=0
    )

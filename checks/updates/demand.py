"""How up to date a workstation must be."""

from checks.updates import repository
from labctl.api import Demand, Machines, Name, Natural, computed, key


class UpdateLevel(Demand):
    """The updates of the room; UBR is the last part of a version of Windows, ``26100.UBR``."""

    on: Machines = key("sur", "machines concernées")
    reference: Name = key("reference", "dépôt de référence", observed="apt")
    missing_security_max: Natural = key(
        "securite_manquantes_max", "mises à jour de sécurité manquantes admises", observed="apt"
    )
    pending_restart: bool = key("redemarrage_en_attente", "redémarrage en attente admis")
    ubr_min: Natural = key(
        "revision_min", "révision du dépôt de la salle : 26100.revision", default=0
    )

    @computed
    def repository(self) -> dict[str, str]:
        """Return where Debian machines find their packages; empty where the bench has none."""
        if self.reference != repository.NAME:
            return {}
        return {
            "url": repository.URL,
            "key": repository.KEY,
            "suites": " ".join(repository.SUITES),
        }

"""The backup of a machine, and the restoration that tries it."""

from typing import Annotated

from pydantic import Field

from labctl.api import (
    Clock,
    Demand,
    FileName,
    Folder,
    Machines,
    Name,
    Positive,
    computed,
    key,
)


class Backup(Demand):
    """What is saved, where to, when and by whom."""

    on: Machines = key("sur", "machines sauvegardées")
    source: Folder = key("source", "dossier sauvegardé")
    target: Annotated[str, Field(pattern=r"^\\\\[^\\]+\\[^\\]+")] = key(
        "cible", r"partage : \\NAS\PARTAGE$"
    )
    account: Name = key("compte", "compte de service utilisé")
    at: Clock = key("quotidienne", "heure")
    versions: Positive = key("retention_versions", "versions gardées")
    restore_test: bool = key("test_restauration", "restauration essayée")
    witness: FileName = key("temoin", "fichier témoin")
    restored_to: Folder = key(
        "restauration", "dossier de la restauration d'essai", default="D:\\Restauration"
    )

    @computed
    def original(self) -> str:
        """Return the path of the witness."""
        return f"{self.source}\\{self.witness}"

    @computed
    def restored(self) -> str:
        """Return the path of its copy, empty where no restoration is tried."""
        return f"{self.restored_to}\\{self.witness}" if self.restore_test else ""

    @computed
    def server(self) -> str:
        """Return the name of the machine that the backup goes to."""
        return self.target.split("\\")[2]

    @computed
    def share(self) -> str:
        """Return the name of the share that the backup goes to."""
        return self.target.split("\\")[3]

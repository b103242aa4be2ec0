"""The system of a machine: which Windows or Linux it is, how and when it was installed."""

from typing import Annotated

from pydantic import Field, computed_field

from labctl.api import Block, Demand, Machines, Name, NotAsked, Positive, _, any_of, key, one_of

LANGUAGES = {"fr-FR": 1036, "en-US": 1033}
"""LCID of the languages that may be asked for (Microsoft, MS-LCID)."""
METHODS = {"iso": "iso", "master": "master"}


class Windows(Block):
    """What is asked where the machine is a Windows."""

    sku: Positive = key("sku", "numéro d'édition Windows")
    edition: Name = key("edition", "édition")
    build_min: Annotated[int, Field(ge=10_240, le=65_535)] = key(
        "build_min", "plus ancienne version admise : 10240 est le premier Windows 10"
    )
    language: Annotated[int, one_of(LANGUAGES)] = key("langue", "langue")
    keyboard: Annotated[str, Field(pattern=r"^[0-9a-f]{4}:[0-9a-f]{8}$")] = key(
        "clavier", "disposition du clavier : 040c:0000040c"
    )
    timezone: Name = key("fuseau", "fuseau Windows")
    is_uefi: Annotated[bool, one_of({"uefi": True, "bios": False})] = key("firmware", "démarrage")
    secure_boot: bool = key("secure_boot", "démarrage sécurisé")
    methods: Annotated[frozenset[str], any_of(METHODS, least=1)] = key(
        "methode", "méthodes d'installation admises"
    )
    window: Name = key("fenetre", "quand l'installer", observed=False)
    age_max_h: Positive = key("age_max_h", "âge de l'installation au relevé, en heures, au plus")
    version: Name = key("version_master", "version du master que le centre fournit")

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own way
    @property
    def layout(self) -> str:
        """Return the layout of the keyboard, without its language: 0000040c."""
        return self.keyboard.partition(":")[2]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def master(self) -> str:
        """Return the version of the master, empty where none is admitted."""
        return self.version if "master" in self.methods else ""


class Linux(Block):
    """What is asked where the machine is a Linux."""

    family: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")] = key(
        "famille", "ID de /etc/os-release"
    )
    timezone: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")] = key(
        "fuseau", "fuseau IANA"
    )
    data_dir: Annotated[str, Field(pattern=r"^(/[a-z0-9_-]+)+$")] = key(
        "dossier_donnees", "dossier des données"
    )


class Installation(Demand):
    """The system of machines; what is asked of a Windows or of a Linux, as the bench gives it."""

    on: Machines = key("sur", "machines concernées")
    windows: Windows | None = key("windows", "là où la machine est un Windows", default=None)
    linux: Linux | None = key("linux", "là où la machine est un Linux", default=None)

    def of_windows(self) -> Windows:
        """Return what is asked of a Windows; NotAsked where the subject says nothing of one."""
        if self.windows is None:
            raise NotAsked(_("le sujet ne dit rien d'un Windows"))
        return self.windows

    def of_linux(self) -> Linux:
        """Return what is asked of a Linux; NotAsked where the subject says nothing of one."""
        if self.linux is None:
            raise NotAsked(_("le sujet ne dit rien d'un Linux"))
        return self.linux

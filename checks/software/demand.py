"""Programs to install, and to remove."""

from typing import Annotated

from labctl.api import Block, Demand, Machines, Name, as_written, computed, key

BROWSERS = {
    "Mozilla.Firefox": "FirefoxURL",
    "Google.Chrome": "ChromeHTML",
    "Microsoft.Edge": "MSEdgeHTM",
    "BraveSoftware.BraveBrowser": "BraveHTML",
    "VivaldiTechnologies.Vivaldi": "VivaldiHTM",
}
"""What begins the ProgId of a browser, by what begins its winget name."""


class Program(Block):
    """A program; Windows lists it as ``installed_as`` and a version."""

    name: Name = key("nom", "nom du logiciel")
    winget: Annotated[str, as_written(Name)] = key("winget", "identifiant winget", default="")
    installed_as: Name = key(
        "nom_installe",
        "nom parmi les programmes installés, sans la version",
        default_factory=lambda read: read["name"],
    )
    required: bool = key("obligatoire", "à installer")
    preferred: bool = key("par_defaut", "application par défaut", default=False)
    remove: bool = key("a_desinstaller", "à désinstaller", default=False)


class Programs(Demand):
    """The programs of a machine."""

    on: Machines = key("sur", "machines concernées")
    programs: tuple[Program, ...] = key("programmes", "logiciels")

    @computed
    def wanted(self) -> tuple[str, ...]:
        """Return the names under which the programs to install are installed."""
        return tuple(one.installed_as for one in self.programs if one.required)

    @computed
    def removed(self) -> tuple[str, ...]:
        """Return the names under which the programs to remove are installed."""
        return tuple(one.installed_as for one in self.programs if one.remove)

    @computed
    def browser(self) -> str:
        """Return what begins the ProgId of the browser asked for, empty when none is known."""
        preferred = next((one.winget for one in self.programs if one.preferred), "")
        return next((sign for name, sign in BROWSERS.items() if preferred.startswith(name)), "")

"""Machines join a domain that exists, in one of its units, under a name that fits in NetBIOS."""

from collections.abc import Iterator

from checks.directory.computers import find_long_computers
from checks.directory.demand import Directory
from checks.directory.unknown import find_unknown_ou
from checks.installation.demand import Installation
from checks.installation.editions import contradicts, joins_domains
from checks.joining.demand import Joining
from labctl.api import Remark, View, _, rule


@rule("nom-trop-long", reads=Joining, sections=("machines",))
def find_long_names(asked: Joining, view: View) -> Iterator[Remark]:
    """A member of the domain has a name that fits in NetBIOS."""
    yield from find_long_computers(view, asked.on)


@rule("ou-inconnue", reads=(Joining, Directory))
def find_unknown_units(asked: Joining, directory: Directory, _view: View) -> Iterator[Remark]:
    """The unit of the computers is one of the directory."""
    yield from find_unknown_ou(directory, asked, "ou", asked.ou)


@rule("edition-impossible", reads=(Joining, Installation))
def find_editions_without_domain(
    _asked: Joining, installation: Installation, _view: View
) -> Iterator[Remark]:
    """The edition of a Windows joins a domain; one that is wrong otherwise is told of elsewhere."""
    windows = installation.windows
    if windows is None or joins_domains(windows.sku) or contradicts(windows.sku, windows.edition):
        return
    said = _("l'édition %(sku)d ne se joint pas à un domaine") % {"sku": windows.sku}
    hint = _("48 : Professionnel, 4 : Entreprise, 121 : Éducation (OperatingSystemSKU)")
    yield Remark(windows, "sku", said, hint)

"""Names of the domain are sent to a controller of it."""

from collections.abc import Iterator

from checks.directory.demand import Directory
from checks.dns.demand import Resolution
from labctl.api import Remark, View, _, rule


@rule("dns-hors-dc", reads=(Resolution, Directory))
def find_dns_elsewhere(asked: Resolution, directory: Directory, view: View) -> Iterator[Remark]:
    """The server that names of the domain are sent to is its controller."""
    known = view.addresses(directory.on)
    if known and asked.to not in known:
        said = _("le serveur DNS %(address)s n'est pas un contrôleur du domaine")
        hint = _("contrôleur de domaine : %(names)s") % {"names": ", ".join(map(str, known))}
        yield Remark(asked, "to", said % {"address": asked.to}, hint)


@rule("domaine-autre", reads=(Resolution, Directory))
def find_other_domains(asked: Resolution, directory: Directory, _view: View) -> Iterator[Remark]:
    """The suffix that is relayed is that of the directory."""
    domain = directory.domain
    if asked.suffix != domain:
        said = _("« %(name)s » n'est pas le domaine de l'annuaire") % {"name": asked.suffix}
        yield Remark(asked, "suffix", said, _("domaine : %(name)s") % {"name": domain})

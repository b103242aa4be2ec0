"""Names: not too long, not twice, of the right letters; labels as the norm wants them."""

import re
from collections.abc import Iterator

from labctl.core.i18n import _
from labctl.spec.loader import Path_
from labctl.spec.rules.view import Finding, View, find_doubles, select

NETBIOS_MAX = 15
HOSTNAME_MAX = 63
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9-]+(?<!-)")
_JOINED = (("equipements", "nas", "nom"), ("equipements", "dc", "nom"), ("poste", "nom"))
_LISTS = (
    "vlans.*.nom",
    "annuaire.ou.*",
    "annuaire.groupes.*.nom",
    "annuaire.comptes_service.*.nom",
    "annuaire.gpo.*.nom",
    "annuaire.comptes_a_creer.*.cle",
    "equipements.nas.partages.*.nom",
    "equipements.point_acces.ssid.*.nom",
    "equipements.routeur.dhcp.reservations.*.nom",
    "poste.logiciels.*.nom",
    "documents_a_rendre.pieces.*.nom",
    "lots.*.id",
)


def find_long_names(view: View) -> Iterator[Finding]:
    """Names of computers in the domain, and of the domain, fit in NetBIOS."""
    named = [*_machine_names(view), (("annuaire", "netbios"), view.subject.directory.netbios)]
    for path, name in named:
        limit = NETBIOS_MAX if path in (*_JOINED, ("annuaire", "netbios")) else HOSTNAME_MAX
        if len(name) > limit:
            said = _("le nom « %(name)s » a %(length)d caractères : %(max)d au plus")
            values = {"name": name, "length": len(name), "max": limit}
            yield Finding(path, said % values)


def find_bad_names(view: View) -> Iterator[Finding]:
    """Names of machines are host names."""
    for path, name in _machine_names(view):
        if not _HOSTNAME.fullmatch(name) or name.isdecimal():
            said = _("« %(name)s » n'est pas un nom de machine") % {"name": name}
            hint = _("lettres sans accent, chiffres et tirets ; pas seulement des chiffres")
            yield Finding(path, said, hint)


def find_double_machines(view: View) -> Iterator[Finding]:
    """No two machines have the same name."""
    items = [(path, name.casefold()) for path, name in _machine_names(view)]
    yield from _report(items)


def find_double_entries(view: View) -> Iterator[Finding]:
    """No list names the same thing twice."""
    for pattern in _LISTS:
        yield from _report([(p, name.casefold()) for p, name in select(view.subject, pattern)])


def find_double_macs(view: View) -> Iterator[Finding]:
    """No two reservations are for the same card."""
    yield from _report(select(view.subject, "equipements.routeur.dhcp.reservations.*.mac"))


def find_double_labels(view: View) -> Iterator[Finding]:
    """No two cables have the same label."""
    yield from _report(select(view.subject, "etiquetage.liens.*"))


def find_bad_labels(view: View) -> Iterator[Finding]:
    """Every label follows the norm of the client."""
    labelling = view.subject.labelling
    norm = re.compile(labelling.regex)
    for key, label in labelling.links.items():
        if not norm.fullmatch(label):
            said = _("l'étiquette « %(label)s » ne suit pas la norme %(regex)s")
            path = ("etiquetage", "liens", key)
            yield Finding(path, said % {"label": label, "regex": labelling.regex})


def _machine_names(view: View) -> Iterator[tuple[Path_, str]]:
    yield from select(view.subject, "equipements.*.nom")
    yield from select(view.subject, "poste.nom")


def _report(items: object) -> Iterator[Finding]:
    for path, value, first in find_doubles(items):  # type: ignore[arg-type]  # any (path, text)
        said = _("« %(name)s » est déjà donné en %(first)s")
        where = ".".join(str(part) for part in first)
        yield Finding(path, said % {"name": value, "first": where})

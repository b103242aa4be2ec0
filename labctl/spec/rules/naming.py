"""Names: not too long, not twice, of the right letters; labels as the norm wants them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from labctl.core.i18n import _
from labctl.spec import reserved
from labctl.spec.devices import DC, NAS, WORKSTATION
from labctl.spec.loader import Path_
from labctl.spec.login import alike
from labctl.spec.rules.taken import TAKEN
from labctl.spec.rules.view import Finding, View, find_doubles, select

NETBIOS_MAX = 15
HOSTNAME_MAX = 63
LOGIN_MAX = 20
DOMAIN_MAX = 64
SSID_MAX_BYTES = 32
NO_MAC = "00:00:00:00:00:00"
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9-]+(?<!-)")
_JOINED = tuple(("machines", name, "nom") for name in (NAS, DC, WORKSTATION))
_NETBIOS = ("annuaire", "netbios")
_ACCOUNT_SIGNS = '"/\\[]:;|=,+*?<>@'
DN_SIGNS = '"\\,=+<>#;'
"""What has a meaning of its own in the name of an entry (RFC 4514)."""
_FORBIDDEN = {
    "annuaire.groupes.*.nom": _ACCOUNT_SIGNS,
    "annuaire.comptes_service.*.nom": _ACCOUNT_SIGNS + "$ ",
    "annuaire.netbios": "",
    "annuaire.ou.*": DN_SIGNS,
    "equipements.nas.partages.*.nom": '"/\\[]:;|=,+*?<>%',
}
"""What a directory, or a file server, admits in no name of that kind."""
_LIMITED = ("annuaire.netbios", "annuaire.domaine")
_NO_DNS = {
    "local": "RFC 6762",
    "localhost": "RFC 6761",
    "invalid": "RFC 6761",
    "onion": "RFC 7686",
    "alt": "RFC 9476",
}
"""Last parts of names that machines do not look for in the DNS, and who says so."""
_NOBODYS = ("test", "example", "internal", "intranet", "private", "corp", "home", "lan")
"""Those of names that nobody has on the Internet: RFC 6761, ICANN for internal, RFC 6762 (G)."""
_LISTS = (
    "annuaire.ou.*",
    "annuaire.groupes.*.nom",
    "annuaire.comptes_service.*.nom",
    "annuaire.gpo.*.nom",
    "annuaire.comptes_a_creer.*.cle",
    "equipements.nas.partages.*.nom",
    "equipements.point_acces.ssid.*.nom",
    "equipements.routeur.dhcp.reservations.*.nom",
    "documents_a_rendre.pieces.*.nom",
    "lots.*.id",
)


def find_long_names(view: View) -> Iterator[Finding]:
    """Names fit in NetBIOS, in what a domain may be called."""
    limits: dict[Path_, int] = dict.fromkeys((*_JOINED, _NETBIOS), NETBIOS_MAX)
    limits |= {("annuaire", "domaine"): DOMAIN_MAX}
    named = [*_machine_names(view), *(one for at in _LIMITED for one in select(view.subject, at))]
    for path, name in named:
        limit = limits.get(path, HOSTNAME_MAX)
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


def find_bad_netbios(view: View) -> Iterator[Finding]:
    """The name of the domain is one that Windows takes, and no machine has it."""
    name = view.subject.directory.netbios
    if not _HOSTNAME.fullmatch(name) or name.isdecimal():
        said = _("« %(name)s » n'est pas un nom NetBIOS") % {"name": name}
        hint = _("lettres sans accent, chiffres et tirets ; pas seulement des chiffres")
        yield Finding(_NETBIOS, said, hint)
    for path, machine in _machine_names(view):
        if alike(machine) == alike(name):
            said = _("« %(name)s » est aussi le nom NetBIOS du domaine")
            yield Finding(path, said % {"name": machine})


def find_bad_domains(view: View) -> Iterator[Finding]:
    """The name of the domain is looked for in the DNS, and is nobody else's.

    Microsoft advises a part of a name that one has registered, ``ad.moana.pf``: it is admitted.
    """
    name, netbios = view.subject.directory.domain, view.subject.directory.netbios
    last = name.rpartition(".")[2]
    path = view.of("dns") if view.values.dns == name else ("annuaire", "domaine")
    hint = _("prenez un nom en .test (RFC 6761), comme %(name)s.test") % {"name": netbios.lower()}
    if last in _NO_DNS:
        said = _("« %(name)s » : un nom en .%(last)s ne se cherche pas dans le DNS (%(source)s)")
        yield Finding(path, said % {"name": name, "last": last, "source": _NO_DNS[last]}, hint)
    elif f".{name}".endswith(f".{reserved.DOMAIN}"):
        said = _("« %(name)s » est réservé à labctl, qui y met son Internet simulé")
        yield Finding(path, said % {"name": name}, hint)
    elif name.count(".") == 1 and last not in _NOBODYS:
        said = _("« %(name)s » peut être le nom de quelqu'un sur Internet") % {"name": name}
        more = _("ou, si le client possède ce nom, une partie comme ad.%(name)s") % {"name": name}
        yield Finding(path, said, f"{hint} ; {more}")


def find_bad_entries(view: View) -> Iterator[Finding]:
    """Accounts, groups, units and shares have names that their server admits."""
    for pattern, signs in _FORBIDDEN.items():
        for path, name in select(view.subject, pattern):
            for message, hint in judge_name(name, signs, TAKEN.get(pattern, ())):
                yield Finding(path, message, hint)


def judge_name(
    name: str, signs: str = "", taken: Collection[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the name of an entry, and what to do about it.

    ``signs`` may not be in it; ``taken`` are names that exist already, as ``alike`` writes them.
    """
    wrong = [sign for sign in dict.fromkeys(name) if sign in signs]
    if wrong or name != name.strip() or name.endswith("."):
        said = _("« %(name)s » : un tel nom est refusé par Windows") % {"name": name}
        shown = " ".join(signs.replace(" ", "")) + (_(", ni espace") if " " in signs else "")
        yield said, _("ni %(signs)s, ni espace au bord, ni point final") % {"signs": shown}
    if alike(name) in taken:
        said = _("« %(name)s » est un nom que Windows, Samba ou labctl ont déjà") % {"name": name}
        yield said, _("choisissez un autre nom")


def find_long_ssids(view: View) -> Iterator[Finding]:
    """The name of a wireless network fits in 32 bytes: an accent takes two."""
    for path, name in select(view.subject, "equipements.point_acces.ssid.*.nom"):
        size = len(name.encode())
        if size > SSID_MAX_BYTES:
            said = _("le nom de réseau « %(name)s » fait %(size)d octets : %(max)d au plus")
            values = {"name": name, "size": size, "max": SSID_MAX_BYTES}
            yield Finding(path, said % values, _("une lettre accentuée compte pour deux"))


def find_double_machines(view: View) -> Iterator[Finding]:
    """No two machines have the same name."""
    yield from _report(list(_machine_names(view)))


def find_double_entries(view: View) -> Iterator[Finding]:
    """No list names the same thing twice, were it with another accent."""
    for pattern in _LISTS:
        yield from _report(list(select(view.subject, pattern)))


def find_bad_macs(view: View) -> Iterator[Finding]:
    """Every card that is named may exist."""
    for path, mac in select(view.subject, "equipements.point_acces.ssid.*.filtrage_mac.macs.*"):
        yield from judge_mac(path, mac)


def judge_mac(path: Path_, mac: str) -> Iterator[Finding]:
    """Yield what is wrong with the MAC of one card."""
    if int(mac[:2], 16) & 1:
        yield Finding(path, _("%(mac)s est une adresse de groupe") % {"mac": mac})
    if mac == NO_MAC:
        yield Finding(path, _("%(mac)s n'est l'adresse d'aucune carte") % {"mac": mac})
    if mac.startswith(reserved.MAC_PREFIX):
        said = _("%(mac)s est réservée aux cartes que labctl crée") % {"mac": mac}
        yield Finding(path, said)


def find_double_labels(view: View) -> Iterator[Finding]:
    """No two cables have the same label."""
    yield from _report(list(select(view.subject, "liaisons.*.etiquette")))


def _machine_names(view: View) -> Iterator[tuple[Path_, str]]:
    yield from select(view.subject, "machines.*.nom")


def _report(items: Sequence[tuple[Path_, str]]) -> Iterator[Finding]:
    written = dict(items)
    for path, _value, first in find_doubles((path, alike(name)) for path, name in items):
        said = _("« %(name)s » est déjà donné en %(first)s")
        where = ".".join(str(part) for part in first)
        yield Finding(
            path, said % {"name": written[path], "first": where}, _twin(written, path, first)
        )


def _twin(written: Mapping[Path_, str], path: Path_, first: Path_) -> str:
    """Return the name that another one is alike, where they are not the same letters."""
    if written[path] == written[first]:
        return ""
    return _("« %(name)s » : ni la casse ni les accents ne distinguent deux noms") % {
        "name": written[first]
    }

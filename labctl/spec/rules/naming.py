"""Names: not too long, not twice, of the right letters; labels as the norm wants them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from pydantic import BaseModel

from labctl.core.i18n import _
from labctl.spec import reserved
from labctl.spec.fields import UNIQUE, is_marked
from labctl.spec.loader import Path_
from labctl.spec.login import alike
from labctl.spec.rules.view import Finding, View, children, find_doubles, select

HOSTNAME_MAX = 63
LOGIN_MAX = 20
NO_MAC = "00:00:00:00:00:00"
_HOSTNAME = re.compile(r"(?!-)[A-Za-z0-9-]+(?<!-)")
_LISTS = ("lots.*.id",)


def find_long_names(view: View) -> Iterator[Finding]:
    """Names of machines fit in the DNS (RFC 1035, 2.3.4)."""
    for path, name in _machine_names(view):
        if len(name) > HOSTNAME_MAX:
            said = _("le nom « %(name)s » a %(length)d caractères : %(max)d au plus")
            yield Finding(path, said % {"name": name, "length": len(name), "max": HOSTNAME_MAX})


def find_bad_names(view: View) -> Iterator[Finding]:
    """Names of machines are host names."""
    for path, name in _machine_names(view):
        if not is_host_name(name):
            said = _("« %(name)s » n'est pas un nom de machine") % {"name": name}
            hint = _("lettres sans accent, chiffres et tirets ; pas seulement des chiffres")
            yield Finding(path, said, hint)


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


def is_host_name(name: str) -> bool:
    """Tell whether a name is one that a machine may have (RFC 1123, 2.1)."""
    return bool(_HOSTNAME.fullmatch(name)) and not name.isdecimal()


def find_double_machines(view: View) -> Iterator[Finding]:
    """No two machines have the same name."""
    yield from _report(list(_machine_names(view)))


def find_double_entries(view: View) -> Iterator[Finding]:
    """No list names the same thing twice, were it with another accent."""
    for pattern in _LISTS:
        yield from _report(list(select(view.subject, pattern)))
    for items in _list_unique(view.demands, ()):
        yield from _report(items)


def _list_unique(value: object, path: Path_) -> Iterator[list[tuple[Path_, str]]]:
    """Yield the texts of a block that must differ, list by list: items, or a key of each item."""
    if isinstance(value, str | int):
        return
    for name, alias in _list_unique_fields(type(value)) if isinstance(value, BaseModel) else ():
        items = getattr(value, name)
        if isinstance(items, tuple):
            yield [((*path, alias, rank), text) for rank, text in enumerate(items)]
    for name, alias in _list_unique_keys(value):
        yield [((*path, rank, alias), getattr(one, name)) for rank, one in _ranked(value)]
    for step, inside in children(value).items():
        yield from _list_unique(inside, (*path, step))


def _list_unique_keys(value: object) -> tuple[tuple[str, str], ...]:
    """Return the keys whose values differ from one item of a list to the other."""
    first = next((one for _rank, one in _ranked(value)), None)
    return _list_unique_fields(type(first)) if first else ()


@cache
def _list_unique_fields(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    fields = model.model_fields.items()
    return tuple((name, one.alias or name) for name, one in fields if is_marked(one, UNIQUE))


def _ranked(value: object) -> Iterator[tuple[int, BaseModel]]:
    items = enumerate(value) if isinstance(value, tuple) else ()
    return ((rank, one) for rank, one in items if isinstance(one, BaseModel))


def judge_mac(mac: str) -> Iterator[str]:
    """Yield what is wrong with the MAC of one card."""
    if int(mac[:2], 16) & 1:
        yield _("%(mac)s est une adresse de groupe") % {"mac": mac}
    if mac == NO_MAC:
        yield _("%(mac)s n'est l'adresse d'aucune carte") % {"mac": mac}
    if mac.startswith(reserved.MAC_PREFIX):
        yield _("%(mac)s est réservée aux cartes que labctl crée") % {"mac": mac}


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

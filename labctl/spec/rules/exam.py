"""The exam: time, routes, variants as hard as one another, secrets, variables."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Network

from labctl.core.glyphs import find_strange
from labctl.core.i18n import _
from labctl.spec.allocation import show_allocation
from labctl.spec.loader import Path_, Source, Value
from labctl.spec.rules.view import Finding, View, find_doubles, find_overlapping, walk
from labctl.spec.substitution import list_references
from labctl.spec.variant import Variant

_SPOKEN_SECRET = re.compile(
    r"(?i)\b(mots?\s?de\s?passe|mdp|password|passwd|pwd|cl[ée] wi-?fi)\s*[:=]\s*(?!\$\{secret:)\S"
)
_SECRET_KEY = re.compile(r"(?i)(mot_?de_?passe|mdp|passw|secret|(^|_)cle_(wifi|psk)|psk)")
_SECRET_REF = re.compile(r"\$\{secret:[a-z][a-z0-9_]*\}")
_TWINS_ADMITTED = ("plage", "disques", "ou")
"""Lists whose values may be the same: ends of a range, two disks; or that another rule reads."""
_FREE_SHAPE = ("ihm",)  # the need of the user differs by nature


def explain_variants(names: Sequence[str]) -> str:
    """Return which variants there are, and how a room hands them out."""
    shown = show_allocation(names)
    said = _("variantes : %(names)s ; une allocation : %(shown)s")
    return said % {"names": ", ".join(names), "shown": shown}


def find_spoken_secrets(view: View) -> Iterator[Finding]:
    """No text says a password."""
    hint = _("écrivez ${secret:nom} : la valeur est dérivée pour chaque banc")
    for path, value in _texts(view):
        if _says_secret(value):
            yield Finding(path, _("ce texte semble contenir un mot de passe"), hint)
        elif _is_secret_key(path) and not _SECRET_REF.fullmatch(value):
            said = _("« %(name)s » semble être un secret en clair") % {"name": path[-1]}
            yield Finding(path, said, hint)


def find_unprintable(view: View) -> Iterator[Finding]:
    """Every character can be printed: documents carry one font, and PDF/A admits no other."""
    for path, value in _texts(view):
        if sign := _find_strange(value):
            said = _("le caractère U+%(code)04X ne s'imprime pas")
            yield Finding(path, said % {"code": ord(sign)})


def find_double_secrets(view: View) -> Iterator[Finding]:
    """No secret opens two doors."""
    items = [
        (path, value)
        for path, value in view.values_by_path
        if isinstance(value, str) and _SECRET_REF.fullmatch(value) and path[0] != "variants"
    ]
    for path, value, first in find_doubles(items):
        where = ".".join(str(part) for part in first)
        said = _("le secret %(name)s sert déjà en %(first)s") % {"name": value, "first": where}
        yield Finding(path, said, _("un secret par usage"))


def find_double_values(view: View) -> Iterator[Finding]:
    """No list of plain values says one of them twice."""
    for path, value in view.values_by_path:
        if path[:1] == ("variants",) or not isinstance(value, tuple) or path[-1] in _TWINS_ADMITTED:
            continue
        plain = [item for item in value if isinstance(item, str | int)]
        for item in sorted({item for item in plain if plain.count(item) > 1}, key=str):
            said = _("« %(value)s » est deux fois dans « %(name)s »")
            yield Finding(path, said % {"value": item, "name": _key(path)})


def _key(path: Path_) -> str:
    """Return the last part of a path that is a name."""
    return next(part for part in reversed(path) if isinstance(part, str))


def find_unused_variables(view: View) -> Iterator[Finding]:
    """Every variable of a variant that is not a key of the format is used."""
    for path in _list_unused(view.values.model_extra or {}, view.used):
        name = ".".join(path)
        said = _("variable « %(name)s » jamais utilisée") % {"name": name}
        hint = _("écrivez ${%(name)s} où elle doit servir, ou corrigez son nom")
        yield Finding(view.of(*path), said, hint % {"name": name})


def _list_unused(values: Mapping[str, object], used: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield the variables that no reference names, whole or by one of their parts."""
    for name, value in values.items():
        inside = {one.removeprefix(f"{name}.") for one in used if one.startswith(f"{name}.")}
        if name in used:
            continue
        if not inside or not isinstance(value, Mapping):
            yield (name,)
        else:
            yield from ((name, *path) for path in _list_unused(value, inside))


def find_unused_values(view: View) -> Iterator[Finding]:
    """Every value that is wanted of a bench is used."""
    for name in view.subject.bench:
        if name not in view.used:
            said = _("valeur « %(name)s » jamais utilisée") % {"name": name}
            hint = _("écrivez ${%(name)s} où elle doit servir, ou ne la demandez pas")
            yield Finding(("banc", name), said, hint % {"name": name})


def find_wrong_examples(view: View) -> Iterator[Finding]:
    """An example is of the kind that it is an example of."""
    for name, wanted in view.subject.bench.items():
        try:
            wanted.read(wanted.example)
        except ValueError as exc:
            yield Finding(("banc", name, "exemple"), f"« exemple » : {exc}")


def find_unequal_variants(
    views: tuple[View, ...], _source: Source
) -> Iterator[tuple[View, Finding]]:
    """Every variant holds as many objects as the first one."""
    if not views:
        return
    model = _shape(views[0].values)
    for view in views[1:]:
        shape = _shape(view.values)
        for path in sorted(model.keys() | shape.keys()):
            wanted, found = model.get(path, 0), shape.get(path, 0)
            if wanted != found:
                said = _(
                    "« %(name)s » compte %(found)d élément(s), %(wanted)d en variante %(first)s"
                )
                values = {"name": ".".join(path), "found": found, "wanted": wanted}
                where = view.of(*path)
                yield view, Finding(where, said % {**values, "first": views[0].variant})


def find_shared_networks(
    views: tuple[View, ...], _source: Source
) -> Iterator[tuple[View, Finding]]:
    """No network of a variant lies over one of another: nobody copies its neighbour's."""
    nets = {
        (view.variant, name): network for view in views for name, network in view.networks.items()
    }
    by_variant = {view.variant: view for view in views}
    for mine, other in find_overlapping(nets.items()):
        if mine[0] != other[0]:
            said = _(
                "le réseau %(network)s de %(name)s chevauche celui de %(other)s"
                " dans la variante %(variant)s (%(taken)s)"
            )
            values = {"network": nets[mine], "name": mine[1], "taken": nets[other]}
            where = ("segments", mine[1], "reseau")
            finding = Finding(where, said % {**values, "other": other[1], "variant": other[0]})
            yield by_variant[mine[0]], finding


def find_shared_names(views: tuple[View, ...], source: Source) -> Iterator[tuple[View, Finding]]:
    """No machine that is named after its variant has its name in another: the values differ."""
    taken: dict[tuple[str, str], str] = {}
    told: set[tuple[str, str]] = set()
    for view in views:
        for machine, form in view.subject.machines.items():
            variable = _find_variable(source, machine, view.variant)
            first = taken.setdefault((machine, form.name.casefold()), view.variant)
            if variable and first != view.variant and (view.variant, variable) not in told:
                told.add((view.variant, variable))
                said = _(
                    "« %(variable)s » : « %(name)s » est déjà le nom d'une machine"
                    " de la variante %(first)s"
                )
                values = {"variable": variable, "name": form.name, "first": first}
                yield view, Finding(view.of(*variable.split(".")), said % values)


def _find_variable(source: Source, machine: str, variant: str) -> str:
    """Return the variable of a variant that a machine is named with.

    "" for none, and for a name in which something differs from bench to bench.
    """
    written = _look_up(source.tree, "machines", machine, "nom")
    own = _look_up(source.tree, "variants", variant)
    names = list_references(written) if isinstance(written, str) else ()
    known = own if isinstance(own, Mapping) else {}
    return names[0] if names and all(one.split(".")[0] in known for one in names) else ""


def _look_up(tree: Value, *path: str) -> Value:
    for part in path:
        tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def find_host_overlaps(view: View, taken: Iterable[IPv4Network]) -> Iterator[Finding]:
    """No network lies over one this machine is attached to."""
    networks = tuple(taken)
    for name, network in view.networks.items():
        for other in networks:
            if network.overlaps(other):
                said = _(
                    "le réseau %(network)s de %(name)s chevauche %(other)s, réseau de cette machine"
                )
                values = {"network": network, "name": name, "other": other}
                yield Finding(("segments", name, "reseau"), said % values)


def _texts(view: View) -> Iterator[tuple[Path_, str]]:
    for path, value in view.values_by_path:
        if isinstance(value, str) and path[:1] != ("variants",):
            yield path, value
    for path, value in walk(view.values, view.of()):
        if isinstance(value, str):
            yield path, value
    for name, value in (view.values.model_extra or {}).items():
        for path, inside in walk(value, view.of(name)):
            if isinstance(inside, str):
                yield path, inside


@lru_cache(maxsize=8192)  # variants have most of their texts in common
def _says_secret(text: str) -> bool:
    return _SPOKEN_SECRET.search(text) is not None


_find_strange = lru_cache(maxsize=8192)(find_strange)


def _is_secret_key(path: Path_) -> bool:
    name = path[-1] if path else ""
    return path[:1] == ("variants",) and isinstance(name, str) and bool(_SECRET_KEY.search(name))


def _shape(values: Variant) -> dict[tuple[str, ...], int]:
    """Return how many things each variable holds."""
    tree = values.model_dump(by_alias=True, exclude_unset=True)
    shape: dict[tuple[str, ...], int] = {}
    for name, value in tree.items():
        shape[(name,)] = _count(value) if name not in _FREE_SHAPE else 1
        items = list(value.values()) if isinstance(value, Mapping) else []
        if items and all(isinstance(item, tuple) for item in items):
            shape[(_("%(name)s distinctes") % {"name": name},)] = len(set(map(repr, items)))
    return shape


def _count(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(_count(inside) for inside in value.values())
    if isinstance(value, tuple | list):
        return len(value)
    return 1

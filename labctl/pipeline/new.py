"""Start a subject, a room, a check or an incident of a centre: it validates at once."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from ipaddress import IPv4Address
from pathlib import Path

from labctl.core.content import list_topics
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.judge.catalogue import list_announced
from labctl.pipeline.place import CAHIERS, ROOMS, find_file, list_names
from labctl.pipeline.skeleton import NAME, Draft, read_skeleton
from labctl.spec.allocation import show_allocation
from labctl.spec.cahier import Cahier, load_cahier
from labctl.spec.incident_file import list_incidents
from labctl.spec.loader import Value, load
from labctl.spec.subject import Subject
from labctl.spec.suggest import suggest
from labctl.spec.topic import list_asking
from labctl.spec.wanted import BenchValue, read_wanted

_COPY = "copy"
"""The skeleton of what a copied file begins with: comments."""
_CLASS, _CAHIER, _CHECK_ID = "Nouveau", "nouveau-cahier", "N-000"
_TOPIC = "nouveau_theme"
_INCIDENT_NAME = re.compile(r"[A-Z]-[0-9]{2,3}")
_CHECK_NAME = re.compile(r"[A-Z]-[0-9]{3}")
_OWN_IDS = "L-"
"""How the ids of a centre's checks begin."""
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_TOPIC_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_EDITOR_LINE = re.compile(r"^# yaml-language-server:.*\n", re.MULTILINE)
_ROUTES = re.compile(r"^parcours: \[[^\]]*\]", re.MULTILINE)
_BENCH_LINE = re.compile(r"^ +- \{num: 1,.*\n", re.MULTILINE)


def draft_subject(folder: Path, name: str, source: str | None, route: str = "") -> Draft:
    """Return a subject and its room: small ones, or copies of a subject and of a room of it.

    A route is made the first of the copy; without a subject to copy, one is that has it.
    """
    _refuse_name(name, _FILE_NAME, "-", {*list_names(*CAHIERS), *list_names(*ROOMS)})
    if source is None and not route:
        subject = read_skeleton("subject", {NAME: name})
        return Draft(folder, {**subject, **_fill_room(name, name, ("A",), {}, 1)})
    cahier = _choose_source(source, route)
    room = _find_room_of(cahier)
    heads = read_skeleton(_COPY, {NAME: name})
    place = _place(name, CAHIERS)
    copied = _rename(Path(cahier.source.file), {"id": name})
    if route:
        first = ", ".join((route, *(one for one in cahier.routes if one != route)))
        copied = _ROUTES.sub(f"parcours: [{first}]", copied, count=1)
    files = {place: heads[place] + copied}
    if room is None:
        return Draft(folder, {**files, **_seat(name, name, cahier, None)})
    place = _place(name, ROOMS)
    copied = heads[place] + _rename(room, {"id": name, "cahier": name})
    return Draft(folder, {**files, place: copied})


def draft_room(folder: Path, name: str, cahier: str | None, benches: int | None) -> Draft:
    """Return a room for a subject; without its name, for the only one that the centre has."""
    _refuse_name(name, _FILE_NAME, "-", list_names(*ROOMS))
    own = [path for path in list_names(*CAHIERS).values() if path.is_relative_to(folder)]
    if cahier is None and len(own) != 1:
        known = ", ".join(list_names(*CAHIERS))
        hint = _("connus : %(names)s") % {"names": known}
        raise UsageError(_("dites pour quel sujet : --cahier CAHIER"), hint=hint)
    found = load_cahier(own[0] if cahier is None else find_file(cahier, *CAHIERS))
    return Draft(folder, _seat(name, found.id, found, benches))


def draft_check(folder: Path, name: str) -> Draft:
    """Return a topic of the centre: its block, a check, its sabotage, its solution, its grid."""
    fixed = {str(field.alias) for field in Subject.model_fields.values()}
    blocks = {topic.block for topic in list_asking()}
    _refuse_name(name, _TOPIC_NAME, "_", {*list_topics(), *blocks, *fixed})
    own = [one.removeprefix(_OWN_IDS) for one in list_announced() if one.startswith(_OWN_IDS)]
    number = max((int(one) for one in own if one.isdecimal()), default=0) + 1
    class_name = "".join(part.capitalize() for part in name.split("_"))
    words = {_CHECK_ID: f"{_OWN_IDS}{number:03d}", _CLASS: class_name, NAME: name}
    return Draft(folder, read_skeleton("check", words))


def draft_declared(folder: Path, name: str, topic: str) -> Draft:
    """Return a check without Python, of a topic; UsageError for a name that is taken or is none."""
    if not _CHECK_NAME.fullmatch(name):
        said = _("« %(name)s » ne peut pas être un nom") % {"name": name}
        raise UsageError(said, hint=_("un contrôle s'appelle comme L-101"))
    _refuse_name(topic, _TOPIC_NAME, "_", ())
    if name in list_announced():
        said = _("« %(name)s » existe déjà, chez vous ou dans labctl") % {"name": name}
        raise UsageError(said, hint=_("prenez un autre nom, ou effacez d'abord"))
    return Draft(folder, read_skeleton("declared", {_TOPIC: topic, NAME: name}))


def draft_incident(folder: Path, name: str, topic: str) -> Draft:
    """Return an incident of a topic; UsageError for a name that is taken or cannot be one."""
    if not _INCIDENT_NAME.fullmatch(name):
        said = _("« %(name)s » ne peut pas être un nom") % {"name": name}
        raise UsageError(said, hint=_("une panne s'appelle comme P-901"))
    if name in list_incidents():
        said = _("« %(name)s » existe déjà, chez vous ou dans labctl") % {"name": name}
        raise UsageError(said, hint=_("prenez un autre nom, ou effacez d'abord"))
    known = list_topics()
    if topic not in known:
        said = _("thème « %(name)s » inconnu") % {"name": topic}
        hint = suggest(topic, known, _("--topic THÈME ; thèmes : %(names)s"))
        raise UsageError(said, hint=hint)
    return Draft(folder, read_skeleton("incident", {_TOPIC: topic, NAME: name}))


def _refuse_name(name: str, form: re.Pattern[str], sign: str, taken: Iterable[str]) -> None:
    if not form.fullmatch(name):
        said = _("« %(name)s » ne peut pas être un nom") % {"name": name}
        hint = _("minuscules sans accent, chiffres et « %(sign)s »") % {"sign": sign}
        raise UsageError(said, hint=hint)
    if name in taken:
        said = _("« %(name)s » existe déjà, chez vous ou dans labctl") % {"name": name}
        raise UsageError(said, hint=_("prenez un autre nom, ou effacez d'abord"))


def _choose_source(source: str | None, route: str) -> Cahier:
    """Return the subject to copy; UsageError when none has the route."""
    named = list_names(*CAHIERS).values() if source is None else [find_file(source, *CAHIERS)]
    known = [load_cahier(path) for path in named]
    found = [cahier for cahier in known if not route or route in cahier.routes]
    if not found:
        said = _("aucun sujet à copier n'a le parcours « %(route)s »") % {"route": route}
        routes = dict.fromkeys(one for cahier in known for one in cahier.routes)
        raise UsageError(said, hint=_("connus : %(names)s") % {"names": ", ".join(routes)})
    return min(found, key=lambda cahier: cahier.routes.index(route) if route else 0)


def _place(name: str, place: tuple[str, str]) -> str:
    return f"inventories/{place[0]}/{name}{place[1]}"


def _rename(path: Path, keys: Mapping[str, str]) -> str:
    """Return the text of a file with other values of some of its first-level keys."""
    text = _EDITOR_LINE.sub("", path.read_text("utf-8"))  # it leads to a schema beside the original
    for key, value in keys.items():
        text = re.sub(rf"^{key}:\s+\S+", f"{key}: {value}", text, count=1, flags=re.MULTILINE)
    return text


def _find_room_of(cahier: Cahier) -> Path | None:
    """Return the first room that is for a cahier, None when there is none."""
    rooms = sorted(list_names(*ROOMS).items())
    return next((path for _name, path in rooms if load(path).tree.get("cahier") == cahier.id), None)


def _seat(name: str, cahier: str, subject: Cahier, benches: int | None) -> dict[str, str]:
    """Return a room for a subject: as many benches as variants, unless it is said how many."""
    wanted = read_wanted(subject.source)
    count = benches or len(subject.variants)
    return _fill_room(name, cahier, subject.variants, wanted, count)


def _fill_room(
    name: str,
    cahier: str,
    variants: Sequence[str],
    wanted: Mapping[str, BenchValue],
    count: int,
) -> dict[str, str]:
    """Return a room of one row of benches, each with what its subject wants of it."""
    ((place, text),) = read_skeleton("room", {_CAHIER: cahier, NAME: name}).items()
    text = text.replace('"[A]"', f'"{show_allocation(variants)}"')
    text = text.replace("colonnes: 1}", f"colonnes: {count}}}")
    lines = [_seat_line(bench, wanted) for bench in range(1, count + 1)]
    return {place: _BENCH_LINE.sub("".join(lines), text)}


def _seat_line(bench: int, wanted: Mapping[str, BenchValue]) -> str:
    values = {name: _value_of(bench, one) for name, one in wanted.items()}
    said = ", ".join(f"{name}: {json.dumps(value)}" for name, value in values.items())
    given = f", valeurs: {{{said}}}" if said else ""
    return f"  - {{num: {bench}, rang: 0, colonne: {bench - 1}{given}}}\n"


def _value_of(bench: int, wanted: BenchValue) -> Value:
    """Return a value made of the example of the cahier, shared by no more benches than it admits.

    It stands for the real one: the card of a machine that is no simulation has another.
    """
    rank = (bench - 1) // wanted.shared_by
    example = wanted.example
    if not rank:
        return example
    if isinstance(example, int):
        return example + rank
    if wanted.kind == "mac":
        parts = example.split(":")
        return ":".join((*parts[:3], f"{rank:02x}", *parts[4:]))
    if wanted.kind == "adresse":
        return str(IPv4Address(example) + rank)
    return f"{example}-{rank + 1}"

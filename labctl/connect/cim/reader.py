"""CIM instances out of an answer: elements → typed values, or a named refusal.

Integers are int, booleans bool, dates RFC 3339, intervals ISO 8601, references
``{"class", "selectors"}``, nested instances dicts, arrays lists even of one element; nil is
None. What does not have the type it must have is refused: a wrong type is no fact.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from xml.etree import ElementTree as ET

from labctl.connect.cim.types import is_listed, type_named, type_of
from labctl.connect.cim.wsman.xml import ADDRESSING, WSMAN, XSI, local_name, text_of
from labctl.core.errors import ConnectError
from labctl.core.i18n import _

_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_DATES = frozenset({"datetime", "date", "time", "interval", "cim_datetime"})
_INTEGER = re.compile(r"(u|s)int(8|16|32|64)")
_DMTF = re.compile(
    r"(?:(\d{4})(\d\d)(\d\d)|\*{8})(?:(\d\d)(\d\d)(\d\d)|\*{6})\.([\d*]{6})([+-])(\d{3}|\*{3})"
)
_DMTF_INTERVAL = re.compile(r"(\d{8})(\d\d)(\d\d)(\d\d)\.([\d*]{6}):000")
_UNKNOWN = re.compile(r"[*.:+-]*")
_DURATION = re.compile(r"-?P(?=[\dT])(?:\d+[YMWD])*(?:T(?=\d)(?:\d+[HM])*(?:\d+(?:\.\d+)?S)?)?")
_PATH = re.compile(r'(?:.*:)?(\w+)\.(\w+="(?:[^"\\]|\\.)*"(?:,\w+="(?:[^"\\]|\\.)*")*)', re.DOTALL)
_KEY = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"', re.DOTALL)
Instance = dict[str, object]


def read_items(
    items: Iterable[ET.Element], asked_class: str, asked: Sequence[str]
) -> list[Instance]:
    """Return the instances of one page; each must have every property that was asked for."""
    return [_read_item(item, asked_class, asked) for item in items]


def read_object(element: ET.Element, owner: str) -> Instance:
    """Return the properties of an instance; ``owner`` names its class, or class.method."""
    groups: dict[str, list[ET.Element]] = {}
    for child in element:
        groups.setdefault(local_name(child), []).append(child)
    return {name: _read_property(owner, name, group) for name, group in groups.items()}


def read_datetime(text: str) -> str:
    """Return a date as RFC 3339, an interval as ISO 8601; a day or a time alone is one too."""
    if match := _DMTF.fullmatch(text):
        text = _spell_dmtf(match)
    elif match := _DMTF_INTERVAL.fullmatch(text):
        days, *clock, micro = (part.replace("*", "0") for part in match.groups())
        return "P{}DT{}H{}M{}.{}S".format(int(days), *(int(part) for part in clock), micro)
    elif _DURATION.fullmatch(text):
        return text
    if re.match(r"\d\d:", text):
        return time.fromisoformat(text).isoformat()
    when = datetime.fromisoformat(text)
    return text if len(text) == len("2001-01-01") else when.isoformat()


def _spell_dmtf(match: re.Match[str]) -> str:
    """Return a date of WMI as ISO 8601: what is asterisks is not known."""
    year, month, day, hour, minute, second, fraction, sign, offset = match.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    fraction = fraction.replace("*", "0")
    zone = "" if "*" in offset else f"{sign}{int(offset) // 60:02}:{int(offset) % 60:02}"
    clock = f"{hour}:{minute}:{second}.{fraction}{zone}"
    return clock if year is None else f"{year}-{month}-{day}T{clock}"


def _read_item(item: ET.Element, asked_class: str, asked: Sequence[str]) -> Instance:
    element = item
    if item.tag == f"{{{WSMAN}}}Item":
        element = next((child for child in item if _is_instance(child)), item)
    if not _is_instance(element):
        raise ConnectError(_("réponse sans instance de %s") % asked_class)
    is_fragment = element.tag == f"{{{WSMAN}}}XmlFragment"
    owner = asked_class if is_fragment else _known_class(element, asked_class)
    found = read_object(element, owner)
    spelled = {name.lower(): name for name in asked}
    instance = {spelled.get(name.lower(), name): value for name, value in found.items()}
    if len({name.lower() for name in found}) < len(found):
        raise ConnectError(_("plusieurs valeurs pour %s") % asked_class)
    for name in asked:
        if name not in instance:
            if not (type_of(owner, name) or "").endswith("[]"):
                values = {"name": f"{asked_class}.{name}"}
                raise ConnectError(_("propriété absente de la réponse : %(name)s") % values)
            instance[name] = []
    return instance


def _is_instance(element: ET.Element) -> bool:
    return not element.tag.startswith((f"{{{ADDRESSING}}}", f"{{{WSMAN}}}Item"))


def _known_class(element: ET.Element, base: str) -> str:
    """Return the class of an instance; one that is derived and not listed has its base's types."""
    stated = _class_of(element)
    return stated if is_listed(stated) else base


def _class_of(element: ET.Element) -> str:
    stated = element.get(_TYPE, "").rpartition(":")[2].removesuffix("_Type")
    return stated or local_name(element)


def _read_property(owner: str, name: str, group: Sequence[ET.Element]) -> object:
    kind = type_of(owner, name)
    try:
        if (kind or "").endswith("[]"):
            return _read_array(group, str(kind)[:-2])
        if len(group) == 1:
            return _read_value(group[0], kind)
        if kind is None:
            return [_read_value(element, None) for element in group]
    except (ValueError, OverflowError) as exc:
        values = {"name": f"{owner}.{name}", "value": text_of(group[0])[:60]}
        raise ConnectError(_("%(name)s n’a pas le type attendu : « %(value)s »") % values) from exc
    raise ConnectError(_("plusieurs valeurs pour %s") % f"{owner}.{name}")


def _read_array(group: Sequence[ET.Element], kind: str) -> list[object] | None:
    if len(group) == 1 and _is_nil(group[0]):
        return None
    return [_read_value(element, kind) for element in group]


def _read_value(element: ET.Element, kind: str | None) -> object:
    if _is_nil(element):
        return None
    kind = kind or type_named(element.get(_TYPE, ""))
    if kind is None:
        return _read_nested(element) if len(element) else _own_text(element)
    if kind.startswith("object:"):
        return _read_inner(element, kind.partition(":")[2])
    if kind == "ref" and len(element):
        return _read_nested(element)
    return _read_date(element) if kind == "datetime" else _read_scalar(_own_text(element), kind)


def _read_nested(element: ET.Element) -> object:
    """Return what the form of an element says it is: a date, a reference, an nested instance."""
    first = element[0]
    if len(element) == 1 and local_name(first).lower() in _DATES:
        return _read_date(element)
    holder = first if local_name(first) == "EndpointReference" else element
    parameters = holder.find(f"{{{ADDRESSING}}}ReferenceParameters")
    if parameters is not None:
        return _read_reference(parameters)
    return read_object(element, _class_of(element))


def _read_reference(parameters: ET.Element) -> dict[str, object]:
    uri = text_of(parameters.find(f"{{{WSMAN}}}ResourceURI"))
    selectors = parameters.findall(f"{{{WSMAN}}}SelectorSet/{{{WSMAN}}}Selector")
    keys = {selector.get("Name", ""): _own_text(selector) for selector in selectors}
    return {"class": uri.rstrip("/").rpartition("/")[2], "selectors": keys}


def _read_path(path: str) -> dict[str, object]:
    """Return the reference that a WMI object path is."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise ValueError(path)
    keys = {name: re.sub(r"\\(.)", r"\1", value) for name, value in _KEY.findall(match[2])}
    return {"class": match[1], "selectors": keys}


def _read_inner(element: ET.Element, owner: str) -> Instance:
    inside = element
    if len(element) == 1 and len(element[0]) and local_name(element[0]) in {owner, "Instance"}:
        inside = element[0]
    if not len(inside) and text_of(inside):
        raise ValueError(text_of(inside))
    return read_object(inside, _known_class(inside, owner) if inside.get(_TYPE) else owner)


def _read_date(element: ET.Element) -> str | None:
    text = text_of(element[0]) if len(element) == 1 else _own_text(element).strip()
    return None if _UNKNOWN.fullmatch(text) else read_datetime(text)


def _own_text(element: ET.Element) -> str:
    """Return the text of an element that must hold nothing else."""
    if len(element):
        raise ValueError(local_name(element[0]))
    return element.text or ""


def _read_scalar(raw: str, kind: str) -> object:
    text = raw.strip()
    if kind == "string":
        return raw
    if not text:
        return None
    match = _INTEGER.fullmatch(kind)
    if match is not None:
        return _read_integer(text, is_signed=match[1] == "s", bits=int(match[2]))
    return _READERS[kind](text)


def _read_boolean(text: str) -> bool:
    if text.lower() not in {"true", "false", "1", "0"}:
        raise ValueError(text)
    return text.lower() in {"true", "1"}


def _read_integer(text: str, *, is_signed: bool, bits: int) -> int:
    if len(text) > 21 or not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    number = int(text)
    least, most = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if not least <= number <= most:
        raise ValueError(text)
    return number


def _read_character(text: str) -> str:
    if not (text.isascii() and text.isdigit()):
        return text
    unit = _read_integer(text, is_signed=False, bits=16)
    if 0xD800 <= unit <= 0xDFFF:  # half a character
        raise ValueError(text)
    return chr(unit).rstrip("\0")


def _read_real(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _is_nil(element: ET.Element) -> bool:
    return element.get(_NIL, "").strip().lower() in {"true", "1"}


_READERS: Mapping[str, Callable[[str], object]] = {
    "boolean": _read_boolean,
    "char16": _read_character,
    "real32": _read_real,
    "real64": _read_real,
    "ref": _read_path,
}

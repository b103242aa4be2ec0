"""Values of CIM properties: how the scenario writes them, and how WS-Management prints them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, TypeGuard
from xml.sax.saxutils import escape, quoteattr

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CIM = "http://schemas.dmtf.org/wbem/wscim/1/common"
METHODS = "__methods"
"""Property of an instance of the scenario that tells what its methods answer; never printed."""
WORDED = "was"
"""Beside a moment: how it was worded, so long before it was written."""
_AGO = re.compile(r"-P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?)?")
_NOT_XML = {code: "\ufffd" for code in (*range(32), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}
_NOT_XML |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


@dataclass(frozen=True, slots=True)
class Moment:
    """A CIM datetime."""

    when: datetime


@dataclass(frozen=True, slots=True)
class Embedded:
    """An instance as a value."""

    name: str
    properties: Mapping[str, "Value"]


Value = None | bool | int | str | Moment | Embedded | list["Value"]
Instance = Mapping[str, Value]


class NotAValueError(ValueError):
    """What the scenario holds is no CIM value."""


def read(raw: object) -> Value:
    """Return the value that JSON tells; NotAValueError when it tells none."""
    if raw is None or isinstance(raw, bool | int | str):
        return raw
    if isinstance(raw, list):
        return [_read_item(item) for item in raw]
    if is_moment(raw):
        return Moment(read_moment(raw))
    if isinstance(raw, dict) and set(raw) == {"class", "properties"}:
        return Embedded(str(raw["class"]), read_instance(raw["properties"]))
    raise NotAValueError(f"{raw!r}: neither null, true, 1, text, a list, a datetime, an instance")


def read_instance(raw: object) -> Instance:
    """Return the instance that JSON tells, without its methods."""
    if not isinstance(raw, dict):
        raise NotAValueError(f"{raw!r}: an instance is an object")
    return {name: read(value) for name, value in raw.items() if name != METHODS}


def _read_item(raw: object) -> Value:
    if isinstance(raw, list):
        raise NotAValueError("a list of lists is no CIM value")
    return read(raw)


def is_moment(raw: object) -> TypeGuard[dict[str, object]]:
    """Tell whether JSON tells a moment."""
    return isinstance(raw, dict) and "datetime" in raw and set(raw) <= {"datetime", WORDED}


def settle(raw: Any, before: Any, now: datetime) -> Any:
    """Return what JSON tells, -P1DT2H30M made the moment that it is when it is written.

    ``before`` is what was there: a moment that was worded so stays what it was.
    """
    if is_moment(raw):
        return _settle_moment(raw, before, now)
    if isinstance(raw, dict):
        known = before if isinstance(before, dict) else {}
        return {name: settle(value, known.get(name), now) for name, value in raw.items()}
    if isinstance(raw, list):
        old = before if isinstance(before, list) else []
        return [settle(one, was, now) for one, was in zip_longest(raw, old[: len(raw)])]
    return raw


def _settle_moment(raw: dict[str, object], before: object, now: datetime) -> dict[str, object]:
    if is_moment(before) and before.get(WORDED) == raw["datetime"]:
        return before
    found = _AGO.fullmatch(str(raw["datetime"]))
    if found is None or not any(found.groups()):
        return raw
    days, hours, minutes = (int(part or 0) for part in found.groups())
    when = now - timedelta(days=days, hours=hours, minutes=minutes)
    return {"datetime": when.replace(microsecond=0).isoformat(), WORDED: raw["datetime"]}


def read_moment(raw: Mapping[str, object]) -> datetime:
    """Return the moment that JSON tells: 2026-05-04T08:30:00-10:00."""
    text = str(raw["datetime"])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as exc:
        example = "a datetime is written 2026-05-04T08:30:00-10:00"
        raise NotAValueError(f"{text!r}: {example}") from exc
    if moment.tzinfo is None:
        raise NotAValueError(f"{text!r}: a datetime says its distance to UTC")
    return moment


def clean(text: str) -> str:
    """Return a text as XML may hold it."""
    return escape(text.translate(_NOT_XML))


def uri(namespace: str, name: str) -> str:
    """Return the resource URI of a class."""
    return f"{WMI}/{namespace}/{name}"


def render_instance(namespace: str, name: str, instance: Instance) -> str:
    """Print an instance, its properties in alphabetical order."""
    where = quoteattr(uri(namespace, name))
    opening = f'<p:{name} xmlns:p={where} xmlns:xsi="{XSI}" xmlns:cim="{CIM}"'
    return f'{opening} xsi:type="p:{name}_Type">{render(namespace, instance, "p:")}</p:{name}>'


def render_fragment(namespace: str, instance: Instance) -> str:
    """Print the properties that a projection asked for."""
    opening = f'<w:XmlFragment xmlns:xsi="{XSI}" xmlns:cim="{CIM}">'
    return f"{opening}{render(namespace, instance, '')}</w:XmlFragment>"


def render(namespace: str, properties: Instance, prefix: str) -> str:
    """Print properties as elements of a prefix: a list is a repeated element."""
    return "".join(
        _element(namespace, f"{prefix}{name}", value)
        for name, value in sorted(properties.items(), key=lambda item: item[0].lower())
    )


def _element(namespace: str, tag: str, value: Value) -> str:
    if value is None or value == []:
        return f'<{tag} xsi:nil="true"/>'
    if isinstance(value, list):
        return "".join(_element(namespace, tag, item) for item in value)
    if isinstance(value, Embedded):
        where = quoteattr(uri(namespace, value.name))
        content = render(namespace, value.properties, "e:")
        return f'<{tag} xmlns:e={where} xsi:type="e:{value.name}_Type">{content}</{tag}>'
    if isinstance(value, Moment):
        return f"<{tag}><cim:Datetime>{value.when.isoformat()}</cim:Datetime></{tag}>"
    return f"<{tag}>{clean(text_of(value))}</{tag}>"


def text_of(value: Value) -> str:
    """Return the text of a simple value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Moment):
        return dmtf(value.when)
    return str(value)


def dmtf(moment: datetime) -> str:
    """Return a moment as WQL writes it: 20260504083000.000000-600."""
    offset = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{moment:%Y%m%d%H%M%S.%f}{offset:+04d}"

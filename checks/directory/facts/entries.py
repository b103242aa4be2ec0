"""Entries of the directory as the LDAP transport gives them: a name and texts by attribute."""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from labctl.api import Answer, NotUnderstood, _, parse_json

NEVER = -(2**63)
TICKS_PER_SECOND = 10_000_000
EPOCH_1601 = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One object; attribute names are in lower case."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of an attribute, none when it is absent."""
        return self.attributes.get(name.lower(), ())

    def text(self, name: str) -> str:
        """Return the first value of an attribute, empty when it is absent."""
        return next(iter(self.values(name)), "")

    def number(self, name: str, default: int = 0) -> int:
        """Return an attribute as an integer, or the default when it is absent."""
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"-?[0-9]{1,20}", value):
            raise NotUnderstood(
                _("%(what)s : %(name)s n'est pas un nombre : %(value)s")
                % {"what": self.dn, "name": name, "value": value[:40]}
            )
        return int(value)

    def is_a(self, object_class: str) -> bool:
        """Tell whether the object has a class."""
        return object_class.lower() in (value.lower() for value in self.values("objectClass"))

    def binary(self, name: str) -> bytes:
        """Return the first value of an attribute written in base64, empty when it is absent."""
        try:
            return base64.b64decode(self.text(name), validate=True)
        except ValueError as exc:
            raise NotUnderstood(
                _("%(what)s : %(name)s n'est pas en base64") % {"what": self.dn, "name": name}
            ) from exc

    @property
    def key(self) -> str:
        """Return the name by which references find it."""
        return self.dn.lower()


def read_entries(answer: Answer) -> tuple[Entry, ...]:
    """Return the entries of a search; one search answers many facts, and is read once."""
    return _read(answer.output, answer.question.text)


@lru_cache(maxsize=8)
def _read(output: bytes, text: str) -> tuple[Entry, ...]:
    found = parse_json(output, text)
    entries = found.get("entries") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise NotUnderstood(_("%(what)s : pas de liste d'objets") % {"what": text})
    return tuple(_entry(text, entry) for entry in entries)


def one(entries: Iterable[Entry], dn: str) -> Entry:
    """Return the entry of a name that must be there."""
    for entry in entries:
        if entry.key == dn.lower():
            return entry
    raise NotUnderstood(_("%(what)s : absent de la réponse") % {"what": dn})


def seconds(ticks: int) -> int:
    """Return the seconds of a negative interval of 100 ns; 0 for « never » and for none."""
    return 0 if ticks == NEVER else -ticks // TICKS_PER_SECOND


def instant_of_ticks(ticks: int) -> datetime | None:
    """Return the instant of a Windows time, None for 0 and out of range."""
    if not 0 < ticks < 2**62:
        return None
    return datetime.fromtimestamp(
        EPOCH_1601.timestamp() + min(ticks / TICKS_PER_SECOND, 10**11), tz=UTC
    )


def instant_of_text(text: str) -> datetime | None:
    """Return the instant of ``20260101120000.0Z``, or of an ISO date."""
    try:
        if re.fullmatch(r"\d{14}(\.\d+)?Z", text, re.ASCII):
            return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError) as exc:
        raise NotUnderstood(_("date incorrecte : %(value)s") % {"value": text[:40]}) from exc


def _entry(text: str, entry: object) -> Entry:
    if isinstance(entry, dict) and isinstance(entry.get("dn"), str):
        attributes = entry.get("attributes")
        if isinstance(attributes, dict) and all(map(_is_texts, attributes.values())):
            texts = {str(name).lower(): tuple(values) for name, values in attributes.items()}
            return Entry(entry["dn"], texts)
    raise NotUnderstood(
        _("%(what)s : un objet n'est pas un nom et des listes de textes") % {"what": text}
    )


def _is_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)

"""What the answers of a Windows hold: instances, registry keys, values of the type they must be."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from labctl.connect.base import Answer
from labctl.core.i18n import _
from labctl.facts.answers import read_json
from labctl.facts.probe import NotUnderstood

Instance = Mapping[str, Any]


def read_instances(answer: Answer) -> tuple[Instance, ...]:
    """Return the instances of a class; a class this Windows does not have is not understood."""
    found = _read_object(answer)
    if "absent" in found:
        raise NotUnderstood(
            _("%(what)s : ce Windows ne sait pas le dire (%(said)s)")
            % {"what": answer.question.text, "said": str(found["absent"])[:200]}
        )
    instances = found.get("instances")
    if not isinstance(instances, list) or not all(isinstance(one, dict) for one in instances):
        raise NotUnderstood(_("%(what)s : pas d'instances") % {"what": answer.question.text})
    return tuple(instances)


def is_absent(answer: Answer) -> bool:
    """Tell whether this Windows has no such class."""
    return "absent" in _read_object(answer)


def read_one(answer: Answer) -> Instance:
    """Return the only instance of a class."""
    instances = read_instances(answer)
    if len(instances) != 1:
        raise NotUnderstood(
            _("%(what)s : une instance était attendue, pas %(count)d")
            % {"what": answer.question.text, "count": len(instances)}
        )
    return instances[0]


def read_keys(answer: Answer) -> dict[str, Instance]:
    """Return the registry keys that exist, by path below the hive, each with its values."""
    keys = _read_object(answer).get("keys")
    if not isinstance(keys, dict) or not all(isinstance(one, dict) for one in keys.values()):
        raise NotUnderstood(_("%(what)s : pas de clés") % {"what": answer.question.text})
    return keys


def read_key(answer: Answer) -> Instance:
    """Return the values of the only key asked for; none of an absent one."""
    return next(iter(read_keys(answer).values()), {})


def read_result(answer: Answer) -> Instance:
    """Return the object that a script printed."""
    result = _read_object(answer).get("result")
    if not isinstance(result, dict):
        raise NotUnderstood(_("%(what)s : pas de résultat") % {"what": answer.question.text})
    return result


def reference_of(instance: Instance, name: str) -> Instance:
    """Return the keys of the instance that a property points to."""
    value = instance.get(name)
    keys = value.get("selectors") if isinstance(value, dict) else None
    if not isinstance(keys, dict):
        raise _wrong(name)
    return keys


def text_of(instance: Instance, name: str) -> str:
    """Return a text; one that is not set is empty."""
    value = instance.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(name)
    return value or ""


def number_of(instance: Instance, name: str) -> int:
    """Return a number that is there."""
    value = instance.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(name)
    return value


def number_or(instance: Instance, name: str, default: int) -> int:
    """Return a number, another one when it is not set."""
    return default if instance.get(name) is None else number_of(instance, name)


def flag_of(instance: Instance, name: str) -> bool:
    """Return a boolean that is there."""
    value = instance.get(name)
    if not isinstance(value, bool):
        raise _wrong(name)
    return value


def texts_of(instance: Instance, name: str) -> tuple[str, ...]:
    """Return an array of texts; one that is not set is empty."""
    value = instance.get(name)
    items = [] if value is None else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _wrong(name)
    return tuple(items)


def moment_of(instance: Instance, name: str) -> datetime:
    """Return a date that gives its zone, in UTC."""
    try:
        moment = datetime.fromisoformat(text_of(instance, name))
        if moment.tzinfo is None:
            raise _wrong(name)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:  # the year 1, east of Greenwich
        raise _wrong(name) from exc


def _read_object(answer: Answer) -> Instance:
    found = read_json(answer)
    if not isinstance(found, dict):
        raise NotUnderstood(
            _("%(what)s : ce n'est pas une réponse") % {"what": answer.question.text}
        )
    return found


def _wrong(name: str) -> NotUnderstood:
    return NotUnderstood(_("%(name)s n'a pas une valeur de son type") % {"name": name})

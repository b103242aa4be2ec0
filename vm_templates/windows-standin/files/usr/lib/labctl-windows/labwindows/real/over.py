"""What is real over what the scenario tells."""

from collections.abc import Iterable

from labwindows.scenario import Told
from labwindows.values import Instance, text_of


def lay_over(real: Iterable[Instance], told: Iterable[Told], key: str) -> list[Told]:
    """Return the real instances, then those that are told of and are not real.

    A real instance keeps what the scenario alone knows of it.
    """
    left = {text_of(one.properties.get(key)).casefold(): one for one in told}
    found = []
    for properties in real:
        known = left.pop(text_of(properties.get(key)).casefold(), Told({}))
        found.append(Told({**known.properties, **properties}, known.methods))
    return found + list(left.values())

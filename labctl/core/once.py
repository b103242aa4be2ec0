"""Content that is looked up by the hundred: as it stands when a command begins to read it."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
_known: ContextVar[dict[Hashable, Any] | None] = ContextVar("known", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Meanwhile, in this thread, what is ``read_once`` is read the first time it is asked for."""
    token = _known.set({} if _known.get() is None else _known.get())
    try:
        yield
    finally:
        _known.reset(token)


def read_once(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function that reads files remember what it returned, while ``reading_once``."""

    @wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        known = _known.get()
        if known is None:
            return function(*args, **kwargs)
        asked = (function, args, tuple(kwargs.items()))
        if asked not in known:
            known[asked] = function(*args, **kwargs)
        found: T = known[asked]
        return found

    return read

"""A call in a thread of its own: it may look from another network, or never come back."""

import threading
from collections.abc import Callable
from typing import TypeVar

from labctl.core.deadline import Deadline

T = TypeVar("T")
_LEAST_S = 0.05
"""What a call is given when the deadline is over already: it may have nothing to wait for."""


def call_aside(
    act: Callable[[], T],
    name: str,
    deadline: Deadline | None = None,
    late: Exception | None = None,
) -> T:
    """Call in a thread of its own; return what it returns, raise what it raises.

    At the deadline raise ``late``: the thread is left to itself.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(act())
        except BaseException as exc:  # noqa: BLE001  # raised again in the caller's thread
            errors.append(exc)

    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    thread.join(None if deadline is None else max(deadline.remaining_s(), _LEAST_S))
    if errors:
        raise errors[0]
    if not results:
        raise late or TimeoutError(name)
    return results[0]

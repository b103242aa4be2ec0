"""Wait for a lock in place of refusing: for what several builds share."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import Busy, CommandTimeout
from labctl.core.i18n import _
from labctl.core.wait import until


@contextmanager
def hold(path: Path, holder: str, deadline: Deadline) -> Iterator[None]:
    """Take a lock when its holder lets it go; CommandTimeout when it does not in time."""
    with ExitStack() as stack:

        def attempt() -> bool:
            try:
                stack.enter_context(store.lock(path, holder))
            except Busy:
                return False
            return True

        if not until(attempt, deadline, every_s=0.1):
            raise CommandTimeout(
                _("« %(path)s » : encore tenu par un autre labctl") % {"path": path}
            )
        yield

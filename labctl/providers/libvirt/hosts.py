"""Which hypervisors this installation has used: written before the first change made on one.

It is how benches are found again when the rest of the state is lost.
"""

import os
from contextlib import suppress

from labctl.core import paths, store
from labctl.core.errors import StoreError
from labctl.core.ids import BenchId
from labctl.providers.namespaces import bench as benches
from labctl.providers.namespaces.bench import Bench

_FILE = "hypervisors.json"
_VARIABLE = "LABCTL_LIBVIRT_URI"


def remember(uri: str) -> None:
    """Note a hypervisor."""
    known = list_known()
    if uri not in known:
        store.write_json(paths.state_dir() / _FILE, [*known, uri])


def forget(uri: str) -> None:
    """Note that nothing is left on a hypervisor."""
    left = [each for each in list_known() if each != uri]
    if left:
        store.write_json(paths.state_dir() / _FILE, left)
    else:
        (paths.state_dir() / _FILE).unlink(missing_ok=True)


def list_known() -> tuple[str, ...]:
    """Return the hypervisors used so far, and that of LABCTL_LIBVIRT_URI."""
    found: list[str] = []
    with suppress(StoreError):
        document = store.read_json(paths.state_dir() / _FILE)
        found = [str(each) for each in document] if isinstance(document, list) else []
    given = os.environ.get(_VARIABLE)
    return tuple(dict.fromkeys((*found, *([given] if given else []))))


def list_of(bench: BenchId) -> tuple[str, ...]:
    """Return the hypervisors where a bench may be: that of its plan, else all."""
    with suppress(StoreError):
        plan = benches.read_plan(Bench(bench))
        if plan.hosting is not None:
            uri = plan.hosting.own.get("uri")  # a host of another provider has none
            return (uri,) if uri else ()
    return list_known()

"""Collect the evidence of one bench, in a process of its own that enters the bench's network."""

import gc
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from labctl.collect.needs import Door, gather, list_wanted
from labctl.collect.recorder import Circumstances, Recorder
from labctl.connect.base import Endpoints, Transport
from labctl.connect.depot.reading import open_reader
from labctl.connect.depot.session import DepotSession
from labctl.connect.depot.shelf import OpenShelf
from labctl.connect.passwords import list_passwords
from labctl.connect.vantage import enter
from labctl.core.deadline import Deadline
from labctl.core.progress import Report
from labctl.core.secrets import NO_SECRETS, Secret
from labctl.facts import registry
from labctl.facts.reading import Key, Wanted
from labctl.facts.shelf import load_shelf
from labctl.plan.model import Plan

_HEAVY = (
    "labctl.collect.gathering",
    "labctl.connect.ssh.session",
    "labctl.connect.cli.device",
    "labctl.connect.cim.winrm",
    "labctl.connect.smb.session",
    "labctl.connect.smb.trials",
)


def preload() -> None:
    """Import what every bench's child will need; called once, before they are forked.

    More than half a second of processor time, which each child would spend again.
    """
    open_reader()  # while it starts, the rest is imported
    from labctl.connect.cli import device

    for name in _HEAVY:
        import_module(name)
    device.preload()
    registry.preload()
    gc.freeze()  # or each child's first collection would copy all of it


def collect_bench(  # noqa: PLR0913  # the last three are options
    plan: Plan,
    endpoints: Endpoints,
    facts: Iterable[Key],
    run_dir: Path,
    deadline: Deadline,
    report: Report,
    *,
    secrets: Mapping[str, Secret] = NO_SECRETS,
    circumstances: Circumstances | None = None,
    watched: Wanted | None = None,
) -> Path:
    """Observe a bench and leave its evidence in a run folder; return the folder.

    Moves the calling process to the jury's vantage: call it in a child. Machines that cannot be
    asked cost their own facts; only a full disk (StoreError) stops it. ``secrets`` are those that a
    question may refer to: evidence holds none of them, nor those of the endpoints. ``watched`` is
    what is looked at besides the facts that have a name.
    """
    from labctl.collect.gathering import Gathering
    from labctl.collect.visit import Visit, Visits

    gc.disable()  # this process lives seconds, on answers that are bounded
    vantage = endpoints.probes.get(plan.management.vantage)
    if vantage is not None:
        enter(vantage)
    wanted_facts, unreadable = list_wanted(plan, facts)
    looks = () if watched is None else (watched,)
    needs = gather(plan, (*wanted_facts, *looks), unreadable)
    recorder = Recorder(run_dir, (*secrets.values(), *list_passwords(endpoints)))
    wanted = (*needs.asked_by, *needs.unaskable)
    recorder.start(plan, endpoints.isolation, wanted, circumstances)
    depot = DepotSession(
        circumstances.documents if circumstances else None, _find_shelf(plan, endpoints)
    )

    def visit(door: Door) -> Visit:
        if door.transport is Transport.DEPOT:
            return Visit.of(depot)
        return Visit.through(door, endpoints, secrets)

    visits = Visits(visit)
    is_after_cut = circumstances is not None and circumstances.restart is not None
    with Gathering(plan, needs, visits, recorder, deadline, is_after_cut=is_after_cut) as gathering:
        gathering.run(report)
    recorder.documents(depot.taken)
    recorder.finish()
    return run_dir


def _find_shelf(plan: Plan, endpoints: Endpoints) -> OpenShelf | None:
    from labctl.collect.visit import Visit

    shelf = load_shelf(plan)
    if shelf is None:
        return None
    return OpenShelf(Visit.through(Door(shelf.node, Transport.SSH), endpoints), shelf.argv)

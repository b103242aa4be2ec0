"""Cut the power of machines and start them again on their own disks."""

from collections.abc import Sequence
from dataclasses import replace

from labctl.core.errors import ProviderError
from labctl.core.ids import NodeName
from labctl.core.progress import log, silent
from labctl.providers.incus import building, works
from labctl.providers.incus.building import Site
from labctl.providers.incus.works import Works
from labctl.providers.namespaces.bench import Phase
from labctl.providers.works.power import name_late
from labctl.providers.works.sealing import BUILT, refuse_unbuilt


def cut(site: Site, names: Sequence[NodeName]) -> str:
    """Cut the power of machines, start them again; return what keeps one from being ready.

    What is under way is written first: a restart that was killed is ended by the next ``up``, or
    by the next cut. No name: only such a restart is ended. ProviderError for a bench that was not
    built to its end, or whose reset was killed: the next ``up`` ends that, as long as it is noted.
    """
    project = site.find()
    begun = project.nodes if project is not None and project.phase == Phase.RESTARTING else ()
    if not names and not begun:
        return ""
    if project is None or project.phase not in BUILT:
        raise refuse_unbuilt(site.folder)
    building.require_secrets(site)
    building.check_plan(site, project)
    bench, cut_off = site.on(project.member), tuple(dict.fromkeys((*begun, *names)))
    building.require_whole(bench, cut_off)
    works.note(bench, Phase.RESTARTING, cut_off)
    for name in cut_off:
        works.stop(bench, name)
    for name in cut_off:
        works.start(bench, name)
    trouble = _wait(site, bench, cut_off)
    works.note(bench, Phase.READY)
    return trouble


def _wait(site: Site, bench: Works, names: Sequence[NodeName]) -> str:
    """Wait until machines are ready; return what is said of those that are not."""

    def finish(wanted: Sequence[NodeName], seconds: float) -> None:
        limit = site.deadline.within(seconds)
        with site.client.hurry(limit) as client:
            quiet = replace(site, client=client, deadline=limit, report=silent)
            building.finish(quiet, replace(bench, client=client), wanted)

    try:
        finish(names, site.deadline.remaining_s() / 2)  # the rest is for those that are ready
    except ProviderError as exc:
        log.debug("restart of bench %s: %s", site.folder.name, exc)
        return name_late(names, finish, exc)
    return ""

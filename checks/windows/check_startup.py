"""Nothing is left of what had to go, and the backup runs by itself."""

from collections.abc import Iterable, Iterator

from labctl.core.check import check
from labctl.core.expect import Expectation, require, truth
from labctl.core.i18n import _
from labctl.core.kind import WITH_CIM
from labctl.core.verdict import Match, Mismatch
from labctl.plan.model import Plan
from labctl.plan.windows_use import WindowsBackup
from labctl.probes.windows.startup import Startups, Task


@check("K-051", criterion="4.2", needs=Startups, kinds=WITH_CIM, weight=2)
def check_backup_task(plan: Plan, startups: Startups) -> Match:
    """Une tâche planifiée sauvegarde chaque jour à l'heure et sous le compte demandés."""
    asked = plan.windows.use.backup
    tasks = [task for task in startups.tasks if _is_backup(asked, task)]
    if not tasks:
        raise Mismatch(
            _("aucune tâche planifiée n'écrit vers %(target)s ni ne s'exécute sous %(account)s")
            % {"target": asked.target, "account": asked.account},
            expected=_("une tâche quotidienne à %(time)s") % {"time": asked.at},
        )
    return require(min((list(_task(asked, task)) for task in tasks), key=_misses))


def _is_backup(asked: WindowsBackup, task: Task) -> bool:
    target = asked.target.casefold()
    writes = any(target in command.casefold() for command in task.commands)
    return writes or _owner(task) == asked.account.casefold()


def _task(asked: WindowsBackup, task: Task) -> Iterator[Expectation]:
    values = {"name": task.name}
    yield truth(
        _("tâche active"),
        _("la tâche %(name)s est désactivée") % values,
        holds=task.enabled,
        gate=True,
    )
    yield Expectation(_("heure de la tâche %(name)s") % values, {asked.at}, set(task.daily_at))
    yield Expectation(
        _("compte de la tâche %(name)s") % values, asked.account.casefold(), _owner(task)
    )


def _owner(task: Task) -> str:
    return task.account.rpartition("\\")[2].partition("@")[0].casefold()


def _misses(points: Iterable[Expectation]) -> int:
    return sum(not point.holds for point in points)

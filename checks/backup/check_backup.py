"""Nothing is left of what had to go, and the backup runs by itself."""

import re
from collections.abc import Iterable, Iterator

from checks.backup.demand import Backup
from checks.startup.facts.startups import Startups, Task
from checks.startup.facts.task_results import TaskResults
from labctl.api import (
    Expectation,
    Match,
    Mismatch,
    Undecided,
    _,
    check,
    require,
    truth,
)

RUNNING, NEVER_RAN = 0x41301, 0x41303
"""Results of a task that has no other yet."""
ROBOCOPY = re.compile(r'(?:^|[\s"\\])robocopy(?:\.exe)?(?=["\s]|$)', re.IGNORECASE)
ROBOCOPY_FAILED = 8
"""Least exit code of robocopy that is a failure; 1 to 7 say what was copied (Microsoft, "Robocopy":
exit codes)."""
SCRIPT = re.compile(r"""\.(?:cmd|bat|ps1|vbs)(?=["'\s]|$)""", re.IGNORECASE)
"""A command that is a script, whose exit code is that of what it runs last."""


@check("K-051", asks=Backup, needs=(Startups, TaskResults), each="on", face="windows")
def check_backup_task(asked: Backup, startups: Startups, results: TaskResults) -> Match:
    """Une tâche planifiée sauvegarde chaque jour comme demandé, et a réussi la dernière fois."""
    tasks = [task for task in startups.tasks if _is_backup(asked, task)]
    if not tasks:
        raise Mismatch(
            _("aucune tâche planifiée n'écrit vers %(target)s ni ne s'exécute sous %(account)s")
            % {"target": asked.target, "account": asked.account},
            expected=_("une tâche quotidienne à %(time)s") % {"time": asked.at},
        )
    best = min(tasks, key=lambda task: _misses((*_task(asked, task), *_result(task, results))))
    told = require((*_task(asked, best), *_result(best, results)))
    doubt = _doubt(asked, best, results)
    if doubt:
        raise Undecided(doubt)
    return told


def _doubt(asked: Backup, task: Task, results: TaskResults) -> str:
    """Return what is not known of a task that is otherwise as it should be."""
    values = {"name": task.name, "target": asked.target, "problem": results.problem}
    if task.name not in results.results:
        problem = results.problem or _("la tâche n'est pas parmi celles qui ont été lues")
        return _("le dernier résultat de %(name)s n'a pas pu être lu : %(problem)s") % {
            **values,
            "problem": problem,
        }
    if results.results[task.name] == RUNNING:
        return _("la tâche %(name)s est en cours d'exécution") % values
    if _may_be_robocopy(task, results.results[task.name]):
        result = f"0x{results.results[task.name]:X}"
        said = _(
            "le script de %(name)s a rendu %(result)s, un succès s'il finit par robocopy : à lire"
        )
        return said % {**values, "result": result}
    if not _writes(asked, task):
        return _("la commande de %(name)s ne nomme pas %(target)s : voir ce qu'elle sauvegarde") % (
            values
        )
    return ""


def _is_backup(asked: Backup, task: Task) -> bool:
    return _writes(asked, task) or _owner(task) == asked.account.casefold()


def _writes(asked: Backup, task: Task) -> bool:
    target = asked.target.casefold()
    return any(target in command.casefold() for command in task.commands)


def _task(asked: Backup, task: Task) -> Iterator[Expectation]:
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


def _result(task: Task, results: TaskResults) -> Iterator[Expectation]:
    result = results.results.get(task.name, RUNNING)
    if result == RUNNING or _may_be_robocopy(task, result):  # or not known
        return
    values = {"name": task.name, "result": f"0x{result:X}"}
    problem = _("la tâche %(name)s a échoué la dernière fois : résultat %(result)s")
    if result == NEVER_RAN:
        problem = _("la tâche %(name)s n'a jamais été exécutée")
    yield truth(_("dernière exécution réussie"), problem % values, holds=_succeeded(task, result))


def _succeeded(task: Task, result: int) -> bool:
    """Tell whether a task did its work; robocopy says with small numbers what it copied."""
    is_robocopy = any(ROBOCOPY.search(command) for command in task.commands)
    return 0 <= result < (ROBOCOPY_FAILED if is_robocopy else 1)


def _may_be_robocopy(task: Task, result: int) -> bool:
    """Tell whether a result is a success if the script of a task ends with robocopy."""
    is_script = any(SCRIPT.search(command) for command in task.commands)
    return is_script and 0 < result < ROBOCOPY_FAILED and not _succeeded(task, result)


def _owner(task: Task) -> str:
    return task.account.rpartition("\\")[2].partition("@")[0].casefold()


def _misses(points: Iterable[Expectation]) -> int:
    return sum(not point.holds for point in points)

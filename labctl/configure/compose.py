"""The reference solution of a bench: a role per topic, composed for the machines of its plan.

A role has two kinds of files, each named after a kind of machine or one of its faces:

- ``contributions/<kind>.yml`` is data: files, lines of configuration, parts of a scenario. What the
  topics contribute to a machine, and to the kinds it stands on, is applied together and at once, by
  one task file of its kind.
- ``tasks/<kind>.yml`` acts, once the topics that come before it are done on the other machines; the
  file of the nearest kind or face is played.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from labctl.core import content
from labctl.core.errors import UsageError
from labctl.core.i18n import _
from labctl.core.ids import NodeName
from labctl.core.paths import find_content, list_content
from labctl.plan.model import Plan
from labctl.spec.demand import list_machines
from labctl.spec.kind import inherit, load_chain
from labctl.spec.loader import Value, load
from labctl.spec.topic import load_topic
from labctl.spec.topology import NodeState

ROLES, APPLY = "playbooks/roles", "playbooks/apply"
SITE = "site.yml"
CONCERNED = (NodeState.TO_CONFIGURE, NodeState.EXISTING)

Names = tuple[str, ...]
"""What a machine answers to, the nearest first: its kind, its faces, the kinds it stands on."""


@dataclass(frozen=True, slots=True)
class Role:
    """The solution of a topic: files by the kind or face of machine they are for.

    ``block`` is what the topic understands of a cahier, empty when it is always asked for. ``on``
    are the machines that the block names (``sur``); None where it names none: all are concerned.
    """

    topic: str
    block: str
    after: tuple[str, ...]
    contributions: Mapping[str, Path]
    tasks: Mapping[str, Path]
    on: frozenset[str] | None = None

    def concerns(self, machine: NodeName) -> bool:
        """Tell whether the topic asks something of a machine."""
        return self.on is None or machine in self.on


@dataclass(frozen=True, slots=True)
class Solution:
    """What Ansible is given: the text of its files, and variables of each machine."""

    files: Mapping[str, object]
    variables: Mapping[NodeName, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Act:
    """Tasks of a topic on a machine, in which wave, and the waves of the machines they wait for."""

    wave: int
    machine: NodeName
    path: Path
    awaits: Mapping[NodeName, int]


def compose_for(
    plan: Plan,
    topics: Collection[str] | None = None,
    nodes: Collection[NodeName] | None = None,
) -> Solution:
    """Return the solution of a plan, or that of some topics or machines of it (None: of all).

    Raises UsageError when its machines have none.
    """
    machines = {
        name: list_names(node.kind)
        for name, node in sorted(plan.nodes.items())
        if node.state in CONCERNED and (nodes is None or name in nodes)
    }
    roles = list_asked_roles(plan)
    if topics is not None:
        roles = _narrow(roles, topics, machines)
    return compose(machines, roles, list_appliers())


def list_asked_roles(plan: Plan) -> tuple[Role, ...]:
    """Return the roles of what a cahier asks, each with the machines it is asked of."""
    return tuple(
        replace(role, on=frozenset(list_machines(plan.demands[role.topic])) or None)
        if role.block
        else role
        for role in list_roles()
        if not role.block or role.topic in plan.demands
    )


def _narrow(
    roles: Iterable[Role], topics: Collection[str], machines: Mapping[NodeName, Names]
) -> tuple[Role, ...]:
    """Return the roles of some topics, and those that go with any on the machines of these."""
    asked = [role for role in roles if role.block and role.topic in topics]
    busy = frozenset(
        machine
        for machine, names in machines.items()
        for role in asked
        if role.concerns(machine) and set(names) & {*role.contributions, *role.tasks}
    )
    always = (replace(role, on=busy) for role in roles if not role.block)
    known = {role.topic: role for role in (*asked, *always)}
    return tuple(known[role.topic] for role in roles if role.topic in known)


def list_names(kind: str) -> Names:
    """Return what machines of a kind answer to."""
    chain = load_chain(kind)
    own, *parents = (template.name for template in reversed(chain))
    return tuple(dict.fromkeys((own, *inherit(chain).faces, *parents)))


def list_roles() -> tuple[Role, ...]:
    """Return the roles in the order of ``after``; UsageError when topics wait for each other."""
    contributions, tasks = (_by_topic(part) for part in ("contributions", "tasks"))
    names = sorted({*content.list_topics(), *contributions, *tasks})
    topics = {name: load_topic(name) for name in names}
    try:
        after = {name: topic.after for name, topic in topics.items()}
        ordered = tuple(TopologicalSorter(after).static_order())
    except CycleError as exc:
        circle = " → ".join(exc.args[1])
        raise UsageError(_("thèmes qui s'attendent : %(names)s") % {"names": circle}) from exc
    reached: dict[str, tuple[str, ...]] = {}
    for topic in ordered:
        direct = topics[topic].after
        reached[topic] = tuple(dict.fromkeys((*direct, *(t for d in direct for t in reached[d]))))
    return tuple(
        Role(
            topic,
            topics[topic].block,
            reached[topic],
            contributions.get(topic, {}),
            tasks.get(topic, {}),
        )
        for topic in ordered
    )


def list_appliers() -> dict[str, Path]:
    """Return the tasks that apply contributions, by kind or face."""
    return {Path(name).stem: path for name, path in list_content(APPLY, "*.yml").items()}


def compose(
    machines: Mapping[NodeName, Names], roles: Sequence[Role], appliers: Mapping[str, Path]
) -> Solution:
    """Return the solution of these machines; UsageError for one that nothing can apply to.

    The wave of an act is the number of other machines' waves it waits for. A contribution waits
    for nobody. The roles are given in order.
    """
    contributed = {
        machine: [read_contribution(path) for path in _list_contributions(roles, machine, names)]
        for machine, names in machines.items()
    }
    acts = tuple(_list_acts(machines, roles))
    first = {
        machine: _find_applier(machine, names, appliers)
        for machine, names in machines.items()
        if contributed[machine]
    }
    return Solution(
        _write_waves(first, acts),
        {name: {"contributions": parts} for name, parts in contributed.items() if parts},
    )


def read_contribution(path: Path) -> object:
    """Return what a file contributes; ``template`` is replaced by the ``content`` it renders."""
    return _with_texts(load(path).tree, path)


def _with_texts(value: Value, path: Path) -> object:
    if isinstance(value, tuple):
        return [_with_texts(item, path) for item in value]
    if not isinstance(value, Mapping):
        return value
    name = value.get("template")
    rest = {str(key): _with_texts(item, path) for key, item in value.items() if key != "template"}
    return rest if name is None else {**rest, "content": _look_up(str(name), path)}


def _look_up(name: str, path: Path) -> str:
    try:
        found = find_content(ROLES, path.parent.parent.name, "templates", name)
    except FileNotFoundError as exc:
        message = _("%(file)s : le modèle « %(name)s » n'existe pas")
        raise UsageError(message % {"file": path, "name": name}) from exc
    return f"{{{{ lookup('ansible.builtin.template', '{found}') }}}}"


def _by_topic(part: str) -> dict[str, dict[str, Path]]:
    found: dict[str, dict[str, Path]] = {}
    for path in list_content(ROLES, f"*/{part}/*.yml").values():
        found.setdefault(path.parent.parent.name, {})[path.stem] = path
    return found


def _nearest(found: Mapping[str, Path], names: Names) -> Path | None:
    return next((found[name] for name in names if name in found), None)


def _list_contributions(roles: Iterable[Role], machine: NodeName, names: Names) -> Iterator[Path]:
    """Yield what each role contributes, to the kinds below first: the nearest has the last word."""
    for role in roles:
        parts = role.contributions if role.concerns(machine) else {}
        yield from (parts[name] for name in reversed(names) if name in parts)


def _find_applier(machine: NodeName, names: Names, appliers: Mapping[str, Path]) -> Path:
    path = _nearest(appliers, names)
    if path is None:
        message = _("rien ne sait appliquer un corrigé à « %(machine)s » : %(names)s")
        raise UsageError(message % {"machine": machine, "names": ", ".join(names)})
    return path


def _list_acts(machines: Mapping[NodeName, Names], roles: Iterable[Role]) -> Iterator[Act]:
    waves: dict[tuple[str, NodeName], int] = {}
    for role in roles:
        before = [(on, wave) for (topic, on), wave in waves.items() if topic in role.after]
        for machine, names in machines.items():
            if not role.concerns(machine):
                continue
            path = _nearest(role.tasks, names)
            if path is not None:
                own = max((wave for on, wave in before if on == machine), default=0)
                awaits = dict(sorted((on, wave) for on, wave in before if on != machine))
                wave = max([own, *(other + 1 for other in awaits.values())])
                waves[role.topic, machine] = wave
                yield Act(wave, machine, path, awaits)
            elif role.contributions.keys() & set(names):
                waves[role.topic, machine] = 0


def _write_waves(first: Mapping[NodeName, Path], acts: Sequence[Act]) -> dict[str, object]:
    """Return the plays, and the tasks of each machine in each."""
    plays = []
    files: dict[str, object] = {}
    for wave in range(1 + max((act.wave for act in acts), default=0)):
        name = f"wave_{wave}"
        now = [act for act in acts if act.wave == wave]
        machines = sorted({act.machine for act in now} | (first.keys() if wave == 0 else set()))
        if not machines:  # of these topics there is nothing to do
            continue
        for machine in machines:
            own = [act for act in now if act.machine == machine]
            start = [_apply(first[machine])] if wave == 0 and machine in first else []
            awaits = dict(sorted(pair for act in own for pair in act.awaits.items()))
            steps = [*_await(awaits), *start, *(_play_role(act.path) for act in own)]
            files[f"{name}_{machine}.yml"] = [*steps, _note(name)]
        plays.append(_play(name, machines))
    return {SITE: plays, **files}


def _play(done: str, machines: Sequence[NodeName]) -> dict[str, object]:
    return {
        "name": done,
        "hosts": ":".join(machines),
        "strategy": "free",
        "gather_facts": False,
        "vars_files": ["{{ secrets_file }}"],
        "vars": {
            "contributed": "{{ {} | combine(contributions, recursive=true, list_merge='append') }}"
        },
        "tasks": [
            {
                "name": done,
                "ansible.builtin.include_tasks": f"{done}_{{{{ inventory_hostname }}}}.yml",
            }
        ],
    }


def _apply(path: Path) -> dict[str, object]:
    return {"ansible.builtin.import_tasks": str(path)}


def _play_role(path: Path) -> dict[str, object]:
    role = {"name": str(path.parent.parent), "tasks_from": path.stem}
    return {"ansible.builtin.import_role": role}


def _note(done: str) -> dict[str, object]:
    return {"name": done, "ansible.builtin.set_fact": {done: True}}


def _await(awaits: Mapping[NodeName, int]) -> Iterator[dict[str, object]]:
    """Yield the task that stops a machine when another one, before it, was not configured."""
    if awaits:
        yield {
            "name": _("Machines précédentes terminées"),
            "ansible.builtin.assert": {
                "that": "hostvars[item.machine][item.done] is defined",
                "fail_msg": _("%(machine)s n'est pas configuré : rien n'est fait ici")
                % {"machine": "{{ item.machine }}"},
                "quiet": True,
            },
            "loop": [{"machine": on, "done": f"wave_{wave}"} for on, wave in awaits.items()],
            "loop_control": {"label": "{{ item.machine }}"},
        }

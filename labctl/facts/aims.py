"""How a thing of a machine is asked, and what the answer holds: a code, and text in lines.

The code is 0 where the thing is there, runs, is open or answers well; 1 where it is not.
"""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from labctl.connect.base import Answer, Question, Transport
from labctl.facts.answers import read_json
from labctl.facts.cim import ask_cim
from labctl.facts.instances import read_instances
from labctl.facts.probe import NotUnderstood
from labctl.facts.questions import run_on, try_from
from labctl.facts.wire import Outcome, outcome_of, payload_of, results_of
from labctl.plan.aim import find_address
from labctl.plan.model import Plan
from labctl.spec.aim import Aim
from labctl.spec.watch import Watch

Held = tuple[int, str]
_THERE, _NOT_THERE = 0, 1
_OK = range(200, 300)


def ask_aim(plan: Plan, watch: Watch, aim: Aim) -> Question:
    """Return the question about a thing that can be looked at (``plan.aim.find_refusal``)."""
    if aim.kind == "service" and "windows" in plan.nodes[watch.node].faces:
        where = f"Name='{aim.name}'"
        return ask_cim(watch.node, "Win32_Service", "Name", "State", "StartMode", where=where)
    if aim.kind in _COMMANDS:
        return run_on(watch.node, *_COMMANDS[aim.kind](aim.name))
    return _ASKED[aim.kind](plan, watch, aim)


def hear_aim(aim: Aim, answer: Answer) -> Held:
    """Return what an answer without trouble holds; NotUnderstood when it holds nothing clear."""
    if aim.kind == "service" and answer.question.transport is Transport.CIM:
        found = read_instances(answer)
        running = any(one.get("State") == "Running" for one in found)
        return _code(running), _write(one.get("State") for one in found)
    return _HEARD[aim.kind](aim, answer)


def _ask_port(plan: Plan, watch: Watch, aim: Aim) -> Question:
    segment = aim.more["from"]
    host = str(find_address(plan, watch.node, segment))
    return try_from(plan, segment, [{"kind": "tcp", "host": host, "port": int(aim.name)}])


def _ask_http(plan: Plan, watch: Watch, aim: Aim) -> Question:
    segment, url = aim.more["from"], urlsplit(aim.name)
    is_safe = url.scheme == "https"
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    trial = {
        "kind": "http",
        "host": str(find_address(plan, watch.node, segment)),
        "port": url.port or (443 if is_safe else 80),
        "name": url.hostname or "",
        "path": path,
        "tls": is_safe,
    }
    return try_from(plan, segment, [trial])


def _ask_ldap(_plan: Plan, watch: Watch, aim: Aim) -> Question:
    body: dict[str, object] = {
        "base": aim.more["base"],
        "scope": "sub",
        "filter": aim.more["filter"],
        "attributes": (aim.name,),
    }
    text = f"LDAP {aim.more['base']} {aim.more['filter']} {aim.name}"
    return Question(watch.node, Transport.LDAP, text, body)


def _hear_exit(_aim: Aim, answer: Answer) -> Held:
    return _code(answer.exit_code == 0), answer.output.decode("utf-8", "replace")


def _hear_package(_aim: Aim, answer: Answer) -> Held:
    status, _space, version = answer.output.decode("utf-8", "replace").strip().partition(" ")
    is_there = answer.exit_code == 0 and status == "installed"
    return _code(is_there), version if is_there else ""


def _hear_port(_aim: Aim, answer: Answer) -> Held:
    outcome = outcome_of(results_of(answer)[0])
    return _code(outcome is Outcome.OPEN), str(outcome)


def _hear_http(_aim: Aim, answer: Answer) -> Held:
    result = results_of(answer)[0]
    outcome = outcome_of(result)
    if outcome is not Outcome.OPEN:
        return _NOT_THERE, str(outcome)
    status = result.get("status")
    text = f"HTTP {status}\n{payload_of(result).decode('utf-8', 'replace')}"
    return _code(status in _OK), text


def _hear_ldap(aim: Aim, answer: Answer) -> Held:
    found = read_json(answer)
    entries = found.get("entries") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise NotUnderstood(answer.question.text)
    held = [
        value
        for entry in entries
        for name, values in entry["attributes"].items()
        if name.casefold() == aim.name.casefold()
        for value in values
    ]
    return _code(bool(held)), _write(held)


def _code(is_there: bool) -> int:  # noqa: FBT001  # what was found
    return _THERE if is_there else _NOT_THERE


def _write(values: Iterable[object]) -> str:
    """Return values one a line; those of a list are each one."""
    lines: list[str] = []
    for value in values:
        inside = value if isinstance(value, list) else [value]
        lines += [_say(one) for one in inside if one is not None]
    return "\n".join(lines)


def _say(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_COMMANDS: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "file": lambda path: ("/usr/bin/cat", path),
    "service": lambda name: ("/usr/sbin/service", name, "status"),
    "package": lambda name: (
        *("/usr/bin/dpkg-query", "--show", "--showformat=${db:Status-Status} ${Version}"),
        name,
    ),
}
_ASKED: Mapping[str, Callable[[Plan, Watch, Aim], Question]] = {
    "port": _ask_port,
    "http": _ask_http,
    "ldap": _ask_ldap,
}
_HEARD: Mapping[str, Callable[[Aim, Answer], Held]] = {
    "file": _hear_exit,
    "service": _hear_exit,
    "package": _hear_package,
    "port": _hear_port,
    "http": _hear_http,
    "ldap": _hear_ldap,
}

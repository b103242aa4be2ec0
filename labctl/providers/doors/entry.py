"""Open, look at, pause and close a candidate's way in; what is there is found by its tags."""

import hashlib
import json
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from labctl.core import command, store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandTimeout, ProviderError
from labctl.core.i18n import _, language
from labctl.core.progress import Report
from labctl.providers.base import ClockTold, DoorStatus, WayIn
from labctl.providers.doors import depot, documents, freezer, journal, node
from labctl.providers.doors.road import Road
from labctl.providers.namespaces import processes, runtime
from labctl.providers.namespaces.bench import Bench, instance
from labctl.providers.namespaces.processes import GATE, Process

_KILL_S, _READY_S, _ASK_S = 10.0, 20.0, 20.0
_MOST_ANSWER = 1 << 16
_FIRST = "embedded"
"""What a gate stands for that an older labctl opened: it names no provider."""


def open_door(
    place: Bench, way_in: WayIn, road: Road, report: Report, deadline: Deadline
) -> DoorStatus:
    """Open the way in of a bench, or leave an open one as it is.

    What a killed command, or a killed gate, left is ended first; what was handed in is kept.
    """
    asked = _digest(way_in, road)
    found = find_status(place, road.provider)
    if found is not None and found.digest == asked:
        return found
    report(_("ouverture de l'entrée"))
    entrance = node.scan(place).get(processes.ENTRANCE)
    if entrance is not None:  # its gate died: lines that it let in may live on, and are not counted
        with suppress(OSError):
            depot.keep(entrance, documents.folder_of(place))
    _kill(place, deadline)
    with store.writing(place.way_in):
        entrance = node.start(place, way_in, asked, report, deadline)
        request = _describe_gate(place, way_in, road, entrance, asked)
        _start_gate(place, way_in.port, request, deadline)
    return look(place)


def close_door(place: Bench, deadline: Deadline) -> bool:
    """End the way in of a bench, its lines and windows; what was handed in stays in its folder."""
    with suppress(ProviderError):  # none is open: what was kept is all there is
        look(place)
    was_there = _kill(place, deadline)
    if was_there:
        journal.note(str(documents.journal_of(place)), "closed", "")
    freezer_of = _group(place)
    if freezer_of is not None:
        freezer.drop(freezer_of)
    store.remove(place.way_in / "node")
    return was_there


def look(place: Bench) -> DoorStatus:
    """Return what the way in is now, once what was handed in is kept; ProviderError for none."""
    return _ask(place, "look")


def find_status(place: Bench, provider: str) -> DoorStatus | None:
    """Return what the way in is now, None when a provider has none open."""
    with suppress(ProviderError):
        status = look(place)
        return status if status.provider == provider else None
    return None


def forget_candidate(place: Bench, deadline: Deadline) -> None:
    """End the way in of a bench, and remove all that came in by it: the next one is somebody's."""
    close_door(place, deadline)
    store.remove(place.way_in)


def hand_in(place: Bench, files: Mapping[str, bytes | None]) -> None:
    """Put files into the candidate's folder, or where it is kept while no way in is open."""
    folder = documents.folder_of(place)
    entrance = node.scan(place).get(processes.ENTRANCE)
    if entrance is None:
        depot.add(folder, files)
    else:
        depot.put(entrance, files, node.DEPOT_UID + place.number)
        depot.keep(entrance, folder)


def tell_clock(place: Bench, clock: ClockTold | None) -> None:
    """Have the menu say the time of the phase from now on, or none."""
    path = documents.clock_of(place)
    if clock is None:
        path.unlink(missing_ok=True)
    else:
        store.write_json(path, asdict(clock))


def pause(place: Bench) -> DoorStatus:
    """Cut the lines of a candidate, let nobody in, and freeze what runs in their windows.

    ProviderError when something does not freeze: the lines are cut all the same.
    """
    return _require_frozen(place, _ask(place, "pause"))


def resume(place: Bench) -> DoorStatus:
    """Let a candidate in again, and give back what was frozen."""
    return _ask(place, "resume")


def _kill(place: Bench, deadline: Deadline) -> bool:
    killed = False
    while found := tuple(node.scan(place).values()):
        processes.kill(found, deadline.within(_KILL_S))
        killed = True
    return killed


def _describe_gate(
    place: Bench, way_in: WayIn, road: Road, entrance: Process, digest: str
) -> dict[str, object]:
    """Return what the gate is told."""
    group = None if road.is_elsewhere else _group(place)
    return {
        "provider": road.provider,
        "entrance": list(asdict(entrance).values()),
        "listen": way_in.listen,
        "port": way_in.port,
        "control": _control(place),
        "digest": digest,
        "menu_uid": node.MENU_UID + place.number,
        "depot_uid": node.DEPOT_UID + place.number,
        "machines": {
            each.name: {
                "argv": list(each.argv),
                "account": each.account,
                "command": list(road.commands.get(each.name, ())),
            }
            for each in way_in.machines
        },
        "environment": dict(road.environment),
        "documents": str(documents.folder_of(place)),
        "tickets": str(documents.tickets_of(place)),
        "clock": str(documents.clock_of(place)),
        "restart": asdict(way_in.restart) if way_in.restart else None,
        "log": str(documents.journal_of(place)),
        "cgroup": None if road.is_elsewhere else str(group or ""),
        "is_paused": road.is_paused or (group is not None and freezer.is_frozen(group)),
        "language": language(),
    }


def _start_gate(place: Bench, port: int, request: Mapping[str, object], deadline: Deadline) -> None:
    environment = runtime.child_environment(instance(), place.name)
    environment["LABCTL_TAG"] = processes.tag(instance(), place.name, GATE)
    try:
        done = command.run(
            runtime.child_argv("gate", "labctl.providers.doors"),
            deadline.within(_READY_S),
            stdin=json.dumps(request),
            env=environment,
            check=False,
        )
    except CommandTimeout as exc:
        said = _("l'entrée du banc %(bench)s ne s'est pas ouverte à temps")
        raise ProviderError(said % {"bench": place.name}) from exc
    if done.exit_code != 0:
        said = _("l'entrée du banc %(bench)s ne s'ouvre pas sur le port %(port)d : %(why)s")
        why = done.stderr.strip().splitlines()[-1:] or ["?"]
        values = {"bench": place.name, "port": port, "why": why[0]}
        raise ProviderError(said % values, hint=_("un autre programme écoute là ? ss -ltnp"))


def _ask(place: Bench, act: str) -> DoorStatus:
    """Have the gate do something; return what it says of itself."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(_ASK_S)
        try:
            line.connect("\0" + _control(place))
            line.sendall(act.encode())
            answer = json.loads(line.makefile("rb").read(_MOST_ANSWER))
        except (OSError, ValueError) as exc:
            said = _("le banc %(bench)s n'a pas d'entrée ouverte") % {"bench": place.name}
            raise ProviderError(said, hint=f"labctl access {place.number}") from exc
    return DoorStatus(
        bench=place.number,
        listen=answer["listen"],
        port=answer["port"],
        is_paused=answer["is_paused"],
        lines=answer["lines"],
        windows=answer["windows"],
        host_key=store.read_bytes(place.secrets / f"{node.HOST_KEY}.pub").decode().strip(),
        handed_in=len(documents.list_handed_in(place)),
        digest=answer["digest"],
        trouble=answer["trouble"],
        provider=answer.get("provider", _FIRST),
    )


def _require_frozen(place: Bench, status: DoorStatus) -> DoorStatus:
    if status.trouble:
        said = _("banc %(bench)s : lignes coupées, mais ce qui tourne n'est pas gelé (%(why)s)")
        raise ProviderError(said % {"bench": place.name, "why": status.trouble})
    return status


def _control(place: Bench) -> str:
    """Return the name of the gate's control socket, in the namespace of this computer's network."""
    return processes.tag(instance(), place.name, GATE)


def _group(place: Bench) -> Path | None:
    root = freezer.find_root()
    return root / f"labctl-{instance()}-{place.name}" if root else None


def _digest(way_in: WayIn, road: Road) -> str:
    """Return a digest of all that a way in is made of, but the environment of who asks."""
    restart = replace(way_in.restart, environment={}) if way_in.restart else None
    made = asdict(replace(way_in, restart=restart))
    made["files"] = {at: hashlib.sha256(file).hexdigest() for at, file in way_in.files.items()}
    text = json.dumps({**made, "code": way_in.code.reveal()}, sort_keys=True)
    ways = json.dumps([road.provider, dict(road.commands)], sort_keys=True)
    made_of = (text, ways, node.list_layers()[-1].name)
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:16]

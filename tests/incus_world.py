"""A cluster of Incus in memory, behind the TLS and HTTP of ``tests.incus_server``; it says so.

It keeps projects, networks, instances, their files and snapshots, and the volumes of projects; a
command in an instance does nothing and succeeds. It has every image that is asked for. The program
that reads a sealed disk is the real one, on files that are written for it; its container is not.
"""

import hashlib
import io
import json
import os
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from labctl.core.deadline import Deadline
from labctl.providers.incus import reader
from labctl.seal.tree import Root
from tests.incus_server import Answer, error, sync

GIB = 1 << 30
_STATES = {
    "start": ("Running", ("Stopped",)),
    "freeze": ("Frozen", ("Running",)),
    "unfreeze": ("Running", ("Frozen",)),
    "stop": ("Stopped", ("Running", "Frozen")),
}
"""What an instance becomes by an action, and from what."""
Execute = Callable[[str, list[str]], tuple[int, str]]


@dataclass
class Instance:
    """An instance: what is asked of it, its files, and its snapshots."""

    document: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)
    snapshots: dict[str, "Instance"] = field(default_factory=dict)


@dataclass
class Trouble:
    """What a cluster answers from a change on."""

    said: str
    changes: int  # that still succeed
    is_deaf: bool = False  # answers no question either

    def strikes(self, method: str) -> bool:
        """Tell whether a request fails."""
        self.changes -= method != "GET"
        return self.changes < 0 and (self.is_deaf or method != "GET")


@dataclass
class World:
    """A cluster whose members have each this much memory."""

    members: Mapping[str, int]
    projects: dict[str, dict[str, str]] = field(default_factory=dict)
    networks: dict[str, dict[str, Any]] = field(default_factory=dict)
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    volumes: dict[tuple[str, str], bytes] = field(default_factory=dict)  # by project and name
    with_kvm: frozenset[str] = frozenset()
    logs: dict[str, bytes] = field(default_factory=dict)
    execute: Execute = lambda _name, _argv: (0, "")
    statuses: dict[str, str] = field(default_factory=dict)  # of members that are not online
    asked: int = 0
    trouble: "Trouble | None" = None

    def answer(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request."""
        if self.trouble is not None and self.trouble.strikes(method):
            return error(self.trouble.said, 500)
        parts = urlsplit(target)
        path = tuple(unquote(each) for each in parts.path.split("/")[2:])
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked += 1
        if path[:1] == ("instances",) and path[2:3] == ("files",):
            return self._file(method, self._find(path[1], query), query["path"], body)
        if path[:1] == ("storage-pools",) and path[2:4] == ("volumes", "custom"):
            return self._volume(method, path[4:], query, body, headers)
        document = json.loads(body) if body else {}
        route = getattr(self, f"_{(path or ('about',))[0].replace('-', '_')}", None)
        return route(method, path[1:], query, document) if route else error("Not Found", 404)

    def _about(
        self, _method: str, _path: object, query: Mapping[str, str], _body: object
    ) -> Answer:
        drivers = "lxc | qemu" if query.get("target") in self.with_kvm else "lxc"
        return sync(
            {"auth": "trusted", "environment": {"server_version": "6.0.4", "driver": drivers}}
        )

    def _cluster(self, *_asked: object) -> Answer:
        return sync(
            [
                {"server_name": name, "status": self.statuses.get(name, "Online")}
                for name in self.members
            ]
        )

    def _resources(
        self, _method: str, _path: object, query: Mapping[str, str], _body: Any
    ) -> Answer:
        memory = self.members[query["target"]] << 20
        return sync({"memory": {"total": memory, "used": 0}, "cpu": {"total": 16}})

    def _storage_pools(self, _method: str, path: tuple[str, ...], *_asked: object) -> Answer:
        if path[1:] == ("resources",):
            return sync({"space": {"total": 500 * GIB, "used": 0}})
        return sync({"driver": "btrfs"})

    def _images(self, _method: str, path: tuple[str, ...], *_asked: object) -> Answer:
        return sync({"target": hashlib.sha256(path[-1].encode()).hexdigest()})

    def _projects(
        self, method: str, path: tuple[str, ...], _query: object, body: dict[str, Any]
    ) -> Answer:
        if method == "GET" and path:
            used_by = [
                f"/1.0/storage-pools/default/volumes/custom/{name}?project={project}&target=n2"
                for project, name in self.volumes
                if project == path[0]
            ]
            config = self.projects[path[0]]
            return sync({"config": config, "description": "", "used_by": used_by})
        if method == "GET":
            return sync([{"name": name, "config": one} for name, one in self.projects.items()])
        if method == "POST":
            self.projects[body["name"]] = body["config"]
        elif method == "PUT":
            self.projects[path[0]] = body["config"]
        elif any(project == path[0] for project, _name in (*self.instances, *self.volumes)):
            return error("Only empty projects can be removed", 400)
        else:
            del self.projects[path[0]]
        return sync(None)

    def _networks(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str], body: dict[str, Any]
    ) -> Answer:
        if method == "GET":
            return sync(list(self.networks.values()))
        if method == "DELETE":
            del self.networks[path[0]]
        elif "target" in query:
            known = self.networks.get(body["name"], {"name": body["name"], "on": []})
            if query["target"] in known["on"]:
                return error("already defined", 409)
            pending = {"status": "Pending", "on": [*known["on"], query["target"]]}
            self.networks[body["name"]] = {**known, **pending, "config": {}}
        else:
            self.networks[body["name"]].update(status="Created", config=body["config"])
        return sync(None)

    def _instances(
        self, method: str, path: tuple[str, ...], query: Mapping[str, str], body: dict[str, Any]
    ) -> Answer:
        if not path and method == "GET":
            found = [self._show(each.document) for each in self.instances.values()]
            wanted = query.get("project")
            return sync([each for each in found if wanted in (None, each["project"])])
        if not path:
            return self._make(query, body)
        found_one = self._find(path[0], query)
        if found_one is None:
            return error("Instance not found", 404)
        act = getattr(self, f"_{method.lower()}_{'_'.join(path[1:2]) or 'instance'}", None)
        return act(found_one, body, path, query) if act else error("Not Found", 404)

    def _show(self, document: dict[str, Any]) -> dict[str, Any]:
        """Return a machine as it is listed: by its name alone when its member does not answer."""
        if document["location"] not in self.statuses:
            return document
        kept = {key: document[key] for key in ("name", "project", "location")}
        return {**kept, "status": "Error", "config": None, "devices": None}

    def _make(self, query: Mapping[str, str], body: dict[str, Any]) -> Answer:
        if (query["project"], body["name"]) in self.instances:
            return error("Instance already exists", 409)
        if body["source"]["type"] == "copy":
            return self._copy(query, body)
        base = hashlib.sha256(body["source"]["alias"].encode()).hexdigest()
        document = {
            **{key: body[key] for key in ("name", "type", "devices")},
            "config": {**body["config"], "volatile.base_image": base},
            "project": query["project"],
            "location": query["target"],
            "status": "Stopped",
        }
        self.instances[query["project"], body["name"]] = Instance(document)
        return sync(None)

    def _copy(self, query: Mapping[str, str], body: dict[str, Any]) -> Answer:
        """Copy a snapshot: what is asked for goes before what it says of itself."""
        name, _slash, snapshot = body["source"]["source"].partition("/")
        source = self.instances.get((query["project"], name))
        kept = source.snapshots.get(snapshot) if source else None
        if kept is None:
            return error("Instance snapshot not found", 404)
        mine = {
            key: value
            for key, value in kept.document["config"].items()
            if not key.startswith("volatile.") or key == "volatile.base_image"
        }
        document = {
            "name": body["name"],
            "config": {**mine, **body["config"]},
            "devices": {**kept.document["devices"], **body["devices"]},
            "project": query["project"],
            "location": query["target"],
            "status": "Stopped",
        }
        cards = {one["hwaddr"] for one in document["devices"].values() if "hwaddr" in one}
        if cards & {one.get("hwaddr") for one in kept.document["devices"].values()}:
            return error("MAC address already defined on another NIC", 409)
        self.instances[query["project"], body["name"]] = Instance(document, dict(kept.files))
        return sync(None)

    def _get_instance(self, one: Instance, *_asked: object) -> Answer:
        return sync(one.document)

    def _put_instance(self, one: Instance, body: dict[str, Any], *_asked: object) -> Answer:
        if "restore" not in body:
            return self._change(one, body)
        kept = one.snapshots.get(body["restore"])
        if kept is None:
            return error("Snapshot not found", 404)
        if one.document["status"] != "Stopped":
            return error("Instance is running", 400)
        one.files = dict(kept.files)
        one.document.update(
            {key: deepcopy(kept.document[key]) for key in ("config", "devices")},
        )
        return sync(None)

    def _change(self, one: Instance, body: dict[str, Any]) -> Answer:
        """Change what an instance is: only a disc goes in or out here."""
        drives = [each for each in body["devices"].values() if "source" in each]
        missing = [
            drive["source"]
            for drive in drives
            if (one.document["project"], drive["source"]) not in self.volumes
        ]
        if missing:
            return error(f"Storage volume not found: {missing}", 404)
        one.document.update(config=body["config"], devices=body["devices"])
        return sync(None)

    def _volume(
        self,
        method: str,
        path: tuple[str, ...],
        query: Mapping[str, str],
        body: bytes,
        headers: Mapping[str, str],
    ) -> Answer:
        """Make a volume of what is sent, or remove one that no instance has."""
        project = query["project"]
        if method == "POST":
            assert headers["X-Incus-type"] == "iso"
            key = (project, headers["X-Incus-name"])
            if key in self.volumes:
                return error("Volume by that name already exists", 409)
            self.volumes[key] = body
        elif (project, path[0]) not in self.volumes:
            return error("Storage volume not found", 404)
        elif any(
            drive.get("source") == path[0]
            for (known, _name), one in self.instances.items()
            if known == project
            for drive in one.document["devices"].values()
        ):
            return error("The storage volume is still in use", 400)
        else:
            del self.volumes[project, path[0]]
        return sync(None)

    def _delete_instance(self, one: Instance, *_asked: object) -> Answer:
        if one.document["status"] != "Stopped":
            return error("Instance is running", 400)
        del self.instances[one.document["project"], one.document["name"]]
        return sync(None)

    def _put_state(self, one: Instance, body: dict[str, Any], *_asked: object) -> Answer:
        wanted, before = _STATES[body["action"]]
        if one.document["status"] not in before:
            return error(f"The instance is already {wanted.lower()}", 400)
        one.document["status"] = wanted
        return sync(None)

    def _post_snapshots(self, one: Instance, body: dict[str, Any], *_asked: object) -> Answer:
        if body["name"] in one.snapshots:
            return error("Snapshot already exists", 409)
        one.snapshots[body["name"]] = Instance(deepcopy(one.document), dict(one.files))
        return sync(None)

    def _get_snapshots(
        self, one: Instance, _body: object, path: tuple[str, ...], *_q: object
    ) -> Answer:
        kept = one.snapshots.get(path[2])
        return sync(kept.document) if kept else error("Instance snapshot not found", 404)

    def _delete_snapshots(
        self, one: Instance, _body: object, path: tuple[str, ...], *_q: object
    ) -> Answer:
        del one.snapshots[path[2]]
        return sync(None)

    def _post_exec(self, one: Instance, body: dict[str, Any], *_asked: object) -> Answer:
        if one.document["status"] != "Running":
            return error("Instance is not running", 400)
        init = one.document["config"].get("raw.lxc", "")
        code, said = (
            _run_reader(one, init, body["command"])
            if init
            else self.execute(one.document["name"], body["command"])
        )
        logs = {}
        for stream, text in (("1", said), ("2", "")):
            path = f"/1.0/instances/{one.document['name']}/logs/exec-output/{self.asked}.{stream}"
            self.logs[path], logs[stream] = text.encode(), path
        return sync({"return": code, "output": logs})

    def _get_logs(
        self, _one: Instance, _body: object, path: tuple[str, ...], *_q: object
    ) -> Answer:
        return self.logs["/".join(("/1.0/instances", *path))]

    def _delete_logs(
        self, _one: Instance, _body: object, path: tuple[str, ...], *_q: object
    ) -> Answer:
        del self.logs["/".join(("/1.0/instances", *path))]
        return sync(None)

    def _file(self, method: str, one: Instance | None, path: str, body: bytes) -> Answer:
        if one is None or (method == "GET" and path not in one.files):
            return error("Not Found", 404)
        if method == "GET":
            return one.files[path]
        if body or not path.rpartition("/")[2].startswith((".labctl-", "tree")):  # else a folder
            one.files[path] = body
        return sync(None)

    def _find(self, name: str, query: Mapping[str, str]) -> Instance | None:
        return self.instances.get((query.get("project", "default"), name))


def _run_reader(one: Instance, init: str, argv: list[str]) -> tuple[int, str]:
    """Run what is asked of a container whose first program is labctl's own: only that runs."""
    program, place = argv[0], argv[0].rpartition("/")[0]
    if not init.startswith(f"lxc.init.cmd = {program} sleep ") or program not in one.files:
        return 127, ""
    assert (argv[1:3], argv[5]) == (["sh", "-ec"], place)
    folder, left_out, seconds = argv[-3:]
    assert (folder, f"/{left_out}") == ("/tree", place)
    with TemporaryDirectory() as tree:
        for name, content in one.files.items():
            path = Path(tree, name.lstrip("/"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            os.utime(path, ns=(0, 0))
        said = io.StringIO()
        root = Root(Path(tree), frozenset({left_out}))
        reader.write_list(root, Deadline.after(float(seconds)), said)
    return 0, said.getvalue()

"""What is in a layer: Debian's minimal system, and what a role's packages and files add to it."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from labctl.core import command, paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError
from labctl.providers.namespaces import processes, runtime
from labctl.providers.roles import apt, locks
from labctl.providers.roles.layers import Layer

_LIST_AGE_S = 3600.0
_LOG_TAIL = 3000
_POLICY = "/usr/sbin/policy-rc.d"
_DENY_SERVICES = f"printf '#!/bin/sh\\nexit 101\\n' > {_POLICY}; chmod 755 {_POLICY}"
_CLEAN = (
    f"set -e; rm -rf {_POLICY} /var/lib/apt/lists/* /var/log/apt /var/cache/ldconfig"
    " /var/log/dpkg.log /var/log/alternatives.log /var/log/bootstrap.log"
    " /var/cache/apt/*.bin /var/cache/debconf/*-old /var/lib/dpkg/*-old /etc/.pwd.lock;"
    " test ! -d /usr/lib/labctl || python3 -m compileall -q"
    " --invalidation-mode unchecked-hash /usr/lib/labctl"
)
"""Leave nothing of the build itself; the archives are the cache's, bound there: not touched."""
_EXCLUDED = ("man", "info", "doc", "locale", "lintian", "linda")
_INCLUDED = ("doc/*/copyright", "man/man[1-9]/*", "man/fr/*")
"""Of what is left out below /usr/share: licences, and manual pages in English and French."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a build, or one tree to copy onto the root."""

    argv: tuple[str, ...] = ()
    copy: str = ""
    is_inside: bool = True
    has_network: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Where a layer is being built."""

    layer: Layer
    place: Path
    configuration: Path
    deadline: Deadline

    @property
    def root(self) -> str:
        """Return the tree that steps work on: the lowest layer is a plain folder."""
        return str(self.place / ("root" if self.layer.below else "rootfs"))


def bootstrap(layer: Layer, place: Path, deadline: Deadline) -> None:
    """Make the lowest layer: Debian's minimal system from the machine's own sources."""
    site = Site(layer, place, apt.write_configuration(place / "apt", _apt_cache()), deadline)
    sources = sorted(str(path) for path in (place / "apt" / "sources").iterdir())
    choices = [
        *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _EXCLUDED),
        *(f"--dpkgopt=path-include=/usr/share/{name}" for name in _INCLUDED),
    ]
    argv = (
        "mmdebstrap",
        "--mode=root",
        "--variant=minbase",
        "--format=directory",
        "--dpkgopt=force-unsafe-io",
        *choices,
        f"--include={','.join(layer.template.kind.packages)}",
        "",  # the sources name their suites
        site.root,
        *sources,
    )
    _call(site, (Step(argv, is_inside=False, has_network=True),), root="/")
    _call(site, (Step(("sh", "-c", _DENY_SERVICES)), *_finish(layer)))


def install(layer: Layer, place: Path, deadline: Deadline) -> None:
    """Make a role's layer: what installing its packages on the layers below writes."""
    site = Site(layer, place, apt.write_configuration(place / "apt", _apt_cache()), deadline)
    steps = [Step(("sh", "-c", _DENY_SERVICES))]
    if layer.template.kind.packages:
        _download(site)
        steps.append(Step(_apt_get(site, "--no-download"), is_inside=False))
    _call(site, (*steps, *_finish(layer)))


def _download(site: Site) -> None:
    """Fetch packages into the cache; when the lists turn out too old, update and try again."""
    steps = (Step(_apt_get(site, "--download-only"), is_inside=False, has_network=True),)
    with locks.hold(_apt_cache() / "lock", "apt", site.deadline):
        apt.update(site.configuration, _apt_cache(), site.deadline, max_age_s=_LIST_AGE_S)
        with suppress(CommandError):
            _call(site, steps)
            return
        apt.update(site.configuration, _apt_cache(), site.deadline, max_age_s=0)
        _call(site, steps)


def _apt_get(site: Site, mode: str) -> tuple[str, ...]:
    """Return the machine's own apt-get, working on the tree; its dpkg runs inside."""
    settings = (
        f"Dir::State::status={site.root}/var/lib/dpkg/status",
        f"Dir::State::extended_states={site.root}/var/lib/apt/extended_states",
        f"Dir::Cache::archives={site.root}/var/cache/apt/archives",
        f"DPkg::Chroot-Directory={site.root}",
        "Debug::NoLocking=true",
    )
    options = [word for setting in settings for word in ("-o", setting)]
    return ("apt-get", "-q", *options, mode, "install", *site.layer.template.kind.packages)


def _finish(layer: Layer) -> list[Step]:
    """Return what follows the packages: files, the build program, cleaning."""
    steps = []
    if layer.template.files.is_dir():
        steps.append(Step(copy="/run/template/files"))
    if layer.template.kind.build:
        steps.append(Step((f"/run/template/{layer.template.kind.build}",)))
    return [*steps, Step(("sh", "-c", _CLEAN))]


def _call(site: Site, steps: Sequence[Step], *, root: str = "") -> None:
    """Run steps in the tree by the child program; what they say goes to the build's log."""
    root = root or site.root
    environment = apt.environment(site.configuration)
    binds = (
        (str(site.layer.template.folder), f"{root}/run/template"),
        (str(_apt_cache() / "archives"), f"{root}/var/cache/apt/archives"),
    )
    request = {
        "lower": [str(each.root) for each in reversed(site.layer.below)],
        "upper": str(site.place / "rootfs"),
        "work": str(site.place / "work"),
        "root": root,
        "binds": () if root == "/" else binds,
        "commands": [{**asdict(step), "env": environment} for step in steps],
    }
    done = command.run(
        runtime.child_argv("chroot"),
        site.deadline,
        stdin=json.dumps(request),
        env=runtime.child_environment(processes.instance_of(paths.cache_dir()), site.layer.name),
        check=False,
    )
    for said in (done.stdout, done.stderr):
        store.append_line(site.place / "log", said.encode())
    if done.exit_code != 0:
        raise CommandError(done.stderr.strip()[-_LOG_TAIL:])


def _apt_cache() -> Path:
    return paths.cache_dir() / "apt"

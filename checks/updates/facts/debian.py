"""How up to date a Debian workstation is: its packages, and whom APT believes.

What the repository has is asked of the machine that serves it, which no candidate enters. APT says
which sources it reads (``apt-get indextargets``: apt-get(8)), and keeps an index called
``…InRelease`` when it verified the signature; one that it took without is called ``…Release``.
"""

from collections.abc import Iterator, Mapping

from checks.updates import repository
from checks.updates.facts.sources import read_entries, read_stanzas
from checks.updates.facts.updates import Packages, PackageSource, Updates
from labctl.api import (
    Answer,
    NodeName,
    NotUnderstood,
    Plan,
    Question,
    Reading,
    _,
    ask,
    fact,
    not_understood,
    read_text,
    run_on,
)

SOURCES = ("/etc/apt/sources.list", "/etc/apt/sources.list.d")
LISTS = "/var/lib/apt/lists"
RESTART = "/run/reboot-required"
"""Made by what must be followed by a restart (unattended-upgrades, README.md)."""
SETTINGS = (
    "APT::Get::AllowUnauthenticated",
    "Acquire::AllowInsecureRepositories",
    "Acquire::AllowDowngradeToInsecureRepositories",
)
"""What lets APT do without signatures (apt.conf(5), apt-secure(8))."""
INSTALLED = "installed"
FORMAT = "${Package} ${Version} ${db:Status-Status}\n"
NAMED = {"package", "version"}
MISSING_PROGRAM = 127


@fact(Updates, kind="apt")
def from_apt(plan: Plan, at: NodeName) -> Reading[Updates]:
    """Ask the machine that serves the packages what it has, and the workstation what it took."""
    server, suites = plan.internet.node, f"{repository.FOLDER}/dists"
    kept = (LISTS, "-maxdepth", "1", "-name", "*InRelease")
    delivered, security, release, *own, restart = yield from ask(
        *(_show_index(server, f"{suites}/{one}") for one in repository.SUITES),
        run_on(server, "/usr/bin/sha256sum", f"{suites}/{repository.SECURITY}/InRelease"),
        run_on(at, "/usr/bin/dpkg-query", "-W", "-f", FORMAT),
        run_on(at, "/usr/bin/apt-get", "indextargets", "--no-release-info"),
        run_on(at, "/usr/bin/apt-config", "shell", *_each_setting()),
        run_on(at, "/usr/bin/find", *kept, "-exec", "/usr/bin/sha256sum", "{}", "+"),
        run_on(
            at, "/usr/bin/find", *SOURCES, "-type", "f", "-exec", "/bin/grep", "-H", "", "{}", "+"
        ),
        run_on(at, "/usr/bin/test", "-e", RESTART),
    )
    installed, targets, settings, lists, files = own
    before, since = _read_index(delivered), _read_index(security)
    offered = before.keys() | since.keys()
    packages = Packages(
        delivered=before,
        security=since,
        release=_read_release(release),
        installed={n: v for n, v in _read_installed(installed).items() if n in offered},
        sources=tuple(_read_sources(targets, parse_sums(read_text(lists)), read_text(files))),
        is_unauthenticated="'true'" in _read_said(settings),
    )
    return Updates(0, 0, restart.exit_code == 0, service_disabled=False, packages=packages)


def parse_sums(text: str) -> dict[str, str]:
    """Return the SHA-256 of each file by its path, as sha256sum(1) prints them."""
    lines = (line.partition("  ") for line in text.splitlines())
    return {path: digest for digest, _spaces, path in lines if path}


def _show_index(server: NodeName, suite: str) -> Question:
    """Ask for the index of a suite, whatever the architecture it was built for."""
    named = ("-type", "f", "-name", "Packages")
    return run_on(server, "/usr/bin/find", suite, *named, "-exec", "/usr/bin/cat", "{}", "+")


def _each_setting() -> Iterator[str]:
    for rank, name in enumerate(SETTINGS):
        yield from (f"setting{rank}", f"{name}/b")


def _read_index(answer: Answer) -> dict[str, str]:
    """Return the versions of an index by package; one without any is no answer."""
    stanzas = read_stanzas(read_text(answer))
    found = {one["package"]: one["version"] for one in stanzas if one.keys() >= NAMED}
    if not found:
        raise not_understood(answer.question.text, read_text(answer))
    return found


def _read_release(answer: Answer) -> str:
    digest = next(iter(parse_sums(read_text(answer)).values()), "")
    if not digest:
        raise not_understood(answer.question.text, read_text(answer))
    return digest


def _read_installed(answer: Answer) -> dict[str, str]:
    """Return the versions of what is installed, without what only left its settings."""
    lines = [line.split(" ") for line in _read_said(answer).splitlines()]
    found = {line[0]: line[1] for line in lines if len(line) == 3 and line[2] == INSTALLED}
    if not found:
        raise not_understood(answer.question.text, read_text(answer))
    return found


def _read_said(answer: Answer) -> str:
    """Return what a program said that every Debian has; NotUnderstood when it did not run."""
    if answer.exit_code != 0:
        said = _("%(what)s : code de sortie %(code)s")
        values = {"what": answer.question.text, "code": answer.exit_code}
        raise NotUnderstood(said % values)
    return read_text(answer)


def _read_sources(answer: Answer, kept: Mapping[str, str], files: str) -> Iterator[PackageSource]:
    """Yield each suite that APT reads; none when it refuses its sources, which is then so."""
    if answer.exit_code == MISSING_PROGRAM:
        _read_said(answer)
    entries = tuple(read_entries(files)) if answer.exit_code == 0 else ()
    targets = read_stanzas(read_text(answer)) if answer.exit_code == 0 else ()
    seen: dict[str, PackageSource] = {}
    for target in targets:
        base = target.get("base-uri", "")
        key = target.get("metakey", "").replace("/", "_")
        index = target.get("filename", "").removesuffix(key) + "InRelease"
        forced = any(entry.is_forced and entry.gives(target) for entry in entries)
        seen.setdefault(base, PackageSource(base, kept.get(index, ""), forced))
    yield from seen.values()

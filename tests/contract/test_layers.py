"""Image layers: built once, whole or not at all, whoever builds and whenever it is killed."""

import os
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labctl.core import paths
from labctl.core.deadline import Deadline
from labctl.core.errors import ProviderError
from labctl.core.progress import silent
from labctl.core.wait import until
from labctl.providers.namespaces import processes
from labctl.providers.roles import builder, layers
from labctl.providers.roles.layers import Layer
from labctl.spec.kind import load_chain
from tests.contract.node_lab import STAY, base_layer, list_tenants, open_lab

pytestmark = pytest.mark.embedded

TEMPLATE = "kind: small\nfrom: debian-base\nbuild: build\nstart: /bin/true\nprovision: /provision\n"
DOMAIN = {"hostname": "SRV-1", "domain": "a.test", "address": "192.0.2.10/24"}


@pytest.fixture
def content(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a template on debian-base, and a cache that borrows that layer."""
    base = base_layer().parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
        patch.setenv("LABCTL_CACHE_DIR", str(tmp_path / "cache"))
        (tmp_path / "cache/layers").mkdir(parents=True)
        (tmp_path / "cache/layers" / base.name).symlink_to(base)
        folder = tmp_path / "vm_templates/small"
        (folder / "files").mkdir(parents=True)
        (folder / "kind.yml").write_text(TEMPLATE)
        write(folder / "build", "#!/bin/sh\ntrue\n")
        yield folder


def write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def resolve(domain: dict[str, str] | None = None) -> tuple[Layer, ...]:
    return layers.resolve(load_chain("small"), domain)


def build(domain: dict[str, str] | None = None, report: Callable[[str], None] = silent) -> Layer:
    stack = resolve(domain)
    builder.build(stack, report, Deadline.after(60))
    return stack[-1]


def fork_build() -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            build(DOMAIN)
            code = 0
        finally:
            os._exit(code)
    return pid


@pytest.mark.usefixtures("content")
def test_a_layer_is_built_once() -> None:
    said: list[str] = []

    build(report=said.append)
    build(report=said.append)

    assert len(said) == 1


def test_files_are_laid_with_usual_modes(content: Path) -> None:
    (content / "files/opt").mkdir(mode=0o700)
    (content / "files/opt/plain").write_text("x")
    (content / "files/opt/plain").chmod(0o600)
    write(content / "files/opt/program", "#!/bin/sh\n")
    (content / "files/opt/link").symlink_to("/etc/passwd")

    root = build().root

    modes = {name: stat.S_IMODE((root / "opt" / name).lstat().st_mode) for name in ("", "plain")}
    assert modes == {"": 0o755, "plain": 0o644}
    assert (root / "opt/program").stat().st_mode & 0o777 == 0o755
    assert (root / "opt/link").readlink() == Path("/etc/passwd")


def test_a_link_of_the_tree_below_leads_nowhere_on_the_machine(
    content: Path, tmp_path: Path
) -> None:
    write(content / "build", f"#!/bin/sh\nln -s {tmp_path} /escape && touch /escape/here; true\n")

    build()

    assert not (tmp_path / "here").exists()


def test_a_build_program_has_no_network(content: Path) -> None:
    write(
        content / "build", "#!/bin/sh\nls /sys/class/net > /seen 2>&1; cat /proc/net/dev > /dev\n"
    )
    write(content / "build", "#!/bin/sh\ncat /proc/net/dev > /seen\n")

    assert "eth0" not in (build().root / "seen").read_text()


def test_what_fails_is_told_and_publishes_nothing(content: Path) -> None:
    write(content / "build", "#!/bin/sh\necho no such luck >&2\nexit 3\n")

    with pytest.raises(ProviderError, match="no such luck") as failed:
        build()

    assert Path(failed.value.hint.rpartition(" ")[2]).exists()
    assert not resolve()[-1].is_built()
    assert not list_tenants(paths.cache_dir())


def test_a_build_that_failed_is_built_when_it_is_mended(content: Path) -> None:
    write(content / "build", "#!/bin/sh\nexit 3\n")
    with pytest.raises(ProviderError):
        build()

    write(content / "build", "#!/bin/sh\ntrue\n")

    assert build().is_built()


def test_a_domain_layer_is_what_its_program_wrote(content: Path) -> None:
    script = "#!/bin/sh\nip -br addr show eth0 > /seen; hostname >> /seen\n"
    write(content / "files/provision", script + "cat /etc/labctl/domain.json > /var/domain\n")

    layer = build(DOMAIN)

    seen = (layer.root / "seen").read_text()
    assert "192.0.2.10/24" in seen
    assert "SRV-1" in seen
    assert "a.test" in (layer.root / "var/domain").read_text()
    assert not (layer.root / "etc/labctl/domain.json").exists()
    assert sorted(path.name for path in layer.root.iterdir()) == ["etc", "seen", "var"]


def test_a_domain_that_fails_is_told_with_what_its_program_said(content: Path) -> None:
    write(content / "files/provision", "#!/bin/sh\necho the realm is lost\nexit 2\n")

    with pytest.raises(ProviderError, match="the realm is lost"):
        build(DOMAIN)

    assert not list_tenants(paths.cache_dir())


def test_two_builders_at_once_build_one_layer(content: Path) -> None:
    write(content / "build", "#!/bin/sh\nsleep 0.3\n")
    write(content / "files/provision", "#!/bin/sh\nsleep 0.3\n")

    codes = [
        os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in (fork_build(), fork_build())
    ]

    assert codes == [0, 0]
    assert resolve(DOMAIN)[-1].is_built()
    assert list((paths.cache_dir() / "building").iterdir()) == []


@pytest.mark.parametrize("after_s", [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2])
def test_a_killed_builder_leaves_nothing_that_counts(content: Path, after_s: float) -> None:
    write(content / "build", "#!/bin/sh\nsleep 0.2\n")
    write(content / "files/provision", "#!/bin/sh\nsleep 0.3\n")
    pid = fork_build()
    limit = Deadline.after(after_s)
    until(limit.is_over, limit)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    cache = paths.cache_dir()
    assert until(lambda: not list_tenants(cache), Deadline.after(60))
    assert until(lambda: not processes.scan(processes.instance_of(cache)), Deadline.after(60))
    assert all(
        (each.folder / "layer.json").is_file() for each in resolve(DOMAIN) if each.is_built()
    )
    assert build(DOMAIN).is_built()


@pytest.mark.usefixtures("content")
def test_a_layer_that_a_machine_stands_on_is_not_pruned(tmp_path: Path) -> None:
    layer = build()
    with open_lab(tmp_path) as lab:
        launch = lab.launch("a", STAY)
        stack = (launch.layers[0], layer.root, *launch.layers[1:])
        lab.start(type(launch)(launch.name, "a", stack, launch.folder, launch.program, "spec"))
        assert layer.name not in layers.prune([])

    assert layer.name in layers.prune([])

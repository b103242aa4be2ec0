"""Whose daemon a libvirt address leads to: this machine's, or one that is reached otherwise."""

import socket

import pytest

from labctl.core.errors import ProviderError
from labctl.providers.libvirt.hostnet import require_here, socket_path

OWN = socket.gethostname().partition(".")[0]


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("qemu:///system", "/run/libvirt/libvirt-sock"),
        ("qemu+unix:///system?socket=/run/l/s", "/run/l/s"),
        ("qemu+tls://hote1.example.org/system", "/run/libvirt/libvirt-sock"),
    ],
)
def test_a_daemon_of_this_machine_has_a_socket(uri: str, path: str) -> None:
    assert socket_path(uri) == path


@pytest.mark.parametrize("uri", ["qemu+ssh://hote2/system", "qemu+tcp://hote2/system"])
def test_a_daemon_of_another_machine_has_none_here(uri: str) -> None:
    with pytest.raises(ProviderError, match="autre machine") as caught:
        socket_path(uri)
    assert "acces: ssh" in caught.value.hint


@pytest.mark.parametrize("name", [OWN, f"{OWN}.example.org"])
def test_a_daemon_over_tls_that_is_of_this_machine_is_used(name: str) -> None:
    require_here("qemu+tls://hote1.example.org/system", name)


def test_a_daemon_over_tls_of_another_machine_is_refused() -> None:
    with pytest.raises(ProviderError, match="autre machine"):
        require_here("qemu+tls://hote2/system", f"not-{OWN}")
    require_here("qemu:///system", f"not-{OWN}")  # whatever it calls itself

"""How a host of the room is reached, from its libvirt address."""

import pytest

from labctl.providers.libvirt.access import find_access, list_unknown, localise


@pytest.mark.parametrize(
    ("uri", "given", "access", "local"),
    [
        ("qemu:///system", "", "", "qemu:///system"),
        ("qemu+unix:///system?socket=/run/l/s", "", "", "qemu+unix:///system?socket=/run/l/s"),
        ("qemu+ssh://hote2/system", "", "ssh://hote2", "qemu:///system"),
        ("qemu+ssh://jo@hote2:2222/system", "", "ssh://jo@hote2:2222", "qemu:///system"),
        ("qemu+ssh://[2001:db8::2]/system", "", "ssh://[2001:db8::2]", "qemu:///system"),
        (
            "qemu+ssh://hote2/system?socket=/run/l/s&keyfile=/root/k&known_hosts=/etc/h",
            "",
            "ssh://hote2?keyfile=/root/k&known_hosts=/etc/h",
            "qemu+unix:///system?socket=/run/l/s",
        ),
        ("qemu+ssh://hote2/system", "ssh://par-ici", "ssh://par-ici", "qemu:///system"),
        ("qemu+tls://hote2/system", "ssh://hote2", "ssh://hote2", "qemu+tls://hote2/system"),
        ("qemu:///system", "ssh://hote2", "ssh://hote2", "qemu:///system"),
    ],
)
def test_a_host_is_reached_and_its_libvirt_opened_there(
    uri: str, given: str, access: str, local: str
) -> None:
    assert find_access(uri, given) == access
    assert localise(uri) == local


def test_what_would_be_ignored_is_named() -> None:
    uri = "qemu+ssh://hote2/system?no_verify=1&keyfile=/k&command=/bin/sh"

    assert list_unknown(uri) == ("no_verify", "command")
    assert list_unknown("qemu+unix:///system?socket=/s&mode=direct") == ()

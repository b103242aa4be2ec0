"""The machine's APT sources, as layers use them."""

import pytest

from labctl.providers.roles import apt

DEB822 = """Types: deb
URIs: http://deb.example/debian
Suites: trixie
Components: main

# local
Types: deb
URIs: file:/usr/share/local
Suites: ./
"""


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a.sources", DEB822, DEB822.split("\n\n", maxsplit=1)[0]),
        ("a.list", "deb http://x/ s main\ndeb file:/y ./\n", "deb http://x/ s main\n"),
        ("a.sources", "Types: deb\nURIs: copy:/srv/x\nSuites: ./\n", ""),
        ("a.list", "# only a comment\n", ""),
    ],
)
def test_sources_on_the_machine_itself_are_left_out(name: str, text: str, kept: str) -> None:
    assert apt.keep_reachable(name, text) == kept


def test_settings_of_the_proxy_are_kept_and_hooks_are_not() -> None:
    dump = (
        'Acquire::http::Proxy "http://p:1";\nDPkg::Post-Invoke:: "rm x";\nAcquire::Retries "3";\n'
    )

    assert apt.keep_settings(dump) == [
        'Acquire::http::Proxy "http://p:1";',
        'Acquire::Retries "3";',
    ]

"""What the program that runs on a box says of the keys of its networks (hostapd.conf(5))."""

import hashlib
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import Any

import pytest

from checks.wireless.facts import PROGRAM

GIVEN = ["Nacre-fenua-055102!", "Perle-motu-110203!"]
DERIVED = hashlib.pbkdf2_hmac("sha1", GIVEN[0].encode(), b"Bureau", 4096, 32).hex()
HEAD = "interface=wlan0\nssid=Bureau\nwpa=2\n"


@pytest.fixture(scope="module")
def program() -> Any:
    """Return the program as a module."""
    spec = util.spec_from_file_location("on_radio", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ("", []),
        (f"wpa_passphrase={GIVEN[0]}", [[0]]),
        (f"wpa_passphrase={GIVEN[1]}", [[1]]),
        ("wpa_passphrase=autre-chose", [[]]),
        (f"wpa_passphrase={GIVEN[0]} ", [[]]),
        (f"wpa_psk={DERIVED.upper()}", [[0]]),
        (f"wpa_psk={DERIVED}\nwpa_passphrase=la-derniere-vaut", [[]]),
        (f"#wpa_passphrase={GIVEN[1]}\nwpa_passphrase={GIVEN[0]}", [[0]]),
        (f"wpa_key_mgmt=WPA-PSK SAE\nwpa_passphrase={GIVEN[0]}", [[0], [0]]),
        (f"wpa_key_mgmt=SAE\nsae_password={GIVEN[0]}", [[0]]),
        (
            f"wpa_key_mgmt=WPA-PSK SAE\nwpa_passphrase={GIVEN[0]}\nsae_password=autre-chose",
            [[0], []],
        ),
        (f"wpa_key_mgmt=SAE\nsae_password={GIVEN[0]}|mac=02:00:00:00:00:01", [None]),
        (f"wpa_key_mgmt=SAE\nwpa_passphrase={GIVEN[0]}", [[0]]),
        ("wpa_key_mgmt=SAE\nsae_password_file=/etc/sae", [None]),
        ("wpa_key_mgmt=WPA-EAP", []),
    ],
)
def test_each_key_is_said_to_be_one_of_those_given(
    program: Any, lines: str, keys: list[list[int] | None]
) -> None:
    assert program.find_keys(HEAD + lines, GIVEN) == keys


def test_a_file_of_keys_is_read(program: Any, tmp_path: Path) -> None:
    listed = tmp_path / "psk"
    listed.write_text(f"# clés\n00:00:00:00:00:00 {GIVEN[0]}\n02:00:00:00:00:01 la-sienne\n")
    assert program.find_keys(f"{HEAD}wpa_psk_file={listed}\n", GIVEN) == [[0], None]
    assert program.find_keys(f"{HEAD}wpa_psk_file={listed}.absent\n", GIVEN) == []


@pytest.mark.parametrize("line", ['ssid2="Café"', "ssid2=436166c3a9", 'ssid2=P"Café"', "ssid=Café"])
def test_a_derived_key_is_that_of_the_name_as_it_is_sent(program: Any, line: str) -> None:
    made = hashlib.pbkdf2_hmac("sha1", GIVEN[1].encode(), "Café".encode(), 4096, 32).hex()
    assert program.find_keys(f"{line}\nwpa=2\nwpa_psk={made}\n", GIVEN) == [[1]]


def test_no_key_is_printed(program: Any) -> None:
    hide: Callable[[str], str] = program.hide
    text = f"wpa_passphrase={GIVEN[0]}\nwpa_psk={DERIVED}\nsae_password=x|id=y\nwep_key0=123\n"
    assert hide(text) == "wpa_passphrase=***\nwpa_psk=***\nsae_password=***\nwep_key0=***\n"

"""Time zones: those of IANA on this machine, those of Windows in a table."""

import zoneinfo

import pytest
from babel.core import get_global

from checks.installation import timezones


def test_windows_zones_are_those_of_the_cldr_and_two_more() -> None:
    found = timezones.list_windows() - set(get_global("windows_zone_mapping"))
    assert found == {"Kamchatka Standard Time", "Mid-Atlantic Standard Time"}
    assert set(get_global("windows_zone_mapping")) <= timezones.list_windows()


@pytest.mark.parametrize("name", ["Pacific/Tahiti", "UTC", "Etc/GMT+10"])
def test_a_zone_of_iana_is_known(name: str) -> None:
    assert timezones.is_iana(name)


@pytest.mark.parametrize("name", ["Pacific/Tahitti", "America", "../passwd", "pacific/tahiti"])
def test_what_is_no_zone_is_not(name: str) -> None:
    assert not timezones.is_iana(name)


def test_without_a_database_any_zone_may_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    timezones.list_iana.cache_clear()
    monkeypatch.setattr(zoneinfo, "available_timezones", set)
    try:
        assert timezones.is_iana("Pacific/Tahitti")
    finally:
        timezones.list_iana.cache_clear()

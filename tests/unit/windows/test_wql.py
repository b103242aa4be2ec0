"""WQL is really evaluated: what matches, what does not, what is no query."""

from datetime import UTC, datetime

import pytest
from labwindows import wql
from labwindows.values import Instance, Moment

START = "SELECT * FROM Win32_LogicalDisk WHERE "
DISK: Instance = {
    "DeviceID": "C:",
    "DriveType": 3,
    "Name": "It's [C] 100%",
    "Compressed": False,
    "Label": None,
    "Since": Moment(datetime(2026, 5, 4, 8, 30, tzinfo=UTC)),
    "Access": [1, 2],
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("DriveType=3", True),
        ("drivetype = '3'", True),
        ("DriveType<>3", False),
        ("DriveType != 4 AND DeviceID='c:'", True),
        ("DriveType>=3 AND DriveType<4", True),
        ("DriveType=4 OR DeviceID LIKE 'C%'", True),
        ("DriveType=3 AND NOT DeviceID='C:'", False),
        ("NOT (DriveType=4 OR DriveType=5)", True),
        ("DriveType=4 AND DriveType=3 OR Compressed=FALSE", True),
        ("DriveType=4 AND (DriveType=3 OR Compressed=FALSE)", False),
        ("Compressed=FALSE", True),
        ("Compressed='True'", False),
        ("Compressed=0", True),
        ("Label IS NULL", True),
        ("Label IS NOT NULL", False),
        ("Label = NULL", True),
        ("Label='x'", False),
        ("NOT Label='x'", False),
        ("DeviceID LIKE '[a-c]:'", True),
        ("DeviceID LIKE '[^a-c]:'", False),
        ("DeviceID LIKE '_:'", True),
        ("DeviceID LIKE '_'", False),
        ("Name LIKE '%100%'", True),
        ("Name LIKE '%[[]C]%'", True),
        ("Name = 'It\\'s [C] 100%'", True),
        ('Name = "It\'s [C] 100%"', True),
        ("Since > '20260504082959.000000+000'", True),
        ("Since > '20260504082959.000000-060'", False),
        ("Since > 'yesterday'", False),
        ("Access=1", False),
        ("DriveType='three'", False),
        ("DriveType > 2.5", True),
        ("DriveType = 3 and deviceid = 'C:' or not deviceid = 'C:'", True),
    ],
)
def test_a_condition_selects_what_it_says(condition: str, expected: bool) -> None:
    query = wql.parse(START + condition)

    assert (query.matches(DISK) is True) is expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT",
        "SELECT * FROM",
        "DELETE FROM Win32_LogicalDisk",
        "SELECT * FROM Win32_LogicalDisk WHERE",
        "SELECT * FROM Win32_LogicalDisk WHERE DriveType",
        "SELECT * FROM Win32_LogicalDisk WHERE DriveType=",
        "SELECT * FROM Win32_LogicalDisk WHERE DriveType=3 AND",
        "SELECT * FROM Win32_LogicalDisk WHERE (DriveType=3",
        "SELECT * FROM Win32_LogicalDisk WHERE DriveType=3)",
        "SELECT * FROM Win32_LogicalDisk WHERE Name='open",
        "SELECT * FROM Win32_LogicalDisk WHERE Name LIKE 3",
        "SELECT * FROM Win32_LogicalDisk; SELECT * FROM Win32_BIOS",
        "SELECT *, Name FROM Win32_LogicalDisk",
        START + "(" * 100 + "A=1" + ")" * 100,
        START + " OR ".join(["A=1"] * 2000),
        START + "A='" + "x" * 20000 + "'",
    ],
)
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(wql.QueryError):
        wql.parse(text)


def test_a_hostile_pattern_is_matched_in_no_time() -> None:
    query = wql.parse("SELECT * FROM X WHERE Name LIKE '" + "%a" * 200 + "b'")

    assert query.matches({"Name": "a" * 2000}) is False


def test_a_projection_names_its_properties() -> None:
    query = wql.parse("select Name, Size from Win32_LogicalDisk where DriveType = 3")

    assert query.name == "Win32_LogicalDisk"
    assert query.properties == ("Name", "Size")
    assert query.named == {"Name", "Size", "DriveType"}

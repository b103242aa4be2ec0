"""What may be asked, and the words for it."""

from xml.etree import ElementTree as ET

import pytest

from labctl.connect.cim.question import (
    COMMAND_MOST,
    FORBIDDEN,
    Method,
    Query,
    Script,
    parse_question,
    render_command,
    render_input,
    render_wql,
)

BODY: dict[str, object] = {"namespace": "root/cimv2", "class": "Win32_Service"}


def test_a_query_in_words() -> None:
    query = parse_question(BODY | {"where": "Name='a'", "properties": ["Name", "State"]})

    assert isinstance(query, Query)
    assert render_wql(query) == "SELECT Name,State FROM Win32_Service WHERE Name='a'"
    assert query.uri.endswith("/wmi/root/cimv2/*")


def test_everything_of_a_class() -> None:
    query = parse_question(BODY)

    assert isinstance(query, Query)
    assert render_wql(query) == "SELECT * FROM Win32_Service"


def test_arguments_in_words() -> None:
    method = parse_question(
        BODY | {"method": "GetThing", "arguments": {"a": True, "b": [1, 2], "c": "<é>"}}
    )

    assert isinstance(method, Method)
    texts = [child.text for child in render_input(method)]
    assert texts == ["true", "1", "2", "<é>"]
    assert ET.tostring(render_input(method)).count(b"GetThing_INPUT") == 2


def test_a_script() -> None:
    assert parse_question({"script": "1 | ConvertTo-Json"}) == Script("1 | ConvertTo-Json")


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_classes_whose_reading_changes_the_bench(name: str) -> None:
    for spelled in (name, name.upper(), name.title()):
        with pytest.raises(ValueError, match="never be read"):
            parse_question(BODY | {"class": spelled})


@pytest.mark.parametrize(
    "body",
    [
        {"script": "Get-CimInstance WIN32_PRODUCT"},
        {"script": "x" * 3000},
        BODY | {"namespace": "root/cimv2/*?"},
        BODY | {"namespace": "cimv2"},
        BODY | {"class": "Win32_Service; DROP"},
        BODY | {"class": ""},
        BODY | {"properties": ["Name FROM Win32_Product"]},
        BODY | {"where": "a\nb"},
        BODY | {"where": "x" * 2001},
        BODY | {"where": "a=1", "selectors": {"a": "1"}},
        BODY | {"method": "SetThing"},
        BODY | {"method": "Create"},
        BODY | {"method": "GetThing", "arguments": {"a b": 1}},
    ],
)
def test_what_may_not_be_asked(body: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_question(body)


@pytest.mark.parametrize(
    "extra", [{"properties": "Name"}, {"selectors": "x"}, {"method": "GetX", "arguments": 3}]
)
def test_what_has_the_wrong_shape(extra: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        parse_question(BODY | extra)


def test_a_script_fits_in_a_command_line() -> None:
    longest = "x" * 2700

    assert parse_question({"script": longest}) == Script(longest)
    assert len(" ".join(render_command(longest))) <= COMMAND_MOST

"""Every recorded answer of a real service, read by the real client: typed, nothing lost."""

import base64
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pypsrp.shell import WinRS  # noqa: TID251  # as labctl.connect.cim.script opens it

from labctl.connect.base import Answer
from labctl.connect.cim.reader import read_items, read_object
from labctl.connect.cim.script import play, read_errors
from labctl.connect.cim.wsman.client import read_reply
from labctl.connect.cim.wsman.fault import Absent, Fault, Quota, TimedOut, relates_to
from labctl.connect.cim.wsman.http import Reply
from labctl.connect.cim.wsman.xml import body_of, parse_envelope
from labctl.core.deadline import Deadline
from labctl.core.errors import ConnectError
from tests.attacks.certificates import Authority
from tests.winrm_visit import ask_all, ask_cim, ask_class, served
from tests.wsman_server import relate, replay, replay_by_action

FOLDER = Path(__file__).parents[3] / "recordings" / "wsman"
FILES = [path for path in sorted(FOLDER.rglob("*.xml")) if b"Envelope" in path.read_bytes()]
KINDS: dict[str, type[Fault]] = {
    "opennms/get-response-fault.xml": Absent,
    "winrb/soap_fault_v1.xml": Absent,
    "winrb/soap_fault_v2.xml": Absent,
    "winrb/wmi_error_v2.xml": Quota,
    "pypsrp/winrs_operation_timeout/04-receive.xml": TimedOut,
}
SHELLS = sorted(
    path for path in (FOLDER / "pypsrp").glob("winrs_*") if len(list(path.iterdir())) > 3
)


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def recorded(*names: str) -> list[bytes]:
    return [(FOLDER / "opennms" / f"{name}.xml").read_bytes() for name in names]


def leaves(page: bytes, name: str) -> Iterator[tuple[str, str | None]]:
    """Yield the properties in the instances of a page, read another way."""
    root = ET.fromstring(page)  # noqa: S314  # recorded
    for instance in root.iter():
        if instance.tag.rpartition("}")[2] == name:
            yield from ((child.tag.rpartition("}")[2], child.text) for child in instance)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_envelope_is_read(path: Path) -> None:
    content = path.read_bytes()
    message = relates_to(parse_envelope(content, "UTF-8"))
    reply = Reply(500 if b"Fault>" in content else 200, content, "UTF-8", "")

    if b":Fault>" not in content:
        assert len(read_reply(reply, message)) >= 1
        return
    with pytest.raises(Fault) as raised:
        read_reply(reply, message)
    assert len(raised.value.message) > len("la machine répond :  ()")
    expected = KINDS.get(name_of(path))
    assert expected is None or type(raised.value) is expected


@pytest.mark.parametrize(
    "pages",
    [
        ["optimized-enum-response"],
        ["enum-response", "pull-response"],
        ["enum-response", "recursive-pull-response-1", "recursive-pull-response-2"],
    ],
    ids=" ".join,
)
def test_an_enumeration_loses_nothing(
    authority: Authority, tmp_path: Path, pages: list[str]
) -> None:
    name = "DCIM_PowerSupplyView"

    instances = ask(authority, tmp_path, recorded(*pages), ask_class(name))["instances"]

    found = [(name, str(value)) for instance in instances for name, value in instance.items()]
    assert found == [pair for page in recorded(*pages) for pair in leaves(page, name)]


def test_fragments_of_two_pages_are_typed(authority: Authority, tmp_path: Path) -> None:
    pages = recorded(*(f"optimized-enum-response-with-fragments-{number}" for number in (1, 2)))
    question = ask_class("Win32_LogicalDisk", "FreeSpace", "Name", "Size")

    assert ask(authority, tmp_path, pages, question)["instances"] == [
        {"FreeSpace": None, "Name": "A:", "Size": None},
        {"FreeSpace": 44395380736, "Name": "C:", "Size": 64412164096},
        {"FreeSpace": 30545928192, "Name": "D:", "Size": 64421359616},
        {"FreeSpace": None, "Name": "E:", "Size": None},
    ]


def test_one_instance_by_get(authority: Authority, tmp_path: Path) -> None:
    body: dict[str, object] = {
        "namespace": "root/dcim", "class": "DCIM_ComputerSystem", "selectors": {"Name": "srv"},
    }  # fmt: skip

    (found,) = ask(authority, tmp_path, recorded("get-response"), ask_cim(body))["instances"]

    names = {name for name, _text in leaves(recorded("get-response")[0], "DCIM_ComputerSystem")}
    assert set(found) == names
    assert found["OperationalStatus"] == [2, 3]
    assert found["IdentifyingDescriptions"] == ["CIM:GUID", "CIM:Tag", "DCIM:ServiceTag"]
    assert found["EnabledState"] == 2
    assert found["InstallDate"] is None


def test_what_is_not_there_is_said_so(authority: Authority, tmp_path: Path) -> None:
    pages = [(FOLDER / "winrb" / "soap_fault_v2.xml").read_bytes()]

    found = ask(authority, tmp_path, pages, ask_class("Win32_Processa"))

    assert "does not exist in the given namespace" in found["absent"]


@pytest.mark.parametrize("folder", SHELLS, ids=lambda folder: folder.name)
def test_shells_give_what_was_recorded(authority: Authority, tmp_path: Path, folder: Path) -> None:
    pages = [path.read_bytes() for path in sorted(folder.iterdir())]
    pages = [page for page in pages if b"2147942402" not in page]  # another command's
    with served(authority, tmp_path, replay_by_action(pages)) as (session, heard):
        client = session.connect(Deadline.after(60))
        client.give(Deadline.after(60), 1 << 20)
        shell = WinRS(client, id="0")
        shell.open()
        if folder.name == "winrs_bad_cmd_id":
            with pytest.raises(Fault):
                play(shell, "x", 1 << 20)
            return
        code, out, err = play(shell, "x", 1 << 20)
        shell.close()

    assert (out, err) == (streams(pages, "stdout"), streams(pages, "stderr"))
    assert f"<rsp:ExitCode>{code}<".encode() in b"".join(pages)
    assert heard[-1].action == "Delete"


def streams(pages: list[bytes], name: str) -> bytes:
    """Return what a stream carried, read another way."""
    parts = re.findall(rb"<rsp:Stream ([^>]*)>([^<]*)<", b"".join(pages))
    said = [text for attributes, text in parts if f'Name="{name}"'.encode() in attributes]
    return b"".join(base64.b64decode(text) for text in said)


def test_the_errors_of_powershell_are_read() -> None:
    said = read_errors((FOLDER / "pypsrp" / "clixml_with_error.xml").read_bytes())

    assert said.startswith("fake : The term 'fake' is not recognized")
    assert said.endswith("FullyQualifiedErrorId : CommandNotFoundException")
    assert "_x000D_" not in said
    assert read_errors((FOLDER / "pypsrp" / "clixml_with_no_errors.xml").read_bytes()) == ""


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_changed_byte_is_survived(path: Path) -> None:
    """Any byte may be another: what comes out is typed values or a refusal with a name."""
    content = path.read_bytes()
    dice = random.Random(content)  # noqa: S311  # the same bytes each time
    for _turn in range(40):
        changed = bytearray(content)
        for _byte in range(dice.choice((1, 1, 1, 4))):
            changed[dice.randrange(len(changed))] = dice.randrange(256)
        cut = dice.randrange(len(changed)) if dice.random() < 0.1 else len(changed)
        try:
            envelope = read_reply(Reply(200, bytes(changed[:cut]), "UTF-8", ""), "uuid:x")
        except ConnectError:
            continue
        read_anything(envelope)


@pytest.mark.parametrize("path", [*FOLDER.glob("opennms/*en*.xml")], ids=name_of)
def test_each_byte_of_an_enumeration_may_be_another(path: Path) -> None:
    content = relate(path.read_bytes(), REQUEST)
    for at in range(len(content)):
        for other in (0x31 if at % 2 else 0x3C, content[at] ^ 0x20):
            changed = content[:at] + bytes((other,)) + content[at + 1 :]
            try:
                envelope = read_reply(Reply(200, changed, "UTF-8", ""), "uuid:x")
            except ConnectError:
                continue
            read_anything(envelope)


def read_anything(envelope: ET.Element) -> None:
    """Read an envelope in every way there is; only a refusal with a name may come out."""
    for name in ("Win32_LogicalDisk", "StdRegProv.EnumValues"):
        try:
            body = body_of(envelope)
            values: list[object] = [read_object(body, name)]
            for part in body:
                values += read_items(part, name, ())
        except ConnectError:
            continue
        json.dumps(values)


class _Request:
    message = b"uuid:x"


REQUEST: Any = _Request()


def ask(authority: Authority, folder: Path, pages: list[bytes], question: Any) -> Any:
    answer: Answer = ask_all(authority, folder, replay(pages), [question])[0]
    assert answer.trouble is None, answer.trouble
    return json.loads(answer.output)

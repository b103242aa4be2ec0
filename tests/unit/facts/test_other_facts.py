"""Shares, printer, registry: what they say, and who gives which fact."""

import json
import struct
from typing import Any

import pytest

from checks.directory.demand import Directory
from checks.printing.facts import printer as printer_probe
from checks.printing.facts.ipp import ENUM, JOB, KEYWORD, PRINTER, parse_response, render_request
from checks.shares.demand import Shares
from checks.shares.facts import access as access_probe
from checks.shares.facts import definitions as definitions_probe
from checks.shares.facts.definitions import is_open_to_anybody
from checks.shares.facts.shares import Access
from labctl.connect.wire.dhcp import Newcomer, make_newcomer, option, read_offer, render_discover
from labctl.facts.probe import NotUnderstood
from labctl.facts.registry import UnknownFact, list_facts, load_key, load_named, name_of
from labctl.plan.model import Plan
from tests.box_facts import box_plan
from tests.plans import Desk, plan_of
from tests.probes import Asked, all_probes
from tests.unit.facts.answering import answer_to, tried

PLAN = plan_of(1)


@pytest.mark.parametrize("name", list_facts())
def test_a_probe_gives_the_fact_it_is_registered_for(name: str) -> None:
    (fact,) = {reader.fact for reader in load_named(name)}
    assert name_of(fact) == name
    assert load_key(f"{name}@poste") == (fact, "poste")


@pytest.fixture(scope="module", params=[1, 2, 3])
def twice(request: pytest.FixtureRequest) -> tuple[tuple[Plan, Plan], ...]:
    """Return the plans of a bench, of two subjects, each built twice."""

    def build() -> tuple[Plan, Plan]:
        anew = plan_of.__wrapped__(request.param, Desk.SIMULATED)
        return anew, box_plan.__wrapped__(request.param)

    return tuple(zip(build(), build(), strict=True))


@pytest.mark.parametrize("probe", all_probes(), ids=lambda probe: probe.fact.__name__)
def test_asking_is_a_pure_function_of_the_plan(
    probe: Asked, twice: tuple[tuple[Plan, Plan], ...]
) -> None:
    first, second = next(pair for pair in twice if probe.is_read(pair[0]))
    assert first is not second
    assert probe.ask(first) == probe.ask(second)


def test_an_unknown_fact_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownFact, match="known: Machines, Watched, accounts"):
        load_named("Meteo")


def cell(**values: object) -> dict[str, object]:
    ok: dict[str, object] = {"missing": False, "logon": "STATUS_SUCCESS"}
    steps = {"connect": "STATUS_SUCCESS", "list": "STATUS_SUCCESS", "read": "", "write": ""}
    return ok | steps | values


def matrix(one: dict[str, object]) -> Any:
    """Return the fact when every cell says the same."""
    seen: dict[str, object] = {
        "missing": False, "logon": "STATUS_SUCCESS", "list": "STATUS_SUCCESS", "shares": ["COMMUN"],
    }  # fmt: skip
    answers = tuple(
        answer_to(question, one if question.body["try"] == "share" else seen)
        for question in access_probe.ask(PLAN)
    )
    return access_probe.parse(PLAN, answers)


@pytest.mark.parametrize(
    ("status", "access"),
    [
        ("STATUS_SUCCESS", Access.ALLOWED),
        ("STATUS_ACCESS_DENIED", Access.DENIED),
        ("", Access.UNTRIED),
    ],
)
def test_statuses_are_told_as_rights(status: str, access: Access) -> None:
    assert matrix(cell(write=status)).trials[0].write is access


def test_an_absent_share_is_absent() -> None:
    trial = matrix(cell(connect="STATUS_BAD_NETWORK_NAME", list="")).trials[0]

    assert (trial.connect, trial.read) == (Access.ABSENT, Access.UNTRIED)


def test_a_folder_that_is_listed_and_empty_is_read() -> None:
    assert matrix(cell(read="STATUS_NO_SUCH_FILE")).trials[0].read is Access.ALLOWED


def test_a_twin_that_cannot_log_on_proves_nothing() -> None:
    with pytest.raises(NotUnderstood, match="jumeau"):
        matrix(cell(logon="STATUS_LOGON_FAILURE"))


def test_a_status_that_nobody_knows_is_not_understood() -> None:
    with pytest.raises(NotUnderstood, match="STATUS_SHARING_VIOLATION"):
        matrix(cell(write="STATUS_SHARING_VIOLATION"))


def test_who_has_no_account_is_missing() -> None:
    fact = matrix({"missing": True})

    assert fact.trials == ()
    assert PLAN.demand(Directory).people[0].login in fact.missing


@pytest.mark.parametrize(
    ("sddl", "is_open"),
    [
        ("O:BAG:DUD:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;S-1-5-21-1-2-3-1104)", False),
        ("D:(A;;0x1200a9;;;WD)", True),
        ("D:(A;;FA;;;S-1-1-0)", True),
        ("D:(A;OICI;FR;;;AN)", True),
        ("D:(D;;FA;;;WD)", False),
        ("D:(A;;0x0;;;WD)", False),
        ("", False),
    ],
)
def test_lists_open_to_anybody_are_told(sddl: str, is_open: bool) -> None:
    assert is_open_to_anybody(sddl) is is_open


def test_guests_come_in_by_the_share_or_by_default() -> None:
    testparm = "[global]\n\tmap to guest = Bad User\n\n[A]\n\tguest ok = Yes\n[B]\n\tpath = /b\n"
    document = {"testparm": testparm, "folders": {"/b": "D:(A;;FA;;;WD)"}, "shares": {}}
    (question,) = definitions_probe.ask(PLAN)

    shares = definitions_probe.parse(PLAN, (answer_to(question, document, 0),)).shares

    assert (shares["A"].guest_ok, shares["A"].everyone) == (True, False)
    assert (shares["B"].guest_ok, shares["B"].everyone) == (False, True)


@pytest.mark.parametrize(
    ("setting", "oldest"), [("", "SMB2_02"), ("\tserver min protocol = nt1\n", "NT1")]
)
def test_the_oldest_protocol_is_told_or_is_the_default_of_samba(setting: str, oldest: str) -> None:
    document = {"testparm": f"[global]\n{setting}", "folders": {}, "shares": {}}
    (question,) = definitions_probe.ask(PLAN)

    assert definitions_probe.parse(PLAN, (answer_to(question, document, 0),)).oldest == oldest


EVERYBODY, NAMED = "D:(A;;FA;;;WD)", "D:(A;;FA;;;S-1-5-21-1-2-3-1104)"


def definitions(testparm: str, folders: dict[str, str], **more: object) -> Any:
    document = {"testparm": f"[global]\n{testparm}", "folders": folders, "shares": {}, **more}
    (question,) = definitions_probe.ask(PLAN)
    return definitions_probe.parse(PLAN, (answer_to(question, document, 0),)).shares


@pytest.mark.parametrize(
    ("names", "is_open"),
    [
        ('@"MOANA\\GG_COMPTA", svc-scan', False),
        ("@MOANA\\GG_COMPTA @MOANA\\GG_DIRECTION", False),
        ('+"MOANA\\Domain Users"', False),
        ("Everyone", True),
        ("@MOANA\\GG_COMPTA Everyone", True),
        ('@MOANA\\GG_COMPTA, "Tout le monde"', True),
        ("\\Everyone", True),
        ("S-1-1-0", True),
        ("nobody", True),
        ("", True),
    ],
)
def test_names_that_may_connect_close_a_folder_that_everybody_may_use(
    names: str, is_open: bool
) -> None:
    text = f"[A]\n\tpath = /a\n\tvalid users = {names}\n"

    assert definitions(text, {"/a": EVERYBODY})["A"].everyone is is_open


@pytest.mark.parametrize(
    ("share", "folder", "is_open"),
    [
        (EVERYBODY, NAMED, False),
        (NAMED, EVERYBODY, False),
        (EVERYBODY, EVERYBODY, True),
        (None, EVERYBODY, True),
        (None, NAMED, False),
    ],
)
def test_the_narrowest_of_two_lists_decides(share: str | None, folder: str, is_open: bool) -> None:
    shares = {} if share is None else {"a": share}
    found = definitions("[A]\n\tpath = /a\n", {"/a": folder}, shares=shares)

    assert found["A"].everyone is is_open


def test_names_that_may_connect_are_taken_from_the_defaults() -> None:
    found = definitions("\tvalid users = @GG\n[A]\n\tpath = /a\n", {"/a": EVERYBODY})

    assert not found["A"].everyone


def test_the_name_of_a_share_stands_in_its_path() -> None:
    found = definitions("[A]\n\tpath = /srv/%S\n", {"/srv/A": EVERYBODY})

    assert (found["A"].path, found["A"].everyone) == ("/srv/A", True)


@pytest.mark.parametrize(
    ("grants", "is_open"),
    [
        ("MOANA\\GG_COMPTA:F,MOANA\\GG_DIRECTION:R,", False),
        ("Everyone:R,MOANA\\GG_COMPTA:F,", True),
        ("S-1-1-0:F", True),
        ("Everyone:D,MOANA\\GG_COMPTA:F,", False),
    ],
)
def test_a_share_that_a_user_made_is_a_share(grants: str, is_open: bool) -> None:
    text = f"[commun]\npath=/c\ncomment=\nusershare_acl={grants}\nguest_ok=n\n"
    found = definitions("", {"/c": EVERYBODY}, usershares=text)

    assert (found["COMMUN"].everyone, found["COMMUN"].guest_ok) == (is_open, False)


def test_a_share_that_a_user_made_may_let_guests_in() -> None:
    text = "[commun]\npath=/c\nusershare_acl=MOANA\\GG:F,\nguest_ok=y\n"

    assert definitions("", {}, usershares=text)["COMMUN"].guest_ok


def test_a_program_that_failed_on_the_server_is_not_understood() -> None:
    (question,) = definitions_probe.ask(PLAN)

    with pytest.raises(NotUnderstood, match="code de sortie 1"):
        definitions_probe.parse(PLAN, (answer_to(question, "Traceback", 1),))


def printer(*results: dict[str, object], gateway: bool = True) -> Any:
    (question,) = printer_probe.ask(PLAN)
    arp: dict[str, object] = {"macs": {"10.21.30.1": ["02:aa"] if gateway else []}}
    return printer_probe.parse(PLAN, (tried(question, arp, *results),))


SILENT: dict[str, object] = {"outcome": "silent"}


def test_a_silent_printer_is_waited_for_only_where_the_gateway_answers() -> None:
    late, lost = printer(*[SILENT] * 4), printer(*[SILENT] * 4, gateway=False)

    assert not printer_probe.is_settled(PLAN, late)
    assert printer_probe.is_settled(PLAN, lost)
    assert not late.answers


def test_a_first_page_that_is_being_printed_is_waited_for() -> None:
    idle, processing = 3, printer_probe.PROCESSING  # RFC 8011, 5.4.11
    states = [
        printer_probe.PrinterState(answers=True, state=state, reasons=(), completed_jobs=jobs)
        for state, jobs in ((processing, ()), (processing, ("page-essai",)), (idle, ()))
    ]

    assert [printer_probe.is_settled(PLAN, each) for each in states] == [False, True, True]


def ipp_answer(tag: int, *attributes: tuple[int, str, bytes]) -> dict[str, object]:
    """Return what a printer answers: one group of attributes (RFC 8010, 3.1)."""
    parts = (
        bytes((value_tag,)) + b"".join(struct.pack(">H", len(one)) + one for one in (name, value))
        for value_tag, name, value in ((one, text.encode(), raw) for one, text, raw in attributes)
    )
    message = b"\x01\x01\x00\x00\x00\x00\x00\x01" + bytes((tag,)) + b"".join(parts) + b"\x03"
    return {"outcome": "open", "status": 200, "payload": message.hex()}


def test_a_reason_that_lets_a_printer_print_is_none() -> None:
    told = ("media-low-report", "toner-low-warning", "media-empty-error", "paused", "none")
    names = ("printer-state-reasons", *[""] * (len(told) - 1))
    reasons = [(KEYWORD, name, one.encode()) for name, one in zip(names, told, strict=True)]
    state = ipp_answer(PRINTER, (ENUM, "printer-state", struct.pack(">i", 3)), *reasons)

    found = printer(state, ipp_answer(JOB), SILENT, SILENT)

    assert (found.state, found.reasons) == (3, ("media-empty-error", "paused"))


def test_a_port_that_speaks_something_else_is_not_understood() -> None:
    page: dict[str, object] = {"outcome": "open", "status": 404, "payload": ""}

    with pytest.raises(NotUnderstood, match="HTTP 404"):
        printer(*[page] * 4)


def test_a_request_is_the_bytes_of_the_standard() -> None:
    message = render_request(0x000B, "ipp://p/x", ("printer-state", "queued"))

    assert message[:9] == b"\x01\x01\x00\x0b\x00\x00\x00\x01\x01"
    assert message.endswith(
        b"D\x00\x14requested-attributes\x00\rprinter-stateD\x00\x00\x00\x06queued\x03"
    )


def test_several_values_of_one_attribute_are_kept() -> None:
    head = b"\x01\x01\x00\x00\x00\x00\x00\x01"
    body = b"\x04D\x00\x01a\x00\x01xD\x00\x00\x00\x01y!\x00\x01n\x00\x04\xff\xff\xff\xff\x03"

    (group,) = parse_response(head + body)

    assert (group.texts("a"), group.number("n")) == (("x", "y"), -1)


@pytest.mark.parametrize("cut", [b"", b"\x01\x01\x00\x00\x00\x00\x00\x01\x04D\x00\x09a"])
def test_a_cut_response_is_not_understood(cut: bytes) -> None:
    with pytest.raises(NotUnderstood, match="coupé"):
        parse_response(cut)


NEWCOMER = Newcomer(bytes.fromhex("02aabbccddee"), 0x01020304)


def offered(frame: bytes, kind: int) -> bytes:
    """Turn a DISCOVER into what a server would send back."""
    answer = bytearray(frame)
    answer[34:38] = bytes((0, 67, 0, 68))
    answer[42] = 2
    answer[42 + 242] = kind
    return bytes(answer)


def test_a_probe_always_asks_as_the_same_newcomer_and_each_as_another() -> None:
    first = make_newcomer(b"\2carte1", b"boot")

    assert make_newcomer(b"\2carte1", b"boot").mac == first.mac
    assert make_newcomer(b"\2carte2", b"boot").mac != first.mac
    assert make_newcomer(b"\2carte1", b"reboot").mac != first.mac
    assert first.mac[0] & 3 == 2  # one card, locally administered


def test_only_an_offer_to_the_newcomer_is_kept() -> None:
    discover = render_discover(NEWCOMER)

    assert read_offer(offered(discover, 2), NEWCOMER)[4:8] == b"\x01\x02\x03\x04"
    assert read_offer(offered(discover, 5), NEWCOMER) == b""
    assert read_offer(offered(discover, 2), Newcomer(NEWCOMER.mac, 9)) == b""
    assert read_offer(discover, NEWCOMER) == b""
    assert read_offer(b"", NEWCOMER) == b""


def test_two_servers_are_told_apart_wherever_they_name_themselves() -> None:
    """Option 52 lets the options go on in the field of the boot file (RFC 2132 9.3)."""
    offer = bytearray(read_offer(offered(render_discover(NEWCOMER), 2), NEWCOMER))
    offer[243:247] = bytes((52, 1, 1, 255))
    offer[108:115] = bytes((54, 4, 10, 9, 1, 2, 255))

    assert option(bytes(offer), 54) == bytes((10, 9, 1, 2))
    assert option(bytes(offer), 15) == b""


def test_a_question_on_the_server_runs_no_word_of_the_plan() -> None:
    (question,) = definitions_probe.ask(PLAN)
    argv = question.body["argv"]

    assert isinstance(argv, tuple)
    assert not any(share.name in json.dumps(argv) for share in PLAN.demand(Shares).shares)

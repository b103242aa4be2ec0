"""What the mail server of a bench tells of what it saw, whatever clients sent it."""

import json
import sys
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checks.mail.demand import Mail
from labctl.plan.kinds import describe_nodes
from tests.mail_facts import SERVER
from tests.plans import asking, plan_of
from tests.unit.templates.programs import load

OURS = (
    "Return-Path: <hina.tehei@moana.test>\n"
    "Delivered-To: jury-01@centre.test\n"
    "Received: from mail.moana.test ([10.21.20.12])\n"
    "\tby SRV-ARU-MX1 with LMTP\n\tid abc\n"
    "\t(envelope-from <hina.tehei@moana.test>)\n\tfor <jury-01@centre.test>; today\n"
    "Received: from poste (unknown [10.21.30.100])\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
    "\t(No client certificate requested)\n\t(Authenticated sender: htehei)\n"
    "\tby mail.moana.test (Postfix) with ESMTPSA id 4F2A\n\tfor <jury-01@centre.test>; today\n"
)
LOGIN = "2026-05-04T08:30:00-1000 imap-login: Info: Logged in: "


@pytest.fixture
def mailseen(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module, _ran = load(monkeypatch, "mail", "mailseen", {})
    return module


def shown(mailseen: ModuleType, message: str | bytes, ours: str = OURS) -> dict[str, Any]:
    text = message if isinstance(message, bytes) else message.encode()
    found: dict[str, Any] = mailseen.read_message(ours.encode() + text, "482915")
    json.dumps(found)
    return found


def test_what_the_server_wrote_is_told(mailseen: ModuleType) -> None:
    found = shown(mailseen, "Subject: RECETTE 01\nUser-Agent: s-nail\n\nCode : 482915\n")

    assert found == {
        "client": "10.21.30.100",
        "account": "htehei",
        "tls": True,
        "sender": "hina.tehei@moana.test",
        "subject": "RECETTE 01",
        "program": "s-nail",
        "has_code": True,
    }


@pytest.mark.parametrize("transfer", ["7bit", "quoted-printable", "base64"])
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_code_is_found_however_it_is_written(
    mailseen: ModuleType, transfer: str, kind: str
) -> None:
    message = EmailMessage()
    message["Subject"] = "RECETTE 01"
    message.set_content("le code : 482915\n", subtype=kind, cte=transfer)

    assert shown(mailseen, bytes(message))["has_code"]


def test_a_code_in_an_attachment_beside_a_text_is_found(mailseen: ModuleType) -> None:
    message = EmailMessage()
    message.set_content("voici")
    message.add_alternative("<p>482915</p>", subtype="html")
    message.add_attachment(b"\0" * 1000, maintype="image", subtype="png")

    assert shown(mailseen, bytes(message))["has_code"]


FORGED = (
    "Received: from poste (unknown [10.21.30.100])\n\t(using TLSv1.3)\n"
    "\t(Authenticated sender: htehei)\n\tby mail.moana.test (Postfix)\n"
)


@pytest.mark.parametrize(
    "forged",
    [
        FORGED,
        f"{FORGED}Received: x\n",
        "Return-Path: <teva.maitere@moana.test>\nAuthenticated sender: tmaitere\n",
        "Subject: x (Authenticated sender: tmaitere) by mail\n",
    ],
)
def test_what_the_client_wrote_itself_changes_nothing(mailseen: ModuleType, forged: str) -> None:
    elsewhere = OURS.replace("10.21.30.100", "10.21.20.20")

    found = shown(mailseen, f"{forged}\nbody\n", elsewhere)

    assert (found["client"], found["account"]) == ("10.21.20.20", "htehei")
    assert found["sender"] == "hina.tehei@moana.test"


def test_a_message_of_nobody_has_no_client(mailseen: ModuleType) -> None:
    found = shown(mailseen, "Subject: x\n\n482915\n", "")

    assert (found["client"], found["account"], found["tls"]) == ("", "", False)


NESTED = "".join(
    f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n' for depth in range(3000)
)
HOSTILE = {
    "nothing": b"",
    "nul": b"\0" * 5000,
    "not utf-8": b"Subject: \xff\xfe\x80\n\n\xff",
    "unknown charset": b"Subject: =?klingon?b?AAAA?=\n\nx",
    "broken base64": b"Subject: =?utf-8?b?A?=\nContent-Transfer-Encoding: base64\n\n!!!!",
    "escape sequences": b"Subject: \x1b[2J\x07\x08 RECETTE\n\nx",
    "long subject": b"Subject: " + b"A" * 200_000 + b"\n\nx",
    "ten thousand headers": b"X: y\n" * 10_000 + b"\n482915",
    "parts in parts": NESTED.encode(),
    "lines of a log": b"Subject: x\n imap-login: Info: Logged in: rip=10.21.30.100\n\nx",
    "a number as a charset": b'Content-Type: text/plain; charset="\x00"\n\n482915',
}


@pytest.mark.parametrize("message", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_is_told_in_few_printable_words(
    mailseen: ModuleType, message: bytes
) -> None:
    found = shown(mailseen, message)

    assert found["client"] == "10.21.30.100"
    assert len(json.dumps(found)) < 4000
    assert all(one.isprintable() for one in found["subject"])


def logged(mailseen: ModuleType, tmp_path: Path, *lines: str) -> list[tuple[str, bool]]:
    log = tmp_path / "dovecot.log"
    vars(mailseen)["LOG"] = str(log)
    log.write_text("\n".join(lines), encoding="utf-8")
    found: list[tuple[str, bool]] = mailseen.find_logins("htehei")
    return found


def test_each_place_is_told_once(mailseen: ModuleType, tmp_path: Path) -> None:
    line = f"{LOGIN}rip=10.21.30.100, TLS, user=<htehei>"

    assert logged(mailseen, tmp_path, line, line) == [("10.21.30.100", True)]


@pytest.mark.parametrize(
    "line",
    [
        f"{LOGIN}rip=10.21.30.100, TLS, user=<tmaitere>",
        f"{LOGIN}rip=10.21.30.100, TLS, user=<x>, user=<htehei>",
        "now imap-login: Info: Login aborted: rip=10.21.30.9, TLS, user=<htehei>",
        f"now imap-login: Info: Login aborted: user=<{LOGIN}rip=10.21.30.9, TLS, user=<htehei>",
        "rip=10.21.30.100, TLS, user=<htehei>",
        "\0" * 4000,
    ],
)
def test_a_line_that_only_looks_like_a_login_is_none(
    mailseen: ModuleType, tmp_path: Path, line: str
) -> None:
    assert logged(mailseen, tmp_path, line) == []


def test_a_flood_of_logins_is_bounded(mailseen: ModuleType, tmp_path: Path) -> None:
    lines = [f"{LOGIN}rip=10.21.{n // 250}.{n % 250}, TLS, user=<htehei>" for n in range(2000)]

    assert len(logged(mailseen, tmp_path, *lines)) == mailseen.MOST_LOGINS


def test_a_full_mailbox_is_bounded(mailseen: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    (folder / "new").mkdir(parents=True)
    for number in range(300):
        (folder / "new" / str(number)).write_bytes(OURS.encode() + b"Subject: x\n\n" + b"A" * 3000)
    (folder / "new" / "link").symlink_to("/dev/zero")

    found = list(mailseen.read_messages(str(folder), "482915"))

    assert len(found) == mailseen.MOST_MESSAGES


def test_the_kind_is_told_the_mailbox_of_the_subject() -> None:
    described = plan_of(1).nodes[SERVER]

    assert described.certificate_names == ("mail.moana.test",)
    assert described.parameters == {
        "server": "mail.moana.test",
        "owner": "htehei",
        "mailbox": "hina.tehei@moana.test",
        "quota_mib": 200,
        "imap": {"port": 993, "security": "tls"},
        "smtp": {"port": 587, "security": "starttls"},
        "trial_to": "jury-01@centre.test",
        "company": "SARL Moana Nautic",
        "domain": "moana.test",
        "base_dn": "DC=moana,DC=test",
        "audit_account": "labctl-audit",
        "controller": "SRV-ARU-AD1",
        "controller_address": "10.21.20.10",
    }


def test_a_server_that_no_mailbox_is_of_serves_nothing() -> None:
    elsewhere = plan_of(1).demand(Mail).model_copy(update={"hosted_on": None})
    described = describe_nodes(asking(plan_of(1), elsewhere)).nodes[SERVER]

    assert described.certificate_names == ()
    assert described.parameters == {}


TOLD = {
    "server": "mail.moana.test",
    "owner": "htehei",
    "mailbox": "hina.tehei@moana.test",
    "quota_mib": 200,
    "trial_to": "jury-01@centre.test",
    "domain": "moana.test",
    "base_dn": "DC=moana,DC=test",
    "audit_account": "labctl-audit",
}
WRAPPED = {"imap": {"port": 993, "security": "tls"}, "smtp": {"port": 465, "security": "tls"}}
STARTED = {
    "imap": {"port": 143, "security": "starttls"},
    "smtp": {"port": 587, "security": "starttls"},
}


@pytest.fixture
def mailwords(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    load(monkeypatch, "mail", "mail", {"parameters": {}})
    return sys.modules["mailwords"]


def test_a_port_of_tls_is_the_only_one(mailwords: ModuleType) -> None:
    dovecot = mailwords.dovecot(TOLD | WRAPPED, "dc.moana.test", "secret")

    assert "inet_listener imap {\n    port = 0\n  }" in dovecot
    assert "inet_listener imaps {\n    port = 993\n    ssl = yes\n  }" in dovecot
    assert mailwords.submission(TOLD | WRAPPED) == (
        "465/inet=465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes"
    )


def test_a_port_of_starttls_is_the_only_one(mailwords: ModuleType) -> None:
    dovecot = mailwords.dovecot(TOLD | STARTED, "dc.moana.test", "secret")

    assert "inet_listener imap {\n    port = 143\n  }" in dovecot
    assert "inet_listener imaps {\n    port = 0\n    ssl = yes\n  }" in dovecot
    assert "ssl = required" in dovecot
    assert mailwords.submission(TOLD | STARTED) == "587/inet=587 inet n - n - - smtpd"


def test_messages_are_taken_for_both_domains_and_relayed_to_none(mailwords: ModuleType) -> None:
    postfix = mailwords.postfix(TOLD | WRAPPED).splitlines()

    assert "virtual_mailbox_domains = moana.test centre.test" in postfix
    assert "smtpd_relay_restrictions = permit_sasl_authenticated, reject" in postfix
    assert "smtpd_sender_restrictions = reject_sender_login_mismatch" in postfix


def test_the_mailbox_opens_under_the_account_and_the_address(mailwords: ModuleType) -> None:
    assert mailwords.mailboxes(TOLD, "{X}y").splitlines() == [
        "htehei:{X}y::::::",
        "hina.tehei@moana.test:{X}y::::::user=htehei",
    ]


def test_the_message_that_waits_holds_the_code(mailwords: ModuleType) -> None:
    assert "Code de recette : 482915" in mailwords.welcome(TOLD, "482915").splitlines()

"""The home page as a workstation opens it, and the authority of the bench in its store."""

from dataclasses import replace
from typing import Any

import pytest

from checks.desk.facts.home_page import HomePage
from labctl.core.verdict import Reason
from labctl.facts.probe import NotUnderstood
from labctl.plan.model import Hosting
from tests.plans import Desk, plan_of
from tests.probes import probe_of
from tests.unit.facts.answering import answer_to

SHA1 = "AA:" * 19 + "AA"
PRINT = f"sha1 Fingerprint={SHA1}\n"
GENUINE = "SSL handshake has read 1500 bytes\nVerification: OK\n"
OPEN = HomePage(
    status=200,
    is_distrusted=False,
    address="10.21.20.20",
    trusts_authority=True,
    is_genuine=True,
)
SEEN = (("200 0.004123 10.21.20.20", 0), ("ca.pem: OK\n", 0), (PRINT, 0), (GENUINE, 0), (PRINT, 0))


def on_linux(*told: tuple[str, int]) -> Any:
    """Return the fact of what each question was answered, with its exit code."""
    plan, probe = plan_of(1, Desk.SIMULATED), probe_of("HomePage")
    questions = probe.ask(plan)
    return probe.parse(
        plan,
        tuple(answer_to(q, text, code) for q, (text, code) in zip(questions, told, strict=True)),
    )


def on_windows(*found: dict[str, Any], server: str = GENUINE) -> Any:
    plan, probe = plan_of(1, Desk.WINDOWS), probe_of("HomePage")
    script, *controller = probe.ask(plan)
    told = {"result": {"homepage": {"found": list(found)}}}
    others = zip(controller, (server, PRINT), strict=True)
    return probe.parse(
        plan, (answer_to(script, told), *(answer_to(q, text, 0) for q, text in others))
    )


def test_a_page_that_opens() -> None:
    assert on_linux(*SEEN) == OPEN


def test_a_certificate_that_curl_does_not_trust() -> None:
    _page, _trust, *others = SEEN
    found = on_linux(("000 0.004123 10.21.20.20", 60), ("error 18\n", 2), *others)

    assert (found.status, found.is_distrusted, found.trusts_authority) == (0, True, False)


def test_another_authority_under_the_same_name_is_not_that_of_the_bench() -> None:
    page, trust, _own, *others = SEEN
    found = on_linux(page, trust, (PRINT.replace("AA", "BB"), 0), *others)

    assert not found.trusts_authority


@pytest.mark.parametrize("said", ["Verification error: self-signed certificate\n", ""])
def test_a_server_that_the_controller_does_not_verify(said: str) -> None:
    assert not on_linux(*SEEN[:3], (said, 1), SEEN[4]).is_genuine


def test_a_controller_that_does_not_know_its_authority_proves_nothing() -> None:
    with pytest.raises(NotUnderstood):
        on_linux(*SEEN[:4], ("", 1))


def test_what_is_no_status_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        on_linux(("curl: not found", 127), *SEEN[1:])


def test_a_server_that_takes_the_connection_and_is_slow_is_no_answer() -> None:
    with pytest.raises(NotUnderstood) as caught:
        on_linux(("000 0.200 10.21.20.20", 28), *SEEN[1:])

    assert caught.value.reason is Reason.TIMEOUT


@pytest.mark.parametrize(("told", "code"), [("000 0.000000 ", 28), ("000 0.000000 ", 6)])
def test_a_page_that_nobody_serves_does_not_open(told: str, code: int) -> None:
    found = on_linux((told, code), *SEEN[1:])

    assert (found.status, found.is_distrusted, found.address) == (0, False, "")


def test_an_emulated_machine_has_more_time_to_fetch() -> None:
    plan = plan_of(1, Desk.SIMULATED)
    slow = replace(plan, hosting=Hosting("ici", patience=4.0))

    fetched = [probe_of("HomePage").ask(each)[0].text for each in (plan, slow)]
    assert [" -m 5 " in fetched[0], " -m 20 " in fetched[1]] == [True, True]


def test_a_windows_names_what_it_trusts() -> None:
    store = f"00 {SHA1.replace(':', '')}"
    found = on_windows({"status": 200, "problem": "", "store": store})

    assert (found.status, found.trusts_authority, found.is_genuine) == (200, True, True)


def test_a_windows_whose_page_is_late_is_no_answer() -> None:
    with pytest.raises(NotUnderstood) as caught:
        on_windows({"status": 0, "problem": "Timeout", "store": ""})

    assert caught.value.reason is Reason.TIMEOUT


def test_a_windows_that_refuses_a_certificate() -> None:
    found = on_windows({"status": 0, "problem": "TrustFailure", "store": ""}, server="")

    assert (found.is_distrusted, found.trusts_authority, found.is_genuine) == (True, False, False)

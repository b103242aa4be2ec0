"""Spans of time, lines of the log, and command lines of systemctl and journalctl."""

import pytest
from labunits import journal, main, reading, timing, words


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 7.0),
        ("5", 5.0),
        ("1min 30s", 90.0),
        ("500ms", 0.5),
        ("soon", 7.0),
        ("3 days", 259200.0),
    ],
)
def test_a_span(text: str, seconds: float) -> None:
    assert timing.seconds(text, 7.0) == pytest.approx(seconds)


def test_for_ever() -> None:
    assert timing.seconds("infinity", 7.0) == timing.FOREVER


@pytest.mark.parametrize(
    ("elapsed", "said"),
    [(5.9, "5s ago"), (125, "2min ago"), (7300, "2h 1min ago"), (200000, "2 days ago")],
)
def test_how_long_ago(elapsed: float, said: str) -> None:
    assert timing.ago(elapsed) == said


LINE = "Nov 27 13:37:01 RT-ARU-01 daemon.err dnsmasq-dhcp[12]: no address range\n"


def test_a_line_of_the_log_is_shown_as_journalctl_shows_it() -> None:
    entry = journal.parse(LINE)

    assert entry is not None
    assert entry.show() == "Nov 27 13:37:01 RT-ARU-01 dnsmasq-dhcp[12]: no address range"
    assert entry.level == "err"


def test_what_is_no_line_is_nothing() -> None:
    assert journal.parse("\0\0garbage") is None


@pytest.mark.parametrize(
    ("line", "name", "is_of"),
    [
        (LINE, "dnsmasq.service", True),
        (LINE, "dnsm.service", False),
        ("Nov  7 13:37:01 h daemon.info systemctl[3]: Started dnsmasq.service - x\n",
         "dnsmasq.service", True),
        ("Nov  7 13:37:01 h daemon.info cron[3]: dnsmasq.service\n", "dnsmasq.service", False),
    ],
)  # fmt: skip
def test_whose_line_it_is(line: str, name: str, is_of: bool) -> None:
    entry = journal.parse(line)

    assert entry is not None
    assert journal.is_of(entry, name, (name.removesuffix(".service"),)) is is_of


def test_options_of_systemctl_stand_anywhere() -> None:
    request = main.read_request(["--now", "enable", "a", "-n", "3", "--state=failed", "b"])

    assert (request.verb, request.names) == ("enable", ["a", "b"])
    assert request.flags == {"--now"}
    assert request.values == {"-n": "3", "--state": "failed"}


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "n'a pas systemd"), ("en", "has no systemd")]
)
@pytest.mark.parametrize("argv", [["reboot"], ["isolate", "rescue.target"], ["--user", "status"]])
def test_what_is_not_done_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    argv: list[str],
    language: str,
    said: str,
) -> None:
    monkeypatch.setenv("LABCTL_LANG", language)

    code = main.main(argv)

    assert code == 1
    assert said in capsys.readouterr().err


def test_another_type_of_unit_is_refused_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LABCTL_LANG", "fr")

    assert main.main(["status", "a.timer"]) == 1
    assert "seuls les services" in capsys.readouterr().err


@pytest.mark.parametrize(
    "argv", [["-xeu", "dnsmasq", "-n20"], ["-u", "dnsmasq", "-n", "20", "-e", "--no-pager"],
             ["--unit=dnsmasq", "--lines=20", "-b", "-e"]],
)  # fmt: skip
def test_options_of_journalctl(argv: list[str]) -> None:
    wish = reading.read_wish(argv)

    assert (wish.units, wish.values, wish.is_end) == (["dnsmasq"], {"lines": "20"}, True)
    assert not wish.unknown


def test_an_option_that_journalctl_has_not_is_named() -> None:
    assert reading.read_wish(["--since", "today"]).unknown == "--since"


@pytest.mark.parametrize(
    ("variables", "is_english"),
    [({}, False), ({"LANG": "C.UTF-8"}, False), ({"LANG": "en_US.UTF-8"}, True),
     ({"LABCTL_LANG": "fr", "LANG": "en_US.UTF-8"}, False)],
)  # fmt: skip
def test_the_language_is_french_unless_told(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], is_english: bool
) -> None:
    for name in ("LABCTL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert words.is_english() is is_english

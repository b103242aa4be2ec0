"""The question mark, the tabulation key, and filters after a bar."""

import pytest
from labswitch.assistance import explain, finish
from labswitch.errors import InvalidError
from labswitch.grammar import Mode
from labswitch.output import select
from labswitch.session import split_filter

TEXT = "hostname A\n!\ninterface Vlan10\n ip address 1\n!\ninterface Vlan20\n shutdown\n!\nend\n"


def test_a_word_begun_lists_its_ends() -> None:
    assert explain(Mode.EXEC, "show in", ports=12) == "interfaces\n"


def test_after_a_space_what_may_follow_is_listed() -> None:
    text = explain(Mode.EXEC, "show interfaces ", ports=12)

    assert text.split() == [
        "description", "status", "switchport", "trunk", "Interface", "<cr>",
    ]  # fmt: skip


def test_do_lists_privileged_commands() -> None:
    assert "startup-config" in explain(Mode.CONFIG, "do show ", ports=12)


def test_no_lists_only_what_can_be_negated() -> None:
    text = explain(Mode.CONFIG, "no ", ports=12)

    assert "vlan" in text.split()
    assert "crypto" not in text.split()


def test_an_unknown_beginning_is_told() -> None:
    assert explain(Mode.EXEC, "foo ", ports=12) == "% Unrecognized command\n"


@pytest.mark.parametrize(
    ("line", "finished"),
    [("sh", "show "), ("show vl", "show vlan "), ("show i", "show i"), ("foo", "foo")],
)
def test_the_tabulation_key_finishes_what_is_certain(line: str, finished: str) -> None:
    assert finish(Mode.EXEC, line, ports=12) == finished


@pytest.mark.parametrize(
    ("kind", "pattern", "kept"),
    [
        ("include", "^interface", "interface Vlan10\ninterface Vlan20\n"),
        ("exclude", "^ |!", "hostname A\ninterface Vlan10\ninterface Vlan20\nend\n"),
        ("begin", "shut", " shutdown\n!\nend\n"),
        ("section", "interface", "interface Vlan10\n ip address 1\ninterface Vlan20\n shutdown\n"),
        ("include", "(", "% Failed to compile regular expression.\n"),
    ],
)
def test_filters(kind: str, pattern: str, kept: str) -> None:
    assert select(TEXT, kind, pattern) == kept


def test_a_filter_is_split_from_its_command() -> None:
    assert split_filter("show run | inc ip a") == ("show run ", ("include", "ip a"))
    assert split_filter("show run") == ("show run", None)


def test_an_unknown_filter_is_pointed_at() -> None:
    with pytest.raises(InvalidError) as caught:
        split_filter("show run | foo x")

    assert caught.value.offset == len("show run |")

"""Command lines of units, to the letter of systemd.service(5)."""

import pytest
from labunits.command import (
    read_assignments,
    read_commands,
    read_environment_file,
    split,
    substitute,
)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/bin/a  b", ["/bin/a", "b"]),
        ("/bin/a 'b c' \"d e\"", ["/bin/a", "b c", "d e"]),
        ('/bin/a b" c"d', ["/bin/a", "b cd"]),
        ("/bin/a ''", ["/bin/a", ""]),
        (r"/bin/a b\sc \\ \x", ["/bin/a", "b c", "\\", r"\x"]),
        ("", []),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    assert list(split(line)) == words


def test_a_semicolon_alone_separates_and_an_escaped_one_is_a_word() -> None:
    read = read_commands(r"/bin/a b ; /bin/c \; d")

    assert [each.words for each in read] == [("/bin/a", "b"), ("/bin/c", ";", "d")]


def test_prefixes_are_no_part_of_the_program() -> None:
    (read,) = read_commands("-+/bin/a b")

    assert (read.words[0], read.may_fail, read.is_full, read.is_literal) == (
        "/bin/a",
        True,
        True,
        False,
    )


def test_a_variable_alone_is_split_and_in_a_word_it_is_text() -> None:
    words = substitute(["$A", "x${A}y", "$$A", "${NONE}", "$NONE"], {"A": "1 2"})

    assert list(words) == ["1", "2", "x1 2y", "$A", ""]


def test_a_literal_command_keeps_its_dollars() -> None:
    (read,) = read_commands(":/bin/a $A")

    assert read.argv({"A": "1"}) == ("/bin/a", "$A")


def test_assignments() -> None:
    assert dict(read_assignments("A=1 'B=2 3' nothing C=")) == {"A": "1", "B": "2 3", "C": ""}


def test_an_environment_file() -> None:
    text = "# A=0\nA=1\n B = 'deux mots' \n;C=3\nD\nE=\"\n"

    assert dict(read_environment_file(text)) == {"A": "1", "B": "deux mots", "E": '"'}

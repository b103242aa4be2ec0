"""Command lines of a unit (systemd.service(5), « COMMAND LINES »): words, prefixes, variables."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ESCAPES = {"n": "\n", "t": "\t", "s": " ", "\\": "\\", '"': '"', "'": "'", "r": "\r"}
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\$))")


@dataclass(frozen=True, slots=True)
class Command:
    """One program and its words; ``may_fail`` for « - », ``is_full`` for « + » and « ! »."""

    words: tuple[str, ...]
    may_fail: bool = False
    is_full: bool = False
    is_literal: bool = False
    has_name: bool = False  # « @ »: the second word is what the program is called

    def argv(self, environment: Mapping[str, str]) -> tuple[str, ...]:
        """Return the words with variables replaced."""
        if self.is_literal:
            return self.words
        return (self.words[0], *substitute(self.words[1:], environment))


def read_commands(line: str) -> tuple[Command, ...]:
    """Return the commands of one ``ExecStart=``; a « ; » alone separates them."""
    groups: list[list[str]] = [[]]
    for word in split(line):
        if word == ";":
            groups.append([])
        else:
            groups[-1].append(";" if word == "\\;" else word)
    return tuple(_read_command(group) for group in groups if group)


def split(line: str) -> Iterator[str]:
    """Yield words as systemd reads them: quotes, and the escapes of C."""
    word, quote, is_open = "", "", False
    letters = iter(line)
    for letter in letters:
        if letter == "\\":
            following = next(letters, "\\")
            word += _ESCAPES.get(following, f"\\{following}")
            is_open = True
        elif quote:
            quote, word = ("", word) if letter == quote else (quote, word + letter)
        elif letter in "'\"":
            quote, is_open = letter, True
        elif letter.isspace():
            if is_open:
                yield word
            word, is_open = "", False
        else:
            word, is_open = word + letter, True
    if is_open:
        yield word


def substitute(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[str]:
    """Yield words with variables: ``$NAME`` alone becomes words, ``${NAME}`` text."""
    for word in words:
        if re.fullmatch(r"\$\w+", word):
            yield from environment.get(word[1:], "").split()
        else:
            yield _VARIABLE.sub(lambda m: m[2] or environment.get(m[1], ""), word)


def read_assignments(line: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of one ``Environment=``."""
    for word in split(line):
        name, equals, value = word.partition("=")
        if equals:
            yield name, value


def read_environment_file(text: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of an ``EnvironmentFile=``: one a line, quotes off."""
    for raw in text.splitlines():
        line = raw.strip()
        name, equals, value = line.partition("=")
        if equals and not line.startswith(("#", ";")):
            stripped = value.strip()
            if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
                stripped = stripped[1:-1]
            yield name.strip(), stripped


def _read_command(words: list[str]) -> Command:
    program = words[0].lstrip("-@:+!|")
    prefix = words[0][: len(words[0]) - len(program)]
    return Command(
        (program, *words[1:]),
        may_fail="-" in prefix,
        is_full="+" in prefix or "!" in prefix,
        is_literal=":" in prefix,
        has_name="@" in prefix,
    )

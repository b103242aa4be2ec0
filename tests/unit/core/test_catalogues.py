"""The catalogues are complete, and what is compiled is what is written (``make i18n``)."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.mofile import write_mo

from labctl.core import i18n
from labctl.core.i18n import _
from tests.catalogues import FRENCH_OF_ARGPARSE, compile_one, list_sources, read
from tests.plans import ROOT

SOURCES = {one.folder.name: one for one in list_sources()}
CATALOGUES = [*(one.catalogue for one in SOURCES.values()), FRENCH_OF_ARGPARSE]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-0-9.]*[a-z%]|(?<!\$)\{\w+\}")
FRENCH_SIGN = re.compile(r"[«»œ]| [;:!?](?=\s|$)|[àâèêëîïôùûç]|\b(?:le|la|les|une|des|est)\b")
OFFICIAL = ("Title « Technicien d'assistance en informatique »",)
"""What stays in the words of the French State."""


@pytest.mark.parametrize("name", SOURCES)
def test_every_text_of_today_is_in_the_catalogue_and_no_other(name: str) -> None:
    texts, there = SOURCES[name].list_texts(), translations(SOURCES[name].catalogue)
    assert sorted(texts ^ there) == [], "make i18n, then translate"


@pytest.mark.parametrize("folder", ["labctl", "checks"])
def test_no_text_hides_in_an_f_string(folder: str) -> None:
    hidden = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in (ROOT / folder).rglob("*.py")
        for call in calls_in_f_strings(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert hidden == [], "nothing extracts it before Python 3.12"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_every_text_is_translated(catalogue: Path) -> None:
    unfinished = [m.id for m in messages(catalogue) if m.fuzzy or not all_strings(m)]
    assert unfinished == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_has_the_placeholders_of_its_text(catalogue: Path) -> None:
    wrong = [
        (message.id, text)
        for message in messages(catalogue)
        for text in all_strings(message)
        if placeholders(text) != placeholders(all_ids(message)[-1])
    ]
    assert wrong == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_a_translation_keeps_the_spaces_at_the_ends(catalogue: Path) -> None:
    wrong = [
        message.id
        for message in messages(catalogue)
        for text in all_strings(message)
        if catalogue != FRENCH_OF_ARGPARSE and ends(text) != ends(all_ids(message)[-1])
    ]
    assert wrong == []


def test_english_has_no_french_in_it() -> None:
    english = (m for one in SOURCES.values() for m in messages(one.catalogue))
    said = {text for m in english for text in all_strings(m)} - set(OFFICIAL)
    words = (PLACEHOLDER.sub("x", text) for text in said)
    assert sorted(text for text in words if FRENCH_SIGN.search(text)) == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.stem)
def test_what_is_compiled_is_what_is_written(catalogue: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read(catalogue))
    assert catalogue.with_suffix(".mo").read_bytes() == compiled.getvalue(), "make i18n"


def test_the_language_is_chosen_by_switch_then_variable_then_locale(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv(i18n.VARIABLE, "fr")
    assert (i18n.choose("en"), _("banc")) == ("en", "bench")
    monkeypatch.setenv(i18n.VARIABLE, "fr")
    assert (i18n.choose(), _("banc")) == ("fr", "banc")
    monkeypatch.delenv(i18n.VARIABLE)
    assert (i18n.choose(), _("banc")) == ("en", "bench")


PO = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8"

msgid "la fuite du bassin"
msgstr "the leak of the basin"
"""


@pytest.mark.parametrize("is_damaged", [False, True])
def test_the_topic_of_a_centre_has_a_catalogue_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_damaged: bool
) -> None:
    catalogue = tmp_path / "checks" / "bassin" / "locale" / "en" / "LC_MESSAGES" / "bassin.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(PO, "utf-8")
    compile_one(catalogue)
    if is_damaged:
        catalogue.with_suffix(".mo").write_bytes(b"\xde\x12\x04\x95" + b"\xff" * 40)
    monkeypatch.setenv("LABCTL_CONTENT_DIR", str(tmp_path))
    monkeypatch.setenv(i18n.VARIABLE, "en")
    monkeypatch.setattr(i18n, "english_of_topics", cache(i18n.english_of_topics.__wrapped__))

    said = "la fuite du bassin" if is_damaged else "the leak of the basin"
    assert (_("la fuite du bassin"), _("banc")) == (said, "bench")


def test_an_empty_text_stays_empty_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(i18n.VARIABLE, "en")
    assert _("") == ""


def calls_in_f_strings(tree: ast.AST) -> Iterator[ast.Call]:
    """Yield the calls of ``_`` and ``mark`` that are inside an f-string."""
    for text in ast.walk(tree):
        for call in ast.walk(text) if isinstance(text, ast.JoinedStr) else ():
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "mark"}:
                yield call


def messages(catalogue: Path) -> Iterator[Message]:
    """Yield the messages of a catalogue, without its header."""
    return (message for message in read(catalogue) if message.id)


def translations(catalogue: Path) -> frozenset[str]:
    """Return the texts that a catalogue translates, or did."""
    current = frozenset(str(message.id) for message in messages(catalogue))
    return current | frozenset(str(name) for name in read(catalogue).obsolete)


def all_ids(message: Message) -> tuple[str, ...]:
    """Return a text, or its singular and plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def all_strings(message: Message) -> tuple[str, ...]:
    """Return the translations of a text; none at all when one is missing."""
    said = message.string
    strings = (said,) if isinstance(said, str) else tuple(said or ())
    return tuple(map(str, strings)) if all(strings) else ()


def placeholders(text: str) -> list[str]:
    """Return what is filled in, in the text's own words."""
    return sorted(PLACEHOLDER.findall(text))


def ends(text: str) -> tuple[str, str]:
    """Return the white space around a text, but for the space French puts before ``;``."""
    text = text.removeprefix(" ;").removeprefix(";")
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

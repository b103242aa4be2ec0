"""core.secrets: derived the same for ever, printed never."""

import base64
import html
import json
import quopri
import re
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest

from labctl.core.secrets import LETTERS, Redactor, Secret, derive, derive_code, draw, draw_typed

SEED = Secret("graine-de-demo")


def redact(text: str, known: list[Secret]) -> str:
    """Return the text as it is kept."""
    return Redactor(known)(text)


def test_a_secret_does_not_print() -> None:
    secret = Secret("hunter22")
    assert "hunter22" not in f"{secret} {secret!r} {[secret]} {secret:>20}"


def test_the_same_names_give_the_same_secret() -> None:
    assert derive(SEED, "07", "wifi") == derive(SEED, "07", "wifi")


def test_other_names_give_other_secrets() -> None:
    drawn = {
        derive(SEED, f"{bench:02d}", name).reveal() for bench in range(1, 17) for name in ("a", "b")
    }
    assert len(drawn) == 32


def test_names_do_not_run_into_each_other() -> None:
    assert derive(SEED, "ab", "c") != derive(SEED, "a", "bc")


def test_drawn_secrets_differ() -> None:
    assert draw() != draw()


@pytest.mark.parametrize(
    "spell",
    [
        lambda s: s,
        lambda s: base64.b64encode(s.encode()).decode(),
        lambda s: base64.b64encode(s.encode("utf-16-le")).decode(),
        lambda s: quote(s, safe=""),
        lambda s: s.encode().hex(),
        lambda s: s.encode().hex().upper(),
        lambda s: s.encode().hex(":"),
        lambda s: s.encode().hex(" ").upper(),
        lambda s: s.encode("utf-16-le").hex(),
        lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
        quote_plus,
        html.escape,
        lambda s: quopri.encodestring(s.encode()).decode(),
        lambda s: s.encode("utf-16-le").decode("utf-8", "surrogateescape"),
        lambda s: json.dumps(s.encode("utf-16-le").decode("utf-8", "surrogateescape")),
        lambda s: json.dumps(s, ensure_ascii=False),
        lambda s: json.dumps(shlex.quote(s)),
        json.dumps,
    ],
)
@pytest.mark.parametrize("value", ['p"ss w/rd & é', "it's<p>?ÿ>>", "Nacre-fenua-055102!"])
def test_redaction_knows_the_usual_spellings(spell: Callable[[str], str], value: str) -> None:
    shown = redact(f"before {spell(value)} after", [Secret(value)])
    assert shown.startswith("before ")
    assert re.fullmatch(r"before [\"']?\*\*\*(\x00|\\u0000)?[=\"']* after", shown)


def test_a_utf_16_text_of_either_end_is_redacted() -> None:
    """``rstrip`` of the last zero leaves what both ends have in common."""
    for name in ("utf-16-le", "utf-16-be"):
        text = "clé Nacre-fenua-055102!".encode(name).decode("utf-8", "surrogateescape")
        assert redact(text, [Secret("Nacre-fenua-055102!")]).count("***") == 1


def test_redaction_leaves_the_rest() -> None:
    assert redact("nothing here", [Secret("other-secret")]) == "nothing here"


@pytest.mark.parametrize("user", ["", "u", "us", "usr", "labctl-audit"])
def test_redaction_finds_a_password_inside_a_base64_text(user: str) -> None:
    secret = Secret("Nacre-fenua-055102!")
    spelt = base64.b64encode(f"{user}:{secret.reveal()}:end".encode()).decode()

    shown = redact(spelt, [secret])

    assert "***" in shown
    left = len(shown.replace("***", ""))
    assert left <= len(spelt) - len(secret.reveal()) * 4 // 3 + 4


def test_a_derived_secret_never_changes() -> None:
    """It is printed in the annexe: another release must derive the same."""
    assert derive(SEED, "07", "wifi").reveal() == "Monoi-lagon-854699!"
    assert derive(SEED).reveal() == "Tipanier-ukulele-527929!"


def test_a_drawn_secret_is_long_and_has_every_class_of_characters() -> None:
    value = draw().reveal()
    assert len(value) == 32 + len("-Aa1")
    assert value.endswith("-Aa1")


def test_a_typed_secret_is_letters_in_groups_then_every_class() -> None:
    assert re.fullmatch(r"([a-z]{4}-){3}Aa1", draw_typed().reveal())
    assert draw_typed() != draw_typed()


def test_the_longest_spelling_goes_first() -> None:
    """The other way round, the rest of the longer secret would be left to read."""
    assert redact("<abcd-efgh> <abcd>", [Secret("abcd"), Secret("abcd-efgh")]) == "<***> <***>"
    assert redact("<zzzz-efgh> <zzzz>", [Secret("zzzz-efgh"), Secret("zzzz")]) == "<***> <***>"


def test_a_secret_too_short_would_erase_the_text() -> None:
    assert redact("abc abcd", [Secret("abc")]) == "abc abcd"
    assert redact("abc abcd", [Secret("abcd")]) == "abc ***"
    assert redact("abc", []) == "abc"


def test_a_secret_quoted_for_the_shell_is_found() -> None:
    assert redact("x='it'\"'\"'s a secret'", [Secret("it's a secret")]) == "x=***"


def test_a_secret_quoted_for_an_address_is_found() -> None:
    assert redact("ftp://u:a%2Fb%20c@host", [Secret("a/b c")]) == "ftp://u:***@host"


def test_a_secret_formats_like_its_stars() -> None:
    assert f"{Secret('hunter22'):>5}|{Secret('hunter22')!s}" == "  ***|***"


def test_a_code_never_changes_and_is_easy_to_type() -> None:
    """It is printed in the annexe too: three groups of four letters that all keyboards share."""
    code = derive_code(SEED, "07", "labctl access").reveal()
    assert code == "eegj-nkxx-sjns"
    assert [len(group) for group in code.split("-")] == [4, 4, 4]
    assert set(code) <= {*LETTERS, "-"}


def test_each_bench_has_a_code_of_its_own() -> None:
    codes = {derive_code(SEED, f"{bench:02d}", "labctl access").reveal() for bench in range(1, 100)}
    assert len(codes) == 99

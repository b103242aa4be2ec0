"""YAML 1.2 with the line of every value; a hostile file is refused quickly, in French."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ruamel.yaml.events import Event

from labctl.core.errors import SpecError
from labctl.spec.lint import check_cahier, validate_cahier
from labctl.spec.loader import MAX_BYTES, load, parse, parse_compiled, parse_pure, read_values
from labctl.spec.scalar import parse_plain
from tests.pace import scale
from tests.plans import CAHIER


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52:54:00:12:34:56", "52:54:00:12:34:56"),
        ("010", 10),
        ("0x1F", "0x1F"),
        ("on", "on"),
        ("no", "no"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("-7", -7),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("9" * 30, "9" * 30),
        (".inf", ".inf"),
    ],
)
def test_plain_scalar_means_what_yaml_1_2_says(text: str, value: object) -> None:
    assert parse_plain(text) == value
    assert type(parse_plain(text)) is type(value)


def test_quoted_scalar_is_a_text() -> None:
    assert parse("f", b"a: '10'\nb: \"true\"").tree == {"a": "10", "b": "true"}


def test_every_value_has_its_line() -> None:
    source = parse("f", b"a:\n  - b: 1\n    c: [x,\n      y]\n")
    assert source.line_of(("a", 0, "c", 1)) == 4


def test_what_is_absent_has_the_line_of_what_would_hold_it() -> None:
    assert parse("f", b"x: 1\na:\n  b: 1\n").line_of(("a", "z", 3)) == 2


@pytest.mark.parametrize("wrong", ["b: '", 'c: "\\U00110000"'], ids=["refused", "not understood"])
def test_what_the_parser_stops_at_has_its_line_and_hides_nothing_before(wrong: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", f"a: 1\na: 2\n{wrong}".encode())
    assert [(found.line, found.rule) for found in caught.value.mistakes] == [
        (2, "cle-double"), (3, "yaml"),
    ]  # fmt: skip


def test_double_keys_are_all_reported_with_both_lines() -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", b"a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        "f:2: clé « a » déjà donnée à la ligne 1 [cle-double]",
        "f:3: clé « c » déjà donnée à la ligne 3 [cle-double]",
    ]


def test_opt_outs_are_for_their_line_or_the_next() -> None:
    source = parse("f", b"a: 1 # labctl: ignore r1, r2\n# labctl: ignore r3\nb: 1\n")
    assert source.ignored == {1: frozenset({"r1", "r2"}), 3: frozenset({"r3"})}


def test_missing_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="fichier illisible"):
        load(tmp_path / "absent.cdc.yml")


def test_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="fichier illisible"):
        load(tmp_path)


HOSTILE = {
    "nested lists": b"[" * MAX_BYTES,
    "nested blocks": b"{a: " * (MAX_BYTES // 4),
    "nested dashes": b"- " * (MAX_BYTES // 2),
    "nested questions": b"? " * (MAX_BYTES // 2),
    "alias bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n",
    "recursive alias": b"a: &a [*a]\n",
    "tag": b"a: !!python/object/apply:os.system [id]\n",
    "nul bytes": b"a: \0\0\0",
    "escape": b"a: \x1b[31m",
    "binary": bytes(range(256)) * 300,
    "utf-16": "a: é".encode("utf-16"),
    "latin-1": "a: é".encode("latin-1"),
    "huge": b"a: 1\n" * 1_000_000,
    "one long line": b"x" * MAX_BYTES,
    "open quote": b'a: "' + b"x" * 90_000,
    "many keys": b"".join(b"k%d: 1\n" % i for i in range(9_000)),
    "many items": b"a:\n" + b"  - 1\n" * 9_000,
    "many texts": b"- |\n" * 20_000,
    "two documents": b"a: 1\n---\nb: 1\n",
    "yaml 1.1": b"%YAML 1.1\n--- [a]\n",
    "complex key": b"{[a, b]: c}\n",
    "empty": b"",
    "only comments": b"# rien\n" * 10_000,
    "bangs": b"!" * 60_000,
    "anchors": b"&" * 60_000,
    "bad escape": b'a: "\\q"\n',
    "surrogate": b'a: "\\ud800"\n',
    "bad directive": b"%TAG ! ! !\n---\n",
    "character beyond Unicode": b'a: "\\U00110000"\n',
    "character beyond a C int": b'a: "\\UFFFFFFFF"\n',
    "version of no YAML": b"%YAML 1.9\n---\na: 1\n",
    "version without an end": b"%YAML " + b"9" * 5000 + b".1\n---\na: 1\n",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_within_a_second(raw: bytes) -> None:
    limit_s = 1 if sys.gettrace() is None else 5  # measuring coverage takes its time
    started = time.process_time()
    with pytest.raises(SpecError):
        parse("f", raw)
    assert time.process_time() - started < scale(limit_s)


@pytest.mark.parametrize("part", range(1, 12))
def test_truncated_cahier_is_refused_not_a_traceback(part: int, tmp_path: Path) -> None:
    raw = CAHIER.read_bytes()
    file = tmp_path / "x.cdc.yml"
    file.write_bytes(raw[: len(raw) * part // 12])
    mistakes = validate_cahier(file)
    assert min(mistake.line for mistake in mistakes) >= 1


BLOATED = {
    "references without an end": b"title_fr: " + b"${" * 40_000,
    "references in references": b"title_fr: '" + b"${a" * 20_000 + b"}'",
    "a value a thousand times": (
        b"variants: {A: {v: " + b"x" * 40_000 + b"}}\ntitle_fr: '" + b"${v}" * 10_000 + b"'\n"
    ),
    "an opt-out without an end": b"a: 1 # labctl: ignore a" + b" " * 90_000 + b"!",
    "spaces before an opt-out": b"a: 1 # labctl: ignore" + b" " * 90_000 + "é!".encode(),
    "many opt-outs": b"a: 1 " + b"# labctl: ignore a " * 4_500 + b"!",
    "many variants": (
        b"variants: {" + b"".join(b"V%d: {v: x}, " % i for i in range(120)) + b"}\ntitle_fr: '"
        + b"${v}" * 20_000 + b"'\n"
    ),
    "many bad variables": b"title_fr: '" + b"${zzzzzzzzzzzzzzzz}" * 4_000 + b"'\n",
    "many long names": b"".join(
        b"%s%d: 1\n" % (b"k" * 500, i) for i in range(120)
    ),
}  # fmt: skip


@pytest.mark.parametrize("raw", BLOATED.values(), ids=BLOATED)
def test_a_small_file_that_would_grow_is_refused_within_a_second(raw: bytes) -> None:
    limit_s = 1 if sys.gettrace() is None else 5
    started = time.process_time()
    assert check_cahier(parse("f", raw))
    assert time.process_time() - started < scale(limit_s)


@pytest.mark.parametrize(
    "sign", ["\u200b", "\u200e", "\u00ad", "\u2028", "\u2060", "\ufeff", "\ufffe", "\U000e0041"]
)
def test_what_is_not_seen_is_told_with_its_column(sign: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", f"a: 1\nb: x{sign}y\nc: {sign}\n".encode())
    assert [(found.line, found.rule) for found in caught.value.mistakes] == [
        (2, "encodage"),
        (3, "encodage"),
    ]
    assert f"U+{ord(sign):04X}, colonne 5" in caught.value.mistakes[0].hint


def test_lines_end_as_in_windows_or_begin_with_a_mark() -> None:
    source = parse("f", b"\xef\xbb\xbfa: 1\r\nb: 2 # labctl: ignore r1\r\n")
    assert source.tree == {"a": 1, "b": 2}
    assert source.ignored == {2: frozenset({"r1"})}


def test_control_characters_written_as_escapes_are_refused() -> None:
    with pytest.raises(SpecError, match="f:2: caractère de contrôle interdit"):
        parse("f", b'a: 1\nb: "\\e[31m"\n')


def test_a_file_that_is_too_long_is_not_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "x.cdc.yml"
    file.write_bytes(b"#" * (MAX_BYTES + 1))

    with pytest.raises(SpecError) as refused:
        load(file)

    (mistake,) = refused.value.mistakes
    assert (mistake.line, mistake.message) == (1, "fichier trop grand : plus de 96 Kio")


def test_every_alias_and_every_tag_is_told_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", b"a: &x [1]\nb: *x\nc: !t 1\nd:\n  <<: *x\na: 2\n")
    assert [(m.line, m.rule) for m in caught.value.mistakes] == [
        (1, "yaml"),
        (2, "yaml"),
        (3, "yaml"),
        (5, "yaml"),
        (6, "cle-double"),
    ]


def test_a_thousand_aliases_are_told_some_of() -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", b"a: &x 1\n" + b"".join(b"k%d: *x\n" % i for i in range(120)))
    assert len(caught.value.mistakes) == 40


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (b'a: 1\nb: "\\xZZ"\n', 2, "chiffres qui manquent"),
        (b"%YAML 2.0\n---\na: 1\n", 1, "effacez la ligne %YAML"),
        (b"a: |99\n  x\n", 1, "ne sont suivis que du texte"),
        (b"a: 1\nb: ]\n", 2, "valeur attendue ici"),
        (b"a: 1\nb: &\n", 2, "entre guillemets"),
        (b'a: 1\nb: "\\U00110000"\n', 2, "YAML illisible"),
    ],
)
def test_what_the_parser_refuses_is_said_in_french_on_its_line(
    text: bytes, line: int, said: str
) -> None:
    with pytest.raises(SpecError) as caught:
        parse("f", text)
    (mistake,) = caught.value.mistakes
    assert mistake.line == line
    assert said in mistake.message


def test_a_file_that_changed_is_read_again() -> None:
    first, same, changed = (parse("a.yml", raw) for raw in (b"a: 1\n", b"a: 1\n", b"a: 2\n"))

    assert first is same
    assert changed.tree == {"a": 2}


REPOSITORY = Path(__file__).parents[3]
WRITTEN = [
    path
    for folder in ("checks", "inventories", "vm_templates", "tests/exams", "tests/golden/lint")
    for path in sorted((REPOSITORY / folder).rglob("*.yml"))
    if path.stat().st_size < MAX_BYTES
]


def values_or_none(file: Path, events: Callable[[str], Iterator[Event]]) -> object:
    try:
        return read_values(str(file), file.read_bytes().decode("utf-8-sig", "replace"), events)
    except SpecError:
        return None


def test_libyaml_reads_the_same_values_on_the_same_lines() -> None:
    found = {path: values_or_none(path, parse_compiled) for path in WRITTEN}

    read = {path: values for path, values in found.items() if values is not None}
    assert len(read) > 150
    assert {path: values_or_none(path, parse_pure) for path in read} == read


def test_where_libyaml_is_not_installed_files_are_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "_ruamel_yaml", None)

    assert parse("alone.yml", b"a: {b: 52:54:00}\n").tree == {"a": {"b": "52:54:00"}}

"""Wrong words end with exit code 2 and a hint, in the language of the user."""

from pathlib import Path

import pytest

from tests.unit.cli.lines import say

WRONG = [
    (("validat",), "verbe inconnu : « validat »", "vouliez-vous dire « validate » ?"),
    (("zzz",), "verbe inconnu : « zzz »", "verbes : doctor, "),
    (("--room", "demo", "up"), "verbe inconnu : « demo »", "les options viennent après le verbe"),
    (("--bogus",), "labctl : argument inconnu : --bogus", "labctl --help"),
    (("--lang",), "labctl : --lang : une valeur est attendue", "labctl --help"),
    (("up", "1", "--lang", "de"), "labctl up : --lang : valeur inconnue : 'de'", "labctl up"),
    (("up",), "labctl up : il manque : BANCS", "labctl up --help"),
    (("up", "1", "--jsn"), "labctl up : argument inconnu : --jsn", "« --json »"),
    (("up", "x"), "« x » n'est pas un numéro de banc", "7, 1-12"),
    (("up", "17"), "la salle « demo » n'a pas de banc 17", "bancs de la salle : 1-16"),
    (("up", "1", "--room", "zz"), "« zz » n'est pas connu", "connus : demo"),
    (("up", "1", "--cahier", "zz"), "« zz » n'est pas connu", "tai-tp-pme-01"),
    (("up", "1", "--", "ls"), "labctl up : argument inconnu : -- ls", "labctl up --help"),
    (("plan", "1-2"), "un seul banc attendu, pas « 1-2 »", ""),
    (("plan", "1", "2"), "labctl plan : argument inconnu : 2", "labctl plan --help"),
    (("images", "zz"), "valeur inconnue : 'zz'", "labctl images --help"),
    (("grade",), "dites quels bancs juger", "--from DOSSIER"),
    (("grade", "1", "--mode", "zz"), "--mode : valeur inconnue : 'zz'", "labctl grade --help"),
    (("incident", "draw", "1", "--only", "P-12"), "« incident draw » ne", "labctl incident --help"),
    (("incident", "status", "1", "--minutes=9"), "compte de --minutes", "labctl incident --help"),
    (("prove", "1", "--ready"), "« prove » ne tient pas compte de --ready", "labctl prove --help"),
    (("access", "1", "--stop", "--mode", "examen"), "compte de --mode", "labctl access --help"),
    (("grade", "1", "2", "--from", "zz"), "« grade --from » ne tient pas compte de 1, 2", "grade"),
    (("grade", "--from", "zz", "--after-restart"), "compte de --after-restart", "grade --help"),
    (("report", "1", "--from", "zz", "--phase", "2"), "compte de --phase, 1", "report --help"),
    (("print", "1", "--session", "zz", "--date", "2026-12-01"), "compte de --date", "print"),
    (("new", "check", "zz", "--benches", "3"), "« new check » ne tient pas compte", "new --help"),
    (("new", "subject", "zz", "--topic", "dns"), "compte de --topic", "labctl new --help"),
    (("images", "list", "--iso", "zz"), "compte de --iso", "labctl images --help"),
    (("seal", "1", "--public-key"), "« seal --public-key » ne tient pas compte de 1", "seal"),
    (("grade", "1", "--only", "zz"), "« zz »", "critères : "),
    (("grade", "--from", "zz"), "« zz » n'est pas le dossier d'un relevé", "evidence"),
    (("report",), "dites quels bancs imprimer", "--from DOSSIER"),
    (("report", "1", "--format", "pdf"), "format de rapport inconnu : « pdf »", "html, json"),
    (("down",), "dites quels bancs démonter", "labctl down --all"),
    (("down", "1", "--provider", "zz"), "fournisseur inconnu : « zz »", "embedded, incus, libvirt"),
    (("down", "1", "--all"), "dites quels bancs démonter", "labctl down --all"),
    (
        ("reset", "1", "--node", "zz"),
        "le banc n'a pas de machine « zz »",
        "commutateur, courrier, dc",
    ),
    (("reset", "1", "--node", "dc", "--sealed"), "un banc scellé se remet à neuf en entier", ""),
    (("seal",), "dites quels bancs sceller", "labctl seal 1-16"),
    (("unseal", "1", "--signers", "zz"), "la clé publique des scellés manque", "--public-key"),
    (("unseal", "1", "--signers", "/dev/zero"), "la clé publique des scellés manque", ""),
    (("connect",), "labctl connect : il manque : BANC, MACHINE", "labctl connect --help"),
    (
        ("connect", "1", "zz"),
        "le banc n'a pas de machine « zz »",
        "commutateur, courrier, dc",
    ),
    (("validate", "zz"), "« zz » n'est pas connu", "tai-tp-pme-01"),
    (("completion", "fish"), "valeur inconnue : 'fish'", "labctl completion --help"),
    (("schema", "zz"), "valeur inconnue : 'zz'", "labctl schema --help"),
]


@pytest.mark.parametrize(("words", "message", "hint"), WRONG)
def test_wrong_words(
    words: tuple[str, ...], message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = say(capsys, *words)
    assert (said.code, said.out) == (2, "")
    assert message in said.err.splitlines()[0]
    assert hint in "".join(said.err.splitlines()[1:])


@pytest.mark.parametrize("words", [case[0] for case in WRONG])
def test_wrong_words_in_english(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_LANG", "en")
    said = say(capsys, *words)
    assert (said.code, said.out) == (2, "")
    assert " :" not in said.err
    assert "«" not in said.err


def test_a_bench_that_is_not_there_is_no_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "report", "1")
    assert said.code == 5
    assert said.err == "le banc 01 n'a aucun relevé\n  piste : labctl grade 1\n"


def test_a_variable_stands_for_a_flag(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_ROOM", "zz")
    assert "« zz » n'est pas connu" in say(capsys, "up", "1").err


def test_a_variable_is_checked_as_its_flag_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_MODE", "zz")
    said = say(capsys, "grade", "1")
    assert said.code == 2
    assert said.err == (
        "LABCTL_MODE : valeur inconnue « zz »\n  piste : connues : examen, formation\n"
    )


@pytest.mark.parametrize(
    ("words", "variable", "value", "told"),
    [
        (("incident", "list", "1"), "LABCTL_MINUTES", "abc", "valeur incorrecte « abc »"),
        (("incident", "list", "1"), "LABCTL_LEVEL", "x", "valeur incorrecte « x »"),
        (("incident", "list", "1"), "LABCTL_LEVEL", "7", "valeur inconnue « 7 »"),
        (("report", "1"), "LABCTL_PHASE", "one", "valeur incorrecte « one »"),
        (("access", "1"), "LABCTL_FIRST_PORT", "x", "valeur incorrecte « x »"),
        (("new", "room", "a"), "LABCTL_BENCHES", "x", "« x » n'est pas un nombre de bancs"),
    ],
)
def test_a_variable_that_is_no_number_is_named(
    words: tuple[str, ...],
    variable: str,
    value: str,
    told: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    said = say(capsys, *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{variable} : {told}")


def test_the_number_of_a_variable_is_one_of_those_that_its_flag_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_LEVEL", "2")
    said = say(capsys, "incident", "list", "1")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("variable", ["ROOM", "MODE", "PHASE", "FROM", "ONLY", "OUTPUT"])
def test_an_empty_variable_says_nothing(
    variable: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = say(capsys, "report", "1")
    monkeypatch.setenv(f"LABCTL_{variable}", "")
    assert say(capsys, "report", "1") == before


@pytest.mark.parametrize("value", ["", "0", "no", "non", "false"])
def test_a_variable_can_leave_a_flag_down(
    value: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_JSON", value)
    assert not say(capsys, "plan", "1").out.startswith("{")


def test_the_flag_wins_over_the_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_ROOM", "zz")
    assert say(capsys, "plan", "1", "--room", "demo").code == 0


def test_a_content_folder_that_is_not_there_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABCTL_CONTENT_DIR", "/nowhere")
    said = say(capsys, "validate")
    assert said.code == 2
    assert "LABCTL_CONTENT_DIR" in said.err


def test_a_mistake_of_ours_is_confessed_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labctl.cli.schema.run", lambda _args: 1 // 0)
    said = say(capsys, "schema")
    assert said.code == 1
    assert said.err.startswith("défaut de labctl, détail dans ")
    assert "Traceback" not in said.err


def test_one_file_is_not_counted_as_several(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "validate", "tai-tp-pme-01").out
    assert said.endswith("\naucune erreur, fichiers lus : 1\n")


def test_a_file_of_this_folder_is_read_whatever_begins_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mien.yml").write_text("schema: labctl/cdc/v2\n", encoding="utf-8")

    assert say(capsys, "validate", "mien.yml").out.startswith("mien.yml:1: clé « id » absente")


def test_checks_are_named_one_by_one_or_with_commas(capsys: pytest.CaptureFixture[str]) -> None:
    apart = say(capsys, "prove", "1", "--dry-run", "--json", "--only", "K-057", "--only", "K-062")
    together = say(capsys, "prove", "1", "--dry-run", "--json", "--only", "K-057, K-062")
    assert (apart.code, apart.out) == (0, together.out)
    assert "K-062" in apart.out

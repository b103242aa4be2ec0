"""At 80 columns no table cuts an address or a name, with the longest of the shipped subject."""

from collections.abc import Iterator

import pytest

from labctl.cli.display import LONGEST_WORD, print_table
from labctl.core import i18n
from labctl.core.verdict import Verdict
from labctl.plan.tables import render_tables
from tests.plans import plan_of
from tests.unit.cli.lines import say

RUN = "20261127T131419.164755Z"
NODE = "sonde_bureautique"


def tables() -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """Yield every table of the verbs, each cell as long as it may be."""
    for number in (1, 2, 3):
        for table in render_tables(plan_of(number)):
            yield table.title, tuple(table.columns), [tuple(row) for row in table.rows]
    moment, bench = "27/11/2026 à 12:45 UTC-10", "01 (poste simulé)"
    head: tuple[str, ...]
    names = ("banc", "variante", *(verdict.value for verdict in Verdict), "aidé")
    yield "grade", names, [(bench, "A", *["86"] * 6)]
    found = "attendu OU=Anciens,OU=MN,DC=moana,DC=test, trouvé \\\\NAS-ARU-01\\SAUVEGARDES$"
    yield (
        "grade",
        ("contrôle", "critère", "verdict", "constat"),
        [("K-071", "10.1", "non vérifiable (aidé)", found)],
    )
    head = ("banc", "variante", "état", "depuis", "en marche", "à voir")
    yield "status", head, [(bench, "A", "incomplet", moment, "14/15", f"{NODE} : arrêtée")]
    head = ("banc", "variante", "machines", "démarrées", "durée")
    yield "up", head, [(bench, "A", "15", f"{NODE}, point_acces, commutateur", "12.7 s")]
    head = (
        "banc",
        "scellé le",
        "empreinte, à noter au procès-verbal",
        "fichiers",
        "taille",
        "durée",
    )
    yield "seal", head, [("01", moment, "1d17f4311f943b46", "12345", "1234 MiB", "12.3 s")]
    head = ("contrôle", "vierge", "corrigé", "saboté", "entraîne", "discrimine")
    yield "prove", head, [("K-071", *["non vérifiable"] * 3, "K-072 K-073", "non saboté")]
    head = ("couche", "rôle", "état", "utile à la salle")
    layer = "workstation-linux-a9497446a45261f7"
    yield "images", head, [(layer, "workstation-linux", "à construire", "oui")]
    head = ("quoi", "état", "constaté", "piste")
    free = "75942 MiB (/var/cache/labctl)"
    yield (
        "doctor",
        head,
        [("disque, cache", "MANQUE", free, "sysctl fs.inotify.max_user_instances")],
    )


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_of_a_table_is_cut(
    width: int,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv(i18n.VARIABLE, language)
    cut = []
    for title, head, rows in tables():
        print_table(title, head, rows)
        printed = capsys.readouterr().out
        assert max(map(len, printed.splitlines())) <= width
        words = {word for row in rows for cell in row for word in cell.split()} - {"—", "–"}
        shown = set(printed.split())
        cut += [(title, word) for word in words - shown if len(word) <= LONGEST_WORD]

    assert cut == []


def test_a_plan_is_whole_at_80_columns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    said = say(capsys, "plan", "1")

    named = ("commutateur", "SRV-ARU-AD1", "teva.maitere@moana.test", "02:00:00:01:00:09")
    assert [name for name in named if name not in said.out] == []


def test_a_row_that_does_not_fit_is_a_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    name, mac = "poste-de-travail-01", "02:00:00:00:00:15"

    print_table(
        "Titre", ("machine", "adresse", "MAC"), [(name, "10.21.255.255/30", mac), ("b", "—", "")]
    )

    assert capsys.readouterr().out.splitlines() == [
        "Titre",
        name,
        "  adresse : 10.21.255.255/30 ·",
        f"    MAC : {mac}",
        "b",
        "",
    ]

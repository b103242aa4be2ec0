"""Quotes as they are made: rates, sub-totals, advances, other columns, how long they are valid."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from checks.documents.amounts import read_number
from checks.documents.dates import list_dates
from labctl.core.expect import Undecided
from tests.papers import read_papers
from tests.unit.checks.test_documents import QUOTE, judge, write_xlsx

Row = list[object]
HEAD: Row = ["Référence", "Désignation", "Quantité", "Prix unitaire HT", "Taxe", "Montant HT"]
LINES: list[Row] = [
    ["POS-100", "Poste fixe compact", 1, 124900, "16 %", 124900],
    ["ECR-240", "Écran 24 pouces", 1, 24900, "16 %", 24900],
    ["OND-070", "Onduleur 700 VA", 1, 14900, "16 %", 14900],
    ["INT-100", "Main-d'œuvre", 2, 6500, "13 %", 13000],
]


def total(name: str, amount: object) -> Row:
    """Return a row of totals whose amount stands under the others."""
    return [name, None, None, None, None, amount]


NET, TAXES, GROSS = total("Total HT", 177700), total("Taxes", 28042), total("Total TTC", 205742)
RATES: list[Row] = [["TGC 16 %", 164700, 26352], ["TGC 13 %", 13000, 1690]]
DUE, ADVANCE = total("Net à payer", 205742), total("Acompte de 30 % à la commande", 61723)
PARTS = [total("Sous-total matériel HT", 164700), total("Sous-total services", 13000)]
CATALOGUE: list[Row] = [
    [int(cell) if cell.isdigit() else cell for cell in row]
    for row in csv.reader(
        Path("checks/quote/given/catalogue-XPF.csv").read_text("utf-8").splitlines(), delimiter=";"
    )
]


def judge_rows(*rows: Row, check: str = "K-108") -> str:
    return judge(check, read_papers({QUOTE: write_xlsx(*rows)}))


@pytest.mark.parametrize(
    "rows",
    [
        [NET, *RATES, GROSS],
        [NET, *RATES, TAXES, GROSS],
        [NET, ["TGC", "16 %", 26352], ["TGC", "13 %", 1690], GROSS],
        [NET, ["TVA normale", 26352], ["TVA réduite", 1690], ["Total TVA", 28042], GROSS],
        [NET, ["TGC à 16 % sur 164 700 :", 26352], ["TGC à 13 % sur 13 000 :", 1690], GROSS],
        [["Total H.T.", 177700], ["T.V.A.", 28042], ["Total T.T.C.", 205742]],
        [NET, ["Taxe sur la valeur ajoutée", 28042], GROSS],
        [["Taux de TGC", 16], NET, TAXES, GROSS],
        [["N° TVA", "123456"], ["Hors taxes", 177700], NET, TAXES, GROSS],
        [["Total HT à 16 %", 164700], ["Total HT à 13 %", 13000], NET, TAXES, GROSS],
        [NET, TAXES, GROSS, DUE],
        [NET, TAXES, DUE],
        [NET, TAXES, GROSS, ADVANCE],
        [NET, TAXES, GROSS, ADVANCE, total("Reste à payer", 144019)],
        [*PARTS, NET, TAXES, GROSS],
        [total("Total matériel", 164700), total("Total services", 13000), NET, TAXES, GROSS],
        [total("Base à 16 %", 164700), total("Base à 13 %", 13000), NET, *RATES, GROSS],
        [NET, TAXES, GROSS, *CATALOGUE],
    ],
)
def test_right_totals_conform_however_they_are_said(rows: list[Row]) -> None:
    assert judge_rows(HEAD, *LINES, *rows) == ""


def test_a_sub_total_between_lines_is_no_line() -> None:
    rows = [*LINES[:3], PARTS[0], LINES[3], PARTS[1], NET, TAXES, GROSS]
    assert judge_rows(HEAD, *rows) == ""
    assert judge_rows(HEAD, *rows, check="K-109") == ""


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([NET, ["TGC 16 %", 26000], ["TGC 13 %", 1690], TAXES, GROSS], "taxes, taux par taux"),
        ([NET, ["TGC 16 %", 26352], ["TGC 13 %", 1600], GROSS], "taxes : attendu 28042"),
        ([NET, *RATES, total("Total taxes", 28041), GROSS], "taxes : attendu 28042, trouvé 28041"),
        ([NET, RATES[0], GROSS], "taxes : attendu 28042, trouvé 26352"),
        ([NET, GROSS], "taxes : attendu 28042, trouvé rien"),
        ([NET, TAXES, GROSS, total("Net à payer", 200000)], "net à payer : attendu 205742"),
        ([NET, TAXES, total("Net à payer", 200000)], "total toutes taxes comprises"),
        ([PARTS[0], TAXES, GROSS], "total hors taxes : attendu 177700, trouvé rien"),
        ([["Total HT à 16 %", 164700], TAXES, GROSS], "total hors taxes : attendu 177700"),
        ([total("Livraison", 5000), NET, TAXES, GROSS], "Livraison : quantité ou prix absent"),
        ([NET, TAXES, GROSS, LINES[0]], "total hors taxes : attendu 302600"),
    ],
)
def test_wrong_totals_do_not(rows: list[Row], said: str) -> None:
    assert said in judge_rows(HEAD, *LINES, *rows)


@pytest.mark.parametrize("line", [["POS-100", "Poste", 1], ["POS-100", "Poste", None, 5]])
def test_a_product_without_a_price_or_a_number_is_a_line(line: Row) -> None:
    assert "POS-100 : quantité ou prix absent" in judge_rows(HEAD, line, NET, TAXES, GROSS)


def test_a_line_of_a_second_table_counts() -> None:
    rows = [HEAD, *LINES[:3], NET, TAXES, GROSS, HEAD, LINES[3]]
    assert judge_rows(*rows) == ""
    assert "« X » n'est pas au catalogue" in judge_rows(*rows, ["X", "Câble", 1, 5], check="K-109")


@pytest.mark.parametrize(
    "head",
    [
        ["Références", "Désignation", "Quantités", "Prix unitaires HT", "Taxe", "Montants HT"],
        ["Réf.", "Désignation", "Nb", "P.U. HT", "Taxe", "Total HT"],
        ["Code", "Désignation", "Qté", "PU", "Taxe", "Total"],
    ],
)
def test_columns_have_other_usual_names(head: Row) -> None:
    assert judge_rows(head, *LINES, NET, TAXES, GROSS) == ""


@pytest.mark.parametrize("form", ["XPF {0}", "F CFP {0}", "{0} F CFP", "{0},00 XPF"])
@pytest.mark.parametrize("grouping", ["", ".", "\u202f", " "])
def test_amounts_are_written_in_several_ways(form: str, grouping: str) -> None:
    def write(amount: object) -> str:
        return form.format(f"{amount:,}".replace(",", grouping))

    lines: list[Row] = [[*line[:3], write(line[3]), line[4], write(line[5])] for line in LINES]
    totals = [[*row[:5], write(row[5])] for row in (NET, TAXES, GROSS)]
    assert [judge_rows(HEAD, *lines, *totals, check=one) for one in ("K-108", "K-109")] == ["", ""]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("124,900.00", "124900.00"),
        ("-1.234,5", "-1234.5"),
        ("12,50 €", "12.50"),
        ("€ 12.50", "12.50"),
        ("1,234", "1.234"),
        ("Fixe 12", None),
        ("EUR", None),
    ],
)
def test_numbers_of_a_currency_with_hundredths(text: str, number: str | None) -> None:
    assert read_number(text) == (Decimal(number) if number else None)


def test_a_reference_in_small_letters_is_the_one_of_the_catalogue() -> None:
    lines: list[Row] = [[str(line[0]).lower(), *line[1:]] for line in LINES]
    assert judge_rows(HEAD, *lines, NET, TAXES, GROSS) == ""
    assert judge_rows(HEAD, *lines, NET, TAXES, GROSS, check="K-109") == ""


def test_an_amount_of_tax_is_not_the_amount_of_a_line() -> None:
    head: Row = ["Code TVA", "Réf.", "Qté", "Prix hors taxes", "Montant TVA", "Montant HT"]
    lines: list[Row] = [["N", line[0], line[2], line[3], 1, line[5]] for line in LINES]
    assert judge_rows(head, *lines, NET, TAXES, GROSS) == ""


@pytest.mark.parametrize("label", ["Besoin", "Besoins du client", "Le besoin"])
def test_the_need_is_under_its_usual_names(label: str) -> None:
    assert judge_rows([label, "Un second poste, et un onduleur."], check="K-107") == ""
    assert judge_rows([label, "Un poste"], check="K-107")


@pytest.mark.parametrize("check", ["K-108", "K-109", "K-110"])
def test_lines_in_columns_that_are_not_known_are_for_a_person(check: str) -> None:
    head: Row = ["Article", "Désignation", "Combien", "Prix", "Taxe", "Total"]
    with pytest.raises(Undecided, match="ne se lisent pas"):
        judge_rows(head, ["pos-100", *LINES[0][1:]], NET, TAXES, GROSS, check=check)
    assert judge_rows(head, NET, TAXES, GROSS, check=check) == "le devis n'a aucune ligne"


def test_amounts_that_no_program_computed_are_for_a_person() -> None:
    lines: list[Row] = [[*line[:5], f"=C{row}*D{row}"] for row, line in enumerate(LINES, start=2)]
    with pytest.raises(Undecided, match="a des formules sans résultat : montant de POS-100"):
        judge_rows(HEAD, *lines, NET, TAXES, GROSS)


def judge_validity(*rows: Row) -> str:
    """Return what is said of a quote of the 15th of June that is right but for its validity."""
    date_of: Row = ["Date", "15/06/2026"]
    others: list[Row] = [["SARL Moana Nautic"], ["Garantie : 2 ans"], ["Délai : 60 jours"]]
    return judge_rows(date_of, *rows, *others, check="K-111")


@pytest.mark.parametrize(
    "rows",
    [
        [["Validité", "30 jours"]],
        [["Validité", "30j"]],
        [["Validité", "30 jrs."]],
        [["Validité", "trente (30) jours"]],
        [["Validité en jours", 30]],
        [["Numéro", "Validité"], ["D-12", "30 jours"]],
        [["Devis n° 2026-90 valable 30 jours, délai de livraison 90 jours"]],
        [["Ce devis du 15/06/2026 a 30 jours de validité"]],
        [["Valable jusqu'au 15/07/2026"]],
        [["Valable jusqu'au", date(2026, 7, 15)]],
        [["Validité", "15 juillet 2026"]],
        [["Validité", "jusqu'au 2026-07-15"]],
    ],
)
def test_the_validity_is_said_in_several_ways(rows: list[Row]) -> None:
    assert judge_validity(*rows) == ""


@pytest.mark.parametrize(
    "row",
    [
        ["Validité", "930 jours"],
        ["Validité", "90 jours, acompte de 30 %"],
        ["Devis valable 90 jours, délai de livraison 30 jours"],
        ["Validité", "30 mois"],
        ["Validité", "jusqu'au 30 juin"],
        ["Valable jusqu'au 30/06/2026"],
        ["Valable jusqu'au 16/07/2026"],
        ["Validité", "........"],
        ["Garantie", "30 jours"],
    ],
)
def test_another_validity_is_wrong(row: Row) -> None:
    assert judge_validity(row) == "la validité de 30 jours n'est pas écrite"


def test_days_that_are_in_no_calendar_are_none() -> None:
    assert list_dates("le 31/02/2026, le 12 bidule 2026, le 1er août 2026 et le 5.6.26") == (
        date(2026, 8, 1),
        date(2026, 6, 5),
    )

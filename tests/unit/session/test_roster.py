"""A roster is what a spreadsheet writes: separators, accents, marks and capitals of any kind."""

import pytest

from labctl.session.roster import Candidate, fold, read_roster

PLAIN = "candidat;parcours;place;jury\nÉloïse Oopa;titre;14;J4\n"


def read(text: str, encoding: str = "utf-8") -> tuple[Candidate, ...]:
    roster, mistakes = read_roster("liste.csv", text.encode(encoding))
    assert mistakes == ()
    return roster.candidates


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "\ufeff" + PLAIN,
        PLAIN.replace(";", ","),
        PLAIN.replace(";", "\t"),
        PLAIN.replace("\n", "\r\n"),
        "\n;;;\n" + PLAIN + ";;;\n",
        PLAIN.replace("Éloïse", "E\u0301loi\u0308se"),
        PLAIN.replace("É", " É").replace("Oopa", "  Oopa "),
        PLAIN.replace("Éloïse Oopa", '"Éloïse\nOopa"'),
        PLAIN.replace("candidat", "Candidat").replace("place", "BANC"),
        PLAIN.replace("candidat", "Nom").replace("parcours", "PARCOURS"),
    ],
    ids=[
        *("plain", "byte-order-mark", "commas", "tabulations", "crlf", "empty-lines"),
        *("decomposed-accents", "spaces", "line-in-a-field", "other-names", "capitals"),
    ],
)
def test_one_candidate_in_any_spelling(text: str) -> None:
    (found,) = read(text)
    assert (found.name, found.route, found.bench, found.jury) == ("Éloïse Oopa", "titre", 14, "J4")


def test_a_line_that_begins_below_a_field_of_two_lines_keeps_its_number() -> None:
    text = 'candidat;place\n"Éloïse\nOopa";14\nTamatoa Paia;15\n'
    assert [one.line for one in read(text)] == [2, 4]


def test_accommodations_are_several() -> None:
    text = "candidat;place;Aménagements\nHereiti Deane;3;tiers-temps + sujet agrandi\n"
    assert read(text)[0].accommodations == ("tiers-temps", "sujet agrandi")


@pytest.mark.parametrize("name", ["Tiers temps", "tiers-temps", "TIERS_TEMPS", " tiers  temps"])
def test_names_are_compared_without_accents_capitals_and_dashes(name: str) -> None:
    assert fold(name) == fold("tiers-temps")


def test_another_encoding_is_refused_with_the_line_and_the_way_out() -> None:
    roster, (mistake,) = read_roster("liste.csv", PLAIN.encode("cp1252"))
    assert roster.candidates == ()
    assert (mistake.line, mistake.rule) == (2, "encodage")
    assert "CSV UTF-8" in mistake.hint


def test_an_empty_file_names_the_columns() -> None:
    _roster, (mistake,) = read_roster("liste.csv", b"\n\n")
    assert "candidat, place" in mistake.hint


def test_who_sits_at_a_bench() -> None:
    roster, _mistakes = read_roster("liste.csv", PLAIN.encode())
    assert [roster.at(bench) is None for bench in (13, 14)] == [True, False]

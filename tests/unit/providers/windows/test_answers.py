"""Answer files: values put in, and the schema that holds them."""

from pathlib import Path

import pytest

from labctl.core.errors import SpecError
from labctl.providers.windows.answers import check, render


def write(folder: Path, text: str) -> Path:
    file = folder / "answers.xml"
    file.write_text(text, encoding="utf-8")
    return file


def test_values_are_escaped(tmp_path: Path) -> None:
    template = write(tmp_path, "<a>${company}</a>")

    assert render(template, {"company": "Moana & <Fils>"}) == "<a>Moana &amp; &lt;Fils&gt;</a>"


def test_a_value_is_not_read_again(tmp_path: Path) -> None:
    template = write(tmp_path, "<a>${company}</a>")

    assert render(template, {"company": "${name}", "name": "x"}) == "<a>${name}</a>"


def test_an_unknown_name_is_told_with_its_line(tmp_path: Path) -> None:
    template = write(tmp_path, "<a>\n<b>${comany}</b></a>")

    with pytest.raises(SpecError) as caught:
        render(template, {"company": "x"})

    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.message) == (2, "valeur inconnue : « comany »")
    assert "company" in mistake.hint


def test_what_is_no_answer_file_is_refused_with_its_line() -> None:
    with pytest.raises(SpecError) as caught:
        check("<unattend>\n<oops/></unattend>", "autounattend.xml")

    assert caught.value.mistakes[0].file == "autounattend.xml"


def test_what_is_not_xml_is_refused() -> None:
    with pytest.raises(SpecError, match=r"autounattend\.xml:1"):
        check("<unattend", "autounattend.xml")

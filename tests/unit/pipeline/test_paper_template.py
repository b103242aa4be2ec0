"""Templates of a centre: what they may override and ask for, and hostile ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.errors import InfrastructureError, SpecError
from labctl.pipeline.place import load_place
from tests.plans import CAHIER as ROOT_CAHIER
from tests.printing import print_one, read_pdf

UseContent = Callable[[Path], None]
pytestmark = pytest.mark.usefixtures("own_state")


def test_a_hostile_company_is_printed_as_it_was_typed(
    tmp_path: Path, use_content: UseContent
) -> None:
    name = '#panic("a") $x$ <lbl> *b* | `c` "d" @preview/x:1.0.0'
    text = ROOT_CAHIER.read_text(encoding="utf-8")
    text = text.replace('societe: "SARL Moana Nautic"', f"societe: '{name}'")
    text = text.replace('banniere: "Acces reserve ${societe}"', 'banniere: "Acces reserve"')
    own = tmp_path / "content" / "inventories" / "cahiers"
    own.mkdir(parents=True)
    (own / ROOT_CAHIER.name).write_text(text, encoding="utf-8")
    use_content(tmp_path / "content")
    place = load_place("demo", None)

    found = print_one(place, tmp_path / "out", "cahier")

    squeezed = " ".join(read_pdf(found["banc-01-cahier.pdf"]).split())
    assert name in squeezed


def test_a_centre_overrides_a_template_file_by_file(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "centre.yml").write_text('nom: "Lycée du Lagon"\n', encoding="utf-8")
    (own / "cahier").mkdir()
    words = "Rien de plus pour {{ subject.company }}.\n"
    (own / "cahier" / "document.md").write_text(words, encoding="utf-8")
    use_content(tmp_path / "content")

    found = print_one(load_place("demo", None), tmp_path / "out", "cahier")
    text = read_pdf(found["banc-01-cahier.pdf"])

    assert "Lycée du Lagon" in text
    assert "Rien de plus pour SARL Moana Nautic." in text


def test_a_document_is_told_no_more_than_it_asks_for(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents" / "mot"
    own.mkdir(parents=True)
    form = 'title: "Mot"\nfor: bench\nneeds: []\nnote: "Rien"\n'
    (own / "document.yml").write_text(form, encoding="utf-8")
    (own / "document.md").write_text("{{ subject.company }}\n", encoding="utf-8")
    use_content(tmp_path / "content")

    with pytest.raises(SpecError, match="subject"):
        print_one(load_place("demo", None), tmp_path / "out", "cahier", "mot")


def test_a_template_that_wants_a_package_is_refused_at_its_line(
    tmp_path: Path, use_content: UseContent
) -> None:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "document.typ").write_text('\n#import "@preview/cetz:0.3.0"\n', encoding="utf-8")
    use_content(tmp_path / "content")

    with pytest.raises(SpecError) as raised:
        print_one(load_place("demo", None), tmp_path / "out", "cahier")

    (mistake,) = raised.value.mistakes
    assert mistake.line == 2
    assert not (tmp_path / "out").exists()


def test_a_template_that_never_ends_is_stopped(
    tmp_path: Path, use_content: UseContent, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_content(_template(tmp_path, "#while true {}\n"))
    monkeypatch.setattr("labctl.reports.printed.typesetter.START_S", 1.0)
    monkeypatch.setattr("labctl.reports.printed.typesetter.EACH_S", 0.5)

    with pytest.raises(InfrastructureError):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def test_a_package_asked_for_by_stealth_is_not_downloaded(
    tmp_path: Path, use_content: UseContent
) -> None:
    use_content(
        _template(tmp_path, '#import str.from-unicode(64) + "preview/cetz:0.3.0": canvas\n')
    )

    with pytest.raises(InfrastructureError, match="cetz"):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def test_a_template_reads_nothing_outside_of_its_folder(
    tmp_path: Path, use_content: UseContent
) -> None:
    use_content(_template(tmp_path, '#read("../../../../etc/passwd")\n'))

    with pytest.raises(InfrastructureError, match="porte"):
        print_one(load_place("demo", None), tmp_path / "out", "porte")


def _template(tmp_path: Path, text: str) -> Path:
    own = tmp_path / "content" / "inventories" / "documents"
    own.mkdir(parents=True)
    (own / "document.typ").write_text(text, encoding="utf-8")
    return tmp_path / "content"

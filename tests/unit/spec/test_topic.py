"""Topics as their files say them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from labctl.core.content import list_topics
from labctl.core.errors import SpecError
from labctl.spec.topic import Topic, load_topic, read_topics


@pytest.fixture
def folder(tmp_path: Path, use_content: Callable[[Path], None]) -> Path:
    """Return the folder of a centre's own topic."""
    use_content(tmp_path)
    topic = tmp_path / "checks" / "phones"
    topic.mkdir(parents=True)
    return topic


def mistake_of(folder: Path, text: str) -> tuple[int, str, str]:
    """Return the line, message and hint of the only mistake of a file."""
    (folder / "topic.yml").write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_topic("phones")
    (mistake,) = caught.value.mistakes
    assert mistake.file == str(folder / "topic.yml")
    assert read_topics()[1] == (mistake,)
    return mistake.line, mistake.message, mistake.hint


def test_every_shipped_topic_has_a_title_and_comes_after_topics() -> None:
    topics, mistakes = read_topics()
    assert mistakes == ()
    assert [topic.name for topic in topics] == list(list_topics())
    assert all(topic.title != topic.name for topic in topics)
    assert load_topic("dhcp") == Topic("dhcp", "DHCP", ("internet",), "dhcp", "Dhcp")


def test_a_topic_without_a_file_is_called_as_its_folder(folder: Path) -> None:
    assert load_topic(folder.name) == Topic("phones", "phones")


def test_an_unknown_key_has_its_line(folder: Path) -> None:
    line, message, _hint = mistake_of(folder, "title: Messagerie\nafte: [dns]\n")
    assert (line, message) == (2, "clé « afte » inconnue")


def test_an_unknown_topic_has_its_line_and_the_nearest_name(folder: Path) -> None:
    line, message, hint = mistake_of(folder, "title: Messagerie\nafter:\n  - dns\n  - dhpc\n")
    assert (line, message) == (4, "thème « dhpc » inconnu")
    assert "dhcp" in hint

"""What is too long for a line of words is set apart, whole."""

from labctl.reports.printed.blocks import Listing, Paragraph, parse_blocks
from labctl.reports.printed.document import Page
from labctl.reports.printed.plain import WIDTH, render_plain

LONG = "set root/cimv2 Win32_OperatingSystem '{}' " + '\'{"BuildNumber": "22631"}\' ' * 3 + "end"


def test_a_long_command_is_apart_and_a_short_one_is_among_words() -> None:
    (listing,) = parse_blocks(f"- Le `{'x' * 70}`, puis `id -u` : `{LONG}` ; la suite.\n")
    assert isinstance(listing, Listing)
    (words,) = listing.items
    assert [run.text for run in words if run.style == "command"] == [LONG]
    assert [run.text for run in words if run.style == "code"] == ["x" * 70, "id -u"]
    assert words[-1].text == "la suite."


def test_nothing_is_left_of_a_full_stop_after_a_command() -> None:
    (paragraph,) = parse_blocks(f"Tapez : `{LONG}`.\n")
    assert isinstance(paragraph, Paragraph)
    assert paragraph.words[-1].style == "command"


def test_a_terminal_shows_a_command_whole_to_be_copied() -> None:
    blocks = parse_blocks(f"- Tapez : `{LONG}` ; puis des mots, {'des mots ' * 20}\n")
    text = render_plain(Page("n", "Titre", "", "", "", "", (), blocks))
    lines = text.splitlines()
    assert f"    {LONG}" in lines
    assert all(len(line) <= WIDTH for line in lines if LONG not in line)

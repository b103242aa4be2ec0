"""Which of several files answers to the name of a document."""

import pytest

from labctl.core.handed import Document, find_document


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (("devis.docx", "DEVIS.ODS", "devis.pdf"), "DEVIS.ODS"),
        (("devis.docx", "devis.xlsx", "devis.pdf"), "devis.xlsx"),
        (("devis.docx", "devis.pdf", "devis.jpg"), "devis.docx"),
        (("devis.pdf", "devis.jpg"), "devis.pdf"),
        (("devis.jpg", "devis (1).ods"), "devis.jpg"),
        (("devis.ods.pdf", "autre.ods"), None),
    ],
)
def test_the_name_then_the_format_then_the_time(names: tuple[str, ...], found: str | None) -> None:
    """Each file is newer than the one before."""
    documents = [Document(name, b"", f"2026-06-15T10:0{rank}") for rank, name in enumerate(names)]

    document = find_document(documents, "devis.ods")

    assert (document.name if document else None) == found

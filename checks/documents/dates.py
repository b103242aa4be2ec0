"""Days as people write them in a document."""

import re

_DATE = re.compile(
    r"\b\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}\b|\b\d{4}-\d{2}-\d{2}\b"
    r"|\b\d{1,2}(er)? [a-zéû]{3,9} \d{4}\b"
)


def has_date(text: str) -> bool:
    """Tell whether there is a day in a text."""
    return bool(_DATE.search(text.casefold()))

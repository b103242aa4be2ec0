"""Which texts of a form are its labels, and which label is asked for, whatever the form.

A label is known by its words. It may be beside others, « Tests et réserves », and it may have a
word of its own besides, « Travaux réalisés ».
"""

import re
from collections.abc import Collection, Sequence
from enum import IntEnum

from checks.documents.wording import is_blank, words_of

Words = frozenset[str]
_GIVEN = (
    *("numero ticket", "devis numero", "client", "demandeur", "date", "heure debut", "heure fin"),
    *("equipement", "numero serie", "etiquette", "adresse ip", "demande", "diagnostic", "travaux"),
    *("pieces changees", "tests", "reserves", "signature", "banc", "etabli", "proposition"),
    *("conditions paiement", "bon accord", "total", "taxes", "validite", "garantie", "delai"),
)
"""Labels of the forms that are given (inventories/documents), asked for by the subject or not."""
_BESIDE = frozenset(
    [
        *("client", "comprises", "description", "detail", "effectuees", "effectues", "ht"),
        *("intervention", "nature", "nom", "realisees", "realises", "technicien", "toutes"),
        *("type", "utilisateur"),
    ]
)
"""Words that a label may have besides, and that are no text of somebody's."""
_PART = re.compile(r"[,;/&]|\bet\b", re.IGNORECASE)


class Fit(IntEnum):
    """How a label is the one that is asked for, the best first."""

    ALONE = 0
    AMONG_OTHERS = 1
    IN_OTHER_WORDS = 2


def words_of_label(label: str) -> Words:
    """Return the words of a label, as the subject or as a form writes it."""
    return frozenset(words_of(label.replace("_", " ")))


def list_known(labels: Collection[str]) -> tuple[Words, ...]:
    """Return the words of the labels of a form: those of the subject, and those that are given."""
    return tuple(map(words_of_label, (*labels, *_GIVEN)))


def split_label(text: str) -> list[Words]:
    """Return the words of each part of a label: two for « Tests et réserves »."""
    return [words for part in _PART.split(text) if (words := frozenset(words_of(part)))]


def is_label(text: str, known: Collection[Words]) -> bool:
    """Tell whether a text is made of labels alone."""
    parts = split_label(text)
    return bool(parts) and all(any(_is_part(part, label) for label in known) for part in parts)


def is_field(row: Sequence[str], known: Collection[Words]) -> bool:
    """Tell whether a row begins with a label; before something else one more word is none less."""
    head, colon, _after = row[0].partition(":")
    if is_label(head, known):
        return True
    words = frozenset(words_of(head))
    inside = [label for label in known if label <= words]
    has_value = bool(colon) or not all(map(is_blank, row[1:]))
    return has_value and bool(inside) and len(words - frozenset().union(*inside)) == 1


def fit_label(text: str, wanted: Words, known: Collection[Words]) -> Fit | None:
    """Return how a text is the label that is asked for, None where it is another or none."""
    words = words_of(text)
    if not wanted <= set(words) or len(set(words)) > len(wanted) + 2:
        return None
    parts = split_label(text)
    if any(_is_part(part, wanted) for part in parts):
        return Fit.ALONE if len(parts) == 1 else Fit.AMONG_OTHERS
    others = [label for label in known if label <= set(words) - wanted]
    begins = set(words[: len(wanted)]) == wanted
    return Fit.IN_OTHER_WORDS if begins or not others else None


def _is_part(part: Words, label: Words) -> bool:
    return bool(label) and label <= part and part - label <= _BESIDE

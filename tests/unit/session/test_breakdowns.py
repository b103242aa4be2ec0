"""What the journal of a session has of the incidents that a candidate repairs."""

from labctl.session.chronicle import list_events

HEAD = {"at": "2026-11-28T05:00:00+00:00", "by": "jury", "benches": [1], "kind": "breakdown"}


def tell(did: str, **lines: str) -> str:
    record = {**HEAD, "did": did, "incident": "P-12", "lines": lines}
    (event,) = list_events([record])
    return event.text


def test_an_injection_is_told_by_its_symptom() -> None:
    assert tell("inject") == "panne P-12 : symptôme observé"


def test_a_look_is_told_line_by_line() -> None:
    said = tell("look", symptom="oui", cause="non")
    assert said == "panne P-12 regardée ; symptôme parti : oui, cause réparée : non"


def test_all_that_is_done_with_an_incident_has_words() -> None:
    said = [tell(did) for did in ("restart", "hint", "repair", "undo")]
    assert said == [
        "panne P-12 regardée après une coupure de courant",
        "panne P-12 : indice donné",
        "panne P-12 : réparation de référence appliquée",
        "panne P-12 retirée",
    ]

"""Which incidents each bench tries, and those that no bench tries by itself."""

from collections import Counter
from pathlib import Path

import pytest

from labctl.core.errors import UsageError
from labctl.pipeline.incidents.orders import list_known, share
from labctl.pipeline.place import load_place

pytestmark = pytest.mark.usefixtures("reading")
PLACE = load_place("demo", None)
BENCHES = (1, 2, 4)  # variants A, C and A
BY_HAND = {"P-90", "P-91"}


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABCTL_STATE_DIR", str(tmp_path))


def test_each_incident_is_tried_once_for_every_variant() -> None:
    shares = share(PLACE, BENCHES, ())
    known = {bench: set(list_known(PLACE.plan(bench)).meant) - BY_HAND for bench in BENCHES}
    tried = Counter(name for names in shares.values() for name in names)
    assert set(shares[2]) == known[2]
    assert {*shares[1], *shares[4]} == known[1] | known[4]
    assert all(tried[name] == 2 for name in known[1] & known[2])
    assert abs(len(shares[1]) - len(shares[4])) <= 1


def test_what_a_technician_does_is_not_tried() -> None:
    assert set(list_known(PLACE.plan(1)).meant) >= BY_HAND
    shares = share(PLACE, BENCHES, ())
    assert not BY_HAND & {name for names in shares.values() for name in names}
    with pytest.raises(UsageError, match="un technicien la fait à la main"):
        share(PLACE, BENCHES, ("P-90",))


def test_every_name_that_cannot_be_tried_is_said_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        share(PLACE, BENCHES, ("P-78", "P-999", "P-01", "P-90"))
    first, second, third = str(caught.value).splitlines()
    assert first.startswith("P-78 : elle parle de ce que ce banc n'a pas")
    assert (second, third[:24]) == ("panne « P-999 » inconnue", "P-90 : un technicien la ")

"""The passwords of a bench, on the one page of paper that hands them over."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.secrets import fill_in
from labctl.core.store import read_bytes
from labctl.pipeline.place import Place, bench_dir
from labctl.pipeline.seed import cahier_secrets
from labctl.plan.model import Plan
from labctl.plan.words import list_handed
from labctl.spec.kind import load_kind

_SECRETS = "secrets"


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A line of the confidential annexe."""

    what: str
    account: str
    password: str


def list_handed_over(place: Place, plan: Plan, missing: list[str]) -> Iterator[HandedOver]:
    """Yield the accounts of the machines as they are delivered, then the secrets of the topics.

    What a bench drew and is not here is added to ``missing``. The password of the factory opens
    nothing of a machine that is delivered working.
    """
    for node in plan.nodes.values():
        is_closed = node.name in plan.delivered.machines
        for account in load_kind(node.kind).candidate.list_open(plan.delivered.topics):
            what = f"{node.hostname}, {account.where}"
            if account.secret:
                drawn = _read_drawn(plan, account.secret, missing)
                yield HandedOver(what, account.name or "", drawn)
            elif account.password and not is_closed:
                yield HandedOver(what, account.name or "", account.password)
    secrets = cahier_secrets(place, int(plan.bench))
    for one in list_handed(plan):
        yield HandedOver(one.what, one.account, fill_in(one.secret, secrets))


def _read_drawn(plan: Plan, name: str, missing: list[str]) -> str:
    """Return a secret that was drawn when the bench was built; a blank, and a word, without one."""
    with suppress(StoreError):
        return read_bytes(bench_dir(int(plan.bench)) / _SECRETS / name).decode()
    missing.append(
        _("banc %(bench)02d : secret « %(name)s » tiré à la construction du banc, absent d'ici")
        % {"bench": plan.bench, "name": name}
    )
    return ""

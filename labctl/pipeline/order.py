"""An order: one act on the bench of one plan, for this machine or for the host that carries it.

As a document it crosses an ssh connection: ``labctl/order/v1``, one line of JSON.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from labctl.core import i18n
from labctl.core.deadline import Deadline
from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.paths import PACKAGE, content_roots
from labctl.core.secrets import Secret
from labctl.plan.document import from_json, to_document
from labctl.plan.model import Plan

SCHEMA = "labctl/order/v1"
_CONTENT = ("checks", "playbooks", "vm_templates")
"""Content that an act on a bench reads where the bench is."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done: an act of ``labctl.pipeline.acts`` and all that it needs.

    ``plans`` is empty where no document counts, as for what takes a bench down. ``options`` are
    values that JSON knows.
    """

    act: str
    bench: int
    plans: tuple[Plan, ...]
    limit_s: float  # longest time it may take, patience included
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """Return the plan of the bench."""
        return self.plans[0]

    def begin(self) -> Deadline:
        """Return the deadline of what is ordered, from now on, patient as the bench is slow."""
        patience = self.plan.patience
        return Deadline.after(self.limit_s / patience, patience=patience)


def to_line(order: Order) -> str:
    """Return an order as one line of JSON, secrets in clear: it is for a pipe, never for a file."""
    document = {
        "schema": SCHEMA,
        "identity": identity(),
        "language": i18n.language(),
        "act": order.act,
        "bench": order.bench,
        "plans": [to_document(_at_home(plan)) for plan in order.plans],
        "limit_s": order.limit_s,
        "secrets": {name: secret.reveal() for name, secret in order.secrets.items()},
        "options": dict(order.options),
    }
    return json.dumps(document, ensure_ascii=True) + "\n"


def from_line(line: str | bytes) -> Order:
    """Return the order of a line, and speak its language.

    Raises StoreError when it is none, UsageError when another labctl wrote it: a bench is built,
    looked at and judged by one and the same.
    """
    try:
        document = json.loads(line)
        is_order, is_ours = document["schema"] == SCHEMA, document["identity"] == identity()
        i18n.choose(document["language"])
        if is_order and is_ours:
            return _read(document)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        said = _("ce n'est pas un document %(format)s") % {"format": SCHEMA}
        raise StoreError(said) from exc
    raise UsageError(
        _("le labctl de cet hôte n'est pas le même que celui qui l'appelle"),
        hint=_("installez la même version, avec le même contenu (contrôles, corrigés, modèles)"),
    )


def identity() -> str:
    """Return the digest of the code and content that an act depends on."""
    seen = hashlib.sha256()
    for name, path in _list_files():
        seen.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return seen.hexdigest()


def _read(document: Mapping[str, Any]) -> Order:
    return Order(
        act=str(document["act"]),
        bench=int(document["bench"]),
        plans=tuple(from_json(json.dumps(plan)) for plan in document["plans"]),
        limit_s=float(document["limit_s"]),
        secrets={str(name): Secret(str(value)) for name, value in document["secrets"].items()},
        options=dict(document["options"]),
    )


def _at_home(plan: Plan) -> Plan:
    """Return a plan as its host sees it: there, it is nowhere else."""
    if plan.hosting is None:
        return plan
    return replace(plan, hosting=replace(plan.hosting, access=""))


def _list_files() -> Iterator[tuple[str, Path]]:
    folders = [(f"labctl/{PACKAGE.name}", PACKAGE, "*.py")]
    for root in content_roots():
        folders += [(name, root / name, "*") for name in _CONTENT]
    seen = set()
    for label, folder, pattern in folders:
        for path in sorted(folder.rglob(pattern)):
            name = f"{label}/{path.relative_to(folder)}"
            if "__pycache__" not in path.parts and name not in seen and path.is_file():
                seen.add(name)  # a centre's own file hides the shipped one
                yield name, path

"""The manifest of a seal: what the bench was when it was closed, and what differs now."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from labctl.core.deadline import Deadline
from labctl.core.errors import StoreError
from labctl.core.i18n import _, mark
from labctl.seal.tree import Entry, Tree

SCHEMA = "labctl/seal-manifest/v1"
ASPECTS = {
    "kind": mark("nature"),
    "mode": mark("droits"),
    "owner": mark("propriétaire"),
    "size": mark("taille"),
    "changed_ns": mark("date"),
    "content": mark("contenu"),
    "attributes": mark("attributs étendus"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a bench is sealed, as its provider knows it.

    ``facts`` say what the bench is (plan, isolation, definitions of machines) beside its files.
    """

    facts: Mapping[str, str]
    roots: Mapping[str, Tree]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a seal vouches for; ``stamp`` says where in an exam it was laid, and is signed too."""

    bench: int
    provider: str
    sealed_at: str
    facts: Mapping[str, str]
    trees: Mapping[str, Mapping[str, Entry]]
    stamp: Mapping[str, Any] | None = None

    def count_files(self) -> int:
        """Return how many names it vouches for."""
        return sum(len(tree) for tree in self.trees.values())

    def count_bytes(self) -> int:
        """Return the size of all files."""
        return sum(entry.size for tree in self.trees.values() for entry in tree.values())


def describe(
    bench: int, provider: str, sealed_at: str, subject: Subject, deadline: Deadline
) -> Manifest:
    """Read everything of a bench that is stopped."""
    trees = {name: root.list_entries(deadline) for name, root in subject.roots.items()}
    return Manifest(bench, provider, sealed_at, subject.facts, trees)


def render(manifest: Manifest) -> str:
    """Return the text that is signed: equal manifests are equal texts, plain ASCII."""
    document = {
        "schema": SCHEMA,
        "bench": manifest.bench,
        "provider": manifest.provider,
        "sealed_at": manifest.sealed_at,
        "facts": dict(manifest.facts),
        "session": manifest.stamp,
        "trees": {
            root: {name: list(asdict(entry).values()) for name, entry in tree.items()}
            for root, tree in manifest.trees.items()
        },
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n"


def parse(text: str) -> Manifest:
    """Return the manifest of a text whose signature was verified; StoreError for another form."""
    try:
        document = _of_this_schema(json.loads(text))
        return Manifest(
            bench=int(document["bench"]),
            provider=str(document["provider"]),
            sealed_at=str(document["sealed_at"]),
            facts={str(name): str(value) for name, value in document["facts"].items()},
            trees={
                root: {name: Entry(*entry) for name, entry in tree.items()}
                for root, tree in document["trees"].items()
            },
            stamp=document["session"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as exc:
        raise StoreError(
            _("ce manifeste n'a pas la forme attendue (%(s)s)") % {"s": SCHEMA}
        ) from exc


def _of_this_schema(document: dict[str, Any]) -> dict[str, Any]:
    if document["schema"] != SCHEMA:
        raise ValueError(document["schema"])
    return document


def digest(text: str) -> str:
    """Return the fingerprint of a manifest's text: what the jury writes in its minutes."""
    return hashlib.sha256(text.encode()).hexdigest()


def compare(sealed: Manifest, now: Manifest) -> tuple[str, ...]:
    """Return one line per thing that is not as it was sealed, each naming it."""
    found = list(_compare_facts(_facts_of(sealed), _facts_of(now)))
    for root in sorted({*sealed.trees, *now.trees}):
        before, after = sealed.trees.get(root, {}), now.trees.get(root, {})
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                found.append(_tell(root, name, before.get(name), after.get(name)))
    return tuple(found)


def _facts_of(manifest: Manifest) -> dict[str, str]:
    return {**manifest.facts, "bench": str(manifest.bench), "provider": manifest.provider}


def _compare_facts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield _("%(name)s : « %(before)s » au scellé, « %(after)s » maintenant") % {
                "name": name,
                "before": before.get(name, "–"),
                "after": after.get(name, "–"),
            }


def _tell(root: str, name: str, before: Entry | None, after: Entry | None) -> str:
    path = f"{root}: {name}"
    if before is None:
        return _("%(path)s : ajouté") % {"path": path}
    if after is None:
        return _("%(path)s : disparu") % {"path": path}
    aspects = [
        _(ASPECTS[field.name])
        for field in fields(Entry)
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    return _("%(path)s : changé (%(aspects)s)") % {"path": path, "aspects": ", ".join(aspects)}

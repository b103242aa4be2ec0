"""The folder of a seal, ``seal/`` in that of its bench: phase, manifest, signature.

A folder that is there and says nothing counts as a seal under way: whatever is lost, a sealed
bench does not open by itself.
"""

import os
from enum import StrEnum
from pathlib import Path

from labctl.core import store
from labctl.core.deadline import Deadline
from labctl.core.errors import LabctlError, StoreError
from labctl.core.i18n import _
from labctl.core.untrusted import inert
from labctl.seal import manifest as manifests
from labctl.seal import signature
from labctl.seal.manifest import Manifest

FOLDER = "seal"
_PHASE, _MANIFEST, _SIGNATURE = "phase.json", "manifest.json", "manifest.json.sig"
_MOST = 500
"""Changes that a message spells out; the last line counts the others."""


class SealPhase(StrEnum):
    """What is under way; written before the first change it announces."""

    SEALING = "sealing"
    SEALED = "sealed"
    OPENING = "opening"
    OPEN = "open"  # the jury works above it, on a copy that is thrown away


class SealBroken(LabctlError):
    """What was sealed is not what is there."""

    exit_code = 5


def read_phase(bench: Path) -> SealPhase | None:
    """Return the phase of the seal in a bench's folder, None when there is no seal."""
    folder = bench / FOLDER
    if not os.path.lexists(folder):
        return None
    try:
        document = store.read_json(folder / _PHASE)
        return SealPhase(document["phase"]) if isinstance(document, dict) else SealPhase.SEALING
    except (StoreError, KeyError, ValueError):
        return SealPhase.SEALING


def write_phase(bench: Path, phase: SealPhase) -> None:
    """Make the phase durable."""
    store.write_json(bench / FOLDER / _PHASE, {"phase": phase})


def discard(bench: Path) -> None:
    """Remove the seal of a bench; does nothing when there is none."""
    store.remove(bench / FOLDER)
    if bench.is_dir():
        store.sync_folder(bench)


def has_manifest(bench: Path) -> bool:
    """Tell whether the manifest was written and signed."""
    return (bench / FOLDER / _SIGNATURE).exists() and (bench / FOLDER / _MANIFEST).exists()


def write(bench: Path, manifest: Manifest, key: Path, deadline: Deadline) -> str:
    """Write the manifest, then its signature; return the manifest's fingerprint."""
    text = manifests.render(manifest)
    store.write_bytes(bench / FOLDER / _MANIFEST, text.encode())
    signed = signature.sign(key, text, deadline)
    store.write_bytes(bench / FOLDER / _SIGNATURE, signed.encode())
    return manifests.digest(text)


def verify(bench: Path, now: Manifest, signers: Path, deadline: Deadline) -> tuple[Manifest, str]:
    """Return the sealed manifest and its fingerprint; SealBroken, naming every change, otherwise.

    ``now`` is what the bench is at present.
    """
    text = store.read_bytes(bench / FOLDER / _MANIFEST).decode("utf-8", "replace")
    if not signature.is_signed(text, bench / FOLDER / _SIGNATURE, signers, deadline):
        raise SealBroken(
            _("scellé rompu : la signature du manifeste n'est pas celle du centre"),
            hint=_("le manifeste ou sa signature a été changé, ou signé avec une autre clé"),
        )
    sealed = manifests.parse(text)
    changes = manifests.compare(sealed, now)
    if changes:
        shown = [inert(line) for line in changes[:_MOST]]
        if len(changes) > _MOST:
            shown.append(_("… et %(more)d autres") % {"more": len(changes) - _MOST})
        raise SealBroken(
            _("scellé rompu, changements : %(count)d") % {"count": len(changes)}
            + "\n"
            + "\n".join(shown),
            hint=_("le banc reste fermé ; le jury décide au vu des changements et du relevé"),
        )
    return sealed, manifests.digest(text)

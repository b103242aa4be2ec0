"""Build the layers that are missing; each appears in one rename, when it is whole."""

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from labctl.core import paths, store
from labctl.core.deadline import Deadline
from labctl.core.errors import CommandError, ProviderError
from labctl.core.i18n import _
from labctl.core.progress import Report
from labctl.providers.roles import debian, locks, provisioning
from labctl.providers.roles.layers import Layer


def build(layers: Sequence[Layer], report: Report, deadline: Deadline) -> None:
    """Build those of the layers that are missing, the lowest first.

    Two builders of one layer, in this process or another, do not meet: the second one waits and
    finds it built.
    """
    for layer in layers:
        if layer.is_built():
            continue
        with locks.hold(paths.cache_dir() / "locks" / layer.name, "images build", deadline):
            if not layer.is_built():
                report(_("image : construction de %(layer)s") % {"layer": layer.name})
                with store.writing(layer.folder):
                    _build_one(layer, deadline)


def _build_one(layer: Layer, deadline: Deadline) -> None:
    place = paths.cache_dir() / "building" / layer.name
    shutil.rmtree(place, ignore_errors=True)  # what a killed builder left
    for name in ("rootfs", "work", "root"):
        (place / name).mkdir(parents=True)
    try:
        if layer.domain:
            provisioning.provision(layer, place, deadline)
        elif layer.below:
            debian.install(layer, place, deadline)
        else:
            debian.bootstrap(layer, place, deadline)
    except CommandError as exc:
        message = _("image %(layer)s : échec de la construction") % {"layer": layer.name}
        hint = _("journal complet : %(log)s") % {"log": place / "log"}
        raise ProviderError(f"{message}\n{exc.message}", hint=hint) from exc
    _publish(layer, place)


def _publish(layer: Layer, place: Path) -> None:
    document = {
        "name": layer.name,
        "role": layer.role,
        "below": [each.name for each in layer.below],
        "domain": json.loads(layer.domain) if layer.domain else None,
        "packages": layer.template.kind.packages,
    }
    for name in ("work", "root", "apt"):
        shutil.rmtree(place / name, ignore_errors=True)
    store.write_json(place / "layer.json", document, mode=0o644)
    os.sync()  # the build wrote without fsync
    layer.folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(layer.folder, ignore_errors=True)  # a folder without layer.json is no layer
    place.rename(layer.folder)
    store.sync_folder(layer.folder.parent)

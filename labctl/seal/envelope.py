"""Encrypt and decrypt in the format of age: whoever has ``age`` and the key opens it without us."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import pyrage

from labctl.core.errors import StoreError, UsageError
from labctl.core.i18n import _
from labctl.core.secrets import Secret
from labctl.core.store import read_bytes

_COMMENT = "#"
_SSH_KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def encrypt(source: BinaryIO, target: BinaryIO, to: Sequence[str], passphrase: Secret) -> None:
    """Encrypt for recipients (``age1…`` or an OpenSSH public key), or under a passphrase.

    Raises UsageError for a recipient that is none, or for neither.
    """
    if bool(to) == bool(passphrase.reveal()):
        raise UsageError(
            _("dites pour qui chiffrer : des destinataires, ou une phrase secrète"),
            hint="--recipient age1… ; --passphrase " + _("FICHIER"),
        )
    if to:
        pyrage.encrypt_io(source, target, [_recipient(text) for text in to])
    else:
        target.write(pyrage.passphrase.encrypt(source.read(), passphrase.reveal()))


def decrypt(source: BinaryIO, target: BinaryIO, identity: Path | None, passphrase: Secret) -> None:
    """Decrypt with the file of a key, or with a passphrase.

    Raises StoreError when a byte was changed, or this is not the key; OSError for what the system
    refuses.
    """
    if (identity is None) == (not passphrase.reveal()):
        raise UsageError(
            _("dites avec quoi déchiffrer : une clé, ou une phrase secrète"),
            hint="--identity " + _("FICHIER") + " ; --passphrase " + _("FICHIER"),
        )
    try:
        if identity is not None:
            pyrage.decrypt_io(source, target, _identities(identity))
        else:
            target.write(pyrage.passphrase.decrypt(source.read(), passphrase.reveal()))
    except (pyrage.DecryptError, OSError) as exc:
        if isinstance(exc, OSError) and exc.errno:  # age has none: the disk is full, say
            raise
        raise StoreError(
            _("l'archive ne peut être déchiffrée : ce n'est pas sa clé, ou elle a été modifiée")
        ) from exc


def _recipient(text: str) -> Any:
    for kind in (pyrage.x25519.Recipient, pyrage.ssh.Recipient):
        with suppress(pyrage.RecipientError):
            return kind.from_str(text)
    raise UsageError(
        _("« %(text)s » n'est pas un destinataire") % {"text": text[:80]},
        hint=_("une clé publique d'age (age1…) ou d'OpenSSH (ssh-ed25519 …)"),
    )


def _identities(path: Path) -> list[Any]:
    """Return the keys of a file, as age writes it: a key a line, comments left out."""
    content = read_bytes(path)
    try:
        if content.startswith(_SSH_KEY):
            return [pyrage.ssh.Identity.from_buffer(content)]
        lines = content.decode().splitlines()
        keys = [line for line in lines if line.strip() and not line.startswith(_COMMENT)]
        return [pyrage.x25519.Identity.from_str(line.strip()) for line in keys]
    except (pyrage.IdentityError, ValueError) as exc:
        raise UsageError(
            _("« %(path)s » n'est pas une clé d'age") % {"path": path}, hint="age-keygen"
        ) from exc

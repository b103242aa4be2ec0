"""Sign and verify with OpenSSH: whoever has ssh-keygen and the public key can check a seal."""

import base64
import tempfile
from contextlib import suppress
from pathlib import Path

from labctl.core import command, store
from labctl.core.deadline import Deadline
from labctl.core.errors import StoreError
from labctl.core.i18n import _
from labctl.core.regular import explain_os

NAMESPACE = "labctl-seal"
IDENTITY = "labctl"
SIGNERS = "allowed_signers"
_KEY = "key"
_KEYGEN_S = 20.0
_BEGIN, _END, _WIDTH = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----", 70


def ensure_key(folder: Path) -> Path:
    """Return the centre's key, drawn (ed25519, 0600) when there is none.

    ``allowed_signers`` beside it says which public key counts: the file to hand to a jury.
    """
    key = folder / _KEY
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not key.exists():
            _draw(key)
    except OSError as exc:
        message = _("« %(path)s » ne peut être écrit : %(why)s")
        raise StoreError(message % {"path": key, "why": explain_os(exc)}) from exc
    line = allowed_signers(key).encode()
    signers = folder / SIGNERS
    if not signers.exists() or signers.read_bytes() != line:
        store.write_bytes(signers, line, mode=0o644)
    return key


def allowed_signers(key: Path) -> str:
    """Return the line that makes OpenSSH accept the signatures of a key, for seals only."""
    argv = ("ssh-keygen", "-y", "-f", str(key))
    kind, public = command.run(argv, Deadline.after(_KEYGEN_S)).stdout.split()[:2]
    return f'{IDENTITY} namespaces="{NAMESPACE}" {kind} {public}\n'


def sign(key: Path, text: str, deadline: Deadline) -> str:
    """Return the signature of a text, armoured."""
    argv = ("ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", NAMESPACE)
    return command.run(argv, deadline, stdin=text).stdout


def is_signed(text: str, signature: Path, signers: Path, deadline: Deadline) -> bool:
    """Tell whether a signature of this very text was made by a key that counts.

    Its file must also be as OpenSSH writes it: base64 has several spellings of the same bytes.
    """
    if not _is_canonical(store.read_bytes(signature)):
        return False
    argv = (
        *("ssh-keygen", "-Y", "verify", "-f", str(signers), "-I", IDENTITY),
        *("-n", NAMESPACE, "-s", str(signature)),
    )
    return command.run(argv, deadline, stdin=text, check=False).exit_code == 0


def _is_canonical(armour: bytes) -> bool:
    lines = armour.split(b"\n")
    try:
        body = base64.b64encode(base64.b64decode(b"".join(lines[1:-2]), validate=True))
    except ValueError:
        return False
    wrapped = [body[at : at + _WIDTH] for at in range(0, len(body), _WIDTH)]
    return lines == [_BEGIN, *wrapped, _END, b""]


def _draw(key: Path) -> None:
    """Draw a key beside its place and link it there: of two at once, the first one stays."""
    with tempfile.TemporaryDirectory(dir=key.parent) as folder:
        new = Path(folder, _KEY)
        argv = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", NAMESPACE, "-f", str(new))
        command.run(argv, Deadline.after(_KEYGEN_S))
        store.write_bytes(new, new.read_bytes())
        with suppress(FileExistsError):
            key.hardlink_to(new)
    store.sync_folder(key.parent)

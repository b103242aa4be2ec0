"""Secrets of accounts: hashed by the system's crypt library, as the login programs check them."""

import ctypes
import hmac

_METHOD = b"$y$"


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libcrypt.so.1")
    for name in ("crypt", "crypt_gensalt"):
        getattr(library, name).restype = ctypes.c_char_p
    return library


def hash_secret(secret: str) -> str:
    """Return a new salted hash of the secret."""
    salt = _library().crypt_gensalt(
        ctypes.c_char_p(_METHOD), ctypes.c_ulong(0), None, ctypes.c_int(0)
    )
    return _crypt(secret, salt)


def is_secret(secret: str, hashed: str) -> bool:
    """Tell whether the secret is the one that was hashed."""
    if not hashed:
        return False
    return hmac.compare_digest(_crypt(secret, hashed.encode()).encode(), hashed.encode())


def is_hash(text: str) -> bool:
    """Tell whether a text can be the hash of a secret."""
    return (
        text.startswith(("$1$", "$5$", "$6$", "$y$")) and text.count("$") >= 3 and ":" not in text
    )


def hash_type(hashed: str) -> int:
    """Return the number that the configuration gives to this kind of hash."""
    return 5 if hashed.startswith("$1$") else 9


def _crypt(secret: str, salt: bytes) -> str:
    done: bytes | None = _library().crypt(ctypes.c_char_p(secret.encode()), ctypes.c_char_p(salt))
    return "*" if done is None else done.decode("ascii", "replace")

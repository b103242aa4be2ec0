"""Security identifiers of Windows domains (Microsoft, "Security identifiers")."""

import hashlib


def derive_domain_sid(name: str) -> str:
    """Return the SID of a domain: always the same for its name, whatever its case."""
    digest = hashlib.sha256(name.lower().encode()).digest()
    parts = (int.from_bytes(digest[i : i + 4], "big") for i in (0, 4, 8))
    return "S-1-5-21-" + "-".join(str(part) for part in parts)

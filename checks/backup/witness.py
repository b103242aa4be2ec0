"""The witness: a file whose content is different on every bench."""

import hashlib

from labctl.api import Plan


def write_witness(plan: Plan) -> str:
    """Return the text of the witness that waits for the candidate."""
    lines = (
        f"Fichier témoin du banc {plan.bench:02d}, variante {plan.variant}.",
        f"Client : {plan.company}.",
        "Sauvegardé, puis restauré : même contenu, même date d'origine.",
    )
    return "".join(f"{line}\r\n" for line in lines)


def hash_witness(plan: Plan) -> str:
    """Return the SHA-256 of that file, in lower case."""
    return hashlib.sha256(write_witness(plan).encode()).hexdigest()

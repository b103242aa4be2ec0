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


def list_hashes(plan: Plan) -> frozenset[str]:
    """Return the SHA-256 of that file, in lower case, and those of it pasted into a terminal.

    The ends of its lines are then those of the machine, and the last one may be missing or double.
    """
    text = write_witness(plan)
    bare = text.replace("\r\n", "\n").removesuffix("\n")
    pasted = (f"{bare}{end}" for end in ("", "\n", "\n\n"))
    doubled = bare.replace("\n", "\n\n") + "\n\n"  # a terminal that makes two of each
    return frozenset(map(_hash, (text, text + "\n", doubled, doubled + "\n", *pasted)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

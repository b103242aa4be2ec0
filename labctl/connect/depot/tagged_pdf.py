"""What a PDF tells of its structure: its pictures, and its headings where it is tagged.

Whatever else a document was made of is not in its PDF (ISO 32000-1, 14.8).
"""

from collections.abc import Iterator

from pypdf import PdfReader

_MOST = 20_000
"""Elements that are looked at."""
_HEADINGS = frozenset({"/H", "/Title", *(f"/H{level}" for level in range(1, 7))})


def count_in_pdf(reader: PdfReader) -> dict[str, int]:
    """Return the counts of a PDF; no headings where nothing tells them."""
    counts = {"images": len(set(_list_images(reader)))}
    root = _resolve(reader.root_object.get("/StructTreeRoot"))
    if isinstance(root, dict):
        roles = _resolve(root.get("/RoleMap"))
        known = roles if isinstance(roles, dict) else {}
        counts["headings"] = sum(
            kind in _HEADINGS or known.get(kind) in _HEADINGS for kind in _list_kinds(root)
        )
    return counts


def _resolve(value: object) -> object:
    return value.get_object() if hasattr(value, "get_object") else value


def _list_images(reader: PdfReader) -> Iterator[int]:
    """Yield the pictures of each page, those inside forms too, by what tells them apart."""
    left = [_resolve(page.get("/Resources")) for page in reader.pages]
    seen: set[int] = set()
    while left and len(seen) < _MOST:
        resources = left.pop()
        objects = _resolve(resources.get("/XObject")) if isinstance(resources, dict) else None
        for each in objects.values() if isinstance(objects, dict) else ():
            one = _resolve(each)
            if not isinstance(one, dict) or id(one) in seen:
                continue
            seen.add(id(one))
            if one.get("/Subtype") == "/Image":
                yield id(one)
            left.append(_resolve(one.get("/Resources")))


def _list_kinds(root: object) -> Iterator[str]:
    left, count = [root], 0
    while left and count < _MOST:
        one, count = _resolve(left.pop()), count + 1
        if isinstance(one, list):
            left.extend(one)
        elif isinstance(one, dict):
            if "/S" in one:
                yield str(one["/S"])
            if "/K" in one:
                left.append(one["/K"])

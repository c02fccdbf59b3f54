"""The file name of a page: words of its URL, a hash of it, and a suffix for its media type."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Final
from urllib.parse import unquote, urlsplit

#: The suffix for each media type by which the formats are told apart.
SUFFIXES: Final = {
    "application/json": ".json",
    "application/ld+json": ".jsonld",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/tei+xml": ".xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/xhtml+xml": ".xhtml",
    "application/xml": ".xml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/xml": ".xml",
}
#: Media types that say nothing of what a file is, so that the name in the URL says more.
_VAGUE: Final = frozenset({None, "application/octet-stream", "binary/octet-stream", "text/plain"})
_LONGEST: Final = 60


def name_of(url: str, media_type: str | None, taken: Mapping[str, str]) -> str:
    """The name of the file for a URL in its normal form: `a-z`, `0-9`, hyphens and one dot.

    It depends on nothing but the URL and the media type, unless `taken`, the URL of each name in the
    folder, has it for another URL; then the hash is longer.
    """
    parts = urlsplit(url)
    last = unquote(parts.path).rstrip("/").rpartition("/")[2] or (parts.hostname or "")
    stem, dot, suffix = last.rpartition(".")
    own = f".{suffix.lower()}" if dot and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,7}", suffix) else ""
    if own and stem and parts.path.strip("/"):
        last = stem
    else:
        own = ""
    known = SUFFIXES.get(media_type or "", "")
    end = (own or known or ".bin") if media_type in _VAGUE else (known or own or ".bin")
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode("ascii").lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain))[:_LONGEST].strip("-") or "page"
    digest = hashlib.sha256(url.encode()).hexdigest()
    short = f"{words}-{digest[:8]}{end}"
    return short if taken.get(short, url) == url else f"{words}-{digest}{end}"

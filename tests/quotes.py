"""Whether all evidence in a record quotes what stands in the file that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from fonds.record import Evidence, Record


def evidence_in(value: object) -> Iterator[Evidence]:
    """All evidence anywhere inside a value."""
    if isinstance(value, Evidence):
        yield value
    if isinstance(value, tuple):
        for item in value:
            yield from evidence_in(item)
    elif is_dataclass(value):
        for one in fields(value):
            yield from evidence_in(getattr(value, one.name))


def check(record: Record, texts: Mapping[str, str]) -> int:
    """Compare every quote without a path with the text of its file, by SHA-256; how many there were."""
    found = [one for one in evidence_in(record) if one.path is None]
    for one in found:
        assert texts[one.source][one.start : one.end] == one.quote, one
    return len(found)

"""The agents that are named in a stretch of text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fonds.record import Mention
from fonds.source import Span

_AGENTS: Final = frozenset({"person", "group", "role", "organisation"})


def mentions_in(mentions: Iterable[Mention], span: Span) -> tuple[Mention, ...]:
    """The outermost agents whose name lies in a span, in the order of the text."""
    start, end = span
    inside = [m for m in mentions if start <= m.name_start and m.name_end <= end and m.kind in _AGENTS]
    if len(inside) < 2:
        return tuple(inside)
    outer = [
        m
        for m in inside
        if not any(
            o is not m
            and o.evidence.start <= m.evidence.start
            and m.evidence.end <= o.evidence.end
            and (o.evidence.end - o.evidence.start, o.kind == "person")
            > (m.evidence.end - m.evidence.start, m.kind == "person")
            for o in inside
        )
    ]
    return tuple(sorted(outer, key=lambda m: m.name_start))

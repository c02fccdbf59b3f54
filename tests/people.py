"""Records made of bare mentions, for the tests of who is who."""

from __future__ import annotations

from fonds.record import DateStatement, Evidence, Kind, Mention, NameParts, Party, Record, SourceInfo
from fonds.source import Span

#: Two mentions in one list are this far apart, others further.
LIST, FAR = 2, 40


def mention(
    name: str,
    start: int,
    *,
    kind: Kind = "person",
    title: str = "",
    zone: str = "body",
    parts: NameParts | None = None,
) -> Mention:
    before = f"{title} " if title else ""
    evidence = Evidence(
        source="0" * 64,
        start=start,
        end=start + len(before) + len(name),
        quote=before + name,
        zone=zone,
        rule="test",
    )
    return Mention(
        id=f"{kind}-{start}",
        kind=kind,
        name=name,
        name_start=start + len(before),
        name_end=evidence.end,
        evidence=evidence,
        titles=(title,) if title else (),
        parts=parts,
    )


def record(
    ident: str, *names: str | tuple[str, str], year: int | None = None, kind: Kind = "person", gap: int = FAR
) -> Record:
    """A record that names these persons, each a name or a title and a name, in this order."""
    made, at = [], 0
    for item in names:
        title, name = item if isinstance(item, tuple) else ("", item)
        made.append(mention(name, at, kind=kind, title=title))
        at = made[-1].evidence.end + gap
    return of_mentions(ident, made, year=year)


def of_mentions(
    ident: str, mentions: list[Mention], *, year: int | None = None, senders: tuple[int, ...] = ()
) -> Record:
    dates = ()
    if year is not None:
        dates = (
            DateStatement(
                role="dated",
                edtf=str(year),
                evidence=mentions[0].evidence,
                earliest=f"{year}-01-01",
                latest=f"{year}-12-31",
            ),
        )
    return Record(
        id=ident,
        source=SourceInfo(sha256="0" * 64, name=ident, size=1, length=1, encoding="utf-8"),
        genre="test",
        span=Span(0, 100_000),
        mentions=tuple(mentions),
        dates=dates,
        parties=tuple(
            Party(role="sender", mention=mentions[at], evidence=mentions[at].evidence) for at in senders
        ),
    )

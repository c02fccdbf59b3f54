"""Offices and groups that stand for persons without naming them.

"The Supreme Commander", "the Secretary of State" (rule `names/role`), "for the five" (rule
`names/group`). A role is not a person, whoever held it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fonds.extract.name_extent import Run
from fonds.extract.name_lexicon import (
    BODY,
    CALENDAR,
    GIVEN,
    HONORIFIC,
    MODIFIER,
    NEVER,
    OFFICE,
    PEOPLE,
    PLACE,
    PLURAL,
    RANK,
    SURNAME,
    WEAK,
    WORD,
)
from fonds.extract.name_page import CAPITAL, SILENT, TERSE, Page
from fonds.extract.name_tokens import BLANK, LINE, Token
from fonds.extract.reading import Reading
from fonds.extract.vocabulary import hits_of
from fonds.record import Mention

_GROUP_ZONES: Final = frozenset(
    {
        "routing",
        "title",
        "salutation",
        "distribution",
        "letterhead",
        "annotation",
        "dateline",
        "subject",
        "other",
    }
)
_ARTICLES: Final = frozenset({"the", "our", "your", "their", "my", "his", "its"})


def find_roles(reading: Reading, page: Page, persons: Sequence[Run]) -> list[Mention]:
    """Roles and groups outside the names and titles of `persons`, in order."""
    held = {at for run in persons for at in range(run.title.first if run.title else run.start, run.end)}
    held |= {at for run in persons if run.shared for at in range(run.shared.first, run.start)}
    mentions = []
    for at in page.capitals:
        if page.kinds[at] & (OFFICE | RANK) and at not in held and page.tokens[at].shape in CAPITAL:
            mentions.extend(_role(reading, page, at, held))
    if counted := {end: start for _, start, end in hits_of(reading)["counted"]}:
        for at, token in enumerate(page.tokens):
            if token.start <= counted.get(token.end, -1) and token.text.split()[-2] == "the":
                mentions.extend(_group(reading, page, at))
    return mentions


def _group(reading: Reading, page: Page, at: int) -> list[Mention]:
    """ "the five" where nothing follows that they could be five of."""
    token = page.tokens[at]
    after = page.tokens[at + 1] if at + 1 < len(page.tokens) else None
    if after is not None and after.gap in (BLANK, LINE) and after.shape != "mark":
        return []
    words = token.text.split()
    if len(words) > 2 and words[-3] not in ("for", "to", "from"):
        return []
    start = token.end - len(words[-1]) - 4
    span = reading.prose.span(start, token.end)
    if reading.zone_at(span.start) not in _GROUP_ZONES or reading.prose.content[start : start + 3] != "the":
        return []
    return [_mention(reading, "group", span.start, span.end)]


def _role(reading: Reading, page: Page, at: int, held: set[int]) -> list[Mention]:
    tokens, kinds = page.tokens, page.kinds
    kind = kinds[at]
    if kind & PLURAL or (tokens[at].possessive and kind & HONORIFIC):
        return []
    end = _complement(page, at + 1) if not tokens[at].possessive else at + 1
    if (
        end < len(tokens)
        and end == at + 1
        and tokens[end].shape in CAPITAL
        and tokens[end].gap == BLANK
        and not tokens[at].possessive
    ):
        return []  # the head of a longer name or office, which its last word decides
    start = at
    while (
        start > 0
        and tokens[start].gap == BLANK
        and tokens[start - 1].shape == tokens[at].shape
        and not tokens[start - 1].possessive
    ):
        before = kinds[start - 1]
        if (
            start - 1 in held
            or before & (NEVER | CALENDAR)
            or not before & (MODIFIER | PEOPLE | OFFICE | RANK | WORD | BODY)
        ):
            break
        start -= 1
    if not _is_definite(tokens, start) or (kind & WEAK and start == at and end == at + 1):
        return []
    if any(word in held for word in range(start, end)):
        return []
    span = reading.prose.span(tokens[start].start, tokens[end - 1].end)
    if reading.zone_at(span.start) in SILENT | TERSE:
        return []
    return [_mention(reading, "role", span.start, span.end)]


def _is_definite(tokens: Sequence[Token], start: int) -> bool:
    """Whether an article stands before: an office without one is a title or a heading."""
    if not start or tokens[start].gap not in (BLANK, LINE):
        return False
    before = tokens[start - 1]
    return before.shape in ("lower", "title") and before.last in _ARTICLES


def _complement(page: Page, at: int) -> int:
    """Where the complement of an office ends ("of State", "in Great Britain"), else `at`."""
    tokens, kinds = page.tokens, page.kinds
    end = here = at
    while here + 1 < len(tokens):
        token, name = tokens[here], tokens[here + 1]
        if (
            token.shape != "lower"
            or token.gap != BLANK
            or token.text not in ("of", "for", "to", "in", "of the", "for the", "to the", "in the", "at")
        ):
            break
        if name.shape not in CAPITAL or name.gap != BLANK or kinds[here + 1] & (CALENDAR | NEVER):
            break
        if token.text in ("to", "to the") and (here > at or _begins_office(page, here + 1)):
            break  # "The Secretary of State to the Ambassador in Russia": two offices
        if not kinds[here + 1] & (PLACE | WORD | BODY | PEOPLE | OFFICE) or (
            kinds[here + 1] & (GIVEN | SURNAME) and not kinds[here + 1] & PLACE
        ):
            break
        here += 2
        while (
            here < len(tokens)
            and tokens[here].gap == BLANK
            and tokens[here].shape == name.shape
            and not tokens[here - 1].possessive
            and kinds[here] & (PLACE | WORD | BODY | OFFICE)
        ):
            here += 1
        end = here
        if tokens[end - 1].possessive:
            break
    return end


def _begins_office(page: Page, at: int) -> bool:
    """Whether capitalised words begin with the parts of an office, or hold one in the plural."""
    if page.kinds[at] & (OFFICE | RANK | MODIFIER | PEOPLE):
        return True
    end = at + 1
    while end < len(page.tokens) and page.tokens[end].gap == BLANK and page.tokens[end].shape in CAPITAL:
        end += 1
    return any(kind & PLURAL for kind in page.kinds[at:end])


def _mention(reading: Reading, kind: str, start: int, end: int) -> Mention:
    text = " ".join(reading.text.content[start:end].split())
    return Mention(
        id=f"{kind}-{start}-{end}",
        kind="group" if kind == "group" else "role",
        name=text,
        name_start=start,
        name_end=end,
        evidence=reading.evidence(start, end, f"names/{kind}"),
    )

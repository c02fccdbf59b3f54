"""Titles, ranks and offices that stand directly before a name."""

from __future__ import annotations

from typing import NamedTuple

from fonds.extract.name_lexicon import (
    BODY,
    CALENDAR,
    COMMON,
    GIVEN,
    HONORIFIC,
    MODIFIER,
    NEVER,
    OFFICE,
    PARTICLE,
    PEOPLE,
    PLACE,
    RANK,
    SURNAME,
    TITLE,
    UNCERTAIN,
    WEAK,
    WORD,
)
from fonds.extract.name_page import CAPITAL, Page
from fonds.extract.name_tokens import BLANK, GLUED, LINE, Token


class Title(NamedTuple):
    """A title before a name: positions in the content, its flags, and its first token."""

    start: int
    end: int
    flags: int
    first: int


def title_before(page: Page, at: int) -> Title | None:
    """The title, rank or office that stands directly before the token at `at`.

    Small particles may stand at `at`: "General de Gaulle".
    """
    if not at:
        return None
    tokens = page.tokens
    before = tokens[at - 1]
    if tokens[at].gap == BLANK and (unknown := _unknown_first_name(page, at)) is not None:
        return unknown
    if before.possessive or before.shape in ("mark", "number") or not _touches(page, at, opens=True):
        return None
    name = at + 1 if tokens[at].shape == "lower" and at + 1 < len(tokens) else at
    if before.shape == "lower":
        if _is_small_title(page, before, name):
            return Title(before.end - len(before.last), before.end, OFFICE, at)
        return None
    flags, here = _head(page, at - 1, name)
    if not flags:
        return None
    while here > 0 and _touches(page, here, opens=False):
        token = tokens[here - 1]
        if token.possessive or token.shape in ("lower", "mark", "number"):
            break
        if not _widens(page, here - 1, flags):
            break
        flags |= page.kinds[here - 1] & TITLE
        here -= 1
    return Title(tokens[here].start, tokens[at - 1].end, flags, here)


def _unknown_first_name(page: Page, at: int) -> Title | None:
    """ "(fnu)" before a surname."""
    tokens, first = page.tokens, at - 1
    word = tokens[first]
    if word.text == ")" and at > 2 and tokens[at - 3].text == "(":
        first, word = at - 3, tokens[at - 2]
    if word.text.lower() not in page.lexicon.contexts["unknown"]:
        return None
    return Title(tokens[first].start, tokens[at - 1].end, HONORIFIC, first)


def _touches(page: Page, here: int, *, opens: bool) -> bool:
    """Whether the token before `here` may belong to a title that goes on at `here`."""
    before, gap = page.tokens[here - 1], page.tokens[here].gap
    if gap == LINE:
        return before.gap == BLANK or not opens
    return gap == BLANK or (gap == GLUED and before.text.endswith("."))


def _head(page: Page, at: int, name: int) -> tuple[int, int]:
    """The flags of the title whose last token is at `at`, and its first token; 0 if it is none."""
    token, kind, following = page.tokens[at], page.kinds[at], page.kinds[name]
    if token.shape == "initial":
        french = token.text == "M." and (name > at + 1 or (following & GIVEN and not following & COMMON))
        return (HONORIFIC if french else 0), at
    vouched = bool(following & (GIVEN | SURNAME))
    if kind & UNCERTAIN:
        vouched = vouched or page.tokens[name].shape == "initial"
        return (kind & (TITLE | UNCERTAIN) if vouched else 0), at
    if token.shape == "letter":
        return 0, at
    if kind & TITLE and (vouched or not kind & WEAK):
        return kind & TITLE, at
    head = _complement(page, at)
    return (OFFICE if head >= 0 else 0), head


def _is_small_title(page: Page, token: Token, name: int) -> bool:
    """Whether a phrase ends in a title in small letters, before what can only be a name."""
    if page.tokens[name].shape != "initial" and page.kinds[name] & COMMON:
        return False
    return token.last.rstrip(".") in page.lexicon.lower_titles


def _widens(page: Page, at: int, flags: int) -> bool:
    """Whether the token at `at` belongs to the title that begins after it."""
    token, kind = page.tokens[at], page.kinds[at]
    if token.shape == "initial":
        return bool(flags & OFFICE) and token.text in ("U.", "S.")
    if kind & (NEVER | CALENDAR) or token.shape != page.tokens[at + 1].shape:
        return False
    if kind & (HONORIFIC | RANK) or (kind & OFFICE and not kind & WEAK):
        return True
    if not flags & (RANK | OFFICE):
        return False
    if kind & (MODIFIER | PEOPLE | OFFICE):
        return True
    # A further noun: "Economic Cooperation Bureau Director". At the head of a sentence a
    # capital says nothing, so there it must be a known modifier.
    opens = at == 0 or token.gap not in (BLANK, GLUED) or page.tokens[at - 1].text in '.:;"“'
    return bool(flags & OFFICE and kind & (WORD | BODY) and not opens and token.shape == "title")


def _complement(page: Page, at: int) -> int:
    """The head of an office with a complement that ends at `at`: `Minister` in
    "Minister of Foreign Affairs", else -1."""
    tokens, kinds = page.tokens, page.kinds
    here = at
    while here > 0 and at - here < 6:
        token = tokens[here]
        if token.shape == "lower":
            head = kinds[here - 1]
            if token.text in ("of", "for", "of the", "for the", "to", "to the", "in") and head & (
                OFFICE | RANK
            ):
                return here - 1
            if token.text not in ("and", "of", "for", "of the", "for the", "and the"):
                return -1
        elif (
            token.shape not in CAPITAL or (not kinds[here] & COMMON and here != at) or kinds[here] & NEVER
        ) or (here == at and (not kinds[here] & (WORD | BODY | PLACE | OFFICE) or kinds[here] & PARTICLE)):
            return -1
        if token.gap != BLANK:
            return -1
        here -= 1
    return -1

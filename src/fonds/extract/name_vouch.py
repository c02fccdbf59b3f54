"""What in a run, or right beside it, vouches for a person, and what shows that it names none."""

from __future__ import annotations

import re
from functools import cache

from fonds.extract.name_extent import Run
from fonds.extract.name_lexicon import (
    BODY,
    CALENDAR,
    COMMON,
    EASTERN,
    GIVEN,
    GIVEN_WORD,
    OFFICE,
    PEOPLE,
    PLACE,
    RANK,
    SURNAME,
    WORD,
)
from fonds.extract.name_page import CAPITAL, Page
from fonds.extract.name_parts import is_patronymic
from fonds.extract.name_tokens import BLANK, GLUED, LINE


@cache
def _regular() -> re.Pattern[str]:
    # One capital at the head of each part, Mc- and O'- names apart: OCR noise mixes capitals anyhow.
    return re.compile(
        r"(?:Mc|Mac|O['’]|D['’]|De|La|Le|Fitz|Van|Du)?[^\W\d_a-zß-öø-ÿ][^\W\d_A-ZÀ-Þ]+(?:['’-][^\W\d_]+)*"
    )


def vouch(page: Page, run: Run) -> str:
    tokens, kinds = page.tokens, page.kinds
    if is_other(page, run):
        return ""
    if run.title is not None or run.honoured:
        return "names/title"
    first = kinds[run.words[0]]
    texts = [tokens[word].text for word in run.words]
    if run.initials and run.words[-1] > run.start:
        lone = run.initials == 1 and tokens[run.start].shape == "initial" and len(run.words) == 1
        if (
            lone
            and tokens[run.start].gap not in (GLUED, BLANK)
            and not first & SURNAME
            and not page.alone(run.start, run.end)
        ):
            return ""  # "A. Mainichi said": a numbered paragraph
        return "names/initials"
    if len(run.words) > 1:
        if any(is_patronymic(text) for text in texts[1:]):
            return "names/patronymic"
        if first & (GIVEN | GIVEN_WORD):
            return "names/given"
        if first & EASTERN and _is_eastern(page, run):
            return "" if _is_somewhere(page, run) else "names/eastern"
        if _has_capital_surname(page, run):
            return "names/capitals"
    return "names/salutation" if _is_greeted(page, run) else ""


def _is_greeted(page: Page, run: Run) -> bool:
    """ "Dear Gordon:", "My dear Phillips," at the head of a letter."""
    if not run.start or run.end >= len(page.tokens) or page.tokens[run.end].text not in ":,":
        return False
    before = page.tokens[run.start - 1]
    return before.text in ("Dear", "DEAR") or (before.shape == "lower" and before.last == "dear")


def is_other(page: Page, run: Run) -> bool:
    """Whether the words around make the run part of another name: a place, firm or ship."""
    tokens = page.tokens
    if run.end < len(tokens) and not tokens[run.end - 1].possessive:
        after = tokens[run.end]
        body = after.shape in CAPITAL and after.gap == BLANK and page.kinds[run.end] & BODY
        if (body or (after.text == "&" and run.shared is None)) and not has_attribute(page, run):
            return True
    first = run.title.first if run.title is not None else run.start
    if first and tokens[first].gap == BLANK:
        before = tokens[first - 1]
        if before.text == "." and first > 1 and before.gap == GLUED:
            before = tokens[first - 2]
        if before.shape in CAPITAL and before.text.lower().rstrip(".") in page.lexicon.context("before"):
            return True
        if before.text == "S." and first > 1 and tokens[first - 2].text == "S.":
            return True  # a steamship
    return _is_act(page, run)


def _is_act(page: Page, run: Run) -> bool:
    """Whether the run begins the name of a law: "McCarran Act"."""
    at = run.end
    while (
        at < len(page.tokens)
        and at < run.end + 4
        and page.tokens[at].shape in CAPITAL
        and page.tokens[at].gap == BLANK
    ):
        if page.tokens[at].text.lower() in ("act", "acts", "law", "laws", "bill", "amendment"):
            return True
        at += 1
    return False


def has_attribute(page: Page, run: Run) -> bool:
    """Whether the person's government, policy or letter follows: "Yoshida Government"."""
    if run.end >= len(page.tokens) or page.tokens[run.end].gap != BLANK:
        return False
    return page.tokens[run.end].first in page.lexicon.context("attributes")


def _is_eastern(page: Page, run: Run) -> bool:
    """Chiang Ching-kuo, Mao Zedong, Ngo Dinh Diem: a family name and short unknown words."""
    rest = [page.tokens[word].text for word in run.words[1:]]
    if len(rest) == 1 and "-" in rest[0]:
        return rest[0].rpartition("-")[2].islower() or len(rest[0]) < 12
    longest = 6 if page.tokens[run.words[0]].shape == "upper" else 8
    if len(rest) > 2 or any(len(text) > longest for text in rest):
        return False
    # The last of three syllables may be any word: Ngo Dinh Diem.
    middle = run.words[1:-1] if len(rest) > 1 else run.words[1:]
    return not any(page.kinds[word] & (PLACE | WORD) for word in middle)


def _is_somewhere(page: Page, run: Run) -> bool:
    """Whether a preposition of place stands before the run: "in Cho Lon"."""
    before = page.tokens[run.start - 1] if run.start else None
    return (
        before is not None
        and before.shape == "lower"
        and before.last in ("in", "at", "near", "around", "outside")
    )


def _has_capital_surname(page: Page, run: Run) -> bool:
    """Amable SANCHEZ Borroto, in text that is not all in capitals."""
    tokens, kinds = page.tokens, page.kinds
    capitals = [word for word in run.words if tokens[word].shape == "upper"]
    if not capitals or capitals[0] == run.words[0]:
        return False
    for word in run.words:
        token, kind = tokens[word], kinds[word]
        if token.shape == "upper":
            if len(token.text) < 4 or kind & COMMON:
                return False
        elif not _regular().fullmatch(token.text) or (word < capitals[0] and kind & COMMON):
            return False  # OCR that mixes capitals and small letters
    return bool(kinds[capitals[0]] & SURNAME) or in_prose(page, run)


def in_prose(page: Page, run: Run) -> bool:
    """Whether small words stand next to the run, so that its capitals mean something."""
    tokens, before, after = page.tokens, run.start - 1, run.end
    if after + 1 < len(tokens) and tokens[after].text in ",.();":
        after += 1
    if before > 0 and tokens[before].text in ",(":
        before -= 1
    return any(0 <= at < len(tokens) and tokens[at].shape == "lower" for at in (before, after))


def is_holder(page: Page, run: Run) -> bool:
    """Whether the run stands alone in a bracket after an office."""
    tokens, kinds = page.tokens, page.kinds
    here = run.start - 1
    if (
        here < 1
        or tokens[here].text not in "(["
        or run.end >= len(tokens)
        or tokens[run.end].text not in ")]"
    ):
        return False
    barred = PEOPLE | CALENDAR if kinds[here - 1] & PLACE else PLACE | PEOPLE | CALENDAR
    if any(kinds[word] & barred and not kinds[word] & (GIVEN | SURNAME) for word in run.words):
        return False
    if tokens[run.words[-1]].shape == "upper" and len(tokens[run.words[-1]].text) < 4:
        return False
    for back in range(here - 1, max(here - 12, -1), -1):
        token = tokens[back]
        if token.shape in CAPITAL and kinds[back] & (OFFICE | RANK):
            return True
        if token.shape == "lower" and not page.lexicon.context("within_office").issuperset(
            token.text.split()
        ):
            return False
        if token.shape in ("mark", "number") or token.gap not in (BLANK, LINE):
            return False
    return False

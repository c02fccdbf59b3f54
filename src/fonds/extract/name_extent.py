"""How far a name goes: initials, given names, expansions in brackets, particles, surnames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fonds.extract.name_lexicon import (
    BARRED,
    BODY,
    CALENDAR,
    COMMON,
    EASTERN,
    GIVEN,
    GIVEN_WORD,
    HONORIFIC,
    MODIFIER,
    NEVER,
    PEOPLE,
    PLACE,
    SUFFIX,
    SURNAME,
    SURNAME_WORD,
    TITLE,
    UNCERTAIN,
    WORD,
)
from fonds.extract.name_page import CAPITAL, Page
from fonds.extract.name_titles import Title
from fonds.extract.name_tokens import BLANK, GLUED, LINE

_CLOSING: Final = {"[": "]", "(": ")", '"': '"', "“": "”", "'": "'", "‘": "’"}
_MOST_PARTS: Final = 8


@dataclass(slots=True)
class Run:
    """Tokens `start` to `end` in the shape of a name; `words` are its capitalised words."""

    start: int
    end: int
    words: list[int]
    initials: int = 0
    title: Title | None = None
    shared: Title | None = None
    rule: str = ""
    #: Where small particles before the first word begin, in the content: "van Vollenhoven".
    lead: int = -1
    #: Whether a title stands after the name as part of it: "Moustapha Bey".
    honoured: bool = False
    #: The name without its blanks, where it is spaced out: "S H T Y K O V".
    spelled: str = ""


def extend(page: Page, at: int, title: Title | None) -> Run | None:
    tokens, kinds = page.tokens, page.kinds
    run = Run(at, at, [], title=title)
    here = at
    while here < len(tokens) and here - at < _MOST_PARTS:
        token = tokens[here]
        if here > at and not _joins(page, run, here):
            break
        if token.shape in ("initial", "letter"):
            run.initials += 1
            run.end = here = here + 1
        elif token.shape in CAPITAL:
            run.words.append(here)
            run.end = here = here + 1
            if token.possessive:
                break
        elif token.shape == "lower" or token.text == "*":
            here += 1  # kept when a name follows
        else:
            run.end = here = _closing(page, here) + 1
    while run.words and run.end - 1 > run.words[-1] and tokens[run.end - 1].shape in ("initial", "letter"):
        run.end -= 1
        run.initials -= 1
    if not run.words:
        return None
    _add_suffix(page, run)
    if title is None:
        while len(run.words) > 1 and run.end - 1 == run.words[-1] and kinds[run.words[-1]] & BODY:
            run.end = run.words.pop()
    return run


def _joins(page: Page, run: Run, here: int) -> bool:
    """Whether the token at `here` belongs to the name that the run has so far."""
    tokens, token, kind = page.tokens, page.tokens[here], page.kinds[here]
    before = tokens[here - 1]
    if token.gap == LINE:
        if not _wraps(page, run, here):
            return False
    elif token.gap not in (BLANK, GLUED) or (
        token.gap == GLUED and before.shape != "initial" and before.text != "*"
    ):
        return False
    if token.shape == "initial":
        return _initial_joins(page, run, here)
    if token.shape == "letter":
        following = page.after(here)
        return (
            token.text not in "IA"
            and bool(page.kinds[here - 1] & (GIVEN | GIVEN_WORD))
            and following is not None
            and following.shape == before.shape
            and following.gap == BLANK
            and not page.kinds[here + 1] & COMMON
        )
    if token.shape == "lower":
        following = page.after(here)
        return (
            following is not None
            and following.shape in CAPITAL
            and (page.is_particle(here) or token.text == "y")
            and not page.kinds[here + 1] & COMMON
            and following.gap == BLANK
        )
    if token.text in _CLOSING:
        return bool(run.words) and _expands(page, here)
    if token.text == "*":  # marks an indexed surname: Carlos *LOPEZ Avalos
        following = page.after(here)
        return following is not None and following.gap == GLUED and following.shape == "upper"
    return token.shape in CAPITAL and _word_joins(page, run, here, kind)


def _initial_joins(page: Page, run: Run, here: int) -> bool:
    following = here
    while following < len(page.tokens) and page.tokens[following].shape == "initial":
        following += 1
    if following + 1 < len(page.tokens) and page.is_particle(following):
        following += 1
    if following >= len(page.tokens) or following - here > 4:
        return False
    token = page.tokens[following]
    if token.shape == "mark" and token.text in _CLOSING:
        return _expands(page, following)
    if token.shape not in CAPITAL or token.gap not in (BLANK, GLUED, LINE):
        return False
    kind = page.kinds[following]
    if kind & (BARRED | TITLE | BODY) and not kind & SURNAME_WORD:
        return False
    return (
        not kind & (WORD | PLACE)
        or bool(kind & (SURNAME_WORD | GIVEN))
        or not run.words
        or bool(page.kinds[run.words[0]] & GIVEN)
    )


def _word_joins(page: Page, run: Run, here: int, kind: int) -> bool:
    token, before = page.tokens[here], page.tokens[here - 1]
    following = page.after(here)
    if following is not None and following.text == "-" and following.gap == GLUED:
        return False
    if _is_eastern_syllable(page, run, here):
        return True
    if kind & BARRED and not kind & (SURNAME_WORD | GIVEN_WORD):
        return False
    if kind & (TITLE | MODIFIER) and not kind & (SURNAME_WORD | GIVEN):
        return False
    if run.words and not _same_case(page, run, here):
        return False
    if token.shape == before.shape == "upper" and page.is_acronym(here):
        return False  # JOHN SOUDERS OCI
    if kind & GIVEN and not kind & SURNAME and _is_complete(page, run) and page.capital_follows(here):
        return False  # two names side by side, as in the columns of a list
    if kind & GIVEN or not kind & COMMON:
        # An unknown word after a word that is no given name: Ngo Dinh Diem, Amable Sanchez.
        return True
    return _common_word_joins(page, run, here, kind)


def _common_word_joins(page: Page, run: Run, here: int, kind: int) -> bool:
    """Whether a word or place is a surname here, because something vouches for it."""
    token, before = page.tokens[here], page.tokens[here - 1]
    if token.text.lower() in page.lexicon.context("attributes"):
        return False  # the Marshall Plan
    after_given = before.shape in ("initial", "letter") or bool(
        run.words and run.words[-1] == here - 1 and page.kinds[here - 1] & GIVEN
    )
    if kind & SURNAME_WORD and not kind & PLACE and not after_given and _is_vouched(page, run):
        return not page.capital_follows(here)  # Walter Hines Page, C. Spring Rice
    if kind & PLACE and len(run.words) == 1 and _is_honoured(run):
        return not kind & (WORD | BODY) and token.gap == BLANK  # Baron Denys Cochin
    if not after_given or kind & SURNAME_WORD:
        return after_given
    if kind & (BODY | PLACE) or token.shape != "title" or before.shape == "upper" or token.gap != BLANK:
        return False
    if not page.capital_follows(here):
        return True
    # Mr. John Beaver White
    return bool((run.initials or _is_honoured(run)) and page.kinds[here + 1] & SURNAME_WORD)


def _is_honoured(run: Run) -> bool:
    return run.title is not None and bool(run.title.flags & HONORIFIC) and not run.title.flags & UNCERTAIN


def _is_complete(page: Page, run: Run) -> bool:
    """Whether the run ends with a known surname after a given name or initial."""
    last = run.words[-1] if run.words else run.start
    kind = page.kinds[last]
    if last == run.start or last != run.end - 1 or not kind & SURNAME or kind & GIVEN:
        return False
    return page.tokens[last - 1].shape == "initial" or bool(page.kinds[last - 1] & GIVEN)


def _is_eastern_syllable(page: Page, run: Run, here: int) -> bool:
    """The last syllable of "Ngo Dinh Diem" or "Tran Van Don", whatever else the word may be."""
    return (
        len(run.words) == 2
        and run.words[1] == here - 1
        and bool(page.kinds[run.words[0]] & EASTERN)
        and not page.kinds[run.words[0]] & GIVEN
        and len(page.tokens[here].text) < 7
        and len(page.tokens[run.words[1]].text) < 6
        and page.tokens[here].shape == page.tokens[here - 1].shape
        and not page.kinds[here] & (NEVER | PEOPLE | CALENDAR | BODY | PLACE)
    )


def _is_vouched(page: Page, run: Run) -> bool:
    first = page.tokens[run.start]
    return first.shape == "initial" or bool(page.kinds[run.start] & GIVEN)


def _same_case(page: Page, run: Run, here: int) -> bool:
    """Capitals may follow small letters once (Amable SANCHEZ), and one word after them."""
    tokens = page.tokens
    shapes = [tokens[word].shape for word in run.words]
    shape = tokens[here].shape
    if shape == shapes[-1]:
        return True
    if shape == "upper":
        return "upper" not in shapes and len(tokens[here].text) > 3
    if shapes[0] == "upper" and len(shapes) > 1:
        return False
    return shapes.count("title") < 4 and not page.kinds[here] & (COMMON & ~PLACE)


def _wraps(page: Page, run: Run, here: int) -> bool:
    """Whether a name goes on over a line end: only a given name or initial waits for more."""
    before = page.tokens[here - 1]
    if page.tokens[run.start].gap == LINE and run.title is None:
        return False
    if page.kinds[here] & COMMON or page.tokens[here].shape not in CAPITAL:
        return False
    if before.shape == "initial":
        return True
    if not page.kinds[here - 1] & GIVEN:
        return False
    return page.tokens[here].shape == before.shape or len(page.tokens[here].text) > 3


def _expands(page: Page, here: int) -> bool:
    """Whether a bracket holds an expansion or nickname within a name, which then goes on."""
    close = _closing(page, here)
    if close < 0 or close - here > 3 or close + 1 >= len(page.tokens):
        return False
    inner = page.tokens[here + 1 : close]
    after = page.tokens[close + 1]
    return (
        bool(inner)
        and all(token.shape in CAPITAL for token in inner)
        and not any(
            kind & (NEVER | PEOPLE | CALENDAR | PLACE | BODY) for kind in page.kinds[here + 1 : close]
        )
        and after.shape in CAPITAL
        and after.gap == BLANK
        and not page.kinds[close + 1] & COMMON
    )


def _closing(page: Page, here: int) -> int:
    close = _CLOSING[page.tokens[here].text]
    for at in range(here + 1, min(here + 5, len(page.tokens))):
        if page.tokens[at].text == close:
            return at
    return -1


def _add_suffix(page: Page, run: Run) -> None:
    at = run.end
    if page.capital_follows(at - 1) and page.tokens[at].text.lower() in page.lexicon.context("following"):
        run.end, run.honoured = at + 1, True
        return
    if at < len(page.tokens) and page.tokens[at].text == ",":
        at += 1
    if at >= len(page.tokens) or page.tokens[at].gap not in (BLANK, LINE):
        return
    if page.kinds[at] & SUFFIX or page.tokens[at].text in ("jr.", "sr.", "jr", "sr"):
        run.end = at + 1

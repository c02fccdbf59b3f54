"""Stretches of text that have the shape of a name.

A *run* is a sequence of initials, capitalised words, particles and bracketed expansions. It gets
the id of a rule when its own parts or the title before it show a person; a run without a rule
waits for evidence from the rest of the document (`fonds.extract.name_judge`).
"""

from __future__ import annotations

from fonds.extract.name_extent import Run, extend
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
    PARTICLE,
    PEOPLE,
    PLACE,
    PLURAL,
    SUFFIX,
    SURNAME,
    SURNAME_WORD,
    TITLE,
    UNCERTAIN,
    WORD,
)
from fonds.extract.name_page import CAPITAL, Page
from fonds.extract.name_parts import is_patronymic
from fonds.extract.name_titles import Title, title_before
from fonds.extract.name_tokens import BLANK, GLUED
from fonds.extract.name_vouch import is_holder, is_other, vouch


def find_runs(page: Page) -> list[Run]:
    """All runs, in order and apart from each other."""
    found: list[Run] = []
    end = 0
    for at in page.capitals:
        run = _run(page, at) if at >= end else None
        if run is None:
            continue
        found.append(run)
        end = run.end
        if run.title is not None and run.title.flags & PLURAL:
            end = _list(page, run, found)
        elif run.title is None and len(run.words) == 1 and _opens_entry(page, run):
            end = _invert(page, run)
    return found


def _opens_entry(page: Page, run: Run) -> bool:
    """Whether a single surname begins a line or follows a label."""
    if run.initials or run.end - run.start > 1 or page.kinds[run.words[0]] & COMMON:
        return False
    before = page.tokens[run.start - 1].text if run.start else ":"
    return before == ":" or page.tokens[run.start].gap not in (GLUED, BLANK)


def _invert(page: Page, run: Run) -> int:
    """Join given names that follow a surname and a comma: "Kostikov, Valeriy Vladimirovich"."""
    tokens, kinds, at = page.tokens, page.kinds, run.end
    if at >= len(tokens) or tokens[at].text != ",":
        return run.end
    here = at + 1
    while here < len(tokens) and tokens[here].gap in (BLANK, GLUED):
        token = tokens[here]
        if (
            token.shape == "initial"
            or (token.shape in CAPITAL and (kinds[here] & (GIVEN | SUFFIX) or is_patronymic(token.text)))
            or (token.text == "," and here + 1 < len(tokens) and kinds[here + 1] & SUFFIX)
        ):
            here += 1
        else:
            break
    ends = here >= len(tokens) or tokens[here].gap not in (BLANK, GLUED) or tokens[here].text in ".;)("
    if (
        here > at + 1
        and ends
        and not tokens[here - 1].possessive
        and (kinds[at + 1] & GIVEN or tokens[at + 1].shape == "initial")
    ):
        run.end, run.rule = here, "names/inverted"
    return run.end


def _list(page: Page, first: Run, found: list[Run]) -> int:
    """Add the names that share a plural title with `first`; the token where the list ends."""
    title, first.title = first.title, None
    first.shared = title
    at = first.end
    while (start := page.item(at)) > 0:
        if page.tokens[start].shape not in CAPITAL and page.tokens[start].shape != "initial":
            break
        run = _run(page, start)
        if run is None and _may_begin(page, start, title):
            run = extend(page, start, title)
        if run is None:
            break
        if run.title is not None and run.title != title:
            found.append(run)
            return run.end
        run.title, run.shared, run.rule = None, title, "names/title"
        found.append(run)
        at = run.end
    return at


def _run(page: Page, at: int) -> Run | None:
    token, kind = page.tokens[at], page.kinds[at]
    title: Title | None = None
    if token.shape == "initial":
        title = title_before(page, at)
        if not _initials_lead_to_name(page, at, title):
            return None
    elif token.shape == "letter":
        return _spaced(page, at)
    else:
        if kind & (NEVER | CALENDAR) and not kind & (GIVEN_WORD | SURNAME_WORD):
            return None
        before = page.tokens[at - 1] if at else None
        if before is not None and before.shape == "lower" and (run := _with_particle(page, at)):
            return run
        title = title_before(page, at)
        if not _may_begin(page, at, title):
            return _holder(page, at) if before is not None and before.text in "([" else None
    run = extend(page, at, title)
    if run is not None:
        _drop_label(page, run)
        run.rule = vouch(page, run) or ("names/holder" if is_holder(page, run) else "")
    return run


def _spaced(page: Page, at: int) -> Run | None:
    """A name with blanks between its letters: "S H T Y K O V"."""
    tokens, end = page.tokens, at + 1
    if at and tokens[at - 1].shape == "letter" and tokens[at].gap == BLANK:
        return None
    while end < len(tokens) and tokens[end].shape == "letter" and tokens[end].gap == BLANK:
        end += 1
    word = "".join(token.text for token in tokens[at:end])
    kind = page.lexicon.kind(word)
    if end - at < 4 or kind & COMMON:  # "S E C R E T" is no name
        return None
    title = title_before(page, at)
    if title is None and not (kind & SURNAME or word.lower().endswith(page.lexicon.endings)):
        return None
    return Run(at, end, [at], title=title, rule="names/spaced", spelled=word)


def _drop_label(page: Page, run: Run) -> None:
    """Take the letter of a numbered list off a name: "A. Yang Ting-pao"."""
    if (
        run.initials == 1
        and len(run.words) > 1
        and run.words[0] == run.start + 1
        and page.tokens[run.start].gap not in (GLUED, BLANK)
        and page.kinds[run.words[0]] & EASTERN
        and not page.kinds[run.words[0]] & GIVEN
    ):
        run.start, run.initials = run.words[0], 0


def _with_particle(page: Page, at: int) -> Run | None:
    """A name that begins with small particles: "M. van Vollenhoven", "General de Gaulle"."""
    phrase, kind = page.tokens[at - 1], page.kinds[at]
    if kind & COMMON or page.tokens[at].gap != BLANK:
        return None
    if not page.lexicon.kind(phrase.text.rpartition(" ")[2]) & PARTICLE:
        return None
    words = phrase.text.split(" ")
    count = 1
    while count < len(words) and page.lexicon.kind(words[-count - 1]) & PARTICLE:
        count += 1
    title = title_before(page, at - 1) if count == len(words) else None
    germanic = words[-count] in ("van", "von", "ter", "zu", "zur", "zum", "af")
    if words[-count] in ("and", "y", "e", "et") or (title is None and not germanic):
        return None
    if (
        title is not None
        and title.first
        and page.tokens[title.first].gap == BLANK
        and page.tokens[title.first - 1].shape in CAPITAL
    ):
        return None  # Direccion General de Inteligencia
    run = extend(page, at, title)
    if run is not None:
        run.lead = phrase.end - len(" ".join(words[-count:]))
        run.rule = "" if is_other(page, run) else "names/title" if title else "names/particle"
    return run


def _is_plain(page: Page, title: Title) -> bool:
    """Whether the title is a form of address that any surname may follow: "Mr. Tower"."""
    return page.tokens[title.first].text.lower().rstrip(".") in page.lexicon.context("plain")


def _holder(page: Page, at: int) -> Run | None:
    """A common word in a bracket as the name of an office-holder: "The Ambassador in Italy (Page)"."""
    end = at
    # Where the office itself names its place, a place in the bracket is a name: "The Chargé in
    # Brazil (Washington)".
    placed = at > 1 and bool(page.kinds[at - 2] & PLACE)
    while end < min(at + 3, len(page.tokens)) and _is_possible_surname(page, end, placed=placed):
        end += 1
    if end == at:
        return None
    run = Run(at, end, list(range(at, end)), rule="names/holder")
    return run if is_holder(page, run) else None


def _is_possible_surname(page: Page, at: int, *, placed: bool) -> bool:
    kind = page.kinds[at]
    if placed and page.tokens[at].shape == "title":
        return not kind & (BARRED | TITLE | BODY)
    return bool(kind & SURNAME_WORD) and not kind & PLACE


def _initials_lead_to_name(page: Page, at: int, title: Title | None) -> bool:
    tokens = page.tokens
    letters, last = "", at
    while (
        last < len(tokens)
        and tokens[last].shape == "initial"
        and (last == at or tokens[last].gap in (GLUED, BLANK))
    ):
        letters += tokens[last].text.rstrip(".").lower()
        last += 1
    if last + 1 < len(tokens) and page.is_particle(last):
        if letters == "m":
            return False  # Monsieur de …
        last += 1  # W. L. F. C. van Rappard
    if last >= len(tokens) or tokens[last].shape not in CAPITAL or tokens[last].gap not in (GLUED, BLANK):
        return False
    kind = page.kinds[last]
    if page.is_acronym(last) and not page.alone(at, last + 1):
        return False
    if at and tokens[at - 1].shape == "initial" and tokens[at].gap in (GLUED, BLANK):
        return False  # the rest of "U.S." or of an initial that led nowhere
    if letters == "ss" and title is None:
        return False  # a steamship
    if letters in page.lexicon.context("letters"):
        return bool(kind & (SURNAME | GIVEN)) and not kind & (COMMON & ~TITLE)
    if letters == "m" and kind & GIVEN:  # Monsieur
        return False
    if kind & PEOPLE or (kind & (BARRED | TITLE | BODY) and not kind & SURNAME_WORD):
        return False
    if title is not None and title.flags & HONORIFIC:
        return True
    if kind & SURNAME_WORD and len(letters) == 1 and tokens[at].gap not in (GLUED, BLANK):
        return False  # "A. Law" at the head of a line counts, it does not name
    if kind & (WORD | PLACE | MODIFIER) and not kind & (SURNAME_WORD | GIVEN):
        # "W. B. Poland": an ordinary word is a surname after two initials, if it ends the phrase.
        return len(letters) > 1 and tokens[last].shape == "title" and not page.capital_follows(last)
    return True


def _is_date(page: Page, at: int) -> bool:
    """Whether a month that is a given name as well stands as a month: "In August", "3 May"."""
    before = page.tokens[at - 1] if at else None
    if before is None or page.tokens[at].gap != BLANK:
        return False
    return (
        before.shape == "number"
        or before.text in ("In", "Since", "Until", "During")
        or (
            before.shape == "lower"
            and before.last in ("in", "of", "since", "until", "last", "on", "during", "early", "late")
        )
    )


def _may_begin(page: Page, at: int, title: Title | None) -> bool:
    token, kind = page.tokens[at], page.kinds[at]
    following = page.after(at)
    if following is not None and following.text == "-" and following.gap == GLUED:
        return False  # AMFAUNA-26, an identifier
    if token.shape == "upper" and page.is_acronym(at):
        return False
    if title is None:
        if kind & SUFFIX:
            return False
        if kind & PARTICLE and token.shape == "title" and not kind & GIVEN:
            return page.name_follows(at)
        if kind & CALENDAR and _is_date(page, at):
            return False
        if kind & GIVEN_WORD:
            # In capitals a word is a name only beside a known one: WILL TIRE, PER ORIGINATOR.
            return page.name_follows(at) and (
                token.shape == "title"
                or bool(page.kinds[at + 1] & (SURNAME | GIVEN))
                or page.tokens[at + 1].shape == "initial"
            )
        return not kind & COMMON or bool(kind & GIVEN)
    if title.flags & HONORIFIC and not title.flags & UNCERTAIN:
        if kind & (BODY | WORD) and not kind & (SURNAME_WORD | GIVEN | GIVEN_WORD | TITLE | NEVER):
            return _is_plain(page, title) and not page.capital_follows(at)
        if kind & (NEVER | CALENDAR) and not kind & (SURNAME_WORD | GIVEN_WORD):
            return False
        return not kind & (TITLE | PLURAL) or bool(kind & SURNAME_WORD and not page.name_follows(at))
    if kind & TITLE and not kind & SURNAME_WORD:
        return False
    if kind & SURNAME_WORD:
        return not (
            following is not None
            and following.shape in CAPITAL
            and following.gap == BLANK
            and page.kinds[at + 1] & (WORD | BODY)
        )
    if kind & GIVEN_WORD and token.shape == "upper":
        return page.name_follows(at)
    if kind & EASTERN and kind & WORD and token.shape == "title":
        return not page.capital_follows(at) or "-" in page.tokens[at + 1].text  # Premier Yen
    return not kind & COMMON or bool(kind & (GIVEN | GIVEN_WORD) and not kind & CALENDAR)

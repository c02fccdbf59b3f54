"""The language of a text, by the share of its small words."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Final

import regex

from fonds import lexicon
from fonds.extract.lines import apart, lines_of
from fonds.extract.reading import Reading
from fonds.record import TextValue, Zone

_WORDS: Final = regex.compile(r"\p{L}+")
#: Fewer words than this give no answer.
_ENOUGH: Final = 40
#: So many code points are looked at.
_FAR: Final = 6000


def find_language(reading: Reading, *, by_lines: bool = True) -> TextValue | None:
    """The language of the running text as a BCP 47 tag, marked as inferred; None if in doubt.

    `by_lines` says that others want the lines of the text as well, so that their work can be shared.
    The evidence quotes the body. What language the original of a translation was written in
    is another question, which only the document can answer.
    """
    texts = reading.named("body", "constituent")
    body = max(texts, key=lambda zone: zone.end - zone.start, default=None)
    if body is None:
        return None
    words = (
        _words(reading, body)
        if by_lines
        else _WORDS.findall(reading.text.content, body.start, min(body.end, body.start + _FAR))
    )
    if len(words) < _ENOUGH:
        return None
    table = lexicon.load("languages", reading.lexicon)
    counts = Counter(filter(_small(reading.lexicon).__contains__, map(str.lower, words)))
    shares = sorted(
        ((sum([counts[w] for w in small if w in counts]) / len(words), tag) for tag, small in table.items()),
        reverse=True,
    )
    (best, tag), (second, _) = shares[0], shares[1]
    if best < 0.15 or best < second * 1.4:
        return None
    end = min(body.end, body.start + 80)
    evidence = reading.evidence(
        body.start,
        end,
        "language.small-words",
        status="inferred",
        certainty="certain" if best > 0.22 else "probable",
        reason=f"{best:.0%} of the words are small words of this language, {second:.0%} of the next one",
    )
    return TextValue(value=tag, evidence=evidence)


def _words(reading: Reading, body: Zone) -> list[str]:
    """The words of a zone, as far as they are looked at."""
    words: list[str] = []
    others: list[str] = []
    limit = body.start + _FAR
    for line in lines_of(reading.text, body.span, folder=reading.lexicon):
        if line.start >= limit:
            break
        whole, rest = apart(line.words[: limit - line.start])
        words += whole
        others.append(rest)
    words += _WORDS.findall(" ".join(others))
    return words


@lru_cache(maxsize=8)
def _small(folder: str | None) -> frozenset[str]:
    """The small words of all languages."""
    return frozenset(word for words in lexicon.load("languages", folder).values() for word in words)

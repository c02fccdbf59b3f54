"""The language of a text, by the share of its small words."""

from __future__ import annotations

from collections import Counter
from typing import Final

import regex

from fonds import lexicon
from fonds.extract.reading import Reading
from fonds.record import TextValue

_WORDS: Final = regex.compile(r"\p{L}+")
#: Fewer words than this give no answer.
_ENOUGH: Final = 40


def find_language(reading: Reading) -> TextValue | None:
    """The language of the running text as a BCP 47 tag, marked as inferred; None if in doubt.

    The evidence quotes the body. What language the original of a translation was written in
    is another question, which only the document can answer.
    """
    texts = reading.named("body", "constituent")
    body = max(texts, key=lambda zone: zone.end - zone.start, default=None)
    if body is None:
        return None
    words = _WORDS.findall(reading.text.content, body.start, min(body.end, body.start + 6000))
    if len(words) < _ENOUGH:
        return None
    counts = Counter(map(str.lower, words))
    table = lexicon.load("languages", reading.lexicon)
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

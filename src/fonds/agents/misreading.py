"""Names that scanning or copying garbled.

A misreading is recognised only beside the right form in the same document, in long names that
begin and end alike. Which letters a scanner takes for each other stands in `data/agents.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Final

from rapidfuzz.distance import Levenshtein

from fonds.agents.match import Name, compare, feminine, is_common
from fonds.lexicon import load

#: Shortest family name in which a misreading may be recognised, and the most letters wrong.
LENGTH: Final = 8
LETTERS: Final = 2
#: Most errors where nothing but the spelling speaks for it; letters easily confused count half.
ERRORS: Final = 1.5


def misreading(wrong: Name, right: Name, company: str | None = None) -> str | None:
    """Why `wrong` may be a misreading of `right`, None if it may not.

    `company` is a third person beside whom both stand in lists of names. Shared company lets one
    letter more differ, for then context and spelling speak for the same person.
    """
    one, other = wrong.family, right.family
    if min(len(one), len(other)) < LENGTH or wrong.key == right.key or is_common(wrong):
        return None
    if one[0] != other[0] or one[-2:] != other[-2:] or feminine(one, other):
        return None
    most = LETTERS + (1 if company else 0)
    letters = Levenshtein.distance(one, other, score_cutoff=most)
    if letters > most:
        return None
    agreement = compare(replace(wrong, family=other, key=right.key), right)
    if agreement.conflict or (wrong.forenames and not agreement.points):
        return None
    if not (company or agreement.points or errors(one, other) <= ERRORS):
        return None
    differ = "1 letter differs" if letters == 1 else f"{letters} letters differ"
    beside = f", and both stand beside {company}" if company else ""
    return f"“{wrong.text}” looks like a misreading of “{right.text}” in the same document: {differ}{beside}"


def errors(one: str, other: str) -> float:
    """Letters by which two words differ; letters that scanning confuses count half."""
    pairs = _confusions()
    rows = [[float(column) for column in range(len(other) + 1)]]
    for i in range(1, len(one) + 1):
        row = [float(i)]
        for j in range(1, len(other) + 1):
            cost = min(
                rows[i - 1][j] + 1,
                row[j - 1] + 1,
                rows[i - 1][j - 1] + (one[i - 1] != other[j - 1]),
            )
            for a in (1, 2):
                for b in (1, 2):
                    if i >= a and j >= b and (one[i - a : i], other[j - b : j]) in pairs:
                        cost = min(cost, rows[i - a][j - b] + 0.5)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@cache
def _confusions() -> frozenset[tuple[str, str]]:
    pairs = [tuple(pair.split()) for pair in load("agents")["ocr"]["confusions"]]
    return frozenset((a, b) for one, two in pairs for a, b in ((one, two), (two, one)))

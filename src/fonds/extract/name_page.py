"""The tokens of one document with their kinds, and questions about what stands beside a token."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fonds.extract.name_lexicon import (
    COMMON,
    EASTERN,
    GIVEN,
    PARTICLE,
    SURNAME,
    NameLexicon,
)
from fonds.extract.name_tokens import BLANK, CAPITAL, GLUED, LINE, Token

__all__ = ["CAPITAL", "SILENT", "TERSE", "Page"]

_BESIDE: Final = frozenset({"lower", "mark", "number"})
#: Zones that name no person of the document.
SILENT: Final = frozenset({"legal-notice", "rights", "marking", "navigation", "furniture"})
#: Zones of labels and codes, where a name must show itself.
TERSE: Final = frozenset({"form-grid", "stamp"})
_VOWELS: Final = frozenset("aeiouyáàâäãåéèêëíìîïóòôöõøúùûüýæœ")


class Page:
    """The tokens of one document and the kind of each capitalised one.

    `capitals` are the tokens with a capital: capitalised words, letters and initials.
    """

    def __init__(self, tokens: Sequence[Token], lexicon: NameLexicon) -> None:
        self.tokens = tokens
        self.lexicon = lexicon
        self.kinds = [token.kind for token in tokens]
        self.capitals = [at for at, token in enumerate(tokens) if token.shape not in _BESIDE]

    def opens_line(self, at: int) -> bool:
        """Whether the token at `at` is the first of its line."""
        return self.tokens[at].gap not in (GLUED, BLANK) or at == 0

    def is_particle(self, at: int) -> bool:
        """Whether the token at `at` is made of small particles of names: `van der`."""
        token = self.tokens[at]
        if token.shape != "lower" or token.text in ("and", "y", "e", "et", "san"):
            return False
        return all(self.lexicon.kind(word) & PARTICLE for word in token.text.split())

    def after(self, at: int) -> Token | None:
        return self.tokens[at + 1] if at + 1 < len(self.tokens) else None

    def capital_follows(self, here: int) -> bool:
        token = self.after(here)
        return token is not None and token.shape in CAPITAL and token.gap == BLANK

    def name_follows(self, at: int) -> bool:
        """Whether the next token is an initial or a capitalised word that is no common one."""
        token = self.after(at)
        if token is None or token.gap != BLANK:
            return False
        if token.shape == "initial":
            return True
        return token.shape in CAPITAL and (
            not self.kinds[at + 1] & COMMON or bool(self.kinds[at + 1] & GIVEN)
        )

    def is_acronym(self, at: int) -> bool:
        """Capitals too short for a name that no table knows, or without a vowel: UPI, TFW."""
        token = self.tokens[at]
        if token.shape != "upper" or self.kinds[at] & (GIVEN | SURNAME | EASTERN | PARTICLE):
            return False
        return len(token.text) < 4 or not _VOWELS.intersection(token.text.lower())

    def alone(self, start: int, end: int) -> bool:
        """Whether the tokens from `start` to `end` make up a whole line (a closing stop apart)."""
        tokens = self.tokens
        if start and tokens[start].gap in (GLUED, BLANK):
            return False
        if end < len(tokens) and tokens[end].text == "." and tokens[end].gap == GLUED:
            end += 1
        return end >= len(tokens) or tokens[end].gap not in (GLUED, BLANK)

    def item(self, at: int) -> int:
        """The token that begins the next item of a list whose last item ends before `at`, or -1."""
        here = at
        if here < len(self.tokens) and self.tokens[here].text == ",":
            here += 1
        if here < len(self.tokens) and self.tokens[here].text in ("and", "&", "or", "y", "et", "und", "AND"):
            here += 1
        return (
            here if here > at and here < len(self.tokens) and self.tokens[here].gap in (BLANK, LINE) else -1
        )

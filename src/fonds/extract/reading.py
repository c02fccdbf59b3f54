"""A document as an extractor sees it: its text, its zones, and a maker of evidence.

Every extractor is a plain function `find_…(reading) -> tuple of frozen values`. It matches on
`reading.prose.content`, the text without page furniture, and maps what it found back with
`reading.prose.span(start, end)`; `reading.evidence(…)` then quotes the untouched text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from fonds.certainty import weaker
from fonds.record import Certainty, Evidence, Status, Zone
from fonds.source import Span, Text, View

#: The zones a document may have. A text between zones belongs to none (`other`).
ZONES: Final = (
    "navigation",  # menus and links of a web page
    "catalogue-date",  # the archive's own date line
    "title",  # the archive's title
    "credit",  # who paid for or gave the document
    "letterhead",
    "marking",  # classification and handling, not inside a sentence
    "routing",  # from, to, via, sent to: lines before the text
    "form-grid",  # labelled cells of a form
    "dateline",
    "subject",
    "salutation",
    "body",
    "signature",
    "address",  # to whom a letter goes, below the signature
    "processing",  # deciphered, sent by, received by, typist's initials
    "distribution",  # copies to, cc, distribution boxes
    "annotation",  # handwritten or editorial notes outside the text
    "stamp",  # review, release and registry stamps
    "attachment-note",  # the line that says that something is attached
    "legal-notice",
    "catalogue-summary",
    "repository",  # source line, record id, donors: the archive's catalogue block
    "rights",
    "constituent",  # the text of another document that stands in this one
    "footnote",
    "furniture",  # page numbers and running heads between two halves of the text
    "other",
)

#: Zones left out of the running text.
FURNITURE: Final = frozenset({"navigation", "furniture", "constituent"})


@dataclass(frozen=True)
class Reading:
    """One record's share of a text.

    `zones` are sorted and do not overlap; `span` is the part of the text that the record
    takes up; `lexicon` is the user's folder of tables, if any.
    """

    text: Text
    zones: tuple[Zone, ...]
    span: Span
    lexicon: str | None = None

    @cached_property
    def prose(self) -> View:
        """The text of the record without page furniture and navigation."""
        drop = [Span(0, self.span.start), Span(self.span.end, len(self.text))]
        drop += [zone.span for zone in self.zones if zone.name in FURNITURE]
        return self.text.view(drop)

    def __hash__(self) -> int:
        # what the caches of the finders ask for again and again: the zones need not be gone through
        return hash((self.text.sha256, self.span))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(zone.start for zone in self.zones)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(zone.name for zone in self.zones)

    def zone_at(self, position: int) -> str:
        """The name of the zone at a position in the text, `other` outside all zones."""
        index = bisect_right(self._starts, position) - 1
        if index >= 0 and position < self.zones[index].end:
            return self.zones[index].name
        return "other"

    def named(self, *names: str) -> Iterator[Zone]:
        """The zones with one of these names, in order."""
        if self._names.isdisjoint(names):
            return iter(())
        return (zone for zone in self.zones if zone.name in names)

    def evidence(
        self,
        start: int,
        end: int,
        rule: str,
        *,
        status: Status = "stated",
        certainty: Certainty = "certain",
        reason: str | None = None,
        premises: tuple[Evidence, ...] = (),
    ) -> Evidence:
        """Evidence that quotes the text from `start` to `end`.

        `certainty` is the judgement of the extractor; a rule that measured worse lowers it.
        """
        return Evidence(
            source=self.text.sha256,
            start=start,
            end=end,
            quote=self.text.content[start:end],
            zone=self.zone_at(start),
            rule=rule,
            status=status,
            certainty=weaker(certainty, rule, self.lexicon),
            reason=reason,
            premises=premises,
            page=self.text.page_of(start),
        )

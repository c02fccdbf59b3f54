"""What the readers of stamps share: how a stamp writes a date, and values with their evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

import regex

from fonds.extract.reading import Reading
from fonds.record import Certainty, DateRole, DateStatement, Evidence, Finding, Mention, Performer, TextValue
from fonds.source import Span

#: Zones that quote or explain stamps without being one.
SILENT_ZONES: Final = frozenset(
    {"navigation", "legal-notice", "rights", "catalogue-summary", "footnote", "constituent"}
)

#: A date as stamps write it; a pattern to be put into a larger one.
DATE: Final = (
    r"(?:\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{1,2} ?[A-Z][A-Za-z]{2,8}\.? ?\d{2,4}|"
    r"[A-Z][A-Za-z]{2,8}\.? \d{1,2},? \d{4}|\d{4})"
)
_YEAR: Final = regex.compile(r"\d{4}")


def late(wording: str, flags: int = 0) -> Callable[[], regex.Pattern[str]]:
    """A pattern that few documents need, compiled when it is first asked for."""
    return cache(partial(regex.compile, wording, flags))


def at(found: regex.Match[str], group: int | str = 0) -> Span:
    """Where a group of a match stands."""
    return Span(found.start(group), found.end(group))


@dataclass(frozen=True)
class StampReader:
    """Reads the stamps of one document; offsets are those of the untouched text."""

    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text.content

    def evidence(self, span: Span, rule: str) -> Evidence:
        return self.reading.evidence(span.start, span.end, rule)

    def value(self, span: Span, rule: str) -> TextValue:
        """The words at a span, their white space tidied."""
        return TextValue(
            value=" ".join(self.reading.text.quote(span).split()), evidence=self.evidence(span, rule)
        )

    def date(
        self, found: regex.Match[str], group: str, role: DateRole, rule: str, certainty: Certainty = "certain"
    ) -> DateStatement | None:
        """The date in a group of a match, None if it has none or it names no day, month or year."""
        from fonds.extract.dates import parse_date

        if found.group(group) is None:
            return None
        value = found.group(group)
        if _YEAR.fullmatch(value):
            # A stamp's bare year, which in a text might be any number.
            return DateStatement(
                role=role,
                edtf=value,
                evidence=self.reading.evidence(*at(found, group), rule, certainty=certainty),
                earliest=f"{value}-01-01",
                latest=f"{value}-12-31",
            )
        parsed = parse_date(value)
        if parsed is None:
            return None
        start, end = at(found, group)
        evidence = self.reading.evidence(
            start, end, rule, status=parsed.status, certainty=certainty, reason=parsed.reason
        )
        return parsed.statement(role, evidence)

    def performer(self, span: Span, role: str, rule: str) -> Performer:
        """An organisation in its role."""
        start, end = span
        evidence = self.evidence(span, rule)
        mention = Mention(
            id=f"organisation-{start}-{end}",
            kind="organisation",
            name=self.text[start:end],
            name_start=start,
            name_end=end,
            evidence=evidence,
        )
        return Performer(role=role, mention=mention, evidence=evidence)

    def missing(self, span: Span, rule: str) -> Finding:
        """The finding that a label has no value."""
        label = " ".join(self.reading.text.quote(span).split()).rstrip(": ")
        return Finding(
            kind="missing-value",
            message=f"the label {label!r} of the stamp has no value",
            evidence=(self.evidence(span, rule),),
        )

    def searched(self, pattern: regex.Pattern[str]) -> Iterator[regex.Match[str]]:
        """The places of a pattern that open their line, outside zones that have no stamps."""
        span = self.reading.span
        for found in pattern.finditer(self.text, span.start, span.end):
            if self.reading.zone_at(found.start()) not in SILENT_ZONES and self.opens_line(found.start()):
                yield found

    def opens_line(self, position: int) -> bool:
        """Whether nothing but a number or the frame of a stamp stands before a position on its line."""
        start = self.text.rfind("\n", 0, position) + 1
        return not any(character.isalpha() for character in self.text[start:position])

"""Persons named in a document, each with the words that name them.

First what a name shows by itself or by its title (`fonds.extract.name_runs`): "Mr. Harriman",
"V. M. Molotov", "Nikolay Ivanovich Generalov". Then what the document shows: a surname once
established is the same word wherever it stands, and an unknown capitalised word is a person if
enough of its surroundings speak of one ("told X that", "X's wife", "one X (sic)").

Rules, by the id in the evidence: `names/title`, `names/initials`, `names/patronymic`,
`names/given`, `names/eastern`, `names/capitals`, `names/particle`, `names/spaced`, `names/holder`,
`names/salutation`, `names/signature`, `names/inverted`, `names/list` (a name that shows itself),
`names/known` (established elsewhere in the document), `names/context` (probable: from its
surroundings alone).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from fonds.extract.name_extent import Run
from fonds.extract.name_judge import Judge
from fonds.extract.name_lexicon import GIVEN, SURNAME, SURNAME_WORD, name_lexicon
from fonds.extract.name_page import SILENT, TERSE, Page
from fonds.extract.name_parts import split_name
from fonds.extract.name_runs import find_runs
from fonds.extract.name_tokens import tokenise
from fonds.extract.name_vouch import has_attribute
from fonds.extract.reading import Reading
from fonds.extract.roles import find_roles
from fonds.record import Mention
from fonds.source import Span


def find_persons(reading: Reading, *, taken: Sequence[Span] = ()) -> tuple[Mention, ...]:
    """Every person, group and bare role that the document names, in the order of the text.

    `taken` are spans of the text that organisations and places hold: no person begins in one,
    unless the document knows the person from elsewhere and the span goes on with the person's
    government, policy or letter ("Yoshida Government"), or a title stands before the name.
    """
    lexicon = name_lexicon(reading.lexicon)
    page = Page(tokenise(reading.prose.content, lexicon), lexicon)
    runs = [run for run in find_runs(page) if _zone(reading, page, run) not in SILENT]
    runs = sorted([*runs, *_signatures(reading, page, runs)], key=lambda run: run.start)
    held = _Held(taken)
    accepted = [
        run
        for run in Judge(page, runs).accepted()
        if _may_speak(reading, page, run) and not _is_held(reading, page, run, held)
    ]
    mentions = [_mention(reading, page, run) for run in accepted]
    mentions.extend(find_roles(reading, page, accepted))
    return tuple(sorted(mentions, key=lambda mention: (mention.name_start, mention.name_end, mention.kind)))


def _zone(reading: Reading, page: Page, run: Run) -> str:
    return reading.zone_at(reading.prose.position(page.tokens[run.start].start))


def _may_speak(reading: Reading, page: Page, run: Run) -> bool:
    """Whether a name may stand where the run stands: among labels and codes, surroundings say
    nothing."""
    zone = _zone(reading, page, run)
    return zone not in SILENT and not (zone in TERSE and run.rule == "names/context")


def _signatures(reading: Reading, page: Page, runs: Sequence[Run]) -> list[Run]:
    """Vouch for the lines of a signature block that hold a name and nothing else.

    Of words that no table knows only a single one is a signature: more of them are a list.
    """
    zones = [zone.span for zone in reading.named("signature")]
    if not zones:
        return []

    def block(at: int) -> Span | None:
        begin = reading.prose.position(page.tokens[at].start)
        return next((zone for zone in zones if zone.start <= begin < zone.end), None)

    held, unknown = set[int](), dict[Span, list[Run]]()
    for run in runs:
        held.update(range(run.start, run.end))
        if run.rule or not page.alone(run.start, run.end) or (zone := block(run.start)) is None:
            continue
        if any(page.kinds[word] & (SURNAME | GIVEN) for word in run.words):
            run.rule = "names/signature"
        elif page.tokens[run.words[-1]].shape == "title":
            unknown.setdefault(zone, []).append(run)
    for lines in unknown.values():
        if len(lines) == 1:
            lines[0].rule = "names/signature"
    return [
        Run(at, at + 1, [at], rule="names/signature")
        for at, token in enumerate(page.tokens)
        if page.kinds[at] & SURNAME_WORD
        and at not in held
        and len(token.text) > 2
        and page.alone(at, at + 1)
        and block(at) is not None
    ]


class _Held:
    """The spans that other kinds of names hold, joined where they meet, for quick asking."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans: list[Span] = []
        for span in sorted(spans):
            if self.spans and span.start < self.spans[-1].end:
                self.spans[-1] = Span(self.spans[-1].start, max(span.end, self.spans[-1].end))
            else:
                self.spans.append(span)
        self.starts = [span.start for span in self.spans]

    def at(self, position: int) -> Span | None:
        """The span that holds a position in the text."""
        index = bisect_right(self.starts, position) - 1
        return self.spans[index] if index >= 0 and position < self.spans[index].end else None


def _is_held(reading: Reading, page: Page, run: Run, held: _Held) -> bool:
    position = reading.prose.position(page.tokens[run.start].start)
    span = held.at(position)
    if span is None:
        return False
    if run.title is not None and held.at(reading.prose.position(run.title.start)) is None:
        return False
    last = page.tokens[run.end - 1]
    end = reading.prose.position(last.end - 1) + 1
    if end > span.end or run.rule in ("names/title", "names/holder"):
        return False  # the name is more than what is held
    return not has_attribute(page, run)


def _mention(reading: Reading, page: Page, run: Run) -> Mention:
    tokens, prose = page.tokens, reading.prose
    first, last = tokens[run.start], tokens[run.end - 1]
    begin = run.lead if run.lead >= 0 else first.start
    name = prose.span(begin, last.end)
    start, end, doubt = name.start, name.end, None
    titles: tuple[str, ...] = ()
    if run.title is not None:
        start = prose.position(run.title.start)
        titles = (_as_written(prose.content[run.title.start : run.title.end]),)
    elif run.shared is not None:
        titles = (_as_written(prose.content[run.shared.start : run.shared.end]),)
    before = tokens[run.start - 1].text if run.start else ""
    after = [token.text for token in tokens[run.end : run.end + 3]]
    if before == "?" and after[:1] == ["?"] and run.title is None:
        start, end, doubt = name.start - 1, prose.position(tokens[run.end].start) + 1, "?"
    elif after[:2] in (["(", "sic"], ["[", "sic"], ["(", "?"], ["[", "?"]):
        doubt = "".join(after)
    text = _as_written(prose.content[begin : last.end])
    return Mention(
        id=f"person-{name.start}-{name.end}",
        kind="person",
        name=text,
        name_start=name.start,
        name_end=name.end,
        evidence=reading.evidence(
            start, end, run.rule, certainty="probable" if run.rule == "names/context" else "certain"
        ),
        titles=titles,
        parts=split_name(text, reading.lexicon),
        doubt=doubt,
    )


def _as_written(text: str) -> str:
    """The words with line ends inside them undone."""
    return " ".join(text.replace("-\n", "-").split())

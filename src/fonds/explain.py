"""One page that shows what was read in a document, where, and why.

The untouched text stands on the left, with every passage marked by what became of it; beside
each paragraph stand the facts that were read there, with rule, status, certainty and reason.
The page needs no script and no network, can be read without colours, by keyboard and on paper.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import Final

from fonds.certainty import room
from fonds.errors import SourceError
from fonds.facts import Category, Fact, facts_of, rules_of
from fonds.record import Evidence, Finding, Record, Resolved, Zone
from fonds.source import Span, Text

#: Category -> its letter in the margin and its name in the legend.
LEGEND: Final[dict[Category, tuple[str, str]]] = {
    "person": ("P", "person"),
    "group": ("G", "group or role"),
    "organisation": ("O", "organisation"),
    "place": ("L", "place"),
    "date": ("D", "date"),
    "position": ("J", "office, rank, membership"),
    "marking": ("M", "marking"),
    "reference": ("R", "reference, identifier"),
    "event": ("E", "event, related record"),
    "field": ("F", "field"),
}

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


@cache
def _style() -> str:
    return files("fonds").joinpath("data", "explain.css").read_text("utf-8")


@dataclass(frozen=True)
class _Mark:
    """The facts that rest on one and the same span, and their number on the page."""

    span: Span
    facts: tuple[Fact, ...]
    key: str

    @property
    def sure(self) -> bool:
        return all(f.evidence.status == "stated" and f.evidence.certainty == "certain" for f in self.facts)


def explain(resolved: Resolved, text: Text, *, lexicon: str | None = None) -> str:
    """A self-contained HTML page about one record and the text from which it was read.

    `text` is that in which the span of the record counts (`fonds.converters.texts_of`). `lexicon` is the
    user's folder of tables, of which `rules.toml` says how sure the rules are.
    Raises `SourceError` if `text` is not the text of the record.
    """
    record = resolved.record
    if text.sha256 != record.source.sha256:
        raise SourceError(
            f"SHA-256 {text.sha256} is not that of the record, {record.source.sha256}",
            place=record.source.name,
            remedy="give the text from which the record was read",
        )
    facts = facts_of(resolved, lexicon=lexicon)
    marks = _marks((fact for fact in facts if _stands_in(record, fact.evidence)), len(text))
    title = record.title.value if record.title else record.source.name
    return "".join(
        (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{_e(title)}: what was read</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n",
            '<a class="skip" href="#text">Skip to the text</a>\n<header>\n',
            f"<h1>{_e(title)}</h1>\n",
            f'<p class="dim">{_e(record.source.name)}: {_count(marks)}</p>\n</header>\n<main>\n',
            *_summary(resolved),
            *_findings(resolved, text),
            *_legend(marks),
            '<h2 id="text">The text, and what was read in it</h2>\n',
            *_rows(text, record.zones, marks),
            *_elsewhere([fact for fact in facts if not _stands_in(record, fact.evidence)]),
            *_agents(resolved),
            *_rules(resolved, lexicon),
            "</main>\n</body>\n</html>\n",
        )
    )


def _e(words: str) -> str:
    # A bare carriage return would become a line feed in the reader's browser.
    return escape(words).replace("\r", "&#13;")


def _stands_in(record: Record, evidence: Evidence) -> bool:
    """Whether offsets count in the text of the record, and not elsewhere in markup or in a catalogue."""
    return (evidence.source, evidence.path) == (record.source.sha256, record.path)


def _elsewhere(facts: Sequence[Fact]) -> Iterator[str]:
    """What is not read in the text: metadata embedded in a page, an entry in a catalogue."""
    if not facts:
        return
    yield "<h2>What was read beside the text</h2>\n<table><thead><tr>"
    names = ("What", "Value", "Words", "Where", "Rule")
    yield "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead><tbody>\n"
    for fact in facts:
        one = fact.evidence
        cells = (fact.label, fact.value, one.quote, _where(one), _rule(fact))
        yield "<tr>" + "".join(f"<td>{_bdi(cell)}</td>" for cell in cells) + "</tr>\n"
    yield "</tbody></table>\n"


def _count(marks: Sequence[_Mark]) -> str:
    facts = [fact for mark in marks for fact in mark.facts]
    unsure = sum(f.evidence.status != "stated" or f.evidence.certainty != "certain" for f in facts)
    return f"{len(facts)} facts in {len(marks)} passages, {unsure} of them not simply stated"


def _marks(facts: Iterable[Fact], length: int) -> list[_Mark]:
    """Group facts by span, in the order of the text, outermost first."""
    spots: dict[Span, list[Fact]] = {}
    for fact in facts:
        if 0 <= fact.evidence.start < fact.evidence.end <= length:
            spots.setdefault(fact.evidence.span, []).append(fact)
    marks = []
    for n, span in enumerate(sorted(spots, key=lambda s: (s.start, -s.end)), 1):
        held = sorted(spots[span], key=lambda f: list(LEGEND).index(f.category))
        marks.append(_Mark(span, tuple(held), f"{LEGEND[held[0].category][0]}{n}"))
    return marks


def _summary(resolved: Resolved) -> Iterator[str]:
    record = resolved.record
    labels = {agent.key: agent.label for agent in resolved.agents}
    known = {one.mention: labels.get(one.agent, one.agent) for one in resolved.identifications}
    yield '<h2>Summary</h2>\n<table class="summary"><tbody>\n'
    for each in record.walk():
        rows: list[tuple[str, str]] = []
        if each is not record:
            rows.append(("Part", each.id))
        rows += [("Title", each.title.value)] if each.title else []
        rows += [("Form", each.form.value)] if each.form else []
        rows += [(f"Date, {d.role}", _dated(d.edtf, d.time)) for d in each.dates if d.role != "mentioned"]
        roles = dict.fromkeys(party.role for party in each.parties)
        for role in roles:
            named = [party.mention for party in each.parties if party.role == role]
            names = dict.fromkeys(known.get(mention.id, mention.name) for mention in named)
            rows.append((role.replace("-", " ").capitalize(), "; ".join(names)))
        rows += [(f"Identifier, {one.scheme}", one.value) for one in each.identifiers]
        rows += [("Archival reference", one.evidence.quote) for one in each.references]
        markings = dict.fromkeys(f"{m.value} ({m.state})" for m in each.markings)
        rows += [("Markings", "; ".join(markings))] if markings else []
        rows += [("Languages", ", ".join(one.value for one in each.languages))] if each.languages else []
        rows += [("Genre", each.genre)] if each is record else []
        for name, value in rows:
            yield f'<tr><th scope="row">{_e(name)}</th><td dir="auto">{_e(value)}</td></tr>\n'
    yield f'<tr><th scope="row">SHA-256</th><td>{_e(record.source.sha256)}</td></tr>\n</tbody></table>\n'


def _dated(edtf: str | None, time: str | None) -> str:
    return f"{edtf or 'not computable'}{f', {time}' if time else ''}"


def _findings(resolved: Resolved, text: Text) -> Iterator[str]:
    findings = [finding for record in resolved.record.walk() for finding in record.findings]
    yield '<h2>Findings</h2>\n<ul class="findings">\n' if findings else "<h2>Findings</h2>\n<p>None.</p>\n"
    for finding in findings:
        places = _places(finding, resolved.record, text)
        yield f"<li><strong>{_e(finding.kind)}</strong>: {_e(finding.message)}{places}</li>\n"
    yield "</ul>\n" if findings else ""


def _places(finding: Finding, record: Record, text: Text) -> str:
    """Where the words of a finding stand: lines of the text shown, other files, elements of markup."""
    links: dict[str, None] = {}
    for one in finding.evidence:
        line = text.line_of(one.start)
        here = _stands_in(record, one)
        links[f'<a href="#line{line}">line {line}</a>' if here else _e(_where(one))] = None
    return f" ({', '.join(links)})" if links else ""


def _where(evidence: Evidence) -> str:
    """A place that is not in the text shown."""
    return f"{evidence.path or f'file {evidence.source[:16]}'}, {evidence.start} to {evidence.end}"


def _legend(marks: Sequence[_Mark]) -> Iterator[str]:
    used = {fact.category for mark in marks for fact in mark.facts}
    yield '<h2>Legend</h2>\n<ul class="legend">\n'
    for category, (letter, name) in LEGEND.items():
        if category in used:
            yield f'<li><span class="key c-{category}">{letter}</span>{_e(name)}</li>\n'
    yield '<li><span class="unsure">wavy line</span>: inferred, corrected or not certain</li>\n</ul>\n'


def _rows(text: Text, zones: Sequence[Zone], marks: Sequence[_Mark]) -> Iterator[str]:
    """The text in rows, one for each paragraph of a zone; facts stand beside their paragraph."""
    starts = {zone.start: zone for zone in zones}
    names = sorted(starts)
    open_marks: list[_Mark] = []
    queue = list(reversed(marks))
    row: list[str] = []
    new: list[_Mark] = []
    zone = shown = ""
    blank = written = False
    for number, line in enumerate(text.lines(), 1):
        end = text.content.find("\n", line.end) + 1 or len(text)
        words = text.quote(Span(line.start, end))
        first = line.start + len(words) - len(words.lstrip())
        here = _zone_at(min(first, max(line.end - 1, line.start)), names, starts) if words.strip() else zone
        if written and words.strip() and (here != zone or blank):
            yield _row(zone if zone != shown else "", row, new)
            shown, row, new = zone, [], []
        zone, blank = here, not words.strip()
        written = bool(words.strip()) or (written and bool(row))
        while queue and queue[-1].span.start < end:
            open_marks.append(queue.pop())
            new.append(open_marks[-1])
        html = _nested(text, Span(line.start, end), open_marks)
        row.append(f'<div class="line" id="line{number}">{html}</div>')
        open_marks = [mark for mark in open_marks if mark.span.end > end]
    if row:
        yield _row(zone if zone != shown else "", row, new)


def _zone_at(position: int, names: Sequence[int], starts: dict[int, Zone]) -> str:
    index = bisect_right(names, position) - 1
    zone = starts[names[index]] if index >= 0 else None
    return zone.name if zone and position < zone.end else "other"


def _row(zone: str, lines: Sequence[str], marks: Sequence[_Mark]) -> str:
    facts = "".join(_facts(mark) for mark in marks)
    beside = f'<dl class="facts">{facts}</dl>' if facts else ""
    return (
        f'<section class="row"><div class="zone">{_e(zone)}</div>\n'
        f'<div class="text">{"".join(lines)}</div>\n<div>{beside}</div></section>\n'
    )


def _nested(text: Text, line: Span, marks: Sequence[_Mark]) -> str:
    """One line with its marks. Spans that cross are cut where they cross, so that tags nest."""
    points = sorted({p for m in marks for p in m.span if line.start < p < line.end} | {line.start, line.end})
    opened: list[_Mark] = []
    out: list[str] = []
    for at, then in pairwise(points):
        ended = next((n for n, mark in enumerate(opened) if mark.span.end <= at), len(opened))
        again = [mark for mark in opened[ended:] if mark.span.end > at]
        out += ["</span>"] * (len(opened) - ended)
        starting = [m for m in marks if m.span.start == at or (at == line.start and m.span.start < at)]
        fresh = sorted((*again, *starting), key=lambda m: (-m.span.end, m.span.start))
        out += [_open(mark, at) for mark in fresh]
        opened = opened[:ended] + fresh
        out.append(_e(text.content[at:then]))
    out += ["</span>"] * len(opened)
    return "".join(out)


def _open(mark: _Mark, at: int) -> str:
    category = mark.facts[0].category
    classes = f"m c-{category}" if mark.sure else f"m c-{category} unsure"
    told = "\n".join(_told(fact) for fact in mark.facts)
    if at != mark.span.start:
        return f'<span class="{classes}" title="{_e(told)}">'
    label = _e(f"{mark.key}: {mark.facts[0].label}, {mark.facts[0].value}"[:120])
    return (
        f'<span class="{classes}" id="{mark.key}" title="{_e(told)}">'
        f'<a class="n" href="#fact-{mark.key}" data-n="{mark.key}" aria-label="{label}"></a>'
    )


def _told(fact: Fact) -> str:
    one = fact.evidence
    more = "".join(f"; {name}: {words}" for name, words in fact.more)
    reason = f"; {one.reason}" if one.reason else ""
    return f"{fact.label}: {fact.value} [{_rule(fact)}; {one.status}, {one.certainty}{reason}]{more}"


def _rule(fact: Fact) -> str:
    """The rule that read a fact, and how often it was right."""
    known = fact.measured
    return f"{fact.evidence.rule} ({known.counts}, {known.verdict})" if known else fact.evidence.rule


def _facts(mark: _Mark) -> str:
    out = []
    for n, fact in enumerate(mark.facts):
        anchor = f' id="fact-{mark.key}"' if n == 0 else ""
        one = fact.evidence
        out.append(
            f'<div{anchor}><dt><a class="key c-{fact.category}" href="#{mark.key}">{mark.key}</a>'
            f'{_e(fact.label)}: <b dir="auto">{_e(fact.value)}</b></dt>'
        )
        out += [f'<dd><span class="dim">{_e(name)}:</span> {_bdi(words)}</dd>' for name, words in fact.more]
        where = f"; in part {fact.part}" if fact.part else ""
        sure = f"{one.status}, {one.certainty}"
        why = f" because {one.reason}" if one.reason else ""
        out.append(f'<dd class="why">{_e(f"{sure}{why}; rule {_rule(fact)}{where}")}</dd>')
        for premise in one.premises:
            out.append(f'<dd class="why">from “{_e(premise.quote)}” ({_e(premise.rule)})</dd>')
        out.append("</div>")
    return "".join(out)


def _linked(words: str) -> str:
    """A web address as a link; anything else, such as a `javascript:` address, as plain words."""
    if words.startswith(("https://", "http://")) and not any(c.isspace() for c in words):
        return f'<a href="{_e(words)}" rel="noreferrer">{_e(words)}</a>'
    return _bdi(words)


def _bdi(words: str) -> str:
    """Words that cannot turn the direction of what stands around them."""
    return f"<bdi>{_e(words)}</bdi>"


def _agents(resolved: Resolved) -> Iterator[str]:
    if not resolved.agents:
        return
    count: dict[str, int] = {}
    for one in resolved.identifications:
        count[one.agent] = count.get(one.agent, 0) + 1
    yield "<h2>Who and what is named</h2>\n<table><thead><tr>"
    yield "".join(
        f'<th scope="col">{name}</th>' for name in ("Name", "Kind", "Mentions", "Forms", "Authority")
    )
    yield "</tr></thead><tbody>\n"
    for agent in sorted(resolved.agents, key=lambda a: (-count.get(a.key, 0), a.label, a.key)):
        links = [agent.authority, *agent.links] if agent.authority else [*agent.links]
        known = "<br>".join(_linked(link) for link in dict.fromkeys(links)) or "no match"
        if agent.candidates:
            known += f"<br>undecided between {_e(', '.join(agent.candidates))}"
        cells = (
            _e(agent.label),
            _e(agent.kind),
            str(count.get(agent.key, 0)),
            _e("; ".join(agent.names)),
            known,
        )
        yield "<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in cells) + "</tr>\n"
    yield "</tbody></table>\n"
    if resolved.likenesses:
        yield '<h2>Possibly the same</h2>\n<ul class="findings">\n'
        for like in resolved.likenesses:
            against = f"; against it: {like.against}" if like.against else ""
            words = f"{like.first} and {like.second} ({like.certainty}): {like.reason}{against}"
            yield f"<li>{_e(words)}</li>\n"
        yield "</ul>\n"


def _rules(resolved: Resolved, lexicon: str | None) -> Iterator[str]:
    """The rules that were used, with the cases in which they were right and wrong elsewhere."""
    used = rules_of(resolved, lexicon=lexicon)
    if not used:
        return
    yield (
        '<h2>The rules, and how often they were right on annotated documents</h2>\n<table class="rules">'
        "<thead><tr>"
    )
    names = ("Rule", "Used here", "Right", "Wrong", "So it is", "Measured on", "Described in")
    yield "".join(f'<th scope="col">{name}</th>' for name in names) + "</tr></thead><tbody>\n"
    for one, count in used:
        on = "; ".join(f"{name} {right} of {right + wrong}" for name, right, wrong in one.on)
        described = room(one.rule, lexicon) or ""
        cells = (one.rule, str(count), str(one.right), str(one.wrong), one.verdict, on, described)
        yield "<tr>" + "".join(f"<td>{_e(cell)}</td>" for cell in cells) + "</tr>\n"
    yield "</tbody></table>\n"

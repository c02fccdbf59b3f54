"""The questions of a review as a web page: no scripts, nothing from elsewhere, fit to be printed."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from fonds.agents.review import Case, Passage

#: The kinds of question, in order: heading and what is asked.
_HEADINGS: Final = {
    "undecided": ("May be one", "Are these two the same?"),
    "candidate": ("May be an authority entry", "Is this the entry of the authority file?"),
    "risky": ("Merged on little", "These were taken for one. Is that right?"),
    "decided": ("Decided", ""),
}

_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Review: {title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 0 1rem 4rem }}
.skip {{ position: absolute; left: -99rem }}
.skip:focus {{ position: static }}
a:focus-visible {{ outline: 3px solid; outline-offset: 2px }}
article {{ border-top: 1px solid #767676; padding: .5rem 0 1rem; break-inside: avoid }}
h3 {{ margin: .25rem 0; font-size: 1.1rem }}
.two {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem }}
blockquote {{ margin: .25rem 0; padding-left: .75rem; border-left: 4px solid #767676 }}
mark {{ font-weight: bold; padding: 0 .15em }}
code {{ font-size: .85rem; overflow-wrap: anywhere }}
dl {{ display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 }}
dt {{ font-weight: bold }}
dd {{ margin: 0 }}
@media print {{
body {{ max-width: none; font-size: 10pt }}
nav, .skip {{ display: none }}
mark {{ background: none; text-decoration: underline }}
}}
</style>
</head>
<body>
<a class="skip" href="#questions">Skip to the questions</a>
<header>
<h1>Review: {title}</h1>
<p>{summary}</p>
<p>Write your answer into the column <code>decision</code> of the table, in the row with the same two
places: <code>same</code>, <code>different</code>, <code>link</code> and an IRI, or
<code>no link</code>; and your reason into <code>note</code>.</p>
{moot}</header>
<nav aria-label="Kinds of question"><ul>
{contents}
</ul></nav>
<main id="questions">
{body}
</main>
</body>
</html>
"""


def page(title: str, cases: Iterable[Case], moot: Iterable[str] = ()) -> str:
    """The cases as one page, by kind, each with an address of its own to be pointed at."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault("decided" if case.decision else case.kind, []).append(case)
    contents, body, number = [], [], 0
    for kind, (heading, question) in _HEADINGS.items():
        group = groups.get(kind, [])
        if not group:
            continue
        contents.append(f'<li><a href="#{kind}">{heading}</a>: {len(group)}</li>')
        body.append(f'<section aria-labelledby="{kind}"><h2 id="{kind}">{heading}</h2>')
        if question:
            body.append(f"<p>{question}</p>")
        for case in group:
            number += 1
            body.append(_article(case, number))
        body.append("</section>")
    notes = "".join(f"<li>{escape(message)}</li>" for message in moot)
    undecided = sum(len(group) for kind, group in groups.items() if kind != "decided")
    return _PAGE.format(
        title=escape(title),
        summary=f"{undecided} to decide, {len(groups.get('decided', ()))} decided.",
        moot=f"<p>Decisions about what is no longer there:</p><ul>{notes}</ul>\n" if notes else "",
        contents="\n".join(contents),
        body="\n".join(body) or "<p>Nothing is left to decide.</p>",
    )


def _article(case: Case, number: int) -> str:
    first, second = case.refs
    facts = [
        ("For", case.reason),
        ("Against", case.against),
        ("Certainty", case.certainty),
        ("Decision", case.decision),
        ("Note", case.note),
    ]
    listed = "".join(f"<dt>{term}</dt><dd>{escape(text)}</dd>" for term, text in facts if text)
    names = " and ".join(f"<bdi>{escape(name)}</bdi>" for name in (case.first_name, case.second_name) if name)
    entry = (
        f"<blockquote>{escape(case.description)}</blockquote><code>{escape(second)}</code>"
        if second
        else "<p>No entry.</p>"
    )
    return (
        f'<article id="case-{number}" aria-labelledby="title-{number}">'
        f'<h3 id="title-{number}"><a href="#case-{number}">{number}</a> {names}</h3>'
        f'<div class="two"><div>{_quoted(case.first, first)}</div>'
        f"<div>{_quoted(case.second, second) if case.second else entry}</div></div>"
        f"<dl>{listed}</dl></article>"
    )


def _quoted(passage: Passage, place: str) -> str:
    return (
        f'<blockquote dir="auto">{escape(passage.before)}<mark>{escape(passage.quote)}</mark>'
        f"{escape(passage.after)}</blockquote>"
        f"<cite>{escape(passage.document)}</cite>, {_file(passage)}<code>{escape(place)}</code>"
    )


def _file(passage: Passage) -> str:
    """The file and, in one with markup, the element in which a name stands."""
    named = escape(", ".join(word for word in (passage.file, passage.xpath) if word))
    return f"{named}, " if named else ""

"""Readings for tests: of loose text, of zoned parts, and of the documents annotated by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fonds.extract.reading import Reading
from fonds.record import Evidence, Zone
from fonds.source import Source, Span

ROOT = Path(__file__).parents[1]
GOLD = ROOT.parent / "shared" / "data" / "gold"
CORPUS = ROOT / "corpus" / "documents"

#: The annotator's names of zones, and the project's.
ZONE_NAMES = {
    "attachment": "body",
    "attachment_note": "attachment-note",
    "catalogue_date": "catalogue-date",
    "classification": "marking",
    "date_stamp": "dateline",
    "distribution_header": "distribution",
    "donor_credit": "credit",
    "evaluation_notice": "other",
    "form_grid": "form-grid",
    "handling": "processing",
    "legal_notice": "legal-notice",
    "registry_stamp": "stamp",
    "release_stamp": "stamp",
    "repository_metadata": "repository",
    "review_stamp": "stamp",
    "source": "body",
    "summary": "catalogue-summary",
    "transmission": "processing",
}

needs_gold = pytest.mark.skipif(not GOLD.is_dir(), reason="the annotated documents are not at hand")


def zoned(*parts: tuple[str, str] | str) -> Reading:
    """A reading of text without zones, or of (zone, text) parts set one below the other."""
    zones: list[Zone] = []
    content = ""
    for part in parts:
        name, words = part if isinstance(part, tuple) else (None, part)
        content += "\n\n" if content else ""
        if name:
            zones.append(Zone(name, len(content), len(content) + len(words)))
        content += words
    text = Source.of(content).text
    return Reading(text, tuple(zones), Span(0, len(text)))


def annotated() -> list[tuple[dict[str, Any], Reading]]:
    """Each annotated document with a reading in the annotator's zones."""
    found = []
    for file in sorted(GOLD.glob("0*.json")):
        gold = json.loads(file.read_text("utf-8"))
        text = Source.read(CORPUS / gold["seed"]).text
        zones = [
            Zone(ZONE_NAMES.get(zone["zone"], zone["zone"]), zone["start"], zone["end"])
            for zone in gold["zones"]
        ]
        zones.sort(key=lambda zone: zone.start)
        found.append((gold, Reading(text, tuple(zones), Span(0, len(text)))))
    return found


def is_quoted(evidence: Evidence, reading: Reading) -> bool:
    """Whether evidence says exactly what stands in the text."""
    return evidence.quote == reading.text.content[evidence.start : evidence.end] and bool(evidence.rule)


def f1(found: set[tuple[int, int]], wanted: set[tuple[int, int]]) -> float:
    """The harmonic mean of precision and recall of exact spans."""
    return 2 * len(found & wanted) / (len(found) + len(wanted))

"""The annotated demo documents, through `fonds.evaluate`; fonds was developed with these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.accuracy.case import READ, Case
from fonds.agents.resolve import resolve
from fonds.converters import convert
from fonds.evaluate import evaluate
from fonds.evaluation.fields import Counts
from fonds.evaluation.measures import b_cubed
from fonds.source import Source


def cases(data: Path, limit: int | None = None) -> Iterator[Case]:
    """One case for each annotated document, at most `limit`. Raises what `fonds.evaluate` does."""
    sources = [Source.read(path) for path in sorted((data / "seeds").glob("*.txt"))]
    resolved = tuple(resolve([record for source in sources for record in convert(source)]))
    texts = {source.sha256: source.text for source in sources}
    for scored in evaluate(resolved, data / "gold", texts=texts).documents[:limit]:
        case = Case("seeds", scored.name, {READ: Counts(gold=1, correct=1)}, list(scored.misses))
        for (kind, how), score in scored.names.items():
            case.marks[f"{kind}s, {'same span' if how == 'exact' else 'overlapping'}"] = score
        case.marks["who is who (B-cubed)"] = b_cubed(scored.links, within=True)
        for name in ("found", "EDTF", "EDTF and role"):
            if name in scored.dates:
                case.marks[f"dates, {name}"] = scored.dates[name]
        # A field with a comma looks closer at one that is counted already.
        fields = [counts for key, counts in scored.fields.items() if ", " not in key]
        case.marks["fields"] = sum(fields, Counts())
        case.marks["evidence quotes the text"] = scored.quotes["evidence"]
        yield case

"""The figures as Markdown, ratios first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from benchmarks.performance.flat import LEFT_OUT
from benchmarks.performance.paths import BETWEEN, KEPT, SERIALIZED, WRITING
from benchmarks.performance.starting import PROGRAM
from fonds.validate import SAMPLE

#: What was asked of each figure.
RATIO: Final = 15
RATE: Final = 150
VOLUMES: Final = 300
SHARE: Final = 5
MEMORY: Final = 600
HELP: Final = 0.2
ONE: Final = 0.6
VALIDATION: Final = 20
TWO: Final = 0.85
#: Documents from which on memory is to stay as it is.
ENOUGH: Final = 100_000
#: Documents from which on each is to cost the same, and by how many percent it may differ.
FLAT: Final = 10_000
EVEN: Final = 10


def markdown(figures: dict[str, Any]) -> list[str]:
    """Everything that was measured, in tables."""
    parts = [goals(figures)]
    if "path" in figures:
        parts += [stages(figures["path"]), bounds(figures["path"]), peers(figures["path"]["peers"])]
    parts.append(builds(figures.get("builds", ())))
    if "long" in figures:
        parts += [long(figures["long"]), long_stages(figures["long"]), left_out(figures["long"])]
    if "start" in figures:
        parts.append(starts(figures["start"]))
    if "volumes" in figures:
        parts.append(table(("volumes in TEI", ""), figures["volumes"].items()))
    parts.append([where(part, machine) for part, machine in figures["measured"].items()])
    return [line for part in parts if part for line in (*part, "")]


def where(part: str, machine: dict[str, Any]) -> str:
    """On what a part was measured."""
    versions = ", ".join(f"{name} {number}" for name, number in machine["versions"].items())
    return (
        f"* {part}: {machine['system']}, {machine['processors']} processors, Python {machine['python']}; "
        f"load {machine['load at the start']} to {machine['load at the end']}; {versions}"
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """A table whose first column is text and whose others are numbers."""
    return [
        f"| {' | '.join(heads)} |",
        f"| --- |{' ---: |' * (len(heads) - 1)}",
        *(f"| {' | '.join(map(_cell, row))} |" for row in rows),
    ]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:,.1f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def goals(figures: dict[str, Any]) -> list[str]:
    """What was asked, what was found, and whether that is enough."""
    rows: list[tuple[str, float, float, bool]] = []
    if "path" in figures:
        ratio, rate = figures["path"]["ratios"], figures["path"]["documents/s"]
        rows += [
            ("times a plain rdflib + pySHACL script, whole path", RATIO, ratio["whole"], True),
            ("documents/s of 6,000 bytes, one core", RATE, rate["fonds, of 6,000 bytes"], True),
            ("times pySHACL, validation", VALIDATION, ratio["validation, pySHACL's shapes kept"], True),
        ]
    if "volumes" in figures:
        found = figures["volumes"]["records/s on two cores, of processor time"]
        rows.append(("documents/s of volumes in TEI, two cores", VOLUMES, found, True))
    if "start" in figures:
        start = {name: row["cpu, s"] for name, row in figures["start"].items()}
        rows.append(("seconds, `fonds --help`", HELP, start["fonds --help"], False))
        rows.append(("seconds, one document converted and validated", ONE, start[PROGRAM], False))
    made = {(row["documents"], row["build"], row["jobs"]): row for row in figures.get("builds", ())}
    for size in sorted({size for size, *_ in made}):
        if (size, "1 % changed", 2) not in made:  # the run was cut short
            continue
        alone, first = made[size, "first", 1], made[size, "first", 2]
        share = 100 * made[size, "1 % changed", 2]["cpu, s"] / first["cpu, s"]
        rows += [
            (f"% of the full time, 1 % of {size:,} documents changed", SHARE, share, False),
            (f"MiB, {size:,} documents, two processes", MEMORY, first["memory of all processes, MiB"], False),
            (
                f"efficiency of two processes, {size:,} documents",
                TWO,
                alone["cpu, s"] / first["cpu, s"],
                True,
            ),
        ]
    told = [
        (name, f"{'≥' if more else '≤'} {goal}", found, _met(found, goal, more))
        for name, goal, found, more in rows
    ]
    largest = max((size for size, *_ in made), default=0)
    if largest < ENOUGH:  # what small collections take says nothing of large ones
        told = [(*row[:3], "open") if row[0].startswith("MiB") else row for row in told]
    return table(("figure", "goal", "found", "met"), told + _flat(figures.get("long", ())))


def _flat(rows: Sequence[dict[str, Any]]) -> list[tuple[str, str, float, str]]:
    """Whether a document of the largest collections costs what one of smaller ones does."""
    built = [row for row in rows if "stages" in row]
    told: list[tuple[str, str, float, str]] = []
    for what, key, least, unit in (
        ("processor time of a document", "cpu, ms per document", FLAT, "%"),
        ("memory", "memory of all processes, MiB", ENOUGH, "%"),
    ):
        among = [row for row in built if row["documents"] >= least]
        if len(among) > 1:
            costs = [row[key] for row in among]
            spread = 100 * (max(costs) / min(costs) - 1)
            span = f"{among[0]['documents']:,} to {among[-1]['documents']:,}"
            words = f"{unit} by which {what} differs, {span} documents"
            told.append((words, f"≤ {EVEN}", spread, _met(spread, EVEN, False)))
    if built:
        last = built[-1]
        held, many = last["memory of all processes, MiB"], last["documents"]
        met = _met(held, MEMORY, False) if many >= ENOUGH else "open"
        told.append((f"MiB, {many:,} short documents, all processes", f"≤ {MEMORY}", held, met))
    return told


def _met(found: float, goal: float, more: bool) -> str:
    return "yes" if (found >= goal if more else found <= goal) else "no"


def stages(path: dict[str, Any]) -> list[str]:
    """The way of a document, side by side, in milliseconds of processor time."""
    spent = path["ms per document"]
    shared, own, plain = spent["shared"], spent["fonds"], spent["plain"]
    theirs = {
        "validate": plain["pyshacl.validate"],
        WRITING: sum(plain[stage] for stage in SERIALIZED),
    }
    rows: list[tuple[str, Any, Any]] = [
        (stage, took, "" if stage == BETWEEN else took) for stage, took in shared.items()
    ]
    rows.append(("`Graph.add`", "", plain["Graph.add"]))
    rows += [(stage, own[stage], theirs[stage]) for stage in own]
    sample = (spent["kept"][KEPT] + plain["Graph.add"]) / SAMPLE
    rows.append((f"pySHACL on one document in {SAMPLE}", sample, ""))
    common = sum(shared.values())
    whole = common + sum(own.values()) + sample, common - shared.get(BETWEEN, 0.0) + sum(plain.values())
    rows.append(("**together**", *whole))
    least, most = path["spread of the ratio"]
    said = (
        f"{path['rounds']} rounds of {path['documents in a round']} grown documents, on average "
        f"{path['bytes per document']:,} bytes and {path['triples per document']:,} triples;\n"
        f"the median of the rounds. The whole ratio lay between {least:.1f} and {most:.1f}."
    )
    ratio = table(("fonds is faster by", "times"), path["ratios"].items())
    return [*table(("ms per document", "fonds", "plain script"), rows), "", said, "", *ratio]


def bounds(path: dict[str, Any]) -> list[str]:
    return table(("limit", "ms per document"), path["ms per document"]["limits"].items())


def peers(found: dict[str, Any]) -> list[str]:
    rows = []
    for what, told in found.items():
        if isinstance(told, dict):
            rows += [(f"{what}: {name}", value) for name, value in told.items()]
        else:
            rows.append((what, told))
    return table(("others", ""), rows)


def builds(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    heads = [head for head in rows[0] if head != "triples"]
    return table(heads, ([row[head] for head in heads] for row in rows))


def long(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Large builds, whole: what a document costs, and what is held in memory and on disk."""
    heads = ["documents", "cpu, ms per document", "clock, s", "pace, ms"]
    heads += ["memory of all processes, MiB", "memory, shared once, MiB", "memory of the largest, MiB"]
    built = [row for row in rows if "stages" in row]
    disk = list(built[0]["disk, GB"]) if built else []
    return table(
        (*heads, *(f"{name}, GB" for name in disk)),
        ([*(row[head] for head in heads), *row["disk, GB"].values()] for row in built),
    )


def long_stages(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The same by stage: milliseconds of processor time for a document, and mebibytes of all processes."""
    built = [row for row in rows if "stages" in row]
    names = list(dict.fromkeys(name for row in reversed(built) for name in row["stages"]))

    def cell(row: dict[str, Any], name: str) -> str:
        stage = row["stages"].get(name)
        if stage is None:
            return ""
        held = stage["memory of all processes, MiB"]  # none, if the stage was over before anybody looked
        return f"{stage['cpu, ms per document']:.2f}" + (f" ({held:,})" if held else "")

    return table(
        ("ms per document (MiB)", *(f"{row['documents']:,}" for row in built)),
        ([name, *(cell(row, name) for row in built)] for name in names),
    )


def left_out(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Sizes that were not built, and why."""
    return [
        f"* {row['documents']:,} documents are left out: their build {row[LEFT_OUT]}"
        for row in rows
        if LEFT_OUT in row
    ]


def starts(found: dict[str, dict[str, float]]) -> list[str]:
    return table(
        ("command", *next(iter(found.values()))),
        ((f"`{name}`", *row.values()) for name, row in found.items()),
    )

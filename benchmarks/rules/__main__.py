"""python -m benchmarks.rules DATA: count how often each rule is right, and write the table of them."""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from benchmarks.rules import archives, seeds
from benchmarks.rules.verdict import Verdict, counted
from fonds.certainty import Measured, thresholds, wilson
from fonds.converters.genre import available

COLLECTIONS: Final[dict[str, Callable[[Path], Iterator[Verdict]]]] = {
    "frus": archives.from_frus,
    "cia": archives.from_cia,
    "wilson": archives.from_wilson,
    "seeds": seeds.verdicts,
}
#: A text for and one against each rule.
EXAMPLES: Final = Path(__file__).parents[2] / "tests" / "data" / "rule_examples.toml"
#: Where the counts begin in the table; what stands before it is written by hand and kept.
COUNTS: Final = "[rule]\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with one folder for each collection")
    parser.add_argument(
        "--collection", choices=COLLECTIONS, action="append", help="only this one (repeatable)"
    )
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the table here, as TOML")
    parser.add_argument("--wrong", metavar="RULE", help="show the cases in which this rule was wrong")
    given = parser.parse_args(arguments)
    chosen = given.collection or list(COLLECTIONS)
    absent = [name for name in chosen if not (given.data / name).is_dir()]
    if absent:
        parser.error(f"{given.data} has no folder {absent[0]}")
    verdicts = [one for name in chosen for one in COLLECTIONS[name](given.data)]
    rules = counted([*verdicts, *others()])
    if given.wrong:
        for one in verdicts:
            if one.rule == given.wrong and one.right is False:
                print(f"{one.collection} {one.where}: {one.words}")
    elif given.output:
        given.output.write_text(toml(rules), "utf-8")
    else:
        sys.stdout.writelines(f"{line}\n" for line in markdown(rules.values()))
    return 0


def others() -> Iterator[Verdict]:
    """Rules that may occur in none of the documents, without a case: those with examples, and all fields."""
    names = {f"field.{one.name}" for kind in available().values() for one in (*kind.fields, *kind.patterns)}
    for rule in sorted(names | set(tomllib.loads(EXAMPLES.read_text("utf-8")))):
        yield Verdict(rule, None, "", "", "")


def markdown(rules: Iterable[Measured]) -> Iterator[str]:
    """The counts with the bounds of the interval and the tier, as lines of Markdown."""
    limits = thresholds()
    yield "| rule | right | wrong | from | to | tier |"
    yield "| --- | ---: | ---: | ---: | ---: | --- |"
    for one in rules:
        low, high = wilson(one.right, one.right + one.wrong)
        judged = limits.tier(one.right, one.wrong) or "not measured enough"
        yield f"| {one.rule} | {one.right} | {one.wrong} | {low:.3f} | {high:.3f} | {judged} |"


def toml(rules: Mapping[str, Measured]) -> str:
    """The table that fonds reads: its head as it stands now, and these counts."""
    packaged = (files("fonds") / "data" / "rules.toml").read_text("utf-8")
    head = packaged[: packaged.index(COUNTS)]
    return head + COUNTS + "".join(f"{_line(rules[rule])}\n" for rule in sorted(rules))


def _line(one: Measured) -> str:
    counts = f"right = {one.right}, wrong = {one.wrong}"
    on = ", ".join(f'"{name}" = [{right}, {wrong}]' for name, right, wrong in one.on)
    return f'"{one.rule}" = {{ {counts}{f", on = {{ {on} }}" if on else ""} }}'


if __name__ == "__main__":
    sys.exit(main())

"""Run what the pages for users show, and write the output anew where it has changed.

In a block marked `console` a line that begins with `$ ` is run by a shell, with its continuation
lines that begin with `> `, and the lines after it are its output. A block marked `pycon` is a
doctest. In both, `...` stands for anything. The blocks of a page share one folder with the corpus.

    python docs/pages.py            # write the output into the pages
"""

from __future__ import annotations

import contextlib
import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/tutorial.md",
    "docs/review.md",
    "docs/harvest.md",
    "docs/building.md",
    "docs/querying.md",
)
#: Targets of the Makefile install packages first; what they then run is this.
MAKE = {"make build": "fonds build corpus -o dump"}
#: Not run here: the test suite itself, and what needs the network.
LEFT_OUT = ("make test", "git clone", "pip install")

_BLOCK = re.compile(r"^```(console|pycon)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fits(shown: str, printed: str) -> bool:
    """Whether some output is as shown, with `...` for anything."""
    return re.fullmatch(re.escape(shown).replace(r"\.\.\.", ".*?"), printed, re.DOTALL) is not None


def played(page: str, folder: Path) -> str:
    """The text of a page with the output that its commands give now, where it does not fit any more."""
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    text = (ROOT / page).read_text("utf-8")
    names: dict[str, object] = {}

    def block(match: re.Match[str]) -> str:
        content = _console(match[2]) if match[1] == "console" else _python(match[2], names)
        return f"```{match[1]}\n{content}```"

    with contextlib.chdir(folder):
        return _BLOCK.sub(block, text)


def _console(block: str) -> str:
    parts = []
    for command, shown in _commands(block):
        script = re.sub(r"^[$>] ", "", command, flags=re.MULTILINE).strip()
        if script.startswith(LEFT_OUT):
            printed = shown
        elif script in MAKE:
            printed = f"...\n{_run(MAKE[script])}"  # before it make tells what it installs
        else:
            printed = _run(script)
        parts.append(command + (shown if fits(shown.strip("\n"), printed.strip("\n")) else printed))
    return "".join(parts)


def _commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block, as shown with its prompts, and the output that follows it."""
    for match in re.finditer(r"(\$ .*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", block):
        yield match[1], match[2]


def _run(script: str) -> str:
    """What a command prints, to standard output and to standard error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1"}
    shell = ["/bin/sh", "-c", f"exec 2>&1\n{script}"]
    done = subprocess.run(shell, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout if done.stdout.endswith("\n") or not done.stdout else f"{done.stdout}\n"


class _Noted(doctest.OutputChecker):
    """Remembers what each example printed, and never fails."""

    def __init__(self) -> None:
        self.printed: list[str] = []

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        self.printed.append(want if super().check_output(want, got, optionflags) else got)
        return True


def _python(block: str, names: dict[str, object]) -> str:
    noted = _Noted()
    runner = doctest.DocTestRunner(noted, optionflags=doctest.ELLIPSIS)
    test = doctest.DocTestParser().get_doctest(block, names, "page", None, 0)
    failures: list[str] = []
    runner.run(test, out=failures.append, clear_globs=False)
    if failures:
        raise RuntimeError("".join(failures))
    names.update(test.globs)
    outputs = iter(noted.printed)
    parts = []
    for example in test.examples:
        lines = example.source.splitlines()
        parts += [f"{'...' if number else '>>>'} {line}".rstrip() + "\n" for number, line in enumerate(lines)]
        parts.append(next(outputs))
    return "".join(parts)


if __name__ == "__main__":
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            new = played(page, Path(folder))
        if new != (ROOT / page).read_text("utf-8"):
            (ROOT / page).write_text(new, "utf-8")
            print(f"{page}: written anew")

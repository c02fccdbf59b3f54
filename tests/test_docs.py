"""The pages for users are run: every command and every line of Python, with the output they show."""

from __future__ import annotations

import difflib
import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = runpy.run_path(str(ROOT / "docs" / "pages.py"))


@pytest.mark.parametrize("page", PAGES["PAGES"])
def test_a_page_shows_what_happens(page: str, tmp_path: Path) -> None:
    shown = (ROOT / page).read_text("utf-8")
    assert len(re.findall(r"^(?:\$|>>>) ", shown, re.MULTILINE)) >= 5
    now = PAGES["played"](page, tmp_path)
    changed = difflib.unified_diff(shown.splitlines(), now.splitlines(), page, "now", lineterm="", n=0)
    if difference := "\n".join(changed):
        pytest.fail(f"run make docs, and read the difference\n{difference}", pytrace=False)


@pytest.mark.parametrize(
    "page",
    [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
    ],
)
def test_links_within_the_project_lead_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (ROOT / page).read_text("utf-8")):
        assert (ROOT / page).parent.joinpath(target).exists(), target


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\n...\nc", "a\nb\nb\nc", True),
        ("a\n...\nc", "a\nb", False),
        ("a.c", "abc", False),
        ("", "a", False),
    ],
)
def test_the_check_of_output_can_fail(shown: str, printed: str, same: bool) -> None:
    assert PAGES["fits"](shown, printed) is same

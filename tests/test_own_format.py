"""A converter in another package: that of the how-to, installed and used, and packages that cannot be."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from fonds.converters import available
from fonds.errors import ConfigError

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "own-format.md"
_fits = runpy.run_path(str(ROOT / "docs" / "pages.py"))["fits"]
_FILE = re.compile(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _unpacked(folder: Path) -> Path:
    """The files of the page, as they stand there."""
    folder.mkdir()
    for name, content in _FILE.findall(PAGE.read_text("utf-8")):
        (folder / name).write_text(content, "utf-8", newline="\n")
    return folder


def _install(package: Path, target: Path) -> None:
    """By pip where it can build the package without a network, else the files that pip would put there."""
    if find_spec("hatchling") is not None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
        command += [
            "--no-build-isolation",
            "--disable-pip-version-check",
            "--target",
            str(target),
            str(package),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return
    project = tomllib.loads((package / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, module),) = project["entry-points"]["fonds.converters"].items()
    _by_hand(target, project["name"], {name: module}, (package / f"{module}.py").read_text("utf-8"), module)


def _by_hand(target: Path, package: str, points: dict[str, str], code: str, module: str) -> None:
    """An installed package of one module: its metadata (PyPA, core metadata and entry points)."""
    metadata = target / f"{package.replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", "utf-8")
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (metadata / "entry_points.txt").write_text(f"[fonds.converters]\n{lines}", "utf-8")
    (target / f"{module}.py").write_text(code, "utf-8")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folder with the package and its message, and the folder into which it was installed."""
    folder = tmp_path_factory.mktemp("own")
    package = _unpacked(folder / "fonds-email")
    assert {path.name for path in package.iterdir()} == {"pyproject.toml", "fonds_email.py", "message.eml"}
    _install(package, folder / "site")
    return package, folder / "site"


def _run(*arguments: str, site: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from fonds.cli import main; main()", *arguments],
        env={**os.environ, "PYTHONPATH": str(site), "PYTHONUTF8": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_the_page_shows_what_the_package_does(installed: tuple[Path, Path], tmp_path: Path) -> None:
    """Each command runs in a folder with the message alone, and prints what the page shows."""
    package, site = installed
    (tmp_path / "message.eml").write_bytes((package / "message.eml").read_bytes())
    (block,) = _CONSOLE.findall(PAGE.read_text("utf-8"))
    commands = re.findall(r"^\$ fonds (.+)\n((?:(?!\$ ).*\n)+)", block, re.MULTILINE)
    assert len(commands) == 2
    for command, shown in commands:
        done = _run(*command.split(), site=site, folder=tmp_path)
        assert done.returncode == 0, done.stderr
        assert _fits(shown, done.stdout), done.stdout


def test_documents_of_the_format_build_and_conform(installed: tuple[Path, Path], tmp_path: Path) -> None:
    package, site = installed
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "message.eml").write_bytes((package / "message.eml").read_bytes())
    (tmp_path / "documents" / "note.txt").write_text("March 30, 1998\n\nThe box was moved.\n", "utf-8")
    (tmp_path / "fonds.toml").write_text('base = "https://example.org/mail/"\n', "utf-8")
    done = _run("build", ".", "-o", "dump", site=site, folder=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "violations  0" in done.stdout
    assert "(100.0%)" in done.stdout
    assert "message/rfc822" in (tmp_path / "dump" / "records.ttl").read_text("utf-8")


def test_without_the_package_the_message_is_a_text(installed: tuple[Path, Path], tmp_path: Path) -> None:
    done = _run("formats", site=tmp_path, folder=installed[0])
    assert done.returncode == 0
    assert "email" not in done.stdout


WORKING = "description = 'x'\ndef sniff(source): return False\ndef convert(source, options): yield\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of installed packages on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))
    available.cache_clear()
    yield tmp_path
    available.cache_clear()


@pytest.mark.parametrize(
    ("packages", "words", "why"),
    [
        (
            [("first-mail", "mail", "mail_a", WORKING), ("second-mail", "mail", "mail_b", WORKING)],
            ["two packages claim the converter 'mail'", "first-mail", "second-mail"],
            "which is meant is not guessed",
        ),
        (
            [("other-tei", "tei", "tei_a", WORKING)],
            ["two packages claim the converter 'tei'", "fonds", "other-tei"],
            "a format of fonds is not replaced in silence",
        ),
        (
            [("broken-mail", "mail", "mail_c", "import no_such_module\n")],
            ["'mail' of broken-mail", "no_such_module"],
            "a package that cannot be imported is named",
        ),
        (
            [("half-mail", "mail", "mail_d", "description = 'x'\ndef sniff(source): return False\n")],
            ["'mail' of half-mail", "no convert"],
            "and so is one that lacks a function",
        ),
    ],
    ids=["two packages", "a name of fonds", "not importable", "incomplete"],
)
def test_packages_that_cannot_be_used_are_named(
    packages: list[tuple[str, str, str, str]], words: list[str], why: str, site: Path
) -> None:
    for package, name, module, code in packages:
        _by_hand(site, package, {name: module}, code, module)
    with pytest.raises(ConfigError) as caught:
        available()
    assert all(word in str(caught.value) for word in words), (why, str(caught.value))
    assert caught.value.remedy


def test_one_package_found_on_two_paths_is_one(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editable install and the installed package have the same name and version."""
    _by_hand(site, "some-mail", {"mail": "mail_e"}, WORKING, "mail_e")
    _by_hand(site / "again", "some-mail", {"mail": "mail_e"}, WORKING, "mail_e")
    monkeypatch.syspath_prepend(str(site / "again"))
    assert "mail" in available()
    assert next(iter(available())) == "mail"

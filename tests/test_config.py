"""fonds.toml: what is read, and that every slip is named with its file and key."""

from datetime import date
from pathlib import Path

import pytest

from fonds.config import Config, check_base, create, find, options, read
from fonds.errors import ConfigError, EncodingError, OutputError

BASE = 'base = "https://example.org/letters/"\n'


def collection(folder: Path, stated: str = BASE, **documents: str) -> Path:
    (folder / "documents").mkdir(parents=True, exist_ok=True)
    (folder / "fonds.toml").write_text(stated, "utf-8")
    for name, text in documents.items():
        (folder / "documents" / f"{name}.txt").write_text(text, "utf-8")
    return folder


def test_everything_that_may_be_stated(tmp_path: Path) -> None:
    for name in ("genres", "lexicon", "shapes"):
        (tmp_path / name).mkdir()
    for name in ("authority.ttl", "decisions.csv"):
        (tmp_path / name).touch()
    collection(
        tmp_path,
        BASE
        + """
        title = "Letters"
        description = "A few."
        publisher = "The archive"
        license = "https://creativecommons.org/publicdomain/zero/1.0/"
        rights = "As printed."
        published = 2026-01-31
        encoding = "latin-1"
        max_bytes = 1000
        period = [1945, 1954]
        encodings = {"a.txt" = "cp1251"}
        genres.folder = "genres"
        lexicon.folder = "lexicon"
        authority.file = "authority.ttl"
        review.file = "decisions.csv"
        shapes.path = "shapes"
        """,
    )
    assert read(tmp_path) == Config(
        folder=tmp_path,
        base="https://example.org/letters/",
        documents=tmp_path / "documents",
        title="Letters",
        published=date(2026, 1, 31),
        description="A few.",
        publisher="The archive",
        license="https://creativecommons.org/publicdomain/zero/1.0/",
        rights="As printed.",
        encoding="latin-1",
        max_bytes=1000,
        period=(1945, 1954),
        encodings={"a.txt": "cp1251"},
        genres=tmp_path / "genres",
        lexicon=tmp_path / "lexicon",
        authority=tmp_path / "authority.ttl",
        review=tmp_path / "decisions.csv",
        shapes=tmp_path / "shapes",
    )


def test_nothing_is_made_up_when_absent(tmp_path: Path) -> None:
    config = read(collection(tmp_path))
    assert (config.title, config.license, config.rights, config.publisher, config.published) == (None,) * 5


@pytest.mark.parametrize(
    ("stated", "named"),
    [
        pytest.param("", ["no base IRI", 'base = "https://'], id="no base: fonds cannot know it"),
        pytest.param('base = "letters/"', ["letters/", "absolute"], id="a relative base"),
        pytest.param('base = "https://example.org/a b/"', ["absolute"], id="a space in the base"),
        pytest.param('base = "https://example.org/x"', ["neither / nor #", "/x/"], id="a base without end"),
        pytest.param("base = 1", ["base must be text"], id="a base that is a number"),
        pytest.param(BASE + 'titel = "x"', ["'titel'", "title"], id="a misspelt key, with the known ones"),
        pytest.param(BASE + '[authority]\npath = "x"', ["'path' in [authority]", "file"], id="in a table"),
        pytest.param(BASE + 'genres = "genres"', ["genres must be a table"], id="text for a table"),
        pytest.param(
            BASE + "max_bytes = true", ["max_bytes must be a whole number"], id="a truth for a number"
        ),
        pytest.param(BASE + 'published = "2026"', ["published must be a day"], id="text for a day"),
        pytest.param(
            BASE + "published = 2026-01-31T10:00:00Z", ["published must be a day"], id="a time for a day"
        ),
        pytest.param(
            BASE + "period = [1954, 1945]", ["period is [1954, 1945]"], id="a period that ends first"
        ),
        pytest.param(BASE + "period = [1954]", ["period is [1954]"], id="a period of one year"),
        pytest.param(BASE + 'license = "CC0"', ["'CC0'", "rights"], id="a licence that is no IRI"),
        pytest.param(
            BASE + 'authority.file = "a.ttl"', ["authority.file", "'a.ttl'"], id="a file that is missing"
        ),
        pytest.param(BASE + 'documents = "papers"', ["papers"], id="a folder that is missing"),
        pytest.param(
            BASE + "encodings = {x = 1}", ["encodings.x must be text"], id="an encoding that is a number"
        ),
        pytest.param("base = x\n", ["line 1"], id="no TOML, with the line"),
        pytest.param('base = "https://bücher.example/"', ["ASCII"], id="a base that not every tool reads"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, stated: str, named: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read(collection(tmp_path, stated))
    assert str(tmp_path / "fonds.toml") in str(caught.value)
    for words in named:
        assert words in str(caught.value)


def test_a_folder_that_is_no_collection(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no fonds\.toml here.*fonds new"):
        read(tmp_path)


def test_documents_are_sorted_and_hidden_files_left_out(tmp_path: Path) -> None:
    config = read(collection(tmp_path, b="b", a="a", Z="z"))
    (config.documents / ".DS_Store").touch()
    (config.documents / ".git").mkdir()
    (config.documents / ".git" / "x").touch()
    (config.documents / "box").mkdir()
    (config.documents / "box" / "1.txt").touch()
    assert [config.name(path) for path in config.paths()] == ["Z.txt", "a.txt", "b.txt", "box/1.txt"]


def test_the_encoding_of_one_document(tmp_path: Path) -> None:
    collection(tmp_path, BASE + 'encodings = {"old.txt" = "latin-1"}')
    for name in ("old.txt", "new.txt"):
        (tmp_path / "documents" / name).write_bytes("café".encode("latin-1"))
    config = read(tmp_path)
    assert config.source(config.documents / "old.txt").text.content == "café"
    with pytest.raises(EncodingError, match=r"new\.txt: byte 0xe9"):
        _ = config.source(config.documents / "new.txt").text


def test_a_source_holds_no_path_of_the_machine(tmp_path: Path) -> None:
    config = read(collection(tmp_path, a="a"))
    source = config.source(config.paths()[0])
    assert (source.name, source.origin) == ("a.txt", "a.txt")


def test_find_the_collection_of_a_document(tmp_path: Path) -> None:
    collection(tmp_path, a="a")
    found = find(tmp_path / "documents" / "a.txt")
    assert found is not None
    assert found.base == "https://example.org/letters/"
    assert find(tmp_path / "elsewhere.txt") is None, "beside fonds.toml, but not among its documents"


def test_options_for_converters(tmp_path: Path) -> None:
    (tmp_path / "genres").mkdir()
    config = read(collection(tmp_path, BASE + 'period = [1945, 1954]\ngenres.folder = "genres"'))
    found = options(config, genre="memorandum")
    assert (found.genre, found.genres, found.lexicon, found.period) == (
        "memorandum",
        str(tmp_path / "genres"),
        None,
        (1945, 1954),
    )


def test_a_new_collection_can_be_read(tmp_path: Path) -> None:
    made = create(tmp_path / "letters", base="https://example.org/letters/", title='The "Letters"')
    config = read(tmp_path / "letters")
    assert made == [tmp_path / "letters" / "fonds.toml", tmp_path / "letters" / "documents"]
    assert (config.base, config.title) == ("https://example.org/letters/", 'The "Letters"')
    assert config.paths() == []


def test_a_collection_is_never_overwritten(tmp_path: Path) -> None:
    create(tmp_path, base="https://example.org/letters/")
    before = (tmp_path / "fonds.toml").read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        create(tmp_path, base="https://example.org/other/")
    assert (tmp_path / "fonds.toml").read_bytes() == before


@pytest.mark.parametrize("base", ["https://example.org/", "http://example.org/a#"])
def test_bases_that_are_fine(base: str) -> None:
    assert check_base(base, "--base") == base

"""JSON with the place of every value, so that evidence can quote a file as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import regex

#: Deepest nesting of lists and objects read.
MAX_DEPTH: Final = 200


class Scalar(NamedTuple):
    """A value that is no list and no object.

    `path` are the keys and positions that lead to it; `start` and `end` are where it stands in the
    text, a string without its quotation marks; `value` is what it says, as words.
    """

    path: tuple[str | int, ...]
    start: int
    end: int
    value: str


@cache
def _tokens() -> regex.Pattern[str]:
    return regex.compile(
        r'[ \t\r\n]*+(?:(?P<mark>[{}\[\],:])|"(?P<string>(?:[^"\\\x00-\x1f]|\\.)*+)"'
        r'|(?P<plain>[^\s{}\[\],:"]++))'
    )


def scalars(content: str) -> tuple[Scalar, ...]:
    """The values of a JSON text in their order, `null` left out.

    Raises `ValueError`, with the place, if the text is not JSON (RFC 8259) or too deep.
    """
    if content.count("[") + content.count("{") > MAX_DEPTH:
        _check_depth(content)
    json.loads(content)  # what follows relies on sound JSON
    return tuple(_scalars(content))


def _check_depth(content: str) -> None:
    depth = 0
    for token in _tokens().finditer(content):
        depth += (token["mark"] in ("{", "[")) - (token["mark"] in ("}", "]"))
        if depth > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} deep at character {token.start()}")


def _scalars(content: str) -> Iterator[Scalar]:
    path: list[str | int] = []  # of the containers that are open: the key or position inside each
    key_next = False
    for token in _tokens().finditer(content):
        mark = token["mark"]
        if mark == "{":
            path.append("")
            key_next = True
        elif mark == "[":
            path.append(0)
            key_next = False
        elif mark in ("}", "]"):
            path.pop()
            key_next = False
        elif mark == ",":
            last = path[-1]
            if isinstance(last, int):
                path[-1] = last + 1
            key_next = not isinstance(last, int)
        elif mark == ":":
            key_next = False
        elif key_next:
            path[-1] = _said(token["string"])
        elif token["string"] is not None:
            start, end = token.span("string")
            yield Scalar(tuple(path), start, end, _said(content[start:end]))
        elif token["plain"] != "null":
            start, end = token.span("plain")
            yield Scalar(tuple(path), start, end, token["plain"])


def _said(written: str) -> str:
    """A string without its escapes; half of a surrogate pair becomes U+FFFD."""
    if "\\" not in written:
        return written
    words: str = json.loads(f'"{written}"')
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""The body of an answer, as it comes in: unpacked, counted, and refused when it is too large."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Final

from fonds.harvest.settings import Refused, Unreachable

_PIECE: Final = 65_536
_GZIP: Final = 31  # for zlib: gzip, with the largest window


def unpacked(chunks: Iterable[bytes], encoding: str | None, limit: int) -> Iterator[bytes]:
    """The bytes of a body without its Content-Encoding, of which only gzip was asked for.

    Raises `Refused` if there are more than `limit` bytes, before or after unpacking, or if it is
    encoded otherwise, and `Unreachable` if it ends too early.
    """
    named = (encoding or "identity").strip().lower()
    arrived = _counted(chunks, limit)
    if named == "identity":
        yield from arrived
    elif named in ("gzip", "x-gzip"):
        yield from _counted(_gunzipped(arrived), limit)
    else:
        raise Refused(f"is encoded as {named[:40]}, which was not asked for")


def too_large(limit: int) -> Refused:
    return Refused(f"has more than {limit} bytes", remedy="raise --max-bytes, if you want it")


def _counted(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > limit:
            raise too_large(limit)
        yield chunk


def _gunzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Unpack piece by piece, so that a bomb is noticed before it is large."""
    decoder, begun = zlib.decompressobj(_GZIP), False
    try:
        for chunk in chunks:
            rest = chunk
            while rest:
                if decoder.eof:  # one member may follow another (RFC 1952, section 2.2)
                    decoder, begun = zlib.decompressobj(_GZIP), False
                begun = True
                piece = decoder.decompress(rest, _PIECE)
                yield piece
                while len(piece) == _PIECE and not decoder.unconsumed_tail and not decoder.eof:
                    piece = decoder.decompress(b"", _PIECE)
                    yield piece
                rest = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    except zlib.error as error:
        raise Refused("is stated to be gzip, and is not") from error
    if begun and not decoder.eof:
        raise Unreachable("its gzip ended too early")

"""The first pass: from a document to its records, and to what the collection must know of them."""

from __future__ import annotations

import marshal
import pickle
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from fonds.building import spool
from fonds.building.keys import digest, source
from fonds.building.packing import packed
from fonds.building.spool import Ref
from fonds.config import Config, options
from fonds.dump import Issue
from fonds.errors import ConfigError, FondsError

if TYPE_CHECKING:
    from fonds.agents.decisions import Cut
    from fonds.building.names import Asked, Told
    from fonds.building.passes import Wanted
    from fonds.naming import Move
    from fonds.record import Record


@dataclass(frozen=True, slots=True)
class Context:
    """What the first pass needs besides the name of a document; `given` is `keys.reading(config)`."""

    config: Config
    cuts: Mapping[str, tuple[Cut, ...]]
    pieces: Path
    given: bytes


#: Records of one document that go to the process of the build in one message.
_PORTION: Final = 500


class Read(NamedTuple):
    """One record as it was read: where it is kept, and what it tells the collection.

    `asks` are the names for which it asks, as `asked_in` reads them.
    """

    id: str
    ref: Ref
    tells: list[Told]
    asks: bytes
    signatures: list[bytes]


class Many(NamedTuple):
    """The records of a document that has many, in portions that are kept beside them."""

    portions: list[Ref]


def identify(context: Context, documents: Sequence[str]) -> list[tuple[bytes | None, str | None, int]]:
    """For each document its key, SHA-256 and size in bytes; no key if it cannot be read."""
    nothing = None, None, 0
    return [source(context.config, name, context.given, context.cuts) or nothing for name in documents]


def read(context: Context, wanted: Wanted) -> list[Read] | Many | Issue:
    """The records of one document, kept one by one, or why there are none.

    Raises `ConfigError`, and `OSError` where the disk refuses.
    """
    from fonds import converters

    config, name = context.config, wanted.name
    found: list[Read] = []
    before: list[Ref] = []
    kept = spool.at(context.pieces)
    stream = None
    while True:
        # only what is ours to convert is caught: a full disk is not the fault of the document
        try:
            if stream is None:
                stream = converters.stream(config.source(config.documents / name), options=options(config))
            record = next(stream, None)
            if record is None:
                break
            about = told(record, context.cuts)
        except ConfigError:
            raise
        except Exception as error:  # a fault of ours must not cost the user the other documents
            return lost(error, "unreadable", name)
        if len(found) == _PORTION:
            before.append(kept.append(pickle.dumps(found, protocol=5)))
            found = []
        found.append(Read(record.id, kept.append(packed(record)), *about))
    if before:
        return Many([*before, kept.append(pickle.dumps(found, protocol=5))])
    return found or Issue(name, "", "unreadable", "no record was found in it", lost=True)


def portions(outcome: list[Read] | Many, pieces: Path) -> Iterator[list[Read]]:
    """The records that were read, so many at a time that few are held. Raises `Corrupt`."""
    if isinstance(outcome, Many):
        for ref in outcome.portions:
            yield pickle.loads(spool.at(pieces).read(ref))  # noqa: S301 - pickled by `read`
    else:
        yield outcome


def asked_in(asks: bytes) -> list[Asked]:
    """The names for which a record asks."""
    found: list[Asked] = marshal.loads(asks)  # noqa: S302 - written by `told`
    return found


def told(record: Record, cuts: Mapping[str, tuple[Cut, ...]]) -> tuple[list[Told], bytes, list[bytes]]:
    """What a record tells the collection: names, for which names it asks, and what other captures share."""
    from fonds.agents.captures import signatures
    from fonds.building import names

    tells, asks = names.told(record, cuts.get(record.source.sha256[:16], ()))
    return tells, marshal.dumps(asks), [digest(*signature) for signature in signatures(record)]


def record_at(pieces: Path, ref: Ref, moves: tuple[Move, ...] = ()) -> Record:
    """A record as it was read, under the id that it has in the collection. Raises `Corrupt`."""
    from fonds.naming import moved

    # what was packed is what a process of a build has pickled, as its checksum shows
    record: Record = pickle.loads(spool.at(pieces).read(ref))  # noqa: S301
    return moved(record, moves)


def lost(error: Exception, kind: str, document: str, record: str = "") -> Issue:
    """Why a document is left out. An error that is not ours to raise is a defect of fonds."""
    if isinstance(error, FondsError):
        return Issue(document, record, kind, str(error), lost=True)
    last = traceback.extract_tb(error.__traceback__)[-1]
    words = f"{type(error).__name__}: {' '.join(str(error).split())}"
    message = f"fonds failed: {words} ({Path(last.filename).name}, line {last.lineno})"
    return Issue(document, record, "defect", message, lost=True)

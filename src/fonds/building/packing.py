"""Records as bytes. Python's own way with frozen classes looks up their fields for each value anew.

What comes of it is read by `pickle.loads`, in half of the time; each value is still checked for nothing, so
only what a process of a build has written may be read.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from typing import Any, Final


def packed(value: Any) -> bytes:
    """A value made of frozen classes, for `pickle.loads`."""
    stream = io.BytesIO()
    pickler = pickle.Pickler(stream, protocol=5)
    pickler.dispatch_table = _WAYS
    pickler.dump(value)
    return stream.getvalue()


def restored(kind: type, *values: Any) -> Any:
    """A value of a frozen class, from those of its fields."""
    made: Any = object.__new__(kind)
    for put, value in zip(_setters(kind), values):  # noqa: B905 - as many, or it was not written here
        put(made, value)
    return made


@cache
def _setters(kind: type) -> tuple[Callable[[Any, Any], None], ...]:
    return tuple(getattr(kind, field.name).__set__ for field in fields(kind))


class _Ways(dict[type, Callable[[Any], Any]]):
    """How the values of each class are taken apart, found out when there is one."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        names = [field.name for field in fields(kind)] if is_dataclass(kind) else []
        slots = all(hasattr(getattr(kind, name, None), "__set__") for name in names)
        if len(names) < 2 or not slots:
            raise KeyError(kind)
        taken = attrgetter(*names)
        self[kind] = lambda value: (restored, (kind, *taken(value)))
        return self[kind]


_WAYS: Final = _Ways(copyreg.dispatch_table)

"""A worker of a build: reads work from standard input, writes answers to standard output.

Run by `fonds.building.workers`, not by hand.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from fonds.building.workers import call

#: New objects after which garbage is looked for. A record makes some hundred thousand, nearly all of which
#: go without that; Python's own 700 cost a tenth of the time.
_OBJECTS: Final = 100_000


@contextmanager
def unhurried() -> Iterator[None]:
    """Look for garbage seldom."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def main() -> None:
    """Work until the input ends: when the build is over, or its process was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build says when to stop
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what somebody else's code prints must not stand among the answers
    begun = False
    with answers, unhurried():
        while True:
            try:
                function, context, item = pickle.load(sys.stdin.buffer)  # noqa: S301
            except EOFError:
                return
            try:
                answer = "done", call(function, context, item)
            except Exception as error:
                answer = "raised", error
            try:
                data = pickle.dumps(answer, protocol=5)
            except Exception as error:  # an error that cannot be handed over
                data = pickle.dumps(("raised", RuntimeError(f"{answer[1]!r}: {error}")))
            try:
                answers.write(data)
                answers.flush()
            except BrokenPipeError:  # the process of the build was killed
                os._exit(1)  # to close the pipe in order would fail likewise
            if not begun:  # rules, tables and shapes are read by now, and stay
                begun = True
                gc.collect()
                gc.freeze()


if __name__ == "__main__":
    main()

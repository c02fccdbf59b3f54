"""A worker of a build: reads work from standard input, writes answers to standard output.

Run by `fonds.building.workers`, not by hand.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys

from fonds.building.workers import call


def main() -> None:
    """Work until the input ends: when the build is over, or its process was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build says when to stop
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what somebody else's code prints must not stand among the answers
    with answers:
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
            answers.write(data)
            answers.flush()


if __name__ == "__main__":
    main()

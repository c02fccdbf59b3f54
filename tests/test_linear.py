"""The time of a document grows with its length, whatever it consists of: four times the text, about
four times the time. A rule that tries each place from each place would take sixteen times as long."""

from __future__ import annotations

import time

import pytest

from fonds.converters import convert
from fonds.errors import BudgetError
from fonds.source import MAX_LINE, Source

#: Texts that are one piece again and again: what is repeated, its length in all, and why it is asked.
MONOTONOUS = {
    "words": ("the words of one long line ", 20_000, "a page saved without its line ends"),
    "short lines": ("No. 5\n", 6_000, "the column of a table"),
    "capital letters": ("A", 40_000, "OCR of a frame or a barcode"),
    "capitalised words": ("Able Baker ", 15_000, "every word may begin a name"),
    "digits": ("1", 40_000, "a punched card"),
    "years": ("1950 ", 10_000, "every number may be a date, or the end of a range"),
    "dates": ("4 May 1950, ", 6_000, "every date may lend the others its year"),
    "titles": ("Mr. Smith of London, ", 10_000, "every person, title and place may belong to the next"),
    "bodies": ("Ministry of Foreign Affairs of ", 12_000, "a name that goes on and on"),
    "open brackets": ("[", 10_000, "brackets that nothing closes"),
    "empty lines": ("\n", 12_000, "the back of a sheet"),
    "blank lines": (" \n", 12_000, "the same, as OCR writes it"),
    "stars": ("*\n", 8_000, "separators that patterns let stand before a label"),
    "labels": ("FROM: A\nTO: B\n", 6_000, "each line may be the address of any other"),
    "markings": ("SECRET\n", 8_000, "a running marking of every page"),
    "paragraphs": ("Mr. Harriman told the Ambassador that it had been so.\n\n", 12_000, "a long report"),
    "enclosures": ("ENCLOSURE A\n\nSo it was said.\n\n", 8_000, "documents that may hold each other"),
}
#: Twice what is linear: caches, and a machine that is busy, cost time as well.
MOST = 9
#: Less CPU time than this, in seconds, is not worth measuring.
LEAST = 0.02


def seconds(piece: str, length: int) -> float:
    source = Source.of(f"Told to you.\n{piece * (length // len(piece))}\nEnd of it.", "monotonous.txt")
    begin = time.process_time()
    assert len(convert(source)) == 1
    return time.process_time() - begin


@pytest.mark.parametrize("name", MONOTONOUS)
def test_four_times_the_text_takes_about_four_times_the_time(name: str) -> None:
    piece, length, why = MONOTONOUS[name]
    seconds(piece, 100)  # what is loaded once
    for _ in range(3):  # a pause of the machine is no fault of the rules
        whole, quarter = seconds(piece, 4 * length), seconds(piece, length)
        if whole <= MOST * max(quarter, LEAST):
            return
    pytest.fail(f"{why}: {4 * length} characters took {whole:.2f} s, a quarter of them {quarter:.2f} s")


def test_a_line_longer_than_any_document_has_is_refused() -> None:
    with pytest.raises(BudgetError, match="over the limit"):
        convert(Source.of("a long line " * (MAX_LINE // 10), "line.txt"))

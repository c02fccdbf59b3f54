"""Which runs of a document are persons, once all of them are known.

A run that shows a person by itself establishes its surname for the document. Other runs are
accepted if their surname is established, or if their surroundings add up to enough points.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from fonds.extract.name_extent import Run
from fonds.extract.name_lexicon import (
    CALENDAR,
    COMMON,
    EASTERN,
    GIVEN,
    GIVEN_WORD,
    NEVER,
    PEOPLE,
    PLACE,
    SURNAME,
    TITLE,
    NameLexicon,
)
from fonds.extract.name_page import CAPITAL, Page
from fonds.extract.name_parts import is_patronymic
from fonds.extract.name_tokens import BLANK, GLUED, PARAGRAPH, PREFIXES, Token
from fonds.extract.name_vouch import in_prose, is_other

#: Points that make a person of an unknown capitalised word; see `_points`.
ENOUGH: Final = 3


class Judge:
    """The runs of one document and the surnames that it establishes."""

    def __init__(self, page: Page, runs: Sequence[Run]) -> None:
        self.page = page
        self.tokens: Sequence[Token] = page.tokens
        self.kinds = page.kinds
        self.lexicon: NameLexicon = page.lexicon
        self.runs = self._split(runs)
        self.known: dict[str, str] = {}

    def accepted(self) -> list[Run]:
        """The runs that are persons, in order."""
        self._lists()
        for run in self.runs:
            if run.rule:
                self._establish(run)
        self._recognise()
        for _ in range(2):  # what the first round establishes may vouch for its neighbours
            if not self._weigh():
                break
            self._recognise()
        self.runs.extend(self._common_words())
        return sorted((run for run in self.runs if run.rule), key=lambda run: run.start)

    # Surnames

    def key(self, at: int) -> str:
        """A word as it is compared: small letters, one kind of apostrophe."""
        return self.tokens[at].text.lower().replace("’", "'")

    def family(self, run: Run) -> list[int]:
        """The words of a run that are its surname."""
        tokens, kinds, words = self.tokens, self.kinds, run.words
        if len(words) == 1 or run.rule == "names/inverted":
            return [words[0]]
        if tokens[words[0]].shape == "title":
            capitals = [word for word in words if tokens[word].shape == "upper"]
            if capitals:
                return capitals[:1]
        if run.rule == "names/eastern" or (
            kinds[words[0]] & EASTERN and "-" in tokens[words[1]].text and not kinds[words[0]] & GIVEN
        ):
            return [words[0]]
        if is_patronymic(tokens[words[-1]].text) and len(words) > 2 and not kinds[words[0]] & GIVEN:
            return [words[0]]  # Belokon Valentin Anatoleyevich
        # Fernando Fuentes Coba: with a double surname either part may stand alone.
        middle = [
            word for word in words[1:-1] if kinds[word] & SURNAME and not kinds[word] & (GIVEN | COMMON)
        ]
        return [*middle, words[-1]]

    def _establish(self, run: Run) -> None:
        if run.spelled:
            self.known.setdefault(run.spelled.lower(), run.rule)
            return
        family = self.family(run)
        for word in family:
            self.known.setdefault(self.key(word), run.rule)
        last = family[-1]
        if self.kinds[last] & COMMON and last - 1 in run.words and not self.kinds[last - 1] & GIVEN:
            self.known.setdefault(f"{self.key(last - 1)} {self.key(last)}", run.rule)  # Spring Rice

    def _split(self, runs: Sequence[Run]) -> list[Run]:
        """Take "Mr. Harriman Stalin" apart if both words stand alone elsewhere."""
        if not any(self._may_be_two(run) for run in runs):
            return list(runs)
        alone = {self.key(run.words[0]) for run in runs if len(run.words) == 1}
        found: list[Run] = []
        for run in runs:
            words = run.words
            if self._may_be_two(run) and self.key(words[0]) in alone and self.key(words[1]) in alone:
                found.append(
                    Run(run.start, words[1], words[:1], title=run.title, shared=run.shared, rule=run.rule)
                )
                found.append(Run(words[1], run.end, words[1:]))
            else:
                found.append(run)
        return found

    def _may_be_two(self, run: Run) -> bool:
        """Whether a run is two words side by side, the first no given name."""
        words = run.words
        return (
            len(words) == 2
            and words[1] == words[0] + 1
            and run.start == words[0]
            and self.tokens[words[0]].shape == self.tokens[words[1]].shape
            and not self.kinds[words[0]] & (GIVEN | GIVEN_WORD)
        )

    def _recognise(self) -> None:
        """Accept the runs whose surname is established."""
        fresh: list[Run] = []
        for run in self.runs:
            if run.rule:
                continue
            keys = [self.key(word) for word in run.words]
            if keys[0] not in self.known and keys[-1] not in self.known:
                continue
            if self._is_code(run) or is_other(self.page, run):
                continue
            if (
                len(keys) == 2
                and keys[0] in self.known
                and keys[1] in self.known
                and not self.kinds[run.words[0]] & GIVEN
            ):
                fresh.append(Run(run.words[1], run.end, run.words[1:], rule="names/known"))
                run.end, run.words, run.rule = run.words[1], run.words[:1], "names/known"
            elif keys[-1] in self.known:
                run.rule = "names/known"
                first = run.words[0]
                if (
                    len(keys) > 1
                    and self.tokens[first].shape == "upper"
                    and not self.kinds[first] & (GIVEN | SURNAME)
                ):
                    # In a text in capitals the word before may be anything.
                    run.start, run.words = run.words[-1], run.words[-1:]
            elif keys[0] in self.known:
                if len(keys) > 1 and not self._may_follow(run):
                    fresh.append(Run(run.words[1], run.end, run.words[1:]))
                    run.end, run.words = run.words[1], run.words[:1]
                run.rule = "names/known"
        self.runs.extend(fresh)

    def _may_follow(self, run: Run) -> bool:
        """Whether the words after an established surname may belong to it: LOPEZ Avalos."""
        first, second = run.words[:2]
        if self.tokens[first].shape != "upper":
            return False
        return self.tokens[second].shape == "title" or bool(self.kinds[second] & (GIVEN | SURNAME))

    def _is_code(self, run: Run) -> bool:
        """Two capitals are an office symbol more often than a name."""
        token = self.tokens[run.words[-1]]
        return token.shape == "upper" and len(token.text) < 3

    def _common_words(self) -> list[Run]:
        """Established surnames that are ordinary words or places: "Page", "White", "House"."""
        if not self.known:
            return []
        covered = {at for run in self.runs for at in range(run.start, run.end)}
        pairs = {first for first, blank, _ in (name.partition(" ") for name in self.known) if blank}
        found = []
        for at in self.page.capitals:
            kind = self.kinds[at]
            if not kind & COMMON or kind & (NEVER | TITLE) or at in covered:
                continue
            if self.tokens[at].shape not in CAPITAL:
                continue
            key = self.key(at)
            if key in pairs and at + 1 < len(self.tokens) and f"{key} {self.key(at + 1)}" in self.known:
                found.append(Run(at, at + 2, [at, at + 1], rule="names/known"))
                covered.add(at + 1)
            elif key in self.known and self._stands_as_name(at):
                found.append(Run(at, at + 1, [at], rule="names/known"))
        return found

    def _stands_as_name(self, at: int) -> bool:
        tokens, token = self.tokens, self.tokens[at]
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if self.page.alone(at, at + 1):
            return True
        if token.shape == "upper" or self.kinds[at] & (PLACE | PEOPLE | CALENDAR):
            return False
        for other, gap in ((before, token.gap), (after, after.gap if after else GLUED)):
            if other is not None and gap == BLANK and other.shape in (*CAPITAL, "number", "letter"):
                return False
        opens = before is None or token.gap not in (BLANK, GLUED) or before.text in '.:;?!"“'
        says = after is not None and after.shape == "lower" and after.first in self.lexicon.context("saying")
        if opens:
            return token.possessive or says
        return not (
            before is not None
            and before.shape == "lower"
            and before.last in ("the", "a", "an", "this", "each")
        )

    # Lists and lines

    def _lists(self) -> None:
        """A line that holds nothing but names between commas: the hands of a cipher office."""
        runs = self.runs
        start = 0
        while start < len(runs):
            end = start + 1
            while end < len(runs) and self.page.item(runs[end - 1].end) == runs[end].start:
                end += 1
            group = runs[start:end]
            if len(group) > 1 and self.page.alone(group[0].start, group[-1].end):
                likely = sum(self._looks_like_surname(run) for run in group)
                if 2 * likely > len(group) and not any(run.title for run in group):
                    for run in group:
                        run.rule = run.rule or "names/list"
            start = end

    def _looks_like_surname(self, run: Run) -> bool:
        last = run.words[-1]
        kind = self.kinds[last]
        return bool(run.rule) or (not kind & COMMON and (bool(kind & SURNAME) or self._has_ending(last)))

    def _has_ending(self, at: int) -> bool:
        text = self.key(at)
        return len(text) > 4 and text.endswith(self.lexicon.endings)

    # Surroundings

    def _weigh(self) -> bool:
        """Accept the unknown words whose surroundings add up; whether there were any."""
        taken = {run.start: run for run in self.runs if run.rule}
        ends = {run.end: run for run in self.runs if run.rule}
        groups: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            if not run.rule and self._may_be_person(run) and not is_other(self.page, run):
                groups[self.key(run.words[-1])].append(run)
        found = False
        for runs in groups.values():
            points: dict[str, int] = {}
            for run in runs:
                points.update(self._points(run))
                points.update(self._company(run, taken, ends))
            if len(runs) > 1:
                points["again"] = 1
            lengths = {len(run.words) for run in runs}
            if len(lengths) > 1:
                points["full form and surname"] = 2
            if sum(points.values()) >= ENOUGH:
                found = True
                for run in runs:
                    run.rule = "names/context"
                    self._establish(run)
        return found

    def _may_be_person(self, run: Run) -> bool:
        last = run.words[-1]
        text = self.tokens[last].text
        if self.tokens[last].shape == "upper" and (
            len(text) < 4 or not self.kinds[last] & SURNAME or not in_prose(self.page, run)
        ):
            return False  # a cryptonym or acronym more often than a name
        return (
            len(text) > 2
            and not self.kinds[last] & (COMMON & ~PLACE)
            and not (self.kinds[last] & PLACE and not self.kinds[last] & SURNAME)
        )

    def _points(self, run: Run) -> dict[str, int]:
        """What the words of a run, and those beside it, say for and against a person."""
        points: dict[str, int] = {}
        last = run.words[-1]
        kind = self.kinds[last]
        if kind & SURNAME:
            points["surname"] = 2
        elif kind & GIVEN:
            points["given"] = 1
        if self._has_ending(last) or self.tokens[last].text.startswith(("Mc", "Mac", "O'", "O’")):
            points["ending"] = 1
        if kind & PLACE:
            points["place"] = -2
        if self.tokens[run.end - 1].possessive:
            points["possessive"] = 1
        self._points_before(run, points)
        self._points_after(run, points)
        return points

    def _points_before(self, run: Run, points: dict[str, int]) -> None:
        if not run.start or self.tokens[run.start].gap not in (BLANK, GLUED, "\n"):
            return
        before = self.tokens[run.start - 1]
        if (
            before.shape in CAPITAL
            and self.tokens[run.start].gap == BLANK
            and not self.kinds[run.start - 1] & (NEVER | TITLE)
        ):
            points["longer name"] = -3  # New York
        if before.shape != "lower" and not self.kinds[run.start - 1] & NEVER:
            return
        last = before.last
        if before.text in PREFIXES and self.tokens[run.start].gap == GLUED:
            points["prefix"] = 1  # post-Stalin
            return
        if before.text in ("For", "From", "To") and self.kinds[run.words[-1]] & (SURNAME | GIVEN):
            points["addressed"] = 2  # "For Sheldon from War Trade Board"
            return
        words = before.text.lower().split()[-2:]
        if len(words) == 1 and run.start > 1 and before.gap == BLANK:
            words.insert(0, self.tokens[run.start - 2].text.lower())  # "Sent by"
        pair = "-".join(words)
        handled = self.lexicon.context("handled")
        if pair in handled:
            points["handled"] = 3
        elif last in handled:
            points["handled"] = 2
        elif last == "one":
            points["one"] = 2
        elif last in self.lexicon.context("toward"):
            points["toward"] = 1
        elif last in ("the", "a", "an", "this", "these", "any", "every", "each"):
            points["article"] = -3
        elif last in ("in", "at", "near", "into", "via", "on", "aboard", "called"):
            points["place word"] = -2

    def _points_after(self, run: Run, points: dict[str, int]) -> None:
        tokens = self.tokens
        if self._closes_text(run):
            points["signature"] = 2
        if run.end >= len(tokens):
            return
        after = tokens[run.end]
        following = tokens[run.end + 1] if run.end + 1 < len(tokens) else None
        if after.shape == "lower" and after.gap in (BLANK, "\n"):
            if after.first in self.lexicon.context("saying"):
                points["verb"] = 2
            elif after.text == "and" and following is not None and following.text == "I":
                points["and I"] = 2
        elif after.text == "," and following is not None and following.shape == "lower":
            if following.first in ("who", "whose", "whom"):
                points["who"] = 2
            elif following.first == "the" or following.first in ("a", "an"):
                holders = self.lexicon.context("holders")
                if any(word in holders for word in following.text.lower().split()[:6]):
                    points["apposition"] = 2
        elif after.text == "(" and following is not None and following.text == "sic":
            points["sic"] = 1
        elif after.shape in CAPITAL and after.gap == BLANK:
            if after.text.lower() in self.lexicon.context("attributes"):
                points["attribute"] = 2
                points.pop("article", None)
            else:
                points["longer name"] = -3

    def _closes_text(self, run: Run) -> bool:
        """Whether the run stands as a signature does: a line of its own after the end of a
        sentence, between empty lines."""
        tokens = self.tokens
        if not run.start or not self.page.alone(run.start, run.end) or tokens[run.start].gap != PARAGRAPH:
            return False
        if run.end < len(tokens) and tokens[run.end].gap != PARAGRAPH:
            return False
        before = tokens[run.start - 1]
        if before.shape == "number" and before.gap == GLUED and run.start > 1:
            before = tokens[run.start - 2]  # the number of a footnote
        return before.text in ".]"

    def _company(self, run: Run, starts: dict[int, Run], ends: dict[int, Run]) -> dict[str, int]:
        """Points for standing in one list, or in a gloss, with an accepted person."""
        points: dict[str, int] = {}
        before = [end for end in (run.start - 1, run.start - 2) if end in ends]
        if self.page.item(run.end) in starts or any(self.page.item(end) == run.start for end in before):
            points["with"] = 2
        # "Filippov [Stalin]", "Feng Xi (Stalin)": either name may be the known one.
        inside = self._opens(run.start - 1) and run.start - 1 in ends and self._closes_at(run.end)
        after = starts.get(run.end + 1) if self._opens(run.end) else None
        if inside or (after is not None and self._closes_at(after.end)):
            points["gloss"] = 4
        return points

    def _opens(self, at: int) -> bool:
        return 0 <= at < len(self.tokens) and self.tokens[at].text in "(["

    def _closes_at(self, at: int) -> bool:
        return at < len(self.tokens) and self.tokens[at].text in ")]"

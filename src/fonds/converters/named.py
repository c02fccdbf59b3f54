"""Names and terms as archival markup gives them: mentions, numbers of authority files, languages.

Used by EAD and EAC-CPF. A number that names an agent in a well-known authority file becomes its
IRI; another is kept as it stands where nobody else is likely to use it, else it stays with its file.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Final

from lxml import etree

from fonds.converters.xml_source import children, local, words_of
from fonds.converters.xml_stream import Part, value_of
from fonds.lexicon import load
from fonds.record import Evidence, Kind, Mention, NameParts, TextValue

_IRI: Final = re.compile(r"(?:https?|info|urn):[^\s<>\"{}|\\^`]+")
#: A number with letters and digits, long enough to be of one authority file alone.
_TELLING: Final = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9_.:/-]{7,}")
#: Longest id made of words, in characters.
_LONGEST: Final = 60
#: Names that markup gives to authority files; those of `fonds.agents.authority.LINKS` are known too.
_SOURCES: Final = {"naf": "lcnaf", "lcnaf": "lcnaf", "lcna": "lcnaf", "nad": "lcnaf", "pnd": "gnd"}
#: A subdivision of a heading: what follows says no longer whose name it is.
SUBDIVISION: Final = " -- "

#: Parts of a name by `@localtype`, in words and as subfields of MARC.
_FAMILY: Final = frozenset({"surname", "family", "familyname", "lastname", "nom", "nachname"})
_GIVEN: Final = frozenset({"forename", "given", "givenname", "firstname", "prenom", "prénom", "vorname"})


def joined(element: etree._Element, joint: str) -> str:
    """The words of a name: those of its `part` elements with `joint` between them, else its text."""
    parts = [words for part in children(element, "part") if (words := words_of(part))]
    return joint.join(part.rstrip(" ,") if joint == ", " else part for part in parts) or words_of(element)


def mention(
    part: Part,
    element: etree._Element,
    kind: Kind,
    rule: str,
    *,
    zone: str,
    joint: str = ", ",
    ref: str | None,
) -> Mention | None:
    """The agent or place that an element names; None if it holds no words."""
    evidence = part.evidence(element, rule, zone=zone)
    if evidence is None:
        return None
    name = joined(element, joint).partition(SUBDIVISION)[0].strip()
    at = evidence.quote.find(name)
    start, end = (evidence.start + at, evidence.start + at + len(name)) if at >= 0 else evidence.span
    return Mention(
        id=f"{kind}-{blake2b(part.path(element).encode(), digest_size=6).hexdigest()}-{start}-{end}",
        kind=kind,
        name=name,
        name_start=start,
        name_end=end,
        evidence=evidence,
        parts=_parts(element) if kind == "person" else None,
        ref=ref,
    )


def short_id(words: str) -> str:
    """Words as a short id that is safe as a file name; of what it leaves out a hash stays."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.casefold()).strip("-")
    if plain and len(plain) <= _LONGEST and words.isascii():
        return plain
    return f"{plain[:_LONGEST].strip('-')}-{short_hash(words)}".strip("-")


def short_hash(words: str) -> str:
    """A hash of words, in 8 hexadecimal digits."""
    return blake2b(words.encode(), digest_size=4).hexdigest()


def _parts(element: etree._Element) -> NameParts | None:
    """Family and given name, where the markup tells them apart."""
    found: dict[str, str] = {}
    for part in children(element, "part"):
        kind = re.sub(
            r"[^\w]", "", (value_of(part, "localtype", "localType") or "").rpartition("#")[2]
        ).casefold()
        if kind in _FAMILY:
            found.setdefault("family", words_of(part))
        elif kind in _GIVEN:
            found.setdefault("given", words_of(part))
    return NameParts(given=found.get("given"), family=found["family"]) if found.get("family") else None


def reference(number: str | None, source: str | None, scope: str) -> str | None:
    """What a number in an authority file is called: an IRI, or a key that means one thing only.

    `source` is the authority file as the markup names it, `scope` the id of the file at hand.
    """
    from fonds.agents.authority import LINKS

    if not number:
        return None
    if _IRI.fullmatch(number):
        return number
    known = (source or "").strip().casefold()
    known = _SOURCES.get(known, known)
    plain = number.removeprefix(f"({known})").strip()
    if known in LINKS and re.fullmatch(r"[\w-]+", plain):
        return LINKS[known].format(plain)
    if _TELLING.fullmatch(number):
        return number
    return f"{known or scope}/{number}"


@lru_cache(maxsize=512)
def tag_of(code: str, script: str | None = None) -> str | None:
    """The BCP 47 tag of a language code of ISO 639 (either form, or BCP 47 already); None if it is none."""
    import langcodes

    try:
        tag = langcodes.Language.get(f"{code}-{script}" if script else code, normalize=True)
        if not tag.is_valid():
            tag = langcodes.Language.get(code, normalize=True)
        none = tag.language in (None, "und", "zxx", "mul", "mis")
        # Russian is written in Cyrillic: a script that goes without saying is left out
        return tag.simplify_script().to_tag() if tag.is_valid() and not none else None
    except (LookupError, ValueError):
        return None


def language(part: Part, element: etree._Element, code: tuple[str, ...], rule: str) -> TextValue | None:
    """The language that an element names by code or in words; None if it names none."""
    stated = value_of(element, *code)
    script = value_of(element, "scriptcode", "scriptCode")
    words = words_of(element)
    tag = tag_of(stated, script) if stated else _named(words)
    evidence: Evidence | None = part.evidence(element, rule)
    if evidence is None:
        for name in code:
            evidence = evidence or part.attribute(element, name, rule)
    if evidence is None or not (words or stated):
        return None
    return TextValue(value=words or tag or str(stated), evidence=evidence, language=tag)


@lru_cache(maxsize=512)
def _named(words: str) -> str | None:
    import langcodes

    name = words.strip(" .,;")
    if not name or len(name.split()) > 2:
        return None
    try:
        return langcodes.find(name).to_tag()
    except LookupError:
        return None


@lru_cache(maxsize=1024)
def role_of(words: str, lexicon: str | None = None) -> str | None:
    """The role that a relator says, by its code or its words; None if the table has it not.

    The code may stand alone (`aut`), at the end of an IRI, or in brackets: `Author (aut)`.
    """
    plain = words.strip().rstrip(":").casefold()
    code = re.search(r"\(([a-z]{3})\)$|[/#]([a-z]{3})$", plain)
    forms = [plain, *(group for group in (code.groups() if code else ()) if group)]
    forms.append(re.sub(r"\s*\([^()]*\)$", "", plain))
    for role, known in load("relators", lexicon)["roles"].items():
        if any(form in known for form in forms):
            return str(role)
    return None


def name_of(element: etree._Element, joints: dict[str, str]) -> str:
    """The words of a name element of any kind."""
    return joined(element, joints.get(local(element), " "))

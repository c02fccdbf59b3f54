"""Authority records in EAC-CPF as an authority file: what each says of its agent, as an entry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.agents.authority import Entry, Office
from fonds.converters import Options
from fonds.converters.eac import convert
from fonds.errors import ConfigError, FondsError
from fonds.record import DateStatement, Record
from fonds.source import Source

if TYPE_CHECKING:
    from fonds.description import AgentDescription


def entries(data: bytes, path: str, languages: tuple[str, ...]) -> Iterator[Entry]:
    """The entry of each agent that an authority record describes.

    `languages` (BCP 47) says which form of its name is the label, where several are authorized.
    Raises `ConfigError` if the file is no authority record or cannot be read.
    """
    try:
        records = tuple(convert(Source(data, Path(path).name), Options()))
    except FondsError as error:
        raise ConfigError(error.message, place=path, remedy=error.remedy) from error
    for record in records:
        if record.agent is not None:
            yield _entry(record, record.agent, languages)


def _entry(record: Record, told: AgentDescription, languages: tuple[str, ...]) -> Entry:
    ref = told.main.ref or record.id
    authorized = [form for form in told.forms if form.form == "authorized"]
    preferred = [form for language in languages for form in authorized if form.language == language]
    main = preferred[0].mention if preferred else told.main
    person = told.main.kind == "person"
    relations = (one.other.ref for one in told.relations if one.type == "identity")
    stated = (*(number.value for number in (*record.identifiers, *told.identifiers)), *relations)
    links = (one for one in stated if one and one.startswith(("http://", "https://")) and one != ref)
    return Entry(
        iri=ref,
        label=main.name,
        kind=told.main.kind,
        names=tuple(dict.fromkeys(form.mention.name for form in told.forms)),
        family=main.parts.family if main.parts else None,
        given=main.parts.given if main.parts else None,
        birth=_end(told.ends, "beginning") if person else None,
        death=_end(told.ends, "end") if person else None,
        offices=tuple(_office(fact.value, fact.date) for fact in told.facts if fact.kind == "occupation"),
        links=tuple(dict.fromkeys(links)),
        place=f"record {record.id}",
        ref=ref,
    )


def _end(ends: tuple[DateStatement, ...], role: str) -> str | None:
    """The first beginning or end, if it is a date and not a choice between dates."""
    found = next((one.edtf for one in ends if one.role == role and one.edtf), None)
    return found if found and found[:4].isdigit() and "/" not in found else None


def _office(title: str, when: DateStatement | None) -> Office:
    start, _, end = (when.edtf or "").partition("/") if when else ("", "", "")
    return Office(title=title, start=start.strip(".") or None, end=end.strip(".") or None)

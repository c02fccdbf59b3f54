"""XML that is broken, hostile or not what it claims to be: a message, an exit code, and the rest goes on."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from fonds.cli import main
from fonds.converters import stream
from fonds.errors import SourceError
from fonds.source import Source

UNIT: Final = "<did><unittitle>Letters of Bernard</unittitle></did>"
AID: Final = f'<eadheader><eadid>{{}}</eadid></eadheader><archdesc level="fonds">{UNIT}</archdesc>'
EAC: Final = (
    '<eac-cpf xmlns="urn:isbn:1-931666-33-4"><control><recordId>{}</recordId></control><cpfDescription><identity>'
    "<entityType>person</entityType><nameEntry><part>Bernard</part></nameEntry></identity></cpfDescription></eac-cpf>"
)
DTD: Final = '<!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd//EN" "http://127.0.0.1:9/ead.dtd" {}>'

#: Files that are refused: what is in them, what is said, and why they exist.
REFUSED: Final = {
    "entity.xml": (
        f'<!DOCTYPE ead [<!ENTITY a "b">]><ead>{AID}</ead>',
        ["entity.xml, line 1", "the entity 'a' is declared", "replace the entity by its characters"],
        "an entity that is declared, used or not",
    ),
    "file-entity.xml": (
        f'<!DOCTYPE ead [<!ENTITY f SYSTEM "file:///etc/hostname">]><ead>{AID}</ead>',
        ["entity 'f'"],
        "an entity that would load a file",
    ),
    "parameter.xml": (
        DTD.format('[<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]') + f"<ead>{AID}</ead>",
        ["parameter entity 'p'"],
        "an entity that would load declarations",
    ),
    "laughs.xml": (
        '<!DOCTYPE ead [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><ead>&b;</ead>',
        ["entity 'a'"],
        "entities that grow without bound",
    ),
    "undeclared.xml": (
        DTD.format("") + f"<ead>{AID.replace('Letters', 'Caf&eacute;s')}</ead>",
        ["line 1", "eacute", "DTDs are not loaded"],
        "an entity of a DTD that is not loaded would be lost in silence",
    ),
    "authority-entity.xml": (
        '<!DOCTYPE eac-cpf [<!ENTITY a "b">]>' + EAC,
        ["entity 'a'"],
        "authority records as well",
    ),
    "broken.xml": (
        f"<ead>\n{AID}\n<odd>\n</ead>",
        ["broken.xml, line 4, column 7", "not well-formed XML", "mend the file there"],
        "says where",
    ),
    "cut.xml": (f"<ead>{AID}"[:-20], ["cut.xml, line 1, column", "not well-formed XML"], "half a download"),
    "authority-cut.xml": (EAC[:-5], ["line 1, column", "not well-formed XML"], "half an authority record"),
    "declared-tei.xml": (
        f'<ead xmlns="http://www.tei-c.org/ns/1.0">{AID}</ead>',
        ["in the namespace 'http://www.tei-c.org/ns/1.0'", "declare the namespace"],
        "a finding aid that says it is TEI",
    ),
    "wrong-root.xml": (
        f'<archdesc xmlns="urn:isbn:1-931666-22-9">{UNIT}</archdesc>',
        ["the root element is archdesc", "put an ead element around it"],
        "a part of a finding aid",
    ),
    "authority-root.xml": (
        '<cpfDescription xmlns="urn:isbn:1-931666-33-4"/>',
        ["the root element is cpfDescription", "eac-cpf"],
        "a part of an authority record",
    ),
    "deep.xml": (
        f"<ead><eadheader/><archdesc>{UNIT}<dsc>{'<c>' * 1000}{'</c>' * 1000}</dsc></archdesc></ead>",
        ["deep.xml, line 1", "nested more than 256 deep", "leave the file out"],
        "units within units within units",
    ),
    "authority-deep.xml": (
        EAC.replace("<identity>", f"{'<p>' * 1000}{'</p>' * 1000}<identity>"),
        ["nested more than 256 deep"],
        "an authority record like that",
    ),
}
#: Files that look like it and are read.
READ: Final = {
    "external.xml": (DTD.format("") + f"<ead>{AID}</ead>", "an address that is never asked"),
    "internal.xml": (
        DTD.format("[<!ELEMENT ead ANY><!ATTLIST archdesc level CDATA #IMPLIED>]") + f"<ead>{AID}</ead>",
        "declarations that are no entities",
    ),
    "utf-16.xml": (f'<?xml version="1.0" encoding="UTF-16"?><ead>{AID}</ead>', "another encoding"),
    "nested.xml": (
        f"<ead>{AID.replace('</did>', '</did><dsc>' + '<c>' * 100 + UNIT + '</c>' * 100 + '</dsc>', 1)}</ead>",
        "deep, and still a finding aid",
    ),
    "authority.xml": (EAC, "an authority record"),
}


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    content = content.replace("{}", path.stem)
    path.write_bytes(content.encode("utf-16" if "UTF-16" in content else "utf-8"))
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_says_where_what_and_how_to_mend_it(name: str, tmp_path: Path) -> None:
    content, words, why = REFUSED[name]
    told = CliRunner().invoke(main, ["convert", str(written(tmp_path, name, content))])
    assert told.exit_code == 2, why
    assert told.stderr.startswith(f"fonds: {name}")
    assert "Traceback" not in told.stderr
    for word in words:
        assert word in told.stderr, why


@pytest.mark.parametrize("name", READ)
def test_what_is_harmless_is_read(name: str, tmp_path: Path) -> None:
    content, why = READ[name]
    told = CliRunner().invoke(main, ["convert", str(written(tmp_path, name, content))])
    assert told.exit_code == 0, (why, told.stderr)
    assert "Bernard" in told.stdout


def test_a_build_names_what_it_leaves_out_and_goes_on(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "fonds.toml").write_text('base = "https://example.org/"\n', "utf-8")
    for name, (content, *_) in (REFUSED | READ).items():
        written(tmp_path / "documents", name, content)
    told = CliRunner().invoke(main, ["build", str(tmp_path), "-o", str(tmp_path / "dump")])
    assert told.exit_code == 1
    made = {path.name for path in (tmp_path / "dump" / "documents").iterdir()}
    with (tmp_path / "dump" / "findings.csv").open(encoding="utf-8", newline="") as file:
        findings = {row["document"]: " ".join(row.values()) for row in csv.DictReader(file)}
    for name, (_, words, why) in REFUSED.items():
        stem = Path(name).stem
        assert f"left out    {name}" in told.output
        assert all(word in findings[name] for word in words), why
        assert not any(one.partition(".")[0] in (stem, f"{stem}-archdesc") for one in made)
    for name in READ:
        assert f"{Path(name).stem}.ttl" in made


def test_records_before_a_fault_can_be_had_and_the_fault_is_told() -> None:
    """A long file is read as it is asked for: what is broken at its end is found at its end."""
    units = f"<c>{UNIT}</c>" * 2_000
    content = f"<ead>{AID.replace('</did>', '</did><dsc>' + units + '</dsc>', 1)}</oops>"
    found = stream(Source.of(content, "long.xml"))
    assert [next(found).genre for _ in range(3)] == ["finding-aid", "archival-unit", "archival-unit"]
    with pytest.raises(SourceError, match="not well-formed"):
        list(found)

"""One small collection in all formats: what Kennan, Allison, Vernadsky and Schiller left in various archives."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from eac_samples import EAC1
from ead_samples import EAD2002
from tei_samples import LETTER, VOLUME

from tests.test_docx import make as docx
from tests.test_docx import p
from tests.test_pdf import FIRST, SECOND
from tests.test_pdf import make as pdf

_EAC: Final = """<?xml version="1.0" encoding="UTF-8"?>
<eac-cpf xmlns="urn:isbn:1-931666-33-4" xmlns:xlink="http://www.w3.org/1999/xlink">
  <control><recordId>{id}</recordId><maintenanceStatus>new</maintenanceStatus></control>
  <cpfDescription>
    <identity><entityType>person</entityType>
      <nameEntry><part localType="surname">Kennan</part><part localType="forename">{given}</part>
        <authorizedForm>AACR2</authorizedForm></nameEntry></identity>
    <description>
      <existDates><dateRange><fromDate standardDate="{born}">{born}</fromDate>
        <toDate standardDate="{died}">{died}</toDate></dateRange></existDates>
      <occupations><occupation><term>{work}</term></occupation></occupations>
    </description>
  </cpfDescription>
</eac-cpf>
"""

#: The diplomat, and the explorer of Siberia: a namesake of whom no document of 1946 can speak.
DIPLOMAT: Final = _EAC.format(
    id="n79-54945", given="George F.", born="1904-02-16", died="2005-03-17", work="diplomat"
)
EXPLORER: Final = _EAC.format(
    id="n50-30405", given="George", born="1845-02-16", died="1924-05-10", work="explorer"
)

CABLE: Final = """TELEGRAM

Moscow, March 20, 1946

FROM: George F. Kennan, Moscow
TO: Secretary of State, Washington

SUBJECT: Soviet press on the Far East

The Soviet press has published nothing on this matter since the beginning of the month. A longer report
goes by air pouch. Vladimir Vernadsky is not mentioned.

KENNAN
"""

ALLISON: Final = """March 30, 1954

Dear Mr. Dulles:

The Foreign Minister told me this morning that the Government would consider the proposals at once.

Sincerely yours,

John M. Allison
"""

CATALOGUE: Final = (
    "file,title,doc_date,from\n"
    'allison.txt,Letter on the proposals of the Government,1954-04-01,"Allison, John M."\n'
)

CONFIG: Final = """base = "https://example.org/mixed/"
title = "What several archives hold"
period = [1794, 1960]

[authority]
file = "people.xml"

[metadata]
file = "catalogue.csv"
key = "file"

[metadata.fields]
title = "title"
doc_date = "dated"
from = "author"
"""


def collection(folder: Path) -> Path:
    """A folder with fonds.toml and eleven documents, of each format at least one."""
    documents = folder / "documents"
    documents.mkdir(parents=True)
    page = Path(__file__).with_name("pages") / "reading-room.html"
    lines = ("March 30, 1954", "Dear Mr. Dulles:", "The note will be answered.", "Sincerely yours,")
    files: dict[str, str | bytes] = {
        "cable.txt": CABLE,
        "allison.txt": ALLISON,
        "volume.xml": VOLUME,
        "schiller.xml": LETTER,
        "aid.xml": EAD2002,
        "vernadsky.xml": EAC1,
        "kennan.xml": DIPLOMAT,
        "explorer.xml": EXPLORER,
        "page.html": page.read_bytes(),
        "letter.pdf": pdf(FIRST, SECOND),
        "letter.docx": docx("<w:p/>".join(map(p, (*lines, "John M. Allison")))),
    }
    for name, content in files.items():
        data = content.encode("utf-8") if isinstance(content, str) else content
        (documents / name).write_bytes(data)
    (folder / "people.xml").write_text(DIPLOMAT, "utf-8")
    (folder / "catalogue.csv").write_text(CATALOGUE, "utf-8")
    (folder / "fonds.toml").write_text(CONFIG, "utf-8")
    return folder

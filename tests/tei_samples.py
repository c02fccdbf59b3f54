"""Small TEI files with persons of history, and the tools to look into them."""

from __future__ import annotations

from lxml import etree

from fonds.converters import Options, tei
from fonds.record import Evidence, Record
from fonds.source import Source

NS = 'xmlns="http://www.tei-c.org/ns/1.0"'

#: Schiller's invitation to Goethe, as an edition would give it: header, list of persons, text.
LETTER = f"""<?xml version="1.0" encoding="UTF-8"?>
<TEI {NS} xml:id="schiller-1794-06-13">
  <teiHeader>
    <fileDesc>
      <titleStmt>
        <title type="main">Friedrich Schiller an Johann Wolfgang von Goethe</title>
        <title type="sub">13. Juni 1794</title>
        <author><persName ref="https://d-nb.info/gnd/118607626">Friedrich Schiller</persName></author>
        <editor><persName>Lieselotte Blumenthal</persName></editor>
        <respStmt><resp>translated by</resp><persName>Thomas Carlyle</persName></respStmt>
        <respStmt><resp>encoded by</resp><name>the text centre</name></respStmt>
      </titleStmt>
      <publicationStmt>
        <publisher>Archive of the edition</publisher>
        <date when="1959">1959</date>
        <idno type="edition">27, 1</idno>
        <idno type="isbn"/>
        <availability><licence target="https://creativecommons.org/licenses/by/4.0/">Free to use if the edition is named.</licence></availability>
      </publicationStmt>
      <sourceDesc>
        <msDesc><msIdentifier>
          <settlement>Weimar</settlement>
          <repository>Goethe- und Schiller-Archiv</repository>
          <collection>83</collection>
          <idno>GSA 28/1050</idno>
        </msIdentifier></msDesc>
      </sourceDesc>
    </fileDesc>
    <profileDesc>
      <abstract><p>Schiller asks Goethe to write for Die Horen.</p></abstract>
      <langUsage><language ident="de">Deutsch</language></langUsage>
      <textClass><keywords><term>Die Horen</term><term/></keywords></textClass>
      <correspDesc>
        <correspAction type="sent">
          <persName ref="#schiller">Friedrich Schiller</persName>
          <placeName ref="https://sws.geonames.org/2895044/">Jena</placeName>
          <date when="1794-06-13"/>
        </correspAction>
        <correspAction type="received">
          <persName ref="#goethe"/>
          <placeName>Weimar</placeName>
          <date notBefore="1794-06-14" notAfter="1794-06-16" cert="medium">mid-June 1794</date>
        </correspAction>
        <correspContext><ref type="next">Goethe's answer of 24 June 1794</ref></correspContext>
      </correspDesc>
      <particDesc><listPerson>
        <person xml:id="schiller"><persName><forename>Friedrich</forename> <surname>Schiller</surname></persName>
          <birth when="1759-11-10">10 November 1759 in <placeName>Marbach</placeName></birth>
          <death when="1805-05-09">9 May 1805 in <placeName>Weimar</placeName></death></person>
        <person xml:id="goethe"><persName ref="https://d-nb.info/gnd/118540238"><forename>Johann Wolfgang</forename>
          <nameLink>von</nameLink> <surname>Goethe</surname></persName>
          <birth when="1749-08-28"/><death when="1832-03-22"/></person>
      </listPerson></particDesc>
    </profileDesc>
  </teiHeader>
  <text xml:lang="de"><body>
    <opener><dateline><placeName>Jena</placeName>, <date when="1794-06-13">13. Juni 1794</date></dateline>
      <salute>Hochwohlgebohrner Herr, Hochzuverehrender Herr Geheimer Rath</salute></opener>
    <p>Beiliegendes Blatt enthält den Wunsch einer, Sie unbegrenzt hochschätzenden, Gesellschaft,
      die Zeitschrift, von der die Rede ist, mit Ihren Beiträgen zu beehren. Die Herren
      <persName>Fichte</persName>, <persName ref="#humboldt">von Humboldt</persName> und
      <persName>Woltmann</persName> haben sich mit mir in <placeName>Jena</placeName> vereinigt.<note>Johann
      Gottlieb Fichte.</note></p>
    <closer><signed><persName ref="#schiller">F. Schiller</persName>.</signed></closer>
  </body></text>
</TEI>
"""

#: A volume in the manner of Foreign Relations of the United States: a list of persons, two documents.
VOLUME = f"""<?xml version="1.0" encoding="UTF-8"?>
<TEI {NS} xmlns:frus="http://history.state.gov/frus/ns/1.0" xml:id="frus1946v06">
<teiHeader><fileDesc><titleStmt>
  <title type="complete">Foreign Relations of the United States, 1946, Volume VI</title>
  <title type="series">Foreign Relations of the United States</title>
  <editor role="primary"/>
</titleStmt><publicationStmt><publisher>United States Government Printing Office</publisher><date>1969</date>
<idno type="frus">frus1946v06</idno></publicationStmt></fileDesc></teiHeader>
<text><front><div type="section" xml:id="persons"><head>Persons</head><list>
  <item><hi rend="strong"><persName xml:id="p_KGF1">Kennan, George F.</persName></hi>, Chargé in the Soviet Union</item>
  <item><persName xml:id="p_BJF1">Byrnes, James F.</persName>, Secretary of State</item>
</list></div></front><body><div type="compilation"><head>The Soviet Union</head>
<div type="document" xml:id="d475" n="475">
  <note rend="inline" type="source">861.00/2–2246: Telegram</note>
  <head><hi rend="italic">The Chargé in the Soviet Union</hi> (<persName type="from" corresp="#p_KGF1">Kennan</persName>)
    <hi rend="italic">to the <gloss type="to">Secretary of State</gloss></hi><note n="1" xml:id="d475fn1">Sent in five parts.</note></head>
  <p rend="flushleft">SECRET</p>
  <dateline><placeName><hi rend="smallcaps">Moscow</hi></placeName>, <date when="1946-02-22T21:00:00">February 22, 1946—9 p.m.</date><lb/>[Received February 22—3:52 p.m.]</dateline>
  <p>511. Answer to Dept's 284, Feb 3. <persName corresp="#p_SJV1">Stalin</persName> spoke of two camps.</p>
  <closer><signed><hi rend="smallcaps">Kennan</hi></signed></closer>
  <frus:attachment><note rend="inline" type="source">[Enclosure—Translation]</note>
    <head><hi rend="italic">Mr. <persName type="from">Molotov</persName> to Mr. <persName type="to">Kennan</persName></hi></head>
    <dateline><date when="1946-02-20">February 20, 1946</date></dateline>
    <p>The text of the enclosure.</p>
    <closer><signed>V. Molotov</signed></closer></frus:attachment>
</div>
<div type="document" xml:id="d476" n="476" frus:doc-dateTime-min="1946-03-01T00:00:00-05:00" frus:doc-dateTime-max="1946-03-05T23:59:59-05:00">
  <head>Memorandum by the Secretary of State</head>
  <p>No dated line stands in this document.</p>
</div>
</div></body></text></TEI>
"""


def records(xml: str | bytes, name: str = "sample.xml") -> list[Record]:
    data = xml.encode("utf-8") if isinstance(xml, str) else xml
    return list(tei.convert(Source(data, name), Options()))


def letter(body: str = "", profile: str = "", file: str = "") -> Record:
    """The record of a letter of which only some parts matter."""
    xml = f"""<TEI {NS} xml:id="letter"><teiHeader><fileDesc>{file}</fileDesc>
<profileDesc>{profile}</profileDesc></teiHeader><text><body>{body}</body></text></TEI>"""
    return records(xml)[0]


def every_evidence(value: object) -> list[Evidence]:
    """All evidence in a record, wherever it is."""
    from dataclasses import fields, is_dataclass

    if isinstance(value, Evidence):
        return [value, *(found for premise in value.premises for found in every_evidence(premise))]
    if isinstance(value, tuple):
        return [found for item in value for found in every_evidence(item)]
    if is_dataclass(value):
        return [found for field in fields(value) for found in every_evidence(getattr(value, field.name))]
    return []


def quoted(xml: str, evidence: Evidence) -> str:
    """The words that evidence points to, found with nothing but its XPath and offsets."""
    tree = etree.fromstring(xml.encode("utf-8"))
    found = tree.xpath(evidence.path)
    assert len(found) == 1, evidence.path
    node = found[0]
    content = node if isinstance(node, str) else node.xpath("string()")
    return str(content)[evidence.start : evidence.end]

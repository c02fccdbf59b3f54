"""Small finding aids, made by hand: one in EAD 2002, and the same description in EAD3."""

from __future__ import annotations

from fonds.source import Source

EAD2002 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ead SYSTEM "ead.dtd">
<ead>
  <eadheader langencoding="iso639-2b">
    <eadid mainagencycode="RU-ARAN" countrycode="ru">ARAN 518</eadid>
    <filedesc>
      <titlestmt><titleproper>Papers of V. I. Vernadsky: a finding aid</titleproper>
        <author>Archive of the Academy of Sciences</author></titlestmt>
      <publicationstmt><publisher>Academy of Sciences</publisher><date normal="1980">1980</date></publicationstmt>
    </filedesc>
    <profiledesc><langusage>Written in <language langcode="eng">English</language>.</langusage></profiledesc>
  </eadheader>
  <archdesc level="fonds">
    <did>
      <unitid type="shelfmark">fond 518</unitid>
      <unittitle>Papers of Vladimir Vernadsky</unittitle>
      <unitdate type="inclusive" normal="1880-01-01/1945-12-31">1880-1945</unitdate>
      <unitdate type="bulk" normal="1900/1940">mostly 1900-1940</unitdate>
      <origination label="Creator"><persname source="viaf" authfilenumber="71398958" role="cre">Vernadsky, Vladimir Ivanovich, 1863-1945</persname></origination>
      <repository><corpname>Archive of the Russian Academy of Sciences</corpname>
        <address><addressline>Moscow</addressline></address></repository>
      <physdesc><extent>2,150 files</extent><dimensions>40 linear metres</dimensions></physdesc>
      <langmaterial>In <language langcode="rus" scriptcode="Cyrl">Russian</language> and <language langcode="fre">French</language>.</langmaterial>
      <container type="box">1-40</container>
      <abstract>Scientific papers and letters.</abstract>
    </did>
    <bioghist><head>Life</head><p>Mineralogist and geochemist.</p></bioghist>
    <scopecontent><head>Contents</head><p>Manuscripts, diaries.</p><p>Letters of <persname>Fersman, Alexander</persname>.</p></scopecontent>
    <arrangement><p>Two series.</p></arrangement>
    <custodhist><p>Kept by the family until 1945.</p><acqinfo><p>Given to the Academy in 1946.</p></acqinfo></custodhist>
    <appraisal><p>Nothing was destroyed.</p></appraisal>
    <processinfo><p>Described in 1962.</p></processinfo>
    <accessrestrict><head>Access</head><p>Open.</p></accessrestrict>
    <userestrict><p>Copies by permission.</p></userestrict>
    <phystech><p>Fragile.</p></phystech>
    <odd audience="internal"><p>Shelf to be moved.</p></odd>
    <dsc>
      <c id="s1" level="series">
        <did><unitid>opis 1</unitid><unittitle>Manuscripts</unittitle><unitdate>circa 1890</unitdate></did>
        <c level="file">
          <did><unitid>delo 1</unitid><unittitle>Diary, <unitdate normal="1917">1917</unitdate></unittitle>
            <dao href="https://example.org/diary-1917" title="Scans"/></did>
          <c level="item"><did><unittitle>Letter to the Academy</unittitle><unitdate normal="1917-11-08" >8 November 1917</unitdate></did>
            <controlaccess><genreform>letters</genreform></controlaccess>
            <c level="item"><did><unittitle>Enclosure</unittitle></did></c></c>
        </c>
        <c level="file"><did><unitid>delo 1</unitid><unittitle>Diary, 1917</unittitle></did></c>
        <c audience="internal" level="file"><did><unittitle>Closed file</unittitle></did></c>
      </c>
      <c level="otherlevel" otherlevel="packet"><did><unittitle>Photographs</unittitle></did></c>
      <c><did><unitdate>dates not examined</unitdate></did></c>
    </dsc>
    <controlaccess>
      <head>Terms</head>
      <subject source="lcsh">Geochemistry</subject>
      <persname role="aut">Fersman, Alexander</persname>
      <persname role="Correspondent (crp)">Karpinsky, Alexander</persname>
      <persname>Einstein, Albert</persname>
      <geogname>Crimea -- History</geogname>
      <genreform>diaries</genreform>
      <function>research</function>
      <occupation>mineralogists</occupation>
    </controlaccess>
  </archdesc>
</ead>
"""

NAMESPACED = EAD2002.replace('<!DOCTYPE ead SYSTEM "ead.dtd">\n', "").replace(
    "<ead>", '<ead xmlns="urn:isbn:1-931666-22-9">'
)

#: The same with the components numbered by their depth.
NUMBERED = """<ead><eadheader><eadid>N</eadid></eadheader><archdesc level="fonds"><did><unittitle>F</unittitle></did>
<dsc><c01 level="series"><did><unittitle>A</unittitle></did><c02 level="file"><did><unittitle>B</unittitle></did>
<c03><did><unittitle>C</unittitle></did></c03></c02></c01><c01><did><unittitle>D</unittitle></did></c01></dsc>
</archdesc></ead>"""

EAD3 = """<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="http://ead3.archivists.org/schema/">
  <control>
    <recordid>ARAN 518</recordid>
    <filedesc><titlestmt><titleproper>Papers of V. I. Vernadsky: a finding aid</titleproper></titlestmt></filedesc>
    <maintenancestatus value="new"/>
    <maintenanceagency><agencyname>Academy of Sciences</agencyname></maintenanceagency>
    <languagedeclaration><language langcode="eng"/><script scriptcode="Latn"/></languagedeclaration>
    <maintenancehistory><maintenanceevent><eventtype value="created"/><eventdatetime>1980</eventdatetime>
      <agenttype value="human"/><agent>the archive</agent></maintenanceevent></maintenancehistory>
  </control>
  <archdesc level="fonds">
    <did>
      <unitid localtype="shelfmark">fond 518</unitid>
      <unittitle>Papers of Vladimir Vernadsky</unittitle>
      <unitdatestructured unitdatetype="inclusive"><daterange><fromdate standarddate="1880">1880</fromdate><todate standarddate="1945">1945</todate></daterange></unitdatestructured>
      <unitdatestructured unitdatetype="bulk"><dateset><daterange><fromdate>1900</fromdate><todate>1910</todate></daterange><datesingle standarddate="1940">1940</datesingle></dateset></unitdatestructured>
      <origination><persname source="viaf" identifier="71398958" relator="cre"><part localtype="surname">Vernadsky</part><part localtype="forename">Vladimir Ivanovich</part></persname></origination>
      <repository><corpname><part>Archive of the Russian Academy of Sciences</part></corpname></repository>
      <physdescstructured physdescstructuredtype="materialtype" coverage="whole"><quantity>2,150</quantity><unittype>files</unittype></physdescstructured>
      <langmaterial><language langcode="rus">Russian</language></langmaterial>
      <container localtype="box">1-40</container>
      <daoset><dao daotype="derived" href="https://example.org/scans"><descriptivenote><p>Scans</p></descriptivenote></dao></daoset>
    </did>
    <controlaccess><subject source="lcsh"><part>Geochemistry</part><part>Russia</part></subject></controlaccess>
    <dsc><c><did><unittitle>Diary</unittitle></did></c></dsc>
  </archdesc>
</ead>
"""


def source(content: str, name: str = "aid.xml") -> Source:
    return Source.of(content, name)

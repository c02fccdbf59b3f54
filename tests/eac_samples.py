"""Small authority records, made by hand: the same agent in EAC-CPF 1.0 and 2.0."""

from __future__ import annotations

EAC1 = """<?xml version="1.0" encoding="UTF-8"?>
<eac-cpf xmlns="urn:isbn:1-931666-33-4" xmlns:xlink="http://www.w3.org/1999/xlink">
  <control>
    <recordId>ARAN_NP_0518</recordId>
    <otherRecordId localType="viaf">https://viaf.org/viaf/71398958</otherRecordId>
    <maintenanceStatus>revised</maintenanceStatus>
    <maintenanceAgency><agencyName>Archive of the Academy of Sciences</agencyName></maintenanceAgency>
    <languageDeclaration><language languageCode="eng">English</language><script scriptCode="Latn">Latin</script></languageDeclaration>
    <maintenanceHistory><maintenanceEvent><eventType>created</eventType><eventDateTime>2001</eventDateTime>
      <agentType>human</agentType><agent>the archive</agent></maintenanceEvent></maintenanceHistory>
    <sources><source><sourceEntry>Great Soviet Encyclopedia</sourceEntry></source></sources>
  </control>
  <cpfDescription>
    <identity>
      <entityId localType="isni">0000000121440001</entityId>
      <entityType>person</entityType>
      <nameEntry xml:lang="eng" scriptCode="Latn"><part localType="surname">Vernadsky</part><part localType="forename">Vladimir</part><authorizedForm>AACR2</authorizedForm></nameEntry>
      <nameEntry xml:lang="rus"><part>Вернадский, Владимир Иванович</part><alternativeForm>AACR2</alternativeForm>
        <useDates><dateRange><fromDate standardDate="1863">1863</fromDate><toDate standardDate="1945">1945</toDate></dateRange></useDates></nameEntry>
    </identity>
    <description>
      <existDates><dateRange><fromDate standardDate="1863-03-12">12 March 1863</fromDate><toDate standardDate="1945-01-06">6 January 1945</toDate></dateRange></existDates>
      <place><placeRole>birth</placeRole><placeEntry>Saint Petersburg</placeEntry></place>
      <occupations><occupation><term>mineralogist</term><dateRange><fromDate standardDate="1885">1885</fromDate><toDate standardDate="1945">1945</toDate></dateRange></occupation></occupations>
      <functions><function><term vocabularySource="f1">teaching</term><date standardDate="1898">1898</date><descriptiveNote><p>In Moscow.</p></descriptiveNote></function></functions>
      <mandates><mandate><term>Statutes of the Academy</term></mandate></mandates>
      <legalStatus><term>academician</term></legalStatus>
      <generalContext><p>An age of revolutions.</p></generalContext>
      <structureOrGenealogy><p>Son of an economist.</p></structureOrGenealogy>
      <biogHist><p>He founded geochemistry.</p><p>He kept a diary.</p></biogHist>
    </description>
    <relations>
      <cpfRelation cpfRelationType="family" xlink:href="ARAN_NP_0519" xlink:role="https://example.org/term#Person"><relationEntry>Vernadsky, George</relationEntry><descriptiveNote><p>son</p></descriptiveNote></cpfRelation>
      <cpfRelation cpfRelationType="identity" xlink:href="http://www.wikidata.org/entity/Q192112"><relationEntry>Vladimir Vernadsky</relationEntry></cpfRelation>
      <cpfRelation><relationEntry>Academy of Sciences</relationEntry></cpfRelation>
      <resourceRelation resourceRelationType="creatorOf" xlink:href="ARAN_IR_518"><relationEntry>Fond 518</relationEntry></resourceRelation>
      <functionRelation functionRelationType="performs"><relationEntry>research</relationEntry></functionRelation>
    </relations>
  </cpfDescription>
</eac-cpf>
"""

EAC2 = """<?xml version="1.0" encoding="UTF-8"?>
<eac xmlns="https://archivists.org/ns/eac/v2">
  <control maintenanceStatus="revised">
    <recordId>ARAN_NP_0518</recordId>
    <maintenanceAgency><agencyName>Archive of the Academy of Sciences</agencyName></maintenanceAgency>
    <maintenanceHistory><maintenanceEvent maintenanceEventType="created"><agent agentType="human">the archive</agent>
      <eventDateTime standardDateTime="2001"/></maintenanceEvent></maintenanceHistory>
    <languageDeclaration languageCode="eng" scriptCode="Latn"/>
    <sources><source><reference>Great Soviet Encyclopedia</reference></source></sources>
  </control>
  <cpfDescription>
    <identity>
      <identityId localType="isni">0000000121440001</identityId>
      <entityType value="person"/>
      <nameEntry status="authorized" languageOfElement="eng"><part localType="surname">Vernadsky</part><part localType="forename">Vladimir</part></nameEntry>
      <nameEntry status="alternative" languageOfElement="rus"><part>Вернадский, Владимир Иванович</part>
        <useDates><dateRange><fromDate standardDate="1863">1863</fromDate><toDate status="ongoing"/></dateRange></useDates></nameEntry>
    </identity>
    <description>
      <existDates><dateRange><fromDate standardDate="1863-03-12">12 March 1863</fromDate><toDate standardDate="1945-01-06">6 January 1945</toDate></dateRange></existDates>
      <places><place><placeName>Saint Petersburg</placeName><placeRole>birth</placeRole></place></places>
      <occupations><occupation><term>mineralogist</term></occupation></occupations>
      <biogHist><p>He founded geochemistry.</p></biogHist>
    </description>
    <relations>
      <relation><targetEntity targetType="person" valueURI="ARAN_NP_0519"><part>Vernadsky, George</part></targetEntity><relationType>father of</relationType><targetRole>son</targetRole></relation>
      <relation><targetEntity targetType="corporateBody"><part>Academy of Sciences</part></targetEntity><relationType>associative</relationType></relation>
      <relation><targetEntity targetType="resource" valueURI="https://example.org/fond-518"><part>Fond 518</part></targetEntity><relationType>creatorOf</relationType></relation>
    </relations>
  </cpfDescription>
</eac>
"""

#: A corporate body with a name borne twice, a predecessor, and the body above it.
BODY = """<eac-cpf xmlns="urn:isbn:1-931666-33-4" xmlns:xlink="http://www.w3.org/1999/xlink">
  <control><recordId>FR_BODY_0003531</recordId></control>
  <cpfDescription>
    <identity><entityType>corporateBody</entityType>
      <nameEntry localType="autorisée"><part>Bureau du personnel (1945-1975)</part></nameEntry>
      <nameEntry><part>Bureau du personnel</part><useDates><dateRange><fromDate standardDate="1945">1945</fromDate><toDate standardDate="1951">1951</toDate></dateRange></useDates></nameEntry>
      <nameEntry><part>Bureau du personnel</part><useDates><dateRange><fromDate standardDate="1961">1961</fromDate><toDate standardDate="1975">1975</toDate></dateRange></useDates></nameEntry>
    </identity>
    <relations>
      <cpfRelation cpfRelationType="temporal-earlier" xlink:href="FR_BODY_0003000"><relationEntry>Premier bureau</relationEntry></cpfRelation>
      <cpfRelation cpfRelationType="hierarchical-parent" xlink:href="FR_BODY_0003532"><relationEntry>Division des affaires administratives</relationEntry>
        <dateRange><fromDate standardDate="1965">1965</fromDate><toDate standardDate="1975">1975</toDate></dateRange></cpfRelation>
    </relations>
  </cpfDescription>
</eac-cpf>
"""

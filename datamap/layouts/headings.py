"""What headings are called: the lexicon of columns in seven languages, and how a heading is looked up in it.

It holds the headings that records of processing, registers of recipients and inventories of systems have in use, and
not the law: `lawful basis` is a hint that a table is such a record, and nothing that datamap reads.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from datamap import places
from datamap.inventory import name_key
from datamap.layouts.meanings import SUBJECTS, Meaning


class General(StrEnum):
    """Headings whose meaning depends on what the table is about."""

    NAME = "a name"
    COUNTRY = "a country"
    PLACE = "a place"
    DESCRIPTION = "a description"
    SERVICE = "a service"
    PARTNER = "a company"
    HINT = "something that records of processing have"
    """Kept as it is, and a sign that the table is an inventory."""
    AGAINST = "something that inventories seldom have"
    """Kept as it is, and a sign that the table is none."""
    PLAIN = "kept"
    """Kept as it is, and a sign of nothing; in the lexicon so that it is not taken for what it resembles."""


class Found(NamedTuple):
    """What a heading was found to mean, how surely (0 to 1), and why in plain words."""

    meaning: Meaning | General
    confidence: float
    why: str


def _listed(words: str) -> tuple[str, ...]:
    return tuple(" ".join(word.split()) for word in words.split(";") if word.strip())


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LEXICON: Mapping[Meaning | General, tuple[str, ...]] = {
    Meaning.REFERENCE: _listed(
        "id; ref; reference; ref id; reference id; reference number; unique id; identifier; unique identifier; record id; "
        "system id; application id; app id; asset id; vendor id; supplier id; third party id; processor id; activity id; "
        "processing id; processing activity id; ropa id; data id; dataset id; process id; entry id; key; code; system code; "
        "asset number; register number; record number; inventory id; ci id; cmdb id; service id; flow id; transfer id; "
        "système id; identifiant; référence; n° réf; code application; réf fiche; numéro de fiche; identifiant du traitement; "
        "referenz; kennung; referenznummer; verfahrensnummer; system-id; verfahrens-id; "
        "identificador; referencia; código; código del tratamiento; id tratamiento; identificativo; riferimento; codice; "
        "codice trattamento; referentie; kenmerk; verwerkingsnummer; referência; código do tratamento; system ref; "
        "system reference; application reference; vendor reference; vendor code; supplier code; application code"
    ),
    Meaning.SYSTEM: _listed(
        "solution; solution name; "
        "system; system name; name of system; systems; it system; it systems; information system; application; "
        "application name; applications; app; app name; software; software name; software used; tool; tool name; platform; "
        "platform name; database; database name; data store; datastore; data repository; repository; data source name; "
        "asset; asset name; name of asset; information asset; information holding; data holding; hostname; host name; information asset name; data asset; data asset name; "
        "it asset; asset title; system application; application system; system or application; system title; "
        "business application; supporting application; supporting system; system used; systems used; system of record; "
        "service name; it service; saas application; saas tool; cloud service; cloud application; product system; "
        "dataset; dataset name; data set; data set name; server; server name; data silo; silo; it tool; website or app; "
        "systems involved; applications used; supporting asset; supporting assets; systems and tools; storage system; "
        "système; nom du système; système d'information; logiciel; nom du logiciel; logiciels; application métier; "
        "nom de l'application; applicatif; outil; base de données; outils utilisés; logiciel utilisé; support; "
        "nom de l'actif; logiciels et supports; "
        "systemname; it-system; it-systeme; anwendung; anwendungsname; name der anwendung; applikation; verfahren it; "
        "eingesetzte systeme; eingesetzte software; name des systems; datenbank; fachanwendung; eingesetztes system; "
        "softwarelösung; werkzeug; programm; "
        "sistema; nombre del sistema; aplicación; nombre de la aplicación; aplicaciones; sistema de información; "
        "base de datos; herramienta; programa informático; fichero; nombre del fichero; nombre del activo; "
        "nome del sistema; applicazione; applicativo; nome applicazione; sistema informatico; banca dati; strumento; "
        "systeem; systeemnaam; naam systeem; applicatie; naam applicatie; informatiesysteem; gegevensbestand; "
        "nome do sistema; aplicação; nome da aplicação; aplicativo; sistema de informação; base de dados; ferramenta; "
        "banco de dados"
    ),
    Meaning.ACTIVITY: _listed(
        "process; activity; operation; processing activity; processing activities; name of processing activity; processing activity name; "
        "data processing activity; processing operation; name of processing; processing name; processing; "
        "activity name; record of processing activity; business process; business process name; name of business process; "
        "process name; business activity; processing title; ropa entry; treatment; processing register entry; "
        "activity or process; data processing; business process processing; name of the processing activity; "
        "traitement; nom du traitement; intitulé du traitement; activité de traitement; nom de l'activité de traitement; "
        "dénomination du traitement; libellé du traitement; processus métier; activités; "
        "verarbeitungstätigkeit; bezeichnung der verarbeitungstätigkeit; name der verarbeitungstätigkeit; verarbeitung; "
        "verfahren; bezeichnung des verfahrens; name des verfahrens; geschäftsprozess; prozess; datenverarbeitung; "
        "bezeichnung der verarbeitung; verarbeitungsvorgang; "
        "tratamiento; actividad de tratamiento; nombre del tratamiento; actividades de tratamiento; "
        "nombre de la actividad de tratamiento; denominación del tratamiento; "
        "trattamento; attività di trattamento; nome del trattamento; denominazione del trattamento; "
        "verwerking; verwerkingsactiviteit; naam verwerking; naam van de verwerking; verwerkingsactiviteiten; "
        "tratamento; atividade de tratamento; nome do tratamento; atividades de tratamento; operação de tratamento; "
        "processo de negócio"
    ),
    Meaning.RECIPIENT: _listed(
        "recipient; recipient name; name of recipient; vendor; vendor name; name of vendor; third party; third party name; "
        "third-party vendor; supplier; supplier name; processor; processor name; data processor; data processor name; "
        "name of processor; sub-processor; subprocessor; sub-processor name; name of sub-processor; subprocessor name; "
        "service provider; service provider name; name of service provider; data recipient; data importer; importer; "
        "importer name; vendor supplier; vendor company; third-party service provider; third party provider; "
        "third party service; external party; external vendor; external processor; contractor; contractor name; "
        "recipient organisation; recipient organization; receiving party; receiving organisation; receiving entity; "
        "agent; overseas recipient; name of overseas recipient; data fiduciary recipient; sub-contractor; subcontractor; "
        "name of third party; name of the recipient; vendor data processor; vendor processor; approved subprocessor; "
        "authorised sub-processor; sub-service organisation; cloud vendor; saas vendor; business partner; third parties; "
        "destinataire; nom du destinataire; sous-traitant; nom du sous-traitant; prestataire; nom du prestataire; "
        "fournisseur; nom du fournisseur; organisme destinataire; partenaire; éditeur; tiers destinataire; "
        "empfänger; name des empfängers; auftragsverarbeiter; auftragnehmer; dienstleister; lieferant; anbieter; "
        "name des auftragsverarbeiters; unterauftragsverarbeiter; subunternehmer; unterauftragnehmer; datenempfänger; "
        "drittanbieter; externer dienstleister; name des dienstleisters; "
        "destinatario; nombre del destinatario; encargado del tratamiento; encargado; proveedor; nombre del proveedor; "
        "subencargado; prestador de servicios; proveedor de servicios; importador; "
        "nome del destinatario; responsabile del trattamento esterno; responsabile esterno; fornitore; nome fornitore; "
        "sub-responsabile; nome del fornitore; "
        "ontvanger; naam ontvanger; verwerker; naam verwerker; leverancier; naam leverancier; subverwerker; dienstverlener; "
        "destinatário; nome do destinatário; subcontratante; operador; fornecedor; nome do fornecedor; suboperador; "
        "prestador de serviços; subprocessador; operador de dados; sub processor entity; subprocessor entity; "
        "entity name; sub-processor company; company name; legal entity name of subprocessor; third-party name"
    ),
    Meaning.RECIPIENTS: _listed(
        "passed to; passed on to; who is it passed to; released to; "
        "do you share it with anyone; do you share the information with anyone; do we share it with anyone; "
        "do we share the information with anyone; is it shared with anyone; who do you send it to; who do we send it to; "
        "who is it sent to; who gets it; who receives it; who else receives it; who else gets it; sent to; given to; provided to; "
        "recipients; categories of recipients; category of recipients; recipient categories; data recipients; "
        "external recipients; recipients of the data; recipients of personal data; recipients of data; "
        "shared with; data shared with; who is it shared with; who do we share it with; who do you share it with; "
        "who is the data shared with; information shared with; disclosed to; disclosures; who it is disclosed to; "
        "vendors; third parties involved; third party recipients; "
        "third party sharing; shared with third parties; third-party access; vendors third parties; service providers; "
        "external parties; disclosure recipients; who receives the data; "
        "who receives the information; data sharing; third parties with whom data is shared; suppliers; joint recipients; "
        "recipients or categories of recipients; processor third party; overseas recipients; to whom is it disclosed; "
        "third party disclosures; who has access externally; external sharing; shared externally with; data disclosed to; "
        "destinataires; catégories de destinataires; destinataires des données; catégories de destinataires des données; "
        "prestataires; fournisseurs; destinataires externes; tiers; communiqué à; "
        "empfängerkategorien; kategorien von empfängern; kategorien der empfänger; empfänger der daten; "
        "empfänger oder kategorien von empfängern; externe empfänger; auftragsverarbeiter und empfänger; weitergabe an; "
        "datenweitergabe an; eingesetzte dienstleister; "
        "destinatarios; categorías de destinatarios; cesiones; cesión de datos; proveedores; "
        "comunicación de datos; cesiones de datos; destinatarios de los datos; terceros; "
        "destinatari; categorie di destinatari; destinatari dei dati; comunicazione a; fornitori; "
        "ontvangers; categorieën van ontvangers; categorieën ontvangers; gedeeld met; verstrekt aan; derden; "
        "destinatários; categorias de destinatários; compartilhamento; compartilhado com; partilhado com; "
        "compartilhamento com terceiros; uso compartilhado de dados; categoria de destinatários"
    ),
    Meaning.PROCESSORS: _listed(
        "processors; data processors; processors used; third-party processors; external processors; names of processors; "
        "processors involved; list of processors; external data processors; processor names; processors engaged; "
        "sub-processors used; sub-processors received; sub-processors engaged; processors and sub-processors; "
        "processors receiving the data; agents and processors; "
        "sous-traitants; sous-traitants externes; liste des sous-traitants; noms des sous-traitants; sous-traitant(s); "
        "eingesetzte auftragsverarbeiter; liste der auftragsverarbeiter; externe auftragsverarbeiter; auftragsverarbeiter (extern); "
        "encargados; encargados del tratamiento; encargados de tratamiento; encargados externos; "
        "responsabili esterni; responsabili del trattamento; responsabili esterni del trattamento; "
        "verwerkers; externe verwerkers; ingeschakelde verwerkers; "
        "subcontratantes; operadores; operadores de dados"
    ),
    Meaning.INTERNAL: _listed(
        "internal recipients; internal recipient; internal access; internal sharing; shared internally with; who has access internally; "
        "internal departments; internal departments with access; internal teams; teams with access; "
        "staff with access; internal categories of recipients; recipients internal; recipients within the organisation; "
        "destinataires internes; destinataire interne; accès interne; accès internes; services internes destinataires; "
        "interne empfänger; empfänger intern; interner empfänger; interne stellen; interner zugriff; zugriffsberechtigte intern; "
        "destinatarios internos; acceso interno; destinatari interni; accesso interno; interne ontvangers; interne toegang; "
        "destinatários internos; acesso interno"
    ),
    Meaning.CATEGORIES: _listed(
        "what it holds; what does it hold; what is held; what it stores; what is stored; what is in it; "
        "data exported; exported data; information exported; pii description; pi description; description of pii; "
        "description of personal data; description of personal information; description of data held; category of pii; "
        "pii category; phi; what data; what information; what data is held; what information is held; pers data; record types; "
        "data we share; information we share; what we share; what do we share; data we send; information we send; what we send; "
        "what do we send; what is sent; what is shared; what data do we share; what information do we share; what do you share; "
        "data classes; classes of data; classes of information; kinds of information; kinds of data; kind of data; "
        "kinds of personal data; what do you hold; what do you collect; what do we collect; what do we hold; information we hold; "
        "data we hold; datos; daten; données; dati; dados; datos que se comparten; quelles données; welche daten; "
        "what data is in it; what data does it hold; what data do you hold; data; information; info; personal info; personal data; categories of personal data; personal data categories; category of personal data; data categories; "
        "data category; categories of data; data categories held; categories of information; information categories; "
        "categories of personal information; personal information; personal information held; types of personal data; "
        "type of personal data; personal data types; data types; data type; types of data; type of data; data elements; "
        "data element; personal data elements; data collected; personal data collected; information collected; "
        "personal information collected; data processed; personal data processed; information held; data held; data fields; "
        "data attributes; pii; pii elements; pii collected; pii types; pi collected; pi elements; customer data involved; "
        "customer data; personal data involved; data involved; what data is collected; what personal data is collected; "
        "what information is held; what data is held; what personal information do we hold; data items; personal data items; "
        "data description; description of personal data; data subject data; data class; data shared; data transferred; "
        "information shared; information disclosed; personal data shared; data sent; kinds of personal information; "
        "kind of personal information; information type; information types; categories of personal data processed; "
        "which data; digital personal data; personal data description; attributes collected; data accessed; data stored; "
        "personal data stored; personal information type; pi categories; data in scope; information processed; data scope; "
        "functional data category; gdpr data category; category of data; transferred data; personal data fields; "
        "données personnelles; catégories de données; catégories de données personnelles; données traitées; "
        "catégories de données personnelles concernées; catégories de données traitées; données collectées; "
        "données à caractère personnel; catégorie de données; types de données; type de données; nature des données; "
        "données concernées; données transférées; "
        "datenkategorien; datenkategorie; kategorien personenbezogener daten; personenbezogene daten; datenarten; datenart; "
        "kategorie personenbezogener daten; art der daten; datenfelder; verarbeitete daten; betroffene daten; "
        "betroffene datenkategorien; kategorien der daten; art der personenbezogenen daten; "
        "datos personales; categorías de datos; categorías de datos personales; categoría de datos; tipos de datos; "
        "tipo de datos; datos tratados; datos recogidos; tipología de datos; datos de carácter personal; "
        "dati personali; categorie di dati; categorie di dati personali; categoria di dati; tipologia di dati; tipi di dati; "
        "dati trattati; dati raccolti; "
        "persoonsgegevens; categorieën persoonsgegevens; categorieën van persoonsgegevens; soort gegevens; gegevens; "
        "soorten persoonsgegevens; gegevenscategorie; verwerkte gegevens; type persoonsgegevens; "
        "dados pessoais; categorias de dados; categorias de dados pessoais; categoria de dados; tipos de dados; dados tratados; "
        "tipo de dados; dados coletados; dados recolhidos; dados pessoais tratados"
    ),
    Meaning.SENSITIVE_CATEGORIES: _listed(
        "special categories; special category data; special categories of personal data; special categories of data; "
        "sensitive data; sensitive personal data; sensitive information; sensitive categories; sensitive data categories; "
        "sensitive personal information; special category; sensitive data types; sensitive data collected; spi; "
        "special categories processed; criminal data; special or criminal data; health information; "
        "données sensibles; catégories particulières; catégories particulières de données; "
        "besondere kategorien; besondere kategorien personenbezogener daten; sensible daten; sensitive daten; "
        "besondere datenkategorien; besondere kategorien von daten; "
        "datos sensibles; categorías especiales; categorías especiales de datos; datos especialmente protegidos; "
        "dati sensibili; categorie particolari; categorie particolari di dati; dati particolari; "
        "bijzondere persoonsgegevens; bijzondere categorieën; gevoelige gegevens; bijzondere categorieën persoonsgegevens; "
        "dados sensíveis; categorias especiais; dados pessoais sensíveis; categorias especiais de dados"
    ),
    Meaning.SENSITIVE: _listed(
        "sensitive; is sensitive; sensitive y n; sensitive yes no; contains sensitive data; special category y n; "
        "sensitive data involved; includes sensitive data; is it sensitive; contains special category data; "
        "données sensibles oui non; sensible; besondere kategorie ja nein; sensible ja nein; sensitiv; "
        "datos sensibles sí no; dato sensibile; bijzonder; gevoelig; sensível; dados sensíveis sim não; "
        "personal sensitive data y n; sensitive data y n"
    ),
    Meaning.INDIVIDUALS: _listed(
        "about whom; about who; whom it is about; "
        "who's info; whose info; person affected; persons affected; people affected; people concerned; types of people; "
        "type of person; kinds of people; groups of people; who does it relate to; who it relates to; who it is about; subject type; "
        "data subjects; data subject; individuals; categories of individuals; categories of data subjects; category of individuals; "
        "data subject categories; data subject category; individual category; types of data subjects; data subject types; "
        "data subject type; individuals affected; individuals concerned; whose data; whose data is it; whose information; "
        "who is the data about; who is it about; who the data is about; persons concerned; people; data principals; "
        "data principal; categories of data principals; affected individuals; groups of individuals; consumers affected; "
        "category of data subjects; data subjects affected; types of individuals; type of individual; "
        "kinds of individuals; whose personal information; data subject groups; whose personal data; population; "
        "personnes concernées; catégories de personnes; catégories de personnes concernées; catégorie de personnes; "
        "catégorie de personnes concernées; public concerné; "
        "betroffene; betroffene personen; kategorien betroffener personen; betroffenengruppen; betroffenengruppe; "
        "betroffenenkategorien; kreis der betroffenen; kategorie betroffener personen; personengruppen; personenkategorien; "
        "betroffene personengruppen; kategorien der betroffenen; "
        "interesados; categorías de interesados; colectivos; colectivo de interesados; titulares; titulares de los datos; "
        "colectivo; personas afectadas; afectados; "
        "interessati; categorie di interessati; categorie interessati; soggetti interessati; "
        "betrokkenen; categorieën betrokkenen; categorieën van betrokkenen; soort betrokkenen; categorie betrokkenen; "
        "titulares dos dados; categorias de titulares; categorias de titulares de dados; titular; "
        "categorias de titulares dos dados"
    ),
    Meaning.PURPOSE: _listed(
        "why collected; why held; why do we have it; why we have it; why we hold it; why we collect it; why it is collected; "
        "purpose; purposes; purpose of processing; purposes of processing; processing purpose; processing purposes; "
        "purposes of the processing; business purpose; purpose of use; use; uses; data use; data uses; why; why is it collected; "
        "why do we collect it; why do we hold it; reason for processing; reason for collection; purpose of collection; "
        "purpose of transfer; purpose of sharing; purpose of disclosure; reason for sharing; reason; purpose description; "
        "purpose of the processing; description of processing; nature of processing; nature and purpose of processing; "
        "nature and purpose; subject matter of processing; use of data; how is it used; what is it used for; used for; "
        "what do we use it for; intended purpose; primary purpose; service purpose; function performed; purpose of service; "
        "services provided; service provided; description of service; service description; description of services; "
        "processing description; business justification; activity description; what for; "
        "finalité; finalités; finalité du traitement; finalités du traitement; finalité principale; objectif; objectifs; "
        "objectif poursuivi; objet du traitement; but du traitement; but; finalité(s) du traitement effectué; "
        "zweck; zwecke; zweck der verarbeitung; zwecke der verarbeitung; verarbeitungszweck; verarbeitungszwecke; "
        "verwendungszweck; zweckbestimmung; leistung; zweck der übermittlung; gegenstand der verarbeitung; leistungsgegenstand; "
        "finalidad; finalidades; finalidad del tratamiento; fines; fines del tratamiento; propósito; objeto; "
        "finalità; finalità del trattamento; scopo; scopi; scopo del trattamento; "
        "doel; doeleinden; doel van de verwerking; verwerkingsdoel; verwerkingsdoeleinden; doeleinde; "
        "doel verwerking; doeleinden van de verwerking; "
        "finalidade; finalidades do tratamento; finalidade do tratamento; propósito do tratamento"
    ),
    Meaning.LOCATIONS: _listed(
        "data hosted in; information hosted in; information stored in; data stored in; data held in; data kept in; "
        "hosting location; hosting country; hosting region; hosted in; where hosted; where is it hosted; where it is hosted; "
        "data location; location of data; location of personal data; data storage location; storage location; stored in; "
        "where is the data stored; where is data stored; where is it stored; where is the information stored; where stored; "
        "where data is stored; where is it held; where is it kept; country of storage; storage country; data residency; "
        "data residence; data hosting location; data hosting; server location; server country; location of servers; "
        "location of server; data centre; data center; data centre location; data center location; data center region; "
        "data centre country; cloud region; aws region; azure region; processing location; location of processing; "
        "processing country; processing region; country of processing; country where data is stored; physical location; "
        "geographic location; storage region; primary region; system location; where is the system hosted; host country; "
        "hosting; hosting jurisdiction; data storage; storage; location of storage; countries where data is stored; "
        "location of information; hosting data location; data storage country; region hosted; location stored; "
        "hébergement; lieu d'hébergement; pays d'hébergement; localisation; localisation des données; lieu de stockage; "
        "localisation des serveurs; pays de stockage; stockage; pays d'hébergement ou de stockage; lieu de traitement; "
        "hébergé en; localisation de l'hébergement; "
        "speicherort; hosting-standort; hostingstandort; serverstandort; standort der server; ort der speicherung; "
        "hosting-land; datenstandort; ort der verarbeitung; verarbeitungsort; standort der daten; speicherland; rechenzentrum; "
        "rechenzentrumsstandort; ort der datenverarbeitung; "
        "alojamiento; lugar de almacenamiento; ubicación de los datos; ubicación del servidor; ubicación de los servidores; "
        "país de alojamiento; lugar de alojamiento; almacenamiento; país de almacenamiento; "
        "luogo di conservazione; ubicazione dei dati; ubicazione dei server; paese di hosting; luogo di archiviazione; "
        "luogo del trattamento; "
        "opslaglocatie; locatie opslag; hostinglocatie; plaats van opslag; locatie gegevens; serverlocatie; opslag; "
        "land van opslag; "
        "local de armazenamento; localização dos dados; país de armazenamento; localização do servidor; local de hospedagem; "
        "país de hospedagem; hospedagem; alojamento; local de alojamento; armazenamento"
    ),
    General.COUNTRY: _listed(
        "country; countries; country name; country code; country region; nation; jurisdiction; jurisdictions; country of location; "
        "countries involved; country or region; pays; land; länder; staat; país; países; paese; paesi; landen; pays concernés; "
        "location country; country location; country ies; iso country"
    ),
    General.PLACE: _listed(
        "location; locations; region; regions; geographic region; geography; geographical location; where; place; territory; "
        "location s; lieu; localité; région; standort; ort; region en; ubicación; lugar; región; luogo; ubicazione; regione; "
        "locatie; plaats; regio; localização; local; região; area served; site; geographic area; geographies; zone"
    ),
    Meaning.RECIPIENT_COUNTRY: _listed(
        "head office; head office country; head office location; "
        "where are they based; where is the company based; where is the supplier based; where is the recipient based; "
        "where is the provider based; which country are they in; vendor country; country of vendor; recipient country; country of recipient; country of the recipient; "
        "processor country; country of processor; supplier country; provider country; country of provider; third party country; "
        "sub-processor country; subprocessor country; country of establishment; country of incorporation; entity country; "
        "headquarters; hq; hq country; headquarter country; headquarters country; headquarters location; vendor headquarters; "
        "country of headquarters; vendor hq; importer country; country of importer; company country; country of registration; "
        "jurisdiction of recipient; recipient jurisdiction; vendor jurisdiction; registered country; country of domicile; "
        "country of origin of vendor; incorporated in; based in; where is the vendor based; country based; vendor based in; "
        "pays du destinataire; pays du sous-traitant; pays du prestataire; pays du fournisseur; pays d'établissement; "
        "siège; pays du siège; siège social; "
        "land des empfängers; empfängerland; land des auftragsverarbeiters; sitz; sitz des empfängers; sitzland; firmensitz; "
        "sitz des dienstleisters; land des dienstleisters; sitz des auftragsverarbeiters; "
        "país del destinatario; país del encargado; país del proveedor; país de establecimiento; sede; sede social; "
        "paese del destinatario; paese del fornitore; sede legale; paese di stabilimento; "
        "land van de ontvanger; land ontvanger; land verwerker; vestigingsland; land van vestiging; hoofdkantoor; "
        "país do destinatário; país do fornecedor; país de estabelecimento; país do operador; país do subcontratante"
    ),
    Meaning.RECIPIENT_LOCATIONS: _listed(
        "support location; support locations; support country; support countries; supported from; support provided from; "
        "location of support; access location; access locations; accessed from; remote access from; remote access location; "
        "vendor support location; support access location; "
        "vendor location; vendor locations; location of vendor; recipient location; location of recipient; processor location; "
        "location of processor; location of subprocessors; sub-processor location; subprocessor location; "
        "location of sub-processor; location of subprocessor; third party location; supplier location; provider location; "
        "vendor data location; vendor hosting location; vendor hosting region; vendor data centre; vendor processing location; "
        "vendor storage location; location of service provider; entity location; location of entity; provider region; "
        "countries where vendor processes data; locations where vendor stores data; processor hosting location; "
        "lieu du sous-traitant; localisation du sous-traitant; localisation du destinataire; localisation du prestataire; "
        "standort des dienstleisters; standort des empfängers; standort des auftragsverarbeiters; "
        "ubicación del destinatario; ubicación del proveedor; ubicación del encargado; ubicazione del fornitore; "
        "locatie verwerker; locatie leverancier; localização do fornecedor; localização do operador"
    ),
    Meaning.TRANSFER: _listed(
        "international transfer; international transfers; cross-border transfer; cross-border transfers; cross border; "
        "crossborder; cross border data transfer; overseas transfer; transferred overseas; overseas disclosure; "
        "disclosed overseas; transferred outside nz; transferred outside new zealand; transferred outside australia; "
        "transferred outside the eu; transferred outside the eea; transfer outside eu; transfer outside eea; "
        "transfer outside the eea; transfers outside eu eea; transferred outside uk; restricted transfer; "
        "restricted transfers; third country transfer; third country transfers; transfer to third country; "
        "transfers to third countries; transfer abroad; data transferred abroad; is data transferred overseas; "
        "does international transfers; offshore; offshored; sent overseas; sent offshore; international data transfer; "
        "international data transfers; data transfer; data transfers; transfers; transfer; cross-border disclosure; "
        "is data transferred outside the country; data leaves country; stored overseas; held overseas; non-eu transfer; "
        "non eea transfer; export outside india; transfer outside india; does data leave the country; "
        "transfert; transferts; transferts hors ue; transfert hors ue; transferts de données; transferts hors eee; transfert hors eee; "
        "transferts internationaux; transferts vers des pays tiers; transfert hors union européenne; transfert pays tiers; "
        "drittlandübermittlung; drittlandtransfer; drittlandsübermittlung; übermittlung in drittländer; datentransfer; "
        "übermittlung in drittland; drittstaatentransfer; übermittlung an drittländer; datenübermittlung; drittland ja nein; "
        "drittlandübermittlungen; "
        "transferencia internacional; transferencias internacionales; transferencias internacionales de datos; "
        "trasferimento; trasferimenti; trasferimento extra ue; trasferimenti extra ue; trasferimento all'estero; "
        "trasferimenti verso paesi terzi; trasferimento dati extra ue; "
        "doorgifte; doorgifte buiten de eu; doorgifte buiten eer; doorgifte derde landen; internationale doorgifte; "
        "doorgifte aan derde landen; doorgifte naar derde landen; "
        "transferência internacional; transferências internacionais; transferência internacional de dados; "
        "transferências para países terceiros"
    ),
    Meaning.DESTINATIONS: _listed(
        "transfer destination; transfer destinations; transfer country; transfer countries; destination country; "
        "destination countries; country of destination; countries of destination; third country; third countries; "
        "if yes where; if yes to where; if so where; if yes which country; if yes which countries; if yes to which countries; "
        "if yes to which country; if yes specify country; si oui pays; si oui lequel; falls ja wohin; falls ja land; "
        "names of third countries; transferred to; countries transferred to; country transferred to; overseas country; "
        "overseas countries; overseas location; overseas locations; destination of transfer; recipient countries; "
        "country of overseas recipient; where is it transferred; countries data is transferred to; transfer location; "
        "transfer locations; transfer to; country of transfer; countries of transfer; third countries or international organisations; "
        "names of third countries or international organisations that personal data are transferred to; offshore location; "
        "which countries; transfer to country; international transfer destination; international transfer countries; "
        "cross-border destination; export country; third country name; transfer jurisdiction; third country international organisation; "
        "pays destinataire; pays destinataires; pays de destination; pays tiers; pays de transfert; pays du transfert; "
        "pays concernés par le transfert; pays tiers concernés; "
        "drittland; drittländer; zielland; zielländer; drittstaat; drittstaaten; bestimmungsland; übermittlung nach; "
        "drittland oder internationale organisation; name des drittlands; "
        "país de destino; países de destino; tercer país; terceros países; país tercero; país destinatario; países terceros; "
        "paese terzo; paesi terzi; paese di destinazione; paesi di destinazione; "
        "derde land; derde landen; land van bestemming; landen doorgifte; "
        "país terceiro; países terceiros; país destinatário; países destinatários; país destino"
    ),
    Meaning.MECHANISM: _listed(
        "ipp 12; ipp12; ipp 12 mechanism; ipp12 mechanism; ipp 12 pathway; app 8 mechanism; "
        "reasonable steps taken; reasonable steps; app 8.1 reasonable steps; app 8.1 reasonable steps taken; app 8.2 exception; "
        "app 8.2 exception relied upon; app 8.2 exception relied on; exception relied upon; exception relied on; "
        "what protects it; how is it protected abroad; ipp 12 exception; ipp 12 safeguard; "
        "transfer mechanism; transfer mechanisms; mechanism; safeguard; safeguards; transfer safeguard; transfer safeguards; "
        "appropriate safeguards; safeguards in place; safeguards applied; transfer tool; legal mechanism; transfer basis; "
        "legal basis for transfer; legal basis for transfers; lawful basis for transfer; basis for transfer; transfer legal basis; "
        "basis of transfer; "
        "international transfer mechanism; cross-border mechanism; cross-border transfer mechanism; adequacy or safeguards; "
        "safeguard mechanism; data transfer mechanism; legal transfer mechanism; ipp 12 ground; ipp 12 basis; app 8 basis; "
        "ipp12 basis; app 8 exception; transfer instrument; article 46 safeguards; scc; sccs; scc bcr; "
        "transfer safeguards if applicable; appropriate data safeguards; transfer protection; protection mechanism; "
        "safeguards for transfer; safeguards for exceptional transfers; "
        "safeguards for exceptional transfers of personal data to third countries or international organisations; "
        "transfer mechanism legal basis; mechanism for transfer; gdpr transfer mechanism; contractual safeguards; "
        "garantie; garanties; garanties appropriées; type de garanties; type de garantie; garanties pour le transfert; "
        "encadrement du transfert; encadrement; outil de transfert; garanties transfert; mécanisme de transfert; "
        "garantien; geeignete garantien; transfermechanismus; rechtsgrundlage der übermittlung; transferinstrument; "
        "rechtsgrundlage drittlandübermittlung; garantien drittland; garantie für drittlandübermittlung; schutzgarantien; "
        "garantía; garantías; garantías adecuadas; mecanismo de transferencia; garantías de transferencia; "
        "base de la transferencia; "
        "garanzie; garanzie adeguate; garanzia; meccanismo di trasferimento; garanzie per il trasferimento; "
        "base del trasferimento; "
        "waarborg; waarborgen; passende waarborgen; doorgiftemechanisme; doorgifte-instrument; "
        "salvaguardas; mecanismo de transferência; salvaguarda; garantias; garantias adequadas; garantia"
    ),
    Meaning.DOCUMENT: _listed(
        "document; agreement; dpa; data processing agreement; agreement link; contract; contract link; link to contract; "
        "link to contract with processor; dpa link; data processing addendum; documentation link; contract reference; "
        "contract document; agreement reference; evidence; evidence of safeguard; dpa reference; dpa document; "
        "contrat; lien vers la documentation; liens vers la documentation; contrat de sous-traitance; accord; "
        "vertrag; av-vertrag; avv; auftragsverarbeitungsvertrag; dokument; nachweis; "
        "contrato; contrato de encargo; contratto; contratto di nomina; verwerkersovereenkomst; overeenkomst; contract verwerker; "
        "contrato de tratamento; acordo"
    ),
    Meaning.ASSESSMENT: _listed(
        "tia; transfer impact assessment; transfer risk assessment; tra; tia reference; tia completed; tia done; tia tra; "
        "transfer assessment; tia link; transfer impact assessment completed; "
        "analyse d'impact du transfert; évaluation du transfert; transferfolgenabschätzung; "
        "evaluación de impacto de la transferencia; valutazione d'impatto del trasferimento; doorgifte-effectbeoordeling; "
        "avaliação de impacto da transferência; transfer-impact-assessment"
    ),
    Meaning.ASSESSED: _listed(
        "tia date; tra date; date of tia; date of tra; tia completed on; tia done on; date tia completed; transfer impact assessment date; "
        "transfer risk assessment date; transfer assessment date; date of transfer impact assessment"
    ),
    Meaning.SIGNED: _listed(
        "signed; date signed; signed on; signature date; signed date; dpa signed; agreement date; contract date; dpa date; "
        "executed on; execution date; dpa signed date; date of signature; date of agreement; "
        "signé le; contrat signé le; date de signature; date du contrat; vertrag vom; vertrag unterzeichnet am; unterzeichnet am; unterschrieben am; vertragsdatum; fecha de firma; firmado; "
        "data di firma; datum ondertekening; data de assinatura; assinado em"
    ),
    Meaning.EXPIRES: _listed(
        "expires; expiry; expiry date; expiration; expiration date; valid until; end date; contract end; contract end date; "
        "dpa expiry; agreement expiry; contract expiry; expires on; "
        "expire le; date d'expiration; date de fin; échéance; gültig bis; läuft ab am; ablaufdatum; vertragsende; "
        "fecha de vencimiento; caduca; vencimiento; data di scadenza; scadenza; vervaldatum; einddatum; data de validade; "
        "data de expiração"
    ),
    Meaning.REVIEW: _listed(
        "review due; next review; next review date; review by; review due date; due for review; next assessment date; "
        "prochaine révision; date de prochaine révision; nächste überprüfung; nächste prüfung; überprüfung fällig; "
        "próxima revisión; prossima revisione; volgende herziening; volgende beoordeling; próxima revisão"
    ),
    Meaning.RETENTION: _listed(
        "keep for; keep until; kept until; delete after; deleted after; destroy after; destroyed after; archive after; "
        "how long we keep it; "
        "retention and disposal class; disposal class; disposal authority; retention class; sentencing; retention disposal class; "
        "how long do you keep it; how long is it held; "
        "retention; retention period; retention schedule; data retention; data retention period; retention time; retention policy; "
        "retention rule; retention or deletion rule; how long is it kept; how long do we keep it; how long kept; "
        "storage period; storage duration; retention duration; retention limit; kept for; time limits for erasure; "
        "envisaged time limits for erasure; disposal; disposal schedule; retention and disposal; retention criteria; "
        "time limit for erasure; deletion period; deletion schedule; erasure period; retention term; how long is data kept; "
        "conservation; durée de conservation; délai de conservation; durée de conservation des données; "
        "délais prévus pour l'effacement; délai d'effacement; durées de conservation; "
        "löschfrist; löschfristen; aufbewahrungsfrist; aufbewahrungsfristen; speicherdauer; aufbewahrungsdauer; "
        "regelfristen für die löschung; fristen für die löschung; aufbewahrung; löschkonzept; "
        "vorgesehene fristen für die löschung; "
        "conservación; plazo de conservación; plazos de conservación; periodo de conservación; plazo de supresión; "
        "período de conservación; plazos de supresión; "
        "conservazione; periodo di conservazione; termini di conservazione; termini di cancellazione; tempi di conservazione; "
        "durata della conservazione; "
        "bewaartermijn; bewaartermijnen; bewaarperiode; bewaarduur; "
        "retenção; prazo de conservação; período de retenção; prazo de retenção; prazo de eliminação; conservação; "
        "tempo de retenção"
    ),
    Meaning.SECURITY: _listed(
        "security; security measures; technical and organisational measures; technical and organizational measures; toms; tom; "
        "technical security measures; organizational security measure; organisational security measures; security controls; "
        "technical measures; organisational measures; security measures in place; data security practices; protection measures; "
        "description of security measures; general description of technical and organisational security measures; "
        "controls in place; security safeguards; how is it protected; data security; safeguards security; "
        "mesures de sécurité; mesures de sécurité techniques; sécurité; mesures techniques et organisationnelles; "
        "mesures de sécurité techniques et organisationnelles; "
        "technische und organisatorische maßnahmen; technisch-organisatorische maßnahmen; sicherheitsmaßnahmen; "
        "schutzmaßnahmen; maßnahmen; datensicherheit; "
        "medidas de seguridad; medidas técnicas y organizativas; seguridad; "
        "misure di sicurezza; misure tecniche e organizzative; sicurezza; "
        "beveiligingsmaatregelen; technische en organisatorische maatregelen; beveiliging; "
        "medidas de segurança; medidas técnicas e organizativas; segurança"
    ),
    Meaning.COLLECTED_FROM: _listed(
        "where does it come from; where it comes from; where did it come from; collected via; "
        "source; source of data; data source; data sources; source of the data; source of personal data; collection source; "
        "source of the personal data; source of information; collected from; how collected; collection method; obtained from; "
        "how is it collected; where do we get it from; where is it collected from; origin of data; data origin; sources; "
        "who do we collect it from; collection sources; original data source; from whom is it collected; how is data collected; "
        "point of collection; collection point; "
        "origine des données; source des données; provenance des données; collecte; mode de collecte; recueil des données; "
        "datenquelle; datenquellen; herkunft der daten; quelle der daten; datenherkunft; quelle; erhebung; "
        "origen de los datos; procedencia de los datos; fuente de datos; procedencia; fuente; "
        "origine dei dati; fonte dei dati; fonte; "
        "bron; herkomst; herkomst gegevens; bron van de gegevens; herkomst van de gegevens; "
        "origem dos dados; fonte dos dados; fonte; origem; forma de coleta"
    ),
    Meaning.OWNER: _listed(
        "directorate; "
        "who owns it; who is responsible; who is responsible for it; who looks after it; who is the owner; "
        "owner; system owner; data owner; business owner; asset owner; process owner; application owner; information owner; "
        "owned by; name of process owner; product owner; accountable owner; record owner; vendor owner; relationship owner; "
        "contract owner; business contact; responsible; responsible person; responsible department; accountable; steward; "
        "data steward; data stewards; custodian; asset custodian; department; team; teams; business unit; business function; "
        "department or business function; administrating department; responsible team; owner team; unit; division; "
        "operating unit; operating unit function; function; owning department; business area; "
        "responsable métier; propriétaire; service concerné; direction; département; gestionnaire; "
        "responsable opérationnel; service responsable; pilote; métier; responsable interne; "
        "verantwortliche abteilung; fachbereich; abteilung; fachabteilung; systemverantwortlicher; eigentümer; "
        "ansprechpartner; verantwortliche stelle intern; zuständige abteilung; organisationseinheit; verfahrensverantwortlicher; "
        "departamento; área; propietario; área responsable; responsable interno; unidad; "
        "ufficio; reparto; proprietario; funzione; struttura; referente; area; responsabile interno; "
        "afdeling; eigenaar; proceseigenaar; systeemeigenaar; verantwoordelijke afdeling; "
        "departamento responsável; setor; proprietário; responsável; responsável interno"
    ),
    Meaning.SYSTEM_KIND: _listed(
        "system type; type of system; kind of system; application type; asset type; type of asset; platform type; system category; "
        "type of information asset; hosting or service model; hosting model; hosting type; deployment model; deployment; "
        "service model; deployment type; system kind; software type; tool type; storage type; database type; "
        "cloud or on-premise; on-premise cloud; storage medium; medium; format; asset category; application category; "
        "type de système; type d'application; type d'actif; systemart; art des systems; anwendungstyp; systemtyp; "
        "tipo de sistema; tipo de aplicación; tipo di sistema; soort systeem; type systeem; tipo de aplicação; "
        "tipo de activo; type applicatie; technologie; technology; technology stack"
    ),
    Meaning.PROVIDER: _listed(
        "which company provides it; which company supplies it; who provides it; who supplies it; who makes it; "
        "which supplier provides it; which vendor provides it; which company runs it; who is the supplier; who is the provider; "
        "hosting provider; cloud provider; host; hosted by; provider; provider name; system vendor; system provider; "
        "application vendor; software vendor; saas provider; cloud host; infrastructure provider; hoster; cloud service provider; "
        "system supplier; software supplier; application provider; it provider; who hosts it; managed by vendor; "
        "storage provider; platform provider; publisher; developer; manufacturer of software; application supplier; "
        "hébergeur; fournisseur du logiciel; fournisseur d'hébergement; éditeur du logiciel; prestataire d'hébergement; "
        "hosting-anbieter; hostinganbieter; cloud-anbieter; hosting-provider; betreiber; softwareanbieter; "
        "hersteller; proveedor de alojamiento; proveedor de hosting; proveedor cloud; fornitore hosting; provider cloud; "
        "fornitore del software; hostingprovider; hostingpartij; softwareleverancier; cloudleverancier; provedor; "
        "provedor de hospedagem; provedor de nuvem; fornecedor de alojamento"
    ),
    Meaning.LEGAL_ENTITY: _listed(
        "legal entity; legal name; vendor legal name; contracting entity; legal entity name; contract party; registered name; "
        "full legal name; raison sociale; dénomination sociale; entité juridique; rechtsträger; firma laut vertrag; "
        "razón social; entidad legal; ragione sociale; juridische entiteit; statutaire naam; razão social; entidade jurídica; "
        "contracting party; vendor legal entity"
    ),
    Meaning.ROLE: _listed(
        "role; gdpr role; role of recipient; recipient role; vendor role; data role; privacy role; processor or controller; "
        "controller or processor; controller processor; role under gdpr; relationship; relationship type; capacity; "
        "processing role; vendor relationship; importer role; party role; controllership; role of the vendor; role or responsibility; "
        "type of recipient; recipient type; acting as; nature of relationship; data protection role; controllership role; "
        "rôle; qualité; qualification; statut rgpd; type de destinataire; rôle du destinataire; rolle; rolle des empfängers; "
        "datenschutzrolle; rol; rol del destinatario; calidad; ruolo; ruolo privacy; rol ontvanger; papel; função rgpd; "
        "papel no tratamento; agente de tratamento"
    ),
    Meaning.SCHEMES: _listed(
        "schemes; certification scheme; data privacy framework; dpf; dpf certified; dpf status; privacy shield; cbpr; "
        "transfer scheme; dpf listed; cbpr certified; dpf listing"
    ),
    Meaning.SUB_PROCESSORS: _listed(
        "sub-processors; subprocessors; sub processors; sub-processors of vendor; vendor sub-processors; fourth parties; "
        "sub-contractors; subcontractors; fourth party; further recipients; onward transfer; onward transfers; onward recipients; "
        "sous-traitants ultérieurs; sous-traitance ultérieure; unterauftragsverarbeiter liste; weitere unterauftragnehmer; "
        "subencargados; sub-responsabili; subverwerkers; suboperadores; sub-agents; subunternehmen"
    ),
    Meaning.ORIGIN: _listed(
        "from; source system; from system; origin system; sending system; sender; exporter; data exporter; source application; "
        "exporting entity; disclosing party; discloser; transferor; flow from; data source system; upstream system; "
        "système source; émetteur; exportateur; quellsystem; sender system; exporteur; von system; datenexporteur; "
        "sistema de origen; exportador; sistema origen; sistema di origine; sistema sorgente; esportatore; bronsysteem; "
        "exporteur van gegevens; sistema de origem; exportador de dados"
    ),
    Meaning.DESTINATION: _listed(
        "to; target system; destination system; to system; receiving system; receiver; target application; destination application; "
        "flow to; downstream system; data target; destination; target; transferee; "
        "système cible; système destinataire; zielsystem; empfangssystem; an system; sistema de destino; sistema destino; "
        "sistema di destinazione; doelsysteem; sistema de destino dos dados"
    ),
    Meaning.ORGANISATION: _listed(
        "organisation; organization; organisation name; organization name; controller organisation; business entity; "
        "group company; group entity; agency; our entity; data controller entity; "
        "organisation responsable; konzerngesellschaft; gesellschaft; organización; organizzazione; organisatie; organização; "
        "entité; entidad; entità; entiteit; entidade; legal entity owning the system; responsible entity"
    ),
    Meaning.FREQUENCY: _listed(
        "frequency; transfer frequency; frequency of transfer; data flow frequency; how often; periodicity; volume frequency; "
        "fréquence; häufigkeit; frecuencia; frequenza; frequentie; frequência; periodicidad; periodicidade"
    ),
    Meaning.METHOD: _listed(
        "how sent; how is it sent; how it is sent; sent via; "
        "transfer method; method of transfer; method; transmission method; means of transfer; interface; interface type; protocol; "
        "transfer means; data transfer method; integration method; integration type; integration; how is it transferred; "
        "mode de transfert; moyen de transfert; übertragungsweg; übermittlungsart; schnittstelle; método de transferencia; "
        "metodo di trasferimento; wijze van doorgifte; método de transferência; transport; channel"
    ),
    Meaning.VOLUME: _listed(
        "no of records; no of people; number of people; no of individuals; no of data subjects; "
        "volume; data volume; number of records; record count; number of data subjects; number of individuals; records held; "
        "volume of data; approximate number of individuals; number of users; approx number of records; records; "
        "nombre de personnes concernées; nombre de personnes; volumétrie; anzahl betroffener; anzahl der betroffenen; "
        "datenvolumen; anzahl datensätze; volumen; número de interesados; numero di interessati; aantal betrokkenen; "
        "número de titulares; volume de dados"
    ),
    Meaning.NOTES: _listed(
        "description of asset; asset description; system description; application description; description of system; "
        "description du système; systembeschreibung; notes; note; comment; comments; remarks; remark; additional information; additional notes; further information; "
        "observations; other information; notes comments; commentaire; commentaires; remarques; observation; précisions; "
        "bemerkung; bemerkungen; anmerkung; anmerkungen; kommentar; hinweise; notizen; sonstiges; "
        "notas; observaciones; comentarios; comentario; note aggiuntive; osservazioni; commenti; "
        "opmerking; opmerkingen; toelichting; notities; observações; comentários; notes action required"
    ),
    General.NAME: _listed(
        "name; title; nom; intitulé; libellé; désignation; dénomination; bezeichnung; titel; nombre; denominación; título; "
        "nome; titolo; denominazione; naam; label; item; full name; display name; item name"
    ),
    General.DESCRIPTION: _listed(
        "description; desc; details; detail; summary; short description; descriptions; beschreibung; kurzbeschreibung; "
        "descripción; descrizione; omschrijving; beschrijving; descrição; résumé; overview; functionality"
    ),
    General.SERVICE: _listed(
        "service; services; product; products; product or service; products and services; service or product; products services; "
        "produit; produits; prestation; prestations; dienst; dienste; dienstleistung; dienstleistungen; produkt; "
        "servicio; servicios; producto; productos; servizio; servizi; prodotto; dienst product; diensten; "
        "serviço; serviços; produto; relevant services; vendor service; services used; products used"
    ),
    General.PARTNER: _listed(
        "company; entity; firm; partner; third-party company; business; corporation; provider company; "
        "société; entreprise; unternehmen; firma; organisme; empresa; compañía; azienda; società; impresa; bedrijf; onderneming; "
        "companhia; partner name; entity company; client; customer name; institution; controller name"
    ),
    General.HINT: _listed(
        "security classification; information security classification; protective marking; "
        "is there a contract in place; contract in place; is there an agreement in place; "
        "lawful basis; legal basis; legal ground; lawfulness of processing; lawful basis for processing; article 6 lawful basis; "
        "legal basis for processing; lawful basis for processing personal data; article 6 lawful basis for processing personal data; "
        "article 9 condition; article 9 condition for processing special category data; basis for processing; gdpr legal basis; "
        "special category legal basis; legal basis dpdp act; legal basis gdpr; condition for processing; processing basis; "
        "base légale; base juridique; fondement juridique; base légale du traitement; rechtsgrundlage; rechtsgrundlagen; "
        "rechtsgrundlage der verarbeitung; base jurídica; base legal; base de legitimación; legitimación; base giuridica; "
        "base legale; rechtsgrond; grondslag; wettelijke grondslag; rechtmatige grondslag; fundamento jurídico; hipótese legal; "
        "dpia; pia; dpia required; dpia status; data protection impact assessment; privacy impact assessment; "
        "data protection impact assessment required; aipd; pia réalisé; dsfa; dsfa erforderlich; datenschutz-folgenabschätzung; "
        "eipd; dpia nodig; ripd; data controller; controller; joint controller; joint controllers; dpo; data protection officer; "
        "responsable du traitement; responsable de traitement; responsable del tratamiento; verantwortlicher; titolare; "
        "titolare del trattamento; verwerkingsverantwortliche; verwerkingsverantwoordelijke; controlador; délégué à la protection des données; "
        "pii flag; pi flag; personal data flag; contains customer data; contains personal data; personal data y n; contains pii; pii y n; personal data yes no; holds personal information; "
        "processes personal data; stores pii; personal information y n; handles pii; processes pii; has pii; access to pii; "
        "données personnelles oui non; personenbezogene daten ja nein; datos personales sí no; sensitive customer data y n; "
        "children's data; children's data y n; data subject rights; rights available to individuals; rights of data subjects; "
        "droits des personnes concernées; droits des personnes; betroffenenrechte; consent; consent obtained; consent required; "
        "legitimate interest; legitimate interests; privacy policy; privacy notice; automated decision-making; profiling; "
        "automated decision making; prise de décision automatisée; gdpr; ccpa; hipaa; data classification; "
        "information classification; classification of data; data sensitivity; sensitivity; sensitivity level; dpa in place; "
        "dpa signed y n; dpa status; has dpa; data breach; personal data breach; deletion mechanism; deletion method; "
        "internal access teams roles; who has access; who has access internal roles; access rights; "
        "personal information bank; gdpr relevant; gdpr applicable; cross reference to privacy notice; "
        "regulatory impact; applicable regulations; mandatory or optional nature of data collection; encryption"
    ),
    General.AGAINST: _listed(
        "price; unit price; cost; total cost; unit cost; amount; total; subtotal; quantity; qty; stock; in stock; stock level; "
        "sku; barcode; size; colour; color; weight; height; width; length; budget; actual; forecast; variance; revenue; sales; "
        "turnover; profit; margin; spend; annual spend; salary; wage; pay; tax; vat; gross; net; currency; invoice; invoice number; "
        "payment terms; order; order number; order date; discount; score; points; rank; ranking; rating; grade; mark; result; "
        "age; gender; sex; date of birth; birthday; birth date; date of death; has kids; profession; job title; occupation; "
        "first name; last name; surname; given name; phone; telephone; phone number; mobile; fax; email; e-mail; email address; "
        "address; street; city; postcode; zip; zip code; postal code; state; latitude; longitude; temperature; speed; distance; "
        "flavour; flavor; brand; model; model number; make; year; month; quarter; week; day; hours; count; number; percentage; "
        "percent; share; average; mean; median; min; max; goals; team name; player; school; class; teacher; student; course; "
        "author; isbn; genre; artist; album; species; country of origin; nationality; citizenship; employees; "
        "number of employees; species name; ticket; task; sprint; milestone; deadline; start; finish; metric; formula; "
        "probability; likelihood; impact score; capital; gdp; birth country; issue date; attendees; composite score; "
        "prix; coût; montant; quantité; taille; couleur; poids; âge; sexe; adresse; téléphone; adresse mél; courriel; ville; "
        "code postal; nom de famille; prénom; salaire; chiffre d'affaires; unité; "
        "preis; kosten; betrag; menge; anzahl; größe; farbe; gewicht; alter; geschlecht; anschrift; telefon; stadt; "
        "vorname; nachname; geburtsdatum; gehalt; umsatz; bestand; artikel; artikelnummer; einheit; "
        "precio; coste; importe; cantidad; talla; color talla; peso; edad; sexo; dirección; teléfono; correo electrónico; ciudad; "
        "apellidos; apellido; salario; ventas; modelo; marca; existencias; precio libras; "
        "prezzo; costo; importo; quantità; taglia; colore; età; indirizzo; telefono; città; cognome; vendite; fatturato; "
        "prijs; aantal; maat; kleur; gewicht kg; leeftijd; adres; telefoon; stad; voornaam; achternaam; omzet; voorraad; "
        "preço; quantidade; tamanho; cor; idade; endereço; telefone; cidade; vendas; sobrenome; estoque"
    ),
    General.PLAIN: _listed(
        "field; value; property; setting; service category; vendor category; service type; vendor type; supplier type; "
        "type of service; category of service; business capability; vendor classification; supplier category; "
        "status; current status; state of entry; version; created; created at; updated; updated at; deleted at; last updated; "
        "date; last reviewed; last reviewed date; last review; last review date; reviewed by; approved by; date added; effective date; start date; "
        "criticality; business criticality; risk; risk level; risk rating; risk tier; risk score; vendor tier; tier; priority; "
        "confidentiality; integrity; availability; classification; category; type; kind; nature; level; action; actions; "
        "recommended action; action required; next steps; url; link; website; web site; domain; contact; contact person; "
        "contact details; contact name; contact email; vendor contact; vendor website; vendor email; supplier contact; nr; no; no.; num; line; row; index; "
        "n°; s no; sl no; sr no; serial number; serial no; lfd nr; item no; technology owner; executive sponsor; sponsor; "
        "tags; labels; owner email; owner id; owner phone; assessment date; assessment expiry; contract renewal; "
        "logo; active; enabled; regulation; reviewer; approver; last assessed; privacy policy url; dpa url; mission; dependency; "
        "penetration; maturity; trust; legal entity identifier; known vulnerability; incident response plan; attachments; "
        "statut; état; date de création; dernière mise à jour; date de mise à jour; type; catégorie; risque; site web; "
        "stand; erstellt am; geändert am; typ; art; kategorie; risiko; lfd. nr.; laufende nummer; kontakt; webseite; "
        "estado; fecha; tipo; categoría; riesgo; contacto; stato; tipo categoria; categoria; rischio; contatto; "
        "status verwerking; soort; risico; contactpersoon; situação; risco; contato"
    ),
}


# ------------------------------------------------------------------------------------------------ words of headings

_LITTLE = _words(
    "of the a an and or in on by with as this that your our their are is be has if applicable any possible "
    "de du des d la le les l un une et ou en au aux par der die das den dem des von vom und oder im zur zum bei y e o u "
    "del el los las di della dei delle degli dell il lo gli i van het een te door da do dos das ao"
)
_CAMEL = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"^\s*(?:\(?\d{1,2}(?:\.\s?(?:\d{1,2}|[a-z]\b))*\.?[a-z]?\)?[.):]?|[a-zA-Z][.)])\s+(?=\S)")
_BRACKET = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]?\s*")
_YES_NO = re.compile(r"(?:[yjos]\s*/\s*n|yes\s*/\s*no|oui\s*/\s*non|ja\s*/\s*nein|s[ií]\s*/\s*no|sim\s*/\s*não|ja\s*/\s*nee|true\s*/\s*false)(?:\s*/\s*\w+)?", re.I)  # fmt: skip
_PARTED = re.compile(r"\s*/\s*|\s*\|\s*|\s+or\s+|\s+and/or\s+|\s+ou\s+|\s+oder\s+|\s*&\s*|\s*,\s*")
_AFTER = re.compile(r"\s*(?:[:?]|\s[-–—]\s|\n).*", re.S)
LONGEST = 250
"""Characters of a heading, help within it included."""

# What may stand beside a heading's own words without changing what it means.
_NEUTRAL = _words(
    "name list full main primary key all current relevant overall general total held used involved concerned affected "
    "personal detail details description information data field e g eg etc required optional mandatory please specify "
    "we you use used hold what which called do doe it they how store collect process processed stored free text drop down dropdown select one multiple see guidance etc i.e ie per company s es "
    "nom principal principale name haupt nombre principal nome naam gdpr rgpd dsgvo avg privacy dpdp nz au eu uk"
)
# Words that make a heading about something else than the word beside them.
_OTHERWISE = _words(
    "tier score rating rank risk status state date day year month age number no count size type kind category class model "
    "cost price spend budget amount value fee tax id code ref reference key email mail phone telephone fax contact address "
    "url link website web site domain logo image version url owner manager responsible sponsor lead representative dpo "
    "review reviewed reviewer renewal approved approval approver assessment audit assessed certification certified iso soc "
    "criticality critical dependency maturity penetration priority level frequency expiry start end "
    "policy procedure notice rule right rights request breach incident complaint training test plan "
    "required exists available completed done signed y n yes no "
    "birth origin citizenship nationality issue manufacture sale purchase delivery "
    "statut risque niveau adresse téléphone courriel date preis kosten risiko telefon precio coste riesgo teléfono "
    "costo prezzo rischio telefono prijs kosten risico preço custo risco"
)


# Words of headings that tables of orders, payments, goods, journeys, bookings, tickets, courses and guests have.
_TRADE = (
    "order invoice amount price qty quantity sku barcode weight kg freight shipment shipping shipper consignee parcel cargo "
    "manifest tracking courier carrier vessel dispatch delivery fare mileage odometer km vehicle driver trip hotel flight "
    "journey paid payment payee payer donation donor pledge gift leave absence vacation entitlement overtime payslip salary "
    "lecturer credit enrolment exam semester room booking booked guest arrival departure attendee dietary seat ticket "
    "assigned assignee reporter reported requester sprint story severity subscribed unsubscribed click bounce subscriber "
    "stock warehouse serial warranty imei watt fee bid discount subtotal shareholder passenger applicant visa likelihood "
    "opportunity nzd aud usd eur gbp chf inr po "
    "rechnung rechnungsnummer betrag preis menge bestellung bestellnummer lieferung gewicht versand spende urlaub fahrer "
    "fahrzeug reise hotel zimmer gast warenkorb "
    "facture montant commande quantité poids livraison prix colis envoi don congé chauffeur véhicule chambre "
    "factura importe pedido cantidad peso precio envío paquete donación habitación vehículo "
    "fattura importo ordine quantità prezzo spedizione camera veicolo "
    "factuur bedrag bestelling prijs gewicht levering zending verlof voertuig kamer "
    "fatura valor encomenda preço envio quarto veículo"
)


@lru_cache(maxsize=8_192)
def words_of(heading: str) -> tuple[str, ...]:
    """The words that a heading is made of: without little words, accents and plurals, camel and snake case parted."""
    text = unicodedata.normalize("NFC", heading).replace("’", "'").replace("'s ", " ")
    found = [w.casefold() for w in _WORD.findall(_CAMEL.sub(" ", text))]
    told = [w for w in found if w not in _LITTLE]
    return tuple(_stem(w) for w in (told or found))


def _stem(word: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).replace("ß", "ss")
    bare = _SHORT_FOR.get(bare, bare)
    if len(bare) > 4 and bare.endswith("ies"):
        return f"{bare[:-3]}y"
    if len(bare) > 3 and bare.endswith("s") and not bare.endswith(("ss", "us", "is")):
        return bare[:-1]
    return bare


_SHORT_FOR = {
    "nm": "name", "cntry": "country", "ctry": "country", "desc": "description", "cat": "category", "cats": "category",
    "vndr": "vendor", "sys": "system", "dept": "department", "loc": "location", "cd": "code", "purp": "purpose",
    "appl": "application", "rcpt": "recipient", "info": "information", "3rd": "third", "ref": "reference",
}  # fmt: skip


def _stems(words: str) -> frozenset[str]:
    return frozenset(_stem(w) for w in words.split())


@cache
def _keys() -> Mapping[str, Meaning | General]:
    return {name_key(w): meaning for meaning, listed in reversed(tuple(_LEXICON.items())) for w in listed}


@cache
def _sets() -> Mapping[frozenset[str], Meaning | General]:
    """Headings by their words in any order. Words that two meanings share in different order stand for neither."""
    found: dict[frozenset[str], Meaning | General] = {}
    for meaning, listed in reversed(tuple(_LEXICON.items())):
        for heading in listed:
            found[frozenset(words_of(heading))] = meaning
    return found


@cache
def _phrases() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The headings of the lexicon that have each word, as the words they are made of, longest first."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for meaning, listed in _LEXICON.items():
        if meaning in (General.AGAINST, General.PLAIN):
            continue
        for heading in listed:
            words = words_of(heading)
            if len(words) > 1 or (meaning in _ONE_WORD_TELLS and len(words[0]) > 3):
                found.setdefault(words[0], set()).add(words)
    return {first: tuple(sorted(each, key=lambda w: (-len(w), w))) for first, each in found.items()}


_ONE_WORD_TELLS = frozenset(
    {
        Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.RECIPIENT, Meaning.RECIPIENTS, Meaning.PURPOSE, Meaning.RETENTION,
        Meaning.INDIVIDUALS, Meaning.MECHANISM, General.COUNTRY,
    }
)  # fmt: skip
"""Meanings that one word within a longer heading is enough for."""
# A word for a place beside a word for whose it is: together a heading, in any order.
_PLACE_WORDS = _stems(
    "location country region jurisdiction place geography zone site territory where city address state "
    "lieu pays localisation région ville land ort standort staat region sitz wo país ubicación lugar región sede dónde "
    "paese luogo ubicazione regione dove plaats locatie regio waar localização local região onde center centre datacenter "
    "datacentre rechenzentrum"
)
_WHOSE: tuple[tuple[frozenset[str], Meaning], ...] = (
    (
        _stems(
            "transfer transferred destination overseas offshore export exported receiving abroad transfert destino "
            "übermittlung drittland trasferimento doorgifte transferencia transferência"
        ),
        Meaning.DESTINATIONS,
    ),
    (
        _stems(
            "vendor supplier processor subprocessor provider recipient importer party third sub company entity partner "
            "contractor subcontractor agent sous traitant prestataire fournisseur destinataire empfänger dienstleister "
            "auftragsverarbeiter anbieter proveedor encargado destinatario fornitore responsabile ontvanger verwerker "
            "leverancier fornecedor operador destinatário subcontratante headquarter hq"
        ),
        Meaning.RECIPIENT_LOCATIONS,
    ),
    (
        _stems(
            "data hosting hosted host storage stored store server held kept cloud processing processed system application "
            "app backup database information record file located hébergement stockage données serveur hébergé speicher "
            "daten gespeichert gehostet datos alojamiento almacenamiento servidor dati archiviazione conservati gegevens "
            "opslag opgeslagen dados armazenamento hospedagem kept residency"
        ),
        Meaning.LOCATIONS,
    ),
)


def _composed(words: tuple[str, ...]) -> Found | None:
    """`Data processor location`, `Backup region`, `Where held`: a place, and whose it is."""
    rest = [w for w in words if w not in _PLACE_WORDS]
    if len(rest) == len(words) or not rest or len(words) > 6 or any(w in _OTHERWISE for w in rest):
        return None
    for whose, meaning in _WHOSE:
        if any(w in whose for w in rest) and all(w in _NEUTRAL or any(w in each for each, _ in _WHOSE) for w in rest):
            if meaning is Meaning.RECIPIENT_LOCATIONS and any(w in _COUNTRY_WORDS for w in words):
                meaning = Meaning.RECIPIENT_COUNTRY
            return Found(meaning, 0.88, "the words of its heading, a place and whose it is")
    return None


_COUNTRY_WORDS = _stems("country pays land staat país paese jurisdiction sitz sede headquarter hq")
_FUZZY = 0.87
_FUZZY_LETTERS = 7


LONGEST_HEADING = 400
"""Characters of a cell that are looked at as a heading; no heading is longer."""


def shortly(text: str) -> str:
    """The beginning of a text on one line: what a heading may be, and short enough for any pattern."""
    return " ".join(text[: LONGEST_HEADING * 2].split())[:LONGEST_HEADING]


@lru_cache(maxsize=8_192)
def meaning_of(heading: str) -> Found | None:
    """What a heading means by its own words; None when the lexicon has nothing like it.

    From sure to less sure: the heading itself; its words in another order; without what stands in brackets or behind a
    colon; one of several words parted by a slash; a place and whose it is; another spelling; a heading of the lexicon
    within it; what stands in brackets.
    """
    text = _NUMBERED.sub("", shortly(heading)).strip(" *:?!.#")
    if not text or len(text) > LONGEST:
        return None
    found = _looked_up(text)
    if found and found.meaning in _ASKED and _YES_NO.search(text):
        return found._replace(meaning=_ASKED[found.meaning])
    return found


def _looked_up(text: str) -> Found | None:
    if whole := _exactly(text):
        return whole
    bare = _AFTER.sub("", _BRACKET.sub(" ", _YES_NO.sub("", text))).strip(" *:?-/")
    if not bare:
        return None
    if bare != text:
        if _YES_NO.search(text) and (found := _exactly(f"{bare} y n")):
            return found
        if found := _exactly(bare):
            return found._replace(confidence=found.confidence - 0.03)
    found = _asked(text) or _one_of_several(bare) or _composed(words_of(bare)) or _near(bare) or _within(bare)
    if (found is None or found.confidence < 0.8) and _ABROAD.search(bare):
        return Found(Meaning.TRANSFER, 0.8, "it asks whether something goes abroad")
    if found is None and (inside := re.search(r"\(([^()]{3,40})\)", text)) and (noted := _exactly(inside[1])):
        noted = noted._replace(confidence=0.75, why="what stands in brackets in its heading")
        return noted if isinstance(noted.meaning, Meaning) else None
    return found


_SHARED_WITH = re.compile(
    r"\b(?:shar|disclos|send|sent|giv|pass|provid)\w* (?:[\w/-]+ ){0,6}(?:with|to) (?:any|other|whom|who|third|someone|somebody)",
    re.I,
)
_HELD_IN = re.compile(r"\b(?:hosted|stored|held|kept|located|saved|resides?) (?:in|at)\b", re.I)


def _asked(text: str) -> Found | None:
    """`Do you share the information with anyone? If so, who?`, `All records held in`."""
    if _SHARED_WITH.search(text) and not _ABROAD.search(text):
        return Found(Meaning.RECIPIENTS, 0.85, "it asks who receives it")
    first = text.partition("?")[0].strip()
    if len(first.split()) <= 6 and (match := _HELD_IN.search(first)) and match.end() == len(first):
        return Found(Meaning.LOCATIONS, 0.88, "it says where something is held")
    return None


_ABROAD = re.compile(
    r"\b(?:overseas|abroad|offshore|cross[- ]?border|outside (?:of )?(?:the )?(?:country|nz|new zealand|au|australia|eu|eea|uk|"
    r"europe\w*|india)|leaves? (?:the )?(?:country|nz|new zealand|au|australia|eu|eea|uk|india)|hors (?:de l['’])?(?:ue|eee|union)|"
    r"au[sß]+erhalb|ins ausland|fuera de(?: la)? ue|extra[- ]ue|buiten de e|fora da ue)",
    re.I,
)
_ASKED: Mapping[Meaning | General, Meaning | General] = {
    Meaning.CATEGORIES: General.HINT,
    Meaning.SENSITIVE_CATEGORIES: Meaning.SENSITIVE,
    Meaning.RECIPIENTS: General.PLAIN,
    Meaning.PROCESSORS: General.PLAIN,
    Meaning.INTERNAL: General.PLAIN,
    Meaning.RECIPIENT: General.PLAIN,
    Meaning.LOCATIONS: General.PLAIN,
    Meaning.DESTINATIONS: Meaning.TRANSFER,
    Meaning.MECHANISM: General.PLAIN,
}
"""What a heading means that wants a yes or no of what it would name."""


def _exactly(text: str) -> Found | None:
    if found := _keys().get(name_key(text)):
        return Found(found, 0.98, "its heading")
    if found := _sets().get(frozenset(words_of(text))):
        return Found(found, 0.95, "the words of its heading")
    return None


def _one_of_several(text: str) -> Found | None:
    parts = [p for p in _PARTED.split(text) if p]
    if len(parts) < 2:
        return None
    found = [
        each for part in parts if (each := _exactly(part)) and each.meaning not in (General.PLAIN, General.AGAINST)
    ]
    if not found:
        return None
    first = found[0]
    if first.meaning is Meaning.REFERENCE and len(found) > 1:
        first = found[1]
    agree = len({each.meaning for each in found}) == 1 and len(found) == len(parts)
    if len(found) < len(parts) and any(w in _OTHERWISE for w in words_of(parts[-1])):
        return None
    if agree:
        return Found(first.meaning, 0.93, f"{parts[0]!r} in its heading")
    subjects = len(found) == len(parts) and all(each.meaning in SUBJECTS for each in found)
    return Found(first.meaning, 0.88 if subjects else 0.8, "part of its heading")


def _near(text: str) -> Found | None:
    key = name_key(text)
    if len(key) < _FUZZY_LETTERS:
        return None
    near = places.nearest(key, _spellings(), _FUZZY)
    return Found(_keys()[near], 0.82, "a heading spelled much like it") if near else None


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(key for key in _keys() if len(key) >= _FUZZY_LETTERS)


def _within(text: str) -> Found | None:
    """The longest heading of the lexicon whose words stand side by side in a longer one.

    Of equally long ones that which is not merely whose it is: the purpose in `System purpose`, the retention in `Vendor
    retention`.
    """
    words = words_of(text)
    best: tuple[tuple[int, bool, int], tuple[str, ...]] | None = None
    for at, word in enumerate(words):
        for phrase in _phrases().get(word, ()):
            if words[at : at + len(phrase)] == phrase:
                rank = len(phrase), _sets()[frozenset(phrase)] not in _OWNERS_OF_WORDS, -at
                best = max(best, (rank, phrase)) if best else (rank, phrase)
    if best is None:
        return None
    (size, _, before), phrase = best
    meaning = _sets()[frozenset(phrase)]
    rest = [*words[:-before], *words[size - before :]]
    if meaning in (General.NAME, Meaning.NOTES, General.DESCRIPTION, General.SERVICE, General.PARTNER) or not rest:
        return None
    if any(w in _OTHERWISE for w in rest):
        return None
    share = size / len(words)
    why = f"{' '.join(phrase)!r} in its heading"
    if all(w in _NEUTRAL for w in rest):
        described = meaning in _OWNERS_OF_WORDS and set(rest) & _DESCRIBES
        return Found(General.DESCRIPTION if described else meaning, 0.86, why)
    if meaning in _OWNERS_OF_WORDS:
        return Found(meaning, 0.5, why)
    if size == 1 and share < 0.34:
        return None
    return Found(meaning, round(0.5 + 0.3 * share, 2), why)


_OWNERS_OF_WORDS = frozenset(
    {*SUBJECTS, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.INTERNAL, Meaning.PROVIDER, Meaning.REFERENCE}
)
"""Meanings whose words often only say whose the rest of a heading is."""
_DESCRIBES = frozenset({"description", "detail", "information"})


_ACTS_FOR = _stems(
    "processor subprocessor traitant auftragsverarbeiter unterauftragsverarbeiter encargado subencargado verwerker "
    "subverwerker subcontratante operador suboperador subprocessador"
)
_OR_NOT = _stems(
    "controller recipient vendor supplier provider contractor partner destinataire prestataire fournisseur empfänger "
    "dienstleister anbieter proveedor destinatario fornitore ontvanger leverancier fornecedor destinatário controlador"
)
_PROVIDES = _ACTS_FOR | _stems(
    "vendor supplier provider host hoster hosting publisher developer manufacturer contractor subcontractor prestataire "
    "fournisseur hébergeur éditeur anbieter dienstleister lieferant hersteller betreiber auftragnehmer proveedor fornitore "
    "leverancier dienstverlener fornecedor provedor"
)


def acts_for(heading: str) -> bool:
    """Whether a heading says of those under it that they act for the organisation: `Data processor`, not `Vendor`."""
    words = frozenset(words_of(heading))
    italian = "responsabile" in words and bool(words & {"esterno", "trattamento"})
    found = meaning_of(heading)
    mixed = found is not None and found.meaning is Meaning.RECIPIENTS
    return (italian or bool(words & _ACTS_FOR)) and not words & _OR_NOT and not mixed


def provides(heading: str) -> bool:
    """Whether a heading names those who provide the system of their row: `Vendor`, `Processor`, not `Shared with`."""
    found = meaning_of(heading)
    if acts_for(heading) or _PROVIDES & set(words_of(heading)):
        return True
    return found is not None and found.meaning is Meaning.PROVIDER


@cache
def _trade() -> frozenset[str]:
    return _stems(_TRADE)


@lru_cache(maxsize=8_192)
def of_trade(heading: str) -> bool:
    """Whether a heading is one of orders, payments, goods, journeys, bookings, tickets, courses or guests."""
    found = meaning_of(heading)
    if found and found.meaning not in (General.AGAINST, General.PLAIN, General.NAME, General.PLACE, Meaning.REFERENCE):
        return False
    words = words_of(heading)
    return len(words) <= 4 and not _trade().isdisjoint(words) and {"contact", "term"}.isdisjoint(words)


_OF_LISTS = (Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.SUB_PROCESSORS)
_ABOUT = frozenset({Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.RECIPIENT, *_OF_LISTS})


@lru_cache(maxsize=1_024)
def about(title: str) -> Meaning | None:
    """What a table is about by its title or its sheet's name: `Vendor register`, `Liste des traitements`; None if unsaid."""
    title = shortly(title)
    words = words_of(title[:LONGEST])
    for at, word in enumerate(words):
        for phrase in _phrases().get(word, ()):
            meaning = _sets()[frozenset(phrase)]
            if words[at : at + len(phrase)] == phrase and meaning in _ABOUT:
                assert isinstance(meaning, Meaning)
                return Meaning.RECIPIENT if meaning in _OF_LISTS else meaning
        if word in ("ropa", "vvt", "rat", "var"):
            return Meaning.ACTIVITY
    return None


_GROUPS: Iterable[tuple[frozenset[Meaning | General], Mapping[General, Meaning | General]]] = (
    (
        frozenset({Meaning.TRANSFER, Meaning.DESTINATIONS, Meaning.MECHANISM}),
        {General.COUNTRY: Meaning.DESTINATIONS, General.PLACE: Meaning.DESTINATIONS, General.NAME: Meaning.RECIPIENT},
    ),
    (
        frozenset({Meaning.RECIPIENT, Meaning.RECIPIENTS, Meaning.PROCESSORS, Meaning.PROVIDER, General.PARTNER}),
        {
            General.COUNTRY: Meaning.RECIPIENT_COUNTRY,
            General.PLACE: Meaning.RECIPIENT_LOCATIONS,
            General.NAME: Meaning.RECIPIENT,
        },
    ),
    (
        frozenset({Meaning.SYSTEM, Meaning.LOCATIONS}),
        {General.COUNTRY: Meaning.LOCATIONS, General.PLACE: Meaning.LOCATIONS, General.NAME: Meaning.SYSTEM},
    ),
    (frozenset({Meaning.ACTIVITY}), {General.NAME: Meaning.ACTIVITY}),
)


def meaning_within(group: str, heading: str) -> Found | None:
    """What a heading means under the heading of a group of columns."""
    own, above = meaning_of(heading), meaning_of(group)
    both = _keys().get(name_key(f"{group} {heading}"))
    if both and both not in (General.PLAIN, General.AGAINST):
        return Found(both, 0.98, "its heading")
    if own is None:
        return None
    if isinstance(own.meaning, General) and above:
        for groups, meanings in _GROUPS:
            if above.meaning in groups and own.meaning in meanings:
                return Found(meanings[own.meaning], 0.92, f"its heading under {group!r}")
    return own


def known_heading(text: str) -> bool:
    """Whether a text is surely a heading of such tables as are read here: in its own words, or in two or more in any order."""
    text = shortly(text)
    bare = _NUMBERED.sub("", _BRACKET.sub(" ", text)).strip(" *:?!.#")
    found = _keys().get(name_key(bare))
    if found is None and len(words := words_of(bare)) > 1:
        found = _sets().get(frozenset(words))
    return found is not None and found is not General.AGAINST


def every() -> Iterator[tuple[Meaning | General, str]]:
    """Every heading of the lexicon, with what it means."""
    for meaning, listed in _LEXICON.items():
        for heading in listed:
            yield meaning, heading

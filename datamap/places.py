"""Words → countries, groups of countries, and what happens there.

Country names come from pycountry (ISO 3166-1) and from Babel in the languages of the layouts that are read; the tables
below hold only what those two lack. Both are loaded at the first question, not at import.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import unescape
from itertools import groupby
from math import ceil, floor
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from datamap.inventory import Activity, Place, name_key

# Dated facts. EU: Treaty on European Union, Article 52, since the United Kingdom left on 1 February 2020.
# EEA: the EU with Iceland, Liechtenstein and Norway (Agreement on the European Economic Area, Articles 2 and 126).
# fmt: off
EU_MEMBERS = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})
# fmt: on
EEA_STATES = EU_MEMBERS | {"IS", "LI", "NO"}
_EUROPE = EEA_STATES | {
    "AD", "AL", "BA", "BY", "CH", "FO", "GB", "GG", "GI", "IM", "JE", "MC", "MD", "ME", "MK", "RS", "SM", "UA", "VA", "XK",
}  # fmt: skip
_ASIA_PACIFIC = frozenset({
    "AU", "BD", "CN", "FJ", "HK", "ID", "IN", "JP", "KH", "KR", "LK", "MM", "MO", "MY", "NP", "NZ", "PG", "PH", "PK", "SG",
    "TH", "TW", "VN", "WS",
})  # fmt: skip
_AMERICAS = frozenset({
    "AR", "BO", "BR", "CA", "CL", "CO", "CR", "DO", "EC", "GT", "JM", "MX", "PA", "PE", "PY", "TT", "US", "UY", "VE",
})  # fmt: skip
# What regions may be narrowed to by a country beside them: `Europe (London, UK)`, `APAC - Singapore`.
_REGIONS = {
    "Europe; Western Europe; EMEA": _EUROPE,
    "APAC; Asia Pacific; Asia-Pac; APJ": _ASIA_PACIFIC,
    "Asia; South East Asia; Southeast Asia; East Asia": _ASIA_PACIFIC - {"AU", "FJ", "NZ", "PG", "WS"},
    "ANZ; Australasia; Oceania; Pacific": frozenset({"AU", "FJ", "NZ", "PG", "WS"}),
    "Americas": _AMERICAS,
    "North America": frozenset({"CA", "MX", "US"}),
    "LATAM; Latin America; South America; Central America": _AMERICAS - {"CA", "US"},
    "Middle East; MENA": frozenset({"AE", "BH", "EG", "IL", "JO", "KW", "LB", "MA", "OM", "QA", "SA", "TN"}),
    "Africa": frozenset({"EG", "GH", "KE", "MA", "MU", "NG", "TN", "ZA"}),
}

_LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "pt_PT", "mi")

# Codes outside ISO 3166-1: those of the law lists, and Kosovo's usual user-assigned code.
_PRIVATE = {
    "AE-DIFC": "Dubai International Financial Centre",
    "XK": "Kosovo",
    "XX-EPO": "European Patent Organisation",
    "XX-EU": "EU institutions",
}

# English names where Babel's is clumsy in a table, or could mean two places.
_PREFERRED = {"GE": "Georgia (country)", "HK": "Hong Kong", "MM": "Myanmar", "MO": "Macao"}

_ALIASES = {
    "AE": "UAE; Emirates; EAU; VAE; Emirats",
    "AE-DIFC": "DIFC",
    "BA": "Bosnia; Bosnie; Bosnien; Bosnie Herzégovine",
    "BY": "Weissrussland; Byelorussia; Belorussia; Wit-Rusland",
    "CD": "DRC; DR Congo; Democratic Republic of Congo; Zaire; RDC; Rép. dém. du Congo; "
    "Rép. démocratique du Congo; République démocratique du Congo; RD Congo; DR Kongo; Demokratische Republik Kongo; "
    "República Democrática del Congo; Repubblica Democratica del Congo; Congo DRC; Congo DR; Congo RDC",
    "CF": "Centrafrique; Rép. centrafricaine; CAR",
    "CG": "Congo Republic; Republic of Congo; Congo, Republic of; Congo, Republic of the; République du Congo; Rép. du Congo; "
    "Republik Kongo; República del Congo",
    "CI": "Ivory Coast; Costa de Marfil; Costa do Marfim",
    "CN": "PRC; P.R. China; Mainland China; China mainland; People's Republic of China; "
    "République populaire de Chine; Volksrepublik China; VR China; República Popular China",
    "CV": "Cabo Verde; Kapverden; Cap Vert",
    "CZ": "Česko; Tchéquie; République tchèque; Rép. tchèque; Tschechische Republik; República Checa; Repubblica Ceca; "
    "Tsjechische Republiek; República Tcheca; Czech Rep.",
    "DE": "Federal Republic of Germany; BRD; Bundesrepublik Deutschland",
    "DK": "Danmark",
    "DO": "Rép. dominicaine; Dominican Rep.",
    "ES": "Canary Islands; Islas Canarias; Ceuta; Melilla; Kingdom of Spain",
    "FI": "Suomi",
    "FM": "Micronésie; Mikronesien",
    "FO": "Faeroe Islands; Iles Feroe; Féroé; Faeroes; Faroes",
    "GB": "U.K.; G.B.; Britain; Great Britain; Great Britain and Northern Ireland; England; England and Wales; Scotland; "
    "Wales; Northern Ireland; Angleterre; Grande-Bretagne; Großbritannien; Groot-Brittannië; Gran Bretaña; "
    "Gran Bretagna; Grã-Bretanha; Inglaterra; Inghilterra; Engeland; Ecosse; Pays de Galles; Irlande du Nord; "
    "Schottland; Nordirland; Escocia; Royaume Uni de Grande-Bretagne et d'Irlande du Nord; "
    "Vereinigtes Königreich Großbritannien und Nordirland; V.K.",
    "GE": "Republic of Georgia; Sakartvelo",
    "GG": "Alderney; Sark; Bailiwick of Guernsey; Guernesey",
    "GR": "Hellas; Ellada; Hellenic Republic",
    "HK": "Hong Kong SAR; Hong Kong, China; HKSAR; Hongkong; Hong Kong SAR, China",
    "IE": "Eire; Republic of Ireland; République d'Irlande; Republik Irland; Ireland (Republic of); Southern Ireland",
    "IL": "State of Israel",
    "IM": "Ile de Man; IoM",
    "JE": "Bailiwick of Jersey",
    "KG": "Kirghizie; Kirghizstan; Kirgizistan; Kirgisien; Kirgisistan",
    "KP": "DPRK; Korea, North; N. Korea; Rép. pop. dém. de Corée; République populaire démocratique de Corée",
    "KR": "Republic of Korea; Korea, South; S. Korea; Korea (Republic of); Korea, Rep.; ROK; Rép. de Corée; "
    "République de Corée; Republik Korea; República de Corea",
    "LA": "Lao PDR",
    "MD": "Moldavie; Moldawien; Moldavia; Republic of Moldova",
    "MH": "Marshall; Iles Marshall",
    "MK": "Macedonia; FYROM; Former Yugoslav Republic of Macedonia; Macédoine; Mazedonien; Macedonië; "
    "ARYM; Ex-République yougoslave de Macédoine; Republic of North Macedonia",
    "MM": "Burma; Birmanie; Birma; Birmania",
    "MO": "Macau; Macau SAR; Macao SAR; Macau, China; Macao, China",
    "NL": "Holland; Hollande; Holanda; Olanda; The Netherlands; Kingdom of the Netherlands; Nederlands",
    "NO": "Norge; Noreg",
    "NZ": "N.Z.; Aotearoa New Zealand; New Zealand Aotearoa; Nlle-Zélande; Nouvelle Zélande",
    "PL": "Polska",
    "PS": "Palestine; State of Palestine; Gaza; West Bank; Autorité palestinienne; Territoires palestiniens",
    "PT": "Azores; Madeira",
    "SA": "KSA; Kingdom of Saudi Arabia",
    "SB": "Salomon; Iles Salomon; Solomon Is.",
    "SE": "Sverige",
    "SH": "Ascension Island; Tristan da Cunha",
    "SK": "Slovak Republic; République slovaque; Slowakische Republik",
    "SZ": "Swaziland; Swasiland; Suazilandia; Souaziland",
    "TL": "East Timor; Timor oriental",
    "TR": "Turkey; Turkiye; Türkei",
    "TW": "Chinese Taipei; Taiwan, China; Republic of China; Taiwan, R.O.C.",
    "TZ": "United Republic of Tanzania; Tanzania (United Republic of)",
    "US": "U.S.; U.S.A.; America; The States; Etats-Unis d'Amérique; Vereinigte Staaten von Amerika; "
    "Stati Uniti d'America; Estados Unidos de América; Verenigde Staten van Amerika; EE.UU.; EUA; U.S. of A.; "
    "United States (US); United States (USA); United States of America (USA); United States of America (US); "
    "the United States; Estados Unidos da América; Stati Uniti; Unites States; Untied States; "
    "United Stated; VS; Continental US; Contiguous United States; District of Columbia",
    "VA": "Vatican; Holy See; Saint-Siège; Heiliger Stuhl",
    "VG": "BVI",
    "VI": "USVI",
    "WS": "Western Samoa; Samoa occidentales",
    "XX-EPO": "European Patent Organization; European Patent Office",
    "XX-EU": "EU institutions and bodies; European Union institutions; EU institutions, bodies, offices and agencies",
}

# Regions of clouds whose code or name stands for one country, as Amazon, Google and Microsoft name them. From general
# knowledge, to be verified against the providers' own lists. Multi-regions are left out.
# fmt: off
_CLOUD_REGIONS = {
    "AE": "me-central-1; uaenorth; uaecentral; UAE North; UAE Central; Middle East (UAE)",
    "AT": "austriaeast; Austria East",
    "AU": "ap-southeast-2; ap-southeast-4; australia-southeast1; australia-southeast2; australiaeast; australiasoutheast; "
    "australiacentral; australiacentral2; Australia East; Australia Southeast; Australia Central; Asia Pacific (Sydney); "
    "Asia Pacific (Melbourne)",
    "BE": "europe-west1; belgiumcentral; Belgium Central",
    "BH": "me-south-1; Middle East (Bahrain)",
    "BR": "sa-east-1; southamerica-east1; brazilsouth; brazilsoutheast; Brazil South; Brazil Southeast; "
    "South America (São Paulo)",
    "CA": "ca-central-1; ca-west-1; northamerica-northeast1; northamerica-northeast2; canadacentral; canadaeast; "
    "Canada Central; Canada East; Canada (Central); Canada West (Calgary)",
    "CH": "eu-central-2; europe-west6; switzerlandnorth; switzerlandwest; Switzerland North; Switzerland West; "
    "Europe (Zurich)",
    "CL": "southamerica-west1; chilecentral; Chile Central",
    "CN": "cn-north-1; cn-northwest-1; China (Beijing); China (Ningxia)",
    "DE": "eu-central-1; europe-west3; europe-west10; eusc-de-east-1; germanywestcentral; germanynorth; "
    "Germany West Central; Germany North; EU (Frankfurt); Europe (Frankfurt)",
    "ES": "eu-south-2; europe-southwest1; spaincentral; Spain Central; Europe (Spain)",
    "FI": "europe-north1",
    "FR": "eu-west-3; europe-west9; francecentral; francesouth; France Central; France South; EU (Paris); Europe (Paris)",
    "GB": "eu-west-2; europe-west2; uksouth; ukwest; UK South; UK West; EU (London); Europe (London)",
    "HK": "ap-east-1; asia-east2; eastasia; Azure East Asia; Asia Pacific (Hong Kong)",
    "ID": "ap-southeast-3; asia-southeast2; indonesiacentral; Indonesia Central; Asia Pacific (Jakarta)",
    "IE": "eu-west-1; northeurope; Azure North Europe; North Europe (Ireland); EU (Ireland); Europe (Ireland)",
    "IL": "il-central-1; me-west1; israelcentral; Israel Central; Israel (Tel Aviv)",
    "IN": "ap-south-1; ap-south-2; asia-south1; asia-south2; centralindia; southindia; westindia; jioindiawest; "
    "jioindiacentral; Central India; South India; West India; Asia Pacific (Mumbai); Asia Pacific (Hyderabad)",
    "IT": "eu-south-1; europe-west8; europe-west12; italynorth; Italy North; EU (Milan); Europe (Milan)",
    "JP": "ap-northeast-1; ap-northeast-3; asia-northeast1; asia-northeast2; japaneast; japanwest; Japan East; Japan West; "
    "Asia Pacific (Tokyo); Asia Pacific (Osaka)",
    "KR": "ap-northeast-2; asia-northeast3; koreacentral; koreasouth; Korea Central; Asia Pacific (Seoul)",
    "MX": "mx-central-1; northamerica-south1; mexicocentral; Mexico Central; Mexico (Central)",
    "MY": "ap-southeast-5; malaysiawest; Malaysia West; Asia Pacific (Malaysia)",
    "NL": "europe-west4; westeurope; Azure West Europe; West Europe (Netherlands)",
    "NO": "norwayeast; norwaywest; Norway East; Norway West",
    "NZ": "ap-southeast-6; newzealandnorth; New Zealand North; Asia Pacific (New Zealand)",
    "PL": "europe-central2; polandcentral; Poland Central",
    "QA": "me-central1; qatarcentral; Qatar Central",
    "SA": "me-central2",
    "SE": "eu-north-1; europe-north2; swedencentral; swedensouth; Sweden Central; EU (Stockholm); Europe (Stockholm)",
    "SG": "ap-southeast-1; asia-southeast1; southeastasia; Azure Southeast Asia; Asia Pacific (Singapore)",
    "TH": "ap-southeast-7; Asia Pacific (Thailand)",
    "TW": "ap-east-2; asia-east1; Asia Pacific (Taipei)",
    "US": "us-east-1; us-east-2; us-west-1; us-west-2; us-gov-east-1; us-gov-west-1; us-central1; us-east1; us-east4; "
    "us-east5; us-south1; us-west1; us-west2; us-west3; us-west4; us-east; us-west; us-central; US East; US West; US Central; US South; centralus; eastus; "
    "eastus2; eastus3; northcentralus; southcentralus; westcentralus; westus; westus2; westus3; Central US; East US; "
    "East US 2; North Central US; South Central US; West Central US; West US; West US 2; West US 3; AWS GovCloud; "
    "US East (N. Virginia); US East (Northern Virginia); US East (Virginia); US East (Ohio); US West (Oregon); "
    "US West (N. California)",
    "ZA": "af-south-1; africa-south1; southafricanorth; southafricawest; South Africa North; South Africa West; "
    "Africa (Cape Town)",
}

# Well-known cities, only ever to say what may be meant: none stands for its country by itself.
_CITIES = {
    "AE": "Dubai; Abu Dhabi", "AR": "Buenos Aires", "AT": "Vienna; Wien; Graz; Salzburg",
    "AU": "Sydney; Melbourne; Brisbane; Perth; Adelaide; Canberra; Hobart",
    "BE": "Brussels; Bruxelles; Brussel; Antwerp; Antwerpen; Ghent; Gent; Liège", "BG": "Sofia",
    "BR": "São Paulo; Rio de Janeiro; Brasília",
    "CA": "Toronto; Montréal; Montreal; Vancouver; Ottawa; Calgary; Edmonton; Winnipeg; Mississauga",
    "CH": "Zurich; Zürich; Geneva; Genève; Genf; Basel; Bern; Lausanne; Zug", "CN": "Beijing; Shanghai; Shenzhen; Guangzhou",
    "CO": "Bogotá", "CZ": "Prague; Praha; Brno",
    "DE": "Frankfurt; Frankfurt am Main; Berlin; Munich; München; Hamburg; Cologne; Köln; Düsseldorf; Stuttgart; Leipzig; "
    "Nuremberg; Nürnberg; Falkenstein; Karlsruhe; Hannover; Walldorf",
    "DK": "Copenhagen; København; Aarhus", "EE": "Tallinn", "ES": "Madrid; Barcelona; Sevilla; Bilbao",
    "FI": "Helsinki; Espoo; Hamina", "FR": "Paris; Lyon; Marseille; Lille; Toulouse; Nantes; Strasbourg; Roubaix; Gravelines",
    "GB": "London; Manchester; Edinburgh; Glasgow; Leeds; Bristol; Cardiff; Belfast; Slough", "GR": "Athens",
    "HU": "Budapest", "ID": "Jakarta", "IE": "Dublin; Cork; Galway; Limerick", "IL": "Tel Aviv; Haifa",
    "IN": "Mumbai; Bangalore; Bengaluru; Hyderabad; Chennai; Pune; New Delhi; Delhi; Gurgaon; Gurugram; Noida; Kolkata",
    "IS": "Reykjavik; Reykjavík", "IT": "Milan; Milano; Rome; Roma; Turin; Torino; Bologna", "JP": "Tokyo; Osaka; Kyoto",
    "KE": "Nairobi", "KR": "Seoul; Busan", "LT": "Vilnius", "LV": "Riga", "MX": "Mexico City; Guadalajara; Monterrey",
    "MY": "Kuala Lumpur", "NG": "Lagos",
    "NL": "Amsterdam; Rotterdam; The Hague; Den Haag; Utrecht; Eindhoven; Eemshaven; Schiphol", "NO": "Oslo; Bergen",
    "NZ": "Auckland; Wellington; Christchurch; Dunedin; Tauranga; Hamilton NZ; Queenstown; Palmerston North",
    "PH": "Manila; Makati; Cebu; Cebu City; Quezon City", "PL": "Warsaw; Warszawa; Kraków; Krakow; Wrocław",
    "PT": "Lisbon; Lisboa; Porto", "RO": "Bucharest; București; Cluj-Napoca", "RU": "Moscow", "SE": "Stockholm; Gothenburg; "
    "Göteborg; Malmö", "TH": "Bangkok", "TR": "Istanbul; Ankara", "TW": "Taipei", "UA": "Kyiv; Kiev; Lviv",
    "US": "San Francisco; New York; New York City; Seattle; Los Angeles; Chicago; Boston; Austin; Denver; Dallas; Houston; "
    "Atlanta; Miami; Palo Alto; Mountain View; Menlo Park; Cupertino; Redmond; San Diego; Santa Clara; Sunnyvale; Ashburn; "
    "Wilmington; Philadelphia; Phoenix; Salt Lake City; Washington DC; Washington D.C.; N. Virginia; Northern Virginia; "
    "Silicon Valley; Las Vegas; Minneapolis; Pittsburgh; Detroit; Brooklyn; Redwood City; San Mateo; Oakland",
    "VN": "Hanoi; Ho Chi Minh City", "ZA": "Johannesburg; Cape Town; Durban",
}
# States and provinces by names that ISO 3166-2 lacks.
_STATES = {
    "AT": "Tyrol; Styria; Carinthia; Upper Austria; Lower Austria",
    "AU": "Canberra ACT; NSW; QLD; VIC; TAS",
    "BE": "Flanders; Wallonia",
    "CA": "British Columbia; Newfoundland; Labrador; PEI",
    "CH": "Canton of Zurich; Canton of Geneva; Romandy; Ticino",
    "DE": "Bavaria; Saxony; Lower Saxony; Saxony-Anhalt; Hesse; Thuringia; Rhineland-Palatinate; North Rhine-Westphalia; NRW; "
    "Mecklenburg-Western Pomerania; Bavière; Baviera; Beieren; Rhénanie-du-Nord-Westphalie; Basse-Saxe",
    "ES": "Catalonia; Andalusia; Basque Country; Castile; Balearic Islands; Catalogne; Katalonien",
    "FR": "Brittany; Burgundy; Corsica; Normandy; Picardy; Ile de France",
    "IN": "Orissa; Pondicherry",
    "IT": "Lombardy; Tuscany; Piedmont; Sicily; Sardinia; Apulia; Trentino; South Tyrol",
    "NL": "North Holland; South Holland; North Brabant; Friesland",
    "NZ": "North Island; South Island; Hawke's Bay",
}
# fmt: on

_GROUPS = {
    "EU": (
        EU_MEMBERS,
        "EU; E.U.; UE; European Union; EU27; EU member states; EU countries; Union européenne; Europäische Union; "
        "Unión Europea; Unione europea; Europese Unie; União Europeia; Te Uniana o Ūropi; U.E.; EU-27; EU 27; UE27; UE-27; EU27 countries; "
        "all EU member states; EU states; member states of the EU; European Union countries; European Union (EU); pays de l'UE; "
        "pays de l'Union européenne; États membres de l'UE; EU-Länder; EU-Mitgliedstaaten; EU-landen; países de la UE; "
        "paesi UE; EU member countries",
    ),
    "EEA": (
        EEA_STATES,
        "EEA; European Economic Area; EU/EEA; EEA/EU; EEA states; EEA countries; EEE; EWR; Espace économique européen; "
        "Europäischer Wirtschaftsraum; Espacio Económico Europeo; Spazio economico europeo; "
        "Europese Economische Ruimte; Espaço Económico Europeu; E.E.A.; EU and EEA; EU & EEA; EEA and EU; EU + EEA; EU+EEA; "
        "European Economic Area (EEA); EU or EEA; EU-EEA; UE/EEE; EU/EWR; EER; EU/EER; SEE; UE/SEE; EEA member states; "
        "EEA member countries; EWR-Staaten; EU / EEA",
    ),
}

# Words that are a proper answer and rule no country out.
_ANYWHERE = (
    "abroad; Africa; all countries; all regions; all locations; Americas; any; any country; any location; any region; "
    "anywhere; APAC; APJ; ANZ; Asia; Asia Pacific; Asia-Pac; Australasia; Caribbean; Central America; confidential; "
    "different countries; elsewhere; EMEA; everywhere; global; global cloud; global infrastructure; global network; "
    "globally; international; internationally; LATAM; Latin America; many; many countries; MENA; Middle East; mixed; "
    "monde; monde entier; mondial; mondiale; dans le monde entier; multi-region; multi region; multi-country; multinational; "
    "multiple; multiple countries; multiple jurisdictions; multiple locations; multiple regions; North America; "
    "not disclosed; not known; not specified; not stated; numerous; numerous countries; Oceania; offshore; other; "
    "other countries; others; overseas; Pacific; Pacific Islands; rest of the world; rest of world; ROW; several; "
    "several countries; several locations; several regions; South America; South East Asia; Southeast Asia; South Asia; "
    "East Asia; Sub-Saharan Africa; tbc; tbd; third countries; third country; pays tiers; Drittland; Drittländer; "
    "terceros países; paesi terzi; derde landen; undisclosed; unknown; unspecified; variable; varied; varies; "
    "various; various countries; various jurisdictions; various locations; various regions; vary; verschieden; "
    "verschiedene Länder; divers; divers pays; plusieurs pays; varios; varios países; vari paesi; diverse landen; weltweit; "
    "wereldwijd; wereld; Welt; mundial; mundo; todo el mundo; mondo; in tutto il mondo; world; world wide; worldwide; "
    "worldwide locations; whole world; around the world"
)

# What stands in a column of places and is none: it says how something runs, not where.
_NO_PLACES = (
    "SaaS; Cloud SaaS; SaaS cloud; cloud; the cloud; cloud platform; cloud hosted; cloud-based; cloud based; "
    "cloud hosting; cloud provider; cloud service; cloud services; cloud storage; public cloud; private cloud; hybrid; "
    "hybrid cloud; PaaS; IaaS; internal; external; local; locally; laptop; laptops; desktop; paper; web; website; online; "
    "internet; intranet; network drive; shared drive; data centre; data center; server; servers; vps; "
    "third party; third-party; vendor; vendor cloud; provider; hosted; self-hosted; self hosted; managed service; "
    "AWS; Amazon; Amazon Web Services; Azure; Microsoft Azure; GCP; Google Cloud; Google Cloud Platform; Google; Microsoft; "
    "same; same region; same as above; as above; see above; ditto; idem; cloud région; nuage; interne; externe; lokal; "
    "intern; extern; hébergé; nube; la nube; region; primary region; default region"
)
_PREMISES = (
    "on-premise; on-premises; on premise; on premises; on-prem; onprem; on site; on-site; onsite; in house; in-house; "
    "internal server; internal servers; local server; local servers; on-premises server; on-premises servers; own premises; "
    "own server; own servers; own data centre; own data center; office; offices; our office; our offices; head office; "
    "file server; server room; vor Ort; eigene Server; en local; sur site; dans nos locaux; serveur interne; in situ; "
    "en las instalaciones; in sede; op locatie; nas instalações; on-premise (internal)"
)
_OF_PREMISES = "the country of your own premises"

# Words that could be more than one place, or are none in law, with what to write instead.
_UNCLEAR = {
    "Georgia; Geórgia; Géorgia": "Georgia (country): write GE; the US state: write US",
    "Korea; Corée; Corea; Coreia": "South Korea",
    "Congo; Kongo": "Congo - Kinshasa or Congo - Brazzaville",
    "Kata": "Chad or Qatar",
    "Virgin Islands": "British Virgin Islands or U.S. Virgin Islands",
    "Channel Islands": "Jersey or Guernsey",
    "Europe; Europa; Ūropi; continental Europe; Western Europe; Eastern Europe; West Europe; North Europe; Northern Europe; "
    "Southern Europe; Central Europe; mainland Europe; Europe continentale": "EU, EEA or a country",
    "Scandinavia; Nordics; Nordic countries; Nordic region": "Denmark, Norway, Sweden, Finland or Iceland",
    "Benelux": "Belgium; Netherlands; Luxembourg",
    "DACH": "Germany; Austria; Switzerland",
    "New Jersey; New Mexico": "US",
}

_ACTIVITIES = {
    Activity.STORAGE: "storage; store; stored; stores; storing; hosting; hosted; host; hosts; held; at rest; "
    "data at rest; data centre; data center; data centres; data centers; datacenter; datacentre; datacenters; data storage; "
    "data hosting; cloud hosting; cloud storage; file storage; primary storage; servers; server; stockage; hébergement; "
    "hébergé; hébergée; hébergées; stocké; stockée; stockées; serveur; serveurs; gehostet; gespeichert; "
    "Rechenzentrum; gehost; opgeslagen; alojado; alojados; Speicherung; opslag; almacenamiento; armazenamento",
    Activity.PROCESSING: "processing; process; processed; processes; compute; data processing; traitement; Verarbeitung; verwerking",
    Activity.BACKUP: "backup; backups; backed up; backup storage; disaster recovery; DR; failover; "
    "replica; replication; sauvegarde; Sicherung",
    Activity.SUPPORT_ACCESS: "support access; support; support staff; customer support; technical support; "
    "tech support; helpdesk; service desk; remote support; 24x7 support; 24/7 support; follow the sun support",
    Activity.REMOTE_ACCESS: "remote access; remote; access; accessed; accessed remotely; admin access; "
    "remote administration; staff access; engineering access; accès à distance; Fernzugriff",
    Activity.ONWARD: "onward; onward transfer; onward transfers; onward disclosure; sub-processor; sub-processors; "
    "sub-processing",
    Activity.TRANSIT: "transit; in transit; transiting; routing; routed",
}

# In "city, CODE" most two-letter codes are as likely a state, province or canton. These never are.
_SAFE_AFTER_CITY = frozenset({"AU", "EL", "EU", "GB", "NZ", "UK", "US"})
_STATES_IN_ADDRESSES = frozenset({"AU", "CA", "US"})
_NOT_A_CITY = re.compile(
    r"(?:all|and|any|but|except\w*|excl\w*|every|most|never|nil|no|non|none|not|n/?a|or|out|outside|some|without)\b",
    re.I,
)

_BETWEEN_PLACES = re.compile(r"\([^()]*\)|([;；|\n\r\v\f\x85\u2028\u2029•])")
_SLASH = re.compile(r"\([^()]*\)|(/)")
_AND = re.compile(r"\([^()]*\)|( (?:and|or|and/or|et|ou|und|oder|y|e|en|plus) |[&+])", re.I)
_COMMA = re.compile(r"\([^()]*\)|([,、，])")
_WEAK = re.compile(
    r"\([^()]*\)|((?:\s*[,、，]\s*)?\b(?:and/or|and|or|et|ou|und|oder|plus)\b|[,、，/&+]|\s(?:y|e|en)\s)", re.I
)
_DASH = re.compile(r"\([^()]*\)|(\s[-–—]+\s|\s*[–—]\s*|:\s+)")
_IN_NOTE = re.compile(r"[,;/&+]| and ", re.I)
_OUTSIDE = re.compile(
    r"(?:outside(?: of)?|anywhere but|everywhere but|other than|non|hors(?: de)?|en dehors de|außerhalb|ausserhalb|"
    r"fuera de|al di fuori|fuori|buiten|fora d[aeo]|extra)[ -]+"
    r"(?:(?:the|la|le|les|der|des|de la|du|de|del|do)\s+|(?:de )?l['’]|dell['’])?([^,;()/]+)",
    re.I,
)
_NOT_OUTSIDE = re.compile(r"not (?:leaving|outside(?: of)?) (?:the )?([^,;()]+)", re.I)
_LEADING = re.compile(r"^(?:(?:in|inside|within) )?(?:the )?", re.I)
_ARTICLE = re.compile(
    r"^(?:(?:in|inside|within|dans|en|au|aux|à|im|innerhalb|dentro|binnen)\s+)?"
    r"(?:(?:the|de la|la|le|les|du|des|der|die|das|den|dem|el|los|las|il|lo|gli|i|della|dei|degli|delle|o|os|as|de|het|do|"
    r"da)\s+|(?:de\s+l|l|d|dell|nell)['’]\s*)?",
    re.I,
)
_BEFORE_NAMES = frozenset(re.findall(r"\w+", _LEADING.pattern + _ARTICLE.pattern))
_FOOTNOTE = re.compile(r"(?:\s*(?:[*†‡§]|[¹²³⁰⁴-⁹]|\[\d{1,2}\]|\(\d{1,2}\)|\^\d))+$")
_FLAG = re.compile(r"[\U0001f1e6-\U0001f1ff]{2}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_BULLET = " \t,*•·–-"

_CLOUD = r"(?:aws|amazon(?: web services)?|amazon aws|(?:microsoft )?azure|gcp|google cloud(?: platform)?|google)"
_BEFORE_PLACE = re.compile(
    rf"(?:yes|oui|ja|sí)\s*[,:–-]\s*|(?:either|both)\s+|{_CLOUD}(?:\s+region)?(?:\s*[:,–-]\s*|\s+)|"
    r"(?:(?:any|some)where (?:in|within|inside)|(?:entirely|exclusively|only|solely|all)(?: in| within| inside)?|"
    r"in|inside|within|across|throughout|from|based (?:in|out of)|(?:is |are )?located (?:in|at|within)|situated in|"
    r"established in|incorporated in|headquartered in|registered in|dans|en|au|aux|innerhalb|dentro de|all'interno|binnen|"
    r"regions?|country|countries|locations?|cloud region)\s*:?\s+(?:the\s+|l['’]|la\s+|le\s+|les\s+|der\s+|des\s+|de\s+)?",
    re.I,
)
_AFTER_PLACE = re.compile(
    r"[\s-]+(?:only|based|hosted|(?:(?:cloud|data|data cent(?:er|re)|hosting|aws|azure|gcp)\s+)?(?:regions?|systems?|locations?|"
    r"jurisdictions?|tenants?|instances?)|region only|availability zones?)$",
    re.I,
)
_ACTIVITY_IN = re.compile(
    r"(?:all |our |the )*(?:(?:personal |customer )?data )?(?:is |are )?(?P<what>[^\W\d_][\w /-]{2,30}?)"
    r"(?:(?: located| based)?(?: in| at| within| inside| from| à| au| aux| en| dans| im)(?: the| l['’])? |\s*:\s+)"
    r"(?P<where>\S.*)",
    re.I,
)
_BEFORE_CLAUSE = re.compile(
    r"\([^()]*\)|((?:\s*[,、，]\s*)?(?:\b(?:and|et|und|plus|with|while|but)\b|\s(?:y|e|en)\s)|[,、，/&+])", re.I
)
_NOT_AFTER_PLACE = frozenset(
    {"dr", "store", "stores", "host", "hosts", "held", "process", "processes", "remote", "routed"}
)
_RULES_NOTHING_OUT = re.compile(
    r"(?:it )?(?:varies|vary|depends|dependent|depending|determined|configurable|selectable)\b.*|"
    r"(?:the )?(?:customer|client|user|tenant)(?:['’]s)?[ -](?:selected|chosen|defined|specified|configured|dependent|"
    r"choice|own|preferred|selectable|configurable|elected|controlled|region|location)\b.*|"
    r"(?:as )?(?:chosen|selected|specified|decided|configured) by\b.*|region of (?:your |the customer['’]s )?choice.*|"
    r"(?:(?:and|or) )?(?:(?:the|many|some|certain|various|several|all|any|multiple|numerous|different|\d+\+?) )*"
    r"(?:other )?(?:third )?(?:countries|jurisdictions|locations|regions|territories|places|data ?cent(?:er|re)s|sites)\b.*|"
    r"(?:elsewhere|wherever|anywhere|everywhere|somewhere|worldwide|globally)\b.*|etc\.?|and more|among others|"
    r"je nach\b.*|abhängig\b.*|selon\b.*|dépend\b.*|variable selon\b.*|según\b.*|depende\b.*|dipende\b.*|afhankelijk\b.*",
    re.I,
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|non|none|never|without|outside|except\w*|exclud\w*|excl|former\w*|previous\w*|ex|until|unless|or|but|"
    r"nor|hors|sauf|pas|außer|ausser|nicht|keine?r?|kein|ohne|sin|salvo|senza|tranne|geen|niet|behalve|sem|exceto|other|"
    r"rather|instead|moved|migrated|planned)\b",
    re.I,
)
_STREET = re.compile(
    r"\b(?:street|st|ave|avenue|road|rd|lane|ln|drive|dr|way|boulevard|blvd|place|pl|square|sq|terrace|court|ct|"
    r"house|building|bldg|tower|floor|fl|level|suite|ste|unit|room|box|parade|highway|hwy|quay|crescent|close|row|plaza|"
    r"rue|allée|quai|chemin|bp|via|viale|piazza|corso|calle|avenida|paseo|plaza|rua|laan|weg|plein|gracht|platz|allee|"
    r"postfach|postbus|parkway|pkwy|circle|park|dock|wharf|mall)\b|(?:stra(?:ß|ss)e|str\.|straat|weg|gasse|platz|laan|allee)\b",
    re.I,
)
_STREET_NAME = re.compile(
    rf"[^\W\d_]+\s+(?:{_STREET.pattern})|(?:{_STREET.pattern})\s+(?:d[aeiou]s?\s+|d['’])?[^\W\d_]+", re.I
)
_STATE_AND_POSTCODE = re.compile(r"(?P<state>[A-Z]{2,3})(?: [A-Z]?\d[\dA-Z -]*)?")
_MECHANISM_NOTE = re.compile(
    r"\b(?:sccs?|ccts?|dpf|bcrs?|idta|addendum|clauses?|framework|privacy shield|safe harbou?r|extension|adequa\w*|adéquat\w*|"
    r"dpa|gdpr|rgpd|dsgvo|certified|listed|tia|contract|agreement|angemessen\w*)\b",
    re.I,
)
_STATE_AT_END = re.compile(r",\s*([A-Z]{2}|NSW|VIC|QLD|TAS|ACT)(?:\s+(?:\d{4,5}(?:-\d{4})?|[A-Z]\d[A-Z] ?\d[A-Z]\d))?$")
_ZONE = re.compile(r"(?<=\d)-?[a-f]$")  # us-east-1a, europe-west2-b
_MOST_PIECES_OF_A_NAME = 6
_OF_A_MECHANISM = re.compile(
    r"\b(?:EU|EEA|UK|US|U\.S\.|UK/EU|Swiss)(?:[ –/-]+(?:EU|UK|US|U\.S\.))*[ –-]+(?:(?:standard|model|international|data|approved)\s+)*"
    r"(?:sccs?|dpf|bcrs?|idta|addendum|extension|clauses|privacy (?:shield|framework)|transfer|safe harbou?r|gdpr|adequa\w*)",
    re.I,
)
# Words that are also codes: among other words in small letters they are words.
_SMALL_WORDS = frozenset(
    [
        "am",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "com",
        "de",
        "do",
        "es",
        "et",
        "id",
        "il",
        "in",
        "is",
        "it",
        "la",
        "me",
        "my",
        "no",
        "nor",
        "per",
        "so",
        "to",
    ]
)
_LONGEST_NAME = 80  # that may be a misspelt place
_LONGEST_PROSE = 200  # of a longer text only lists are read


@dataclass(frozen=True, slots=True)
class PlacesRead:
    """What one text says about places.

    `places` has at least one entry for every part of the text, in order; a part that was not understood is a `Place`
    with only its text. `unknown` pairs each word not understood with what to write instead (None when nothing is near).
    """

    places: tuple[Place, ...] = ()
    unknown: tuple[tuple[str, str | None], ...] = ()


def read_places(text: str) -> PlacesRead:
    """Read a cell that names places.

    `;`, `|`, bullets and line breaks always separate places. A comma, a slash, a plus, an "and" or an "or" separates
    them only when every part is then a place: an "or" leaves open which of them it is, so each is given. A bracket says what happens there: `US (storage, backup)` is two places in one country;
    a place in a bracket makes a group narrower, `EU (Ireland)`, or is a further place. A city before its country, a
    postal address that ends in its country and the region code of a cloud are that country. Of a note, such as
    `US (SCC)`, `Netlify - USA`, the words stay in the place's text. Words that rule nothing out, such as `Global` and
    `Varies`, are a place that is not stated. A place that is doubted, such as `NZ?`, is not understood. Nothing raises: what is not understood comes back in `unknown`.
    """
    return _short_read(text) if len(text) <= _LONGEST_PROSE else _short_read.__wrapped__(text)


@lru_cache(maxsize=32_768)
def _short_read(text: str) -> PlacesRead:
    if text == "and":  # among other words it is never Andorra
        return PlacesRead((Place(country="AD", text=text),))
    plain = _ENTITY.sub(lambda m: unescape(m[0]), text) if "&" in text else text
    parts = _parts(_BETWEEN_PLACES, unicodedata.normalize("NFC", plain))
    return _together([_read(part) or _not_understood(part) for part in parts])


@lru_cache(maxsize=4_096)
def named(words: str) -> Place | None:
    """The country or group that the words name as a whole, by code or by name; None for anything else."""
    place = _find(words)
    return place if place and place.stated else None


_CODES_IN_PROSE = frozenset({"EEA", "EU", "NZ", "UAE", "UE", "UK", "US", "USA"})
_WORDS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_MOST_WORDS_OF_A_NAME = 5
_FEW_WORDS = 3


def mentioned(text: str) -> tuple[Place, ...]:
    """The countries and groups that a sentence names anywhere, in order; of codes only those that are usual in prose."""
    words = _WORDS.findall(unicodedata.normalize("NFC", text))[:200]
    found: dict[Place, None] = {}
    few = len(words) <= _FEW_WORDS  # to look them up takes less than to learn how every name begins
    at = 0
    while at < len(words):
        most = at + _MOST_WORDS_OF_A_NAME if words[at][0].isupper() and (few or _may_begin_a_name(words[at])) else at
        for end in range(min(len(words), most), at, -1):
            name = " ".join(words[at:end])
            if len(name) <= 3 and name not in _CODES_IN_PROSE:
                continue
            if place := named(name):
                found[place] = None
            elif end - at == 1 or not (_key(name) in _unclear() or _key(name) in _subdivisions()):
                continue
            at = end - 1  # `New South Wales` does not name Wales
            break
        at += 1
    return tuple(found)


def _may_begin_a_name(word: str) -> bool:
    """False only when no country's, group's, region's or state's name begins so, with whatever article before it."""
    return "'" in word or "’" in word or word.lower() in _BEFORE_NAMES or _key(word) in _beginnings()


@cache
def _beginnings() -> frozenset[str]:
    names = (*_known(), *_unclear(), *_subdivisions(), *map(_key, (*_cloud_regions(), *_codes())))
    return frozenset(name[:end] for name in names for end in range(1, len(name) + 1))


def learn() -> None:
    """Load the names of all countries, which the first question would otherwise wait for."""
    _codes()
    _known()


def country_name(code: str) -> str:
    """The English short name of a country code, private codes of the law lists included; any other code is itself."""
    return _names().get(code) or _PRIVATE.get(code, code)


def place_name(place: Place) -> str:
    """What to call a place in a sentence or a table: the country, the group, the words as written, or "not stated"."""
    if place.country is not None:
        return country_name(place.country)
    for group, (members, _) in _GROUPS.items():
        if place.within == members:
            return group
    return place.text or "not stated"


def place_heading(place: Place | None) -> str:
    """What a place counts under in every picture, table and count: its country, its group of countries, or "not stated".

    Words that name neither, such as a name that several countries have, are no place to count under.
    """
    return place_name(place) if place is not None and place.stated else "not stated"


def place_in_words(place: Place | None) -> str:
    """A place and what happens there: `India (support access)`; `not stated` where there is none."""
    if place is None:
        return "not stated"
    return f"{place_name(place)} ({place.activity})" if place.activity else place_name(place)


def countries() -> Mapping[str, str]:
    """The countries of ISO 3166-1: alpha-2 → English name, in the order of the names."""
    return _names()


def nearest(word: str, among: Iterable[str], cutoff: float = 0.75) -> str | None:
    """The name most like a word, for "did you mean"; None when none is near.

    Names are compared as `name_key` has them, counting letters added, lost, changed or swapped; `cutoff` is the least
    share of letters that must agree. A word of fewer than four letters must agree wholly, and one of fewer than six
    must begin with the same letter or have the same letters. Of equally near names the first in the alphabet is given.
    """
    key = _cached_key(word)
    names = among if isinstance(among, tuple) else tuple(among)
    by_length = (_by_length if len(names) > 8 else _by_length.__wrapped__)(names)
    shortest, longest = floor(cutoff * len(key)), ceil(min(len(key) / max(cutoff, 1e-3), max(by_length, default=0)))
    near = [
        (-score, found, name)
        for length in range(shortest, longest + 1)
        if length in by_length
        for found, score, name in process.extract(
            key, by_length[length], scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=None
        )
        if score == 1 or (len(key) >= 4 and (len(key) >= 6 or found[0] == key[0] or sorted(found) == sorted(key)))
    ]
    return min(near)[2] if near else None


_cached_key = lru_cache(maxsize=65_536)(name_key)


@lru_cache(maxsize=64)
def _by_length(names: tuple[str, ...]) -> Mapping[int, Mapping[str, str]]:
    """Names and their keys, by the length of the key: keys of very different lengths are never near."""
    found: defaultdict[int, dict[str, str]] = defaultdict(dict)
    for name in names:
        key = _cached_key(name)
        found[len(key)][name] = key
    return dict(found)


def _listed(words: str) -> list[str]:
    return words.split("; ")


def _key(text: str) -> str:
    """`name_key` without accents, so that `Cote d'Ivoire` and `Côte d’Ivoire` are one."""
    return name_key(text) if text.isascii() else _key_without_accents(text)


@lru_cache(maxsize=4_096)
def _key_without_accents(text: str) -> str:
    return name_key("".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)))


@cache
def _names() -> Mapping[str, str]:
    import pycountry
    from babel import Locale

    english = Locale("en").territories
    named = {c.alpha_2: _PREFERRED.get(c.alpha_2, english[c.alpha_2]) for c in pycountry.countries}
    return MappingProxyType(dict(sorted(named.items(), key=lambda item: (_key(item[1]), item[0]))))


@cache
def _codes() -> Mapping[str, str]:
    """Every code that stands alone as a place → the country: alpha-2, alpha-3, private, and two that habit adds."""
    import pycountry

    iso = {code: country.alpha_2 for country in pycountry.countries for code in (country.alpha_2, country.alpha_3)}
    return MappingProxyType({**iso, **{code: code for code in _PRIVATE}, "UK": "GB", "EL": "GR"})


@cache
def _known() -> Mapping[str, tuple[Place, str]]:
    """Every name that is understood: key → the place, and one spelling. Codes are not here: `N/A` is not `NA`."""
    import pycountry
    from babel import Locale

    spelt: list[tuple[str, Place]] = []
    of = {code: Place(country=code) for code in (*_names(), *_PRIVATE)}
    for group, (members, words) in _GROUPS.items():
        spelt += [(word, Place(within=members, text=group)) for word in _listed(words)]
    spelt += [(word, Place(text=word)) for word in _listed(_ANYWHERE)]
    for code, aliases in _ALIASES.items():
        spelt += [(word, of[code]) for word in _listed(aliases)]
    for code, name in _PRIVATE.items():
        spelt.append((name, of[code]))
    for code, name in _names().items():
        spelt += [(word, of[code]) for word in _variants(name)]
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                spelt += [(word, of[country.alpha_2]) for word in _variants(getattr(country, field))]
    for language in _LANGUAGES:
        territories = Locale.parse(language).territories
        spelt += [(word, of[code]) for code in _names() for word in _variants(territories[code])]

    known: dict[str, tuple[Place, str]] = {}
    for word, place in spelt:
        known.setdefault(_key(word), (place, word))
    for key in _unclear():
        known.pop(key, None)
    return MappingProxyType(known)


@cache
def _cloud_regions() -> Mapping[str, str]:
    """Codes and names of clouds' regions, as written but for case → the country."""
    return MappingProxyType({w.casefold(): code for code, words in _CLOUD_REGIONS.items() for w in _listed(words)})


@cache
def _cities() -> Mapping[str, str]:
    return MappingProxyType({_key(w): code for code, words in _CITIES.items() for w in _listed(words)})


@cache
def _members_of_regions() -> Mapping[str, frozenset[str]]:
    return MappingProxyType({_key(w): codes for words, codes in _REGIONS.items() for w in _listed(words)})


@cache
def _no_places() -> frozenset[str]:
    return frozenset(map(_key, _listed(_NO_PLACES))) | _premises()


@cache
def _premises() -> frozenset[str]:
    return frozenset(map(_key, _listed(_PREMISES)))


def _variants(name: str) -> list[str]:
    spellings = [name, name.replace(" & ", " and ")]
    return list(dict.fromkeys([*spellings, *(spelling.replace("St. ", "Saint ") for spelling in spellings)]))


@cache
def _unclear() -> Mapping[str, str]:
    return MappingProxyType({_key(word): hint for words, hint in _UNCLEAR.items() for word in _listed(words)})


@cache
def _activity_words() -> Mapping[str, Activity]:
    return MappingProxyType({_key(w): activity for activity, words in _ACTIVITIES.items() for w in _listed(words)})


@cache
def _subdivisions() -> Mapping[str, frozenset[str]]:
    """States and provinces: the key of a name, or an ISO 3166-2 code → the countries that have one so called."""
    import pycountry

    # pycountry makes 5,000 objects and their indexes of its list, which takes many times as long as the list itself
    with open(pycountry.subdivisions.filename, encoding="utf-8") as file:
        listed = json.load(file)[pycountry.subdivisions.root_key]
    named = [(_key(each["name"]), each["code"], each["code"].partition("-")[0]) for each in listed]
    spelt = [(spelling, country) for *spellings, country in named for spelling in spellings]
    spelt += [(_key(word), code) for code, words in _STATES.items() for word in _listed(words)]
    of = {country: frozenset({country}) for _, country in spelt}
    found: dict[str, frozenset[str]] = {}
    for spelling, country in spelt:
        found[spelling] = found[spelling] | of[country] if spelling in found else of[country]
    return MappingProxyType(found)


def _parts(separator: re.Pattern[str], text: str) -> list[str]:
    """The text cut at the separator's group, never within a bracket; blanks and bullets tidied, empty parts gone."""
    cuts = [m.span() for m in separator.finditer(text) if m.group(1)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    pieces = (" ".join(text[start:end].split()) for start, end in zip(starts, ends, strict=True))
    return [piece.strip(_BULLET) or piece for piece in pieces if piece]


def _together(reads: Iterable[PlacesRead]) -> PlacesRead:
    reads = list(reads)
    return PlacesRead(
        tuple(dict.fromkeys(place for read in reads for place in read.places)),
        tuple(dict.fromkeys(pair for read in reads for pair in read.unknown)),
    )


def _find(words: str) -> Place | None:
    """The place that the words name as a whole: a code, or a name, whatever article or `in` stands before it."""
    return _found(words) if len(words) <= _LONGEST_PROSE else _found.__wrapped__(words)


@lru_cache(maxsize=16_384)
def _found(words: str) -> Place | None:
    bare = _FOOTNOTE.sub("", words).strip(_BULLET) if words else words
    if _FLAG.fullmatch(bare):
        bare = "".join(chr(ord(c) - ord("\U0001f1e6") + ord("A")) for c in bare)
    plain = unicodedata.normalize("NFKC", bare).strip()
    if plain.removesuffix(" only") in ("No", "and"):
        return None
    alone = plain.removesuffix(" only")
    for name in dict.fromkeys((plain, _LEADING.sub("", plain), plain if alone in _SMALL_WORDS else alone)):
        if code := _codes().get(name.upper()):
            return Place(country=code, text=words)
        if entry := _known().get(_key(name)):
            return replace(entry[0], text=words)
    if entry := _known().get(_key(_ARTICLE.sub("", plain))):
        return replace(entry[0], text=words)
    region = " ".join(plain.casefold().split())
    if code := _cloud_regions().get(region) or _cloud_regions().get(_ZONE.sub("", region)):
        return Place(country=code, text=words)
    return None


@lru_cache(maxsize=4_096)
def _read(part: str) -> PlacesRead | None:
    """One part as places; None when it is not understood."""
    if "?" in part and (doubted := _doubted(part)):
        return doubted
    if place := _find(part):
        return PlacesRead((place,))
    if hint := _unclear().get(_key(part)):
        return PlacesRead((Place(text=part),), ((part, hint),))
    if _key(part) in _no_places():
        return None
    if doubted := _doubted(part):
        return doubted
    if len(part) > _LONGEST_PROSE:
        return _list(part) or _several(_parts(_SLASH, part)) or _several(_parts(_AND, part)) or _commas(part)
    return (
        _outside(part)
        or _undecided(part)
        or _clauses(part)
        or _activity_first(part)
        or _list(part)
        or _several(_parts(_SLASH, part))
        or _several(_parts(_AND, part))
        or _commas(part)
        or _with_note(part)
        or _with_words_around(part)
        or _with_dash(part)
        or _flagged(part)
    )


_DOUBT = re.compile(
    r"\?(?!\w)|\b(?:tbc|tbd|tba|to be (?:confirmed|determined|checked|verified|advised)|unconfirmed|not (?:yet )?confirmed|"
    r"unverified|assum(?:e|ed|ing|ption)|presum(?:ed|ably)|probabl[ey]|likely|maybe|perhaps|possibly|unsure|not sure|unclear|"
    r"to check|needs? (?:checking|to be checked|confirming|confirmation))\b",
    re.I,
)


_OF_DOUBT = re.compile(
    rf"[(\[](?:\W|\b(?:{_DOUBT.pattern})|\b(?:location|country|region|place|site|still|yet|by|with|the|vendor|supplier|provider)\b)*[)\]]|"
    rf"(\([^()]*\))|{_DOUBT.pattern}",
    re.I,
)
"""Words of doubt outside of brackets, and brackets of nothing else; a bracket that says more is kept."""


def _doubted(part: str) -> PlacesRead | None:
    """A place that whoever wrote it was not sure of: `NZ?`, `US (tbc)`, `probably Ireland`. It is offered, never taken."""
    if len(part) > _LONGEST_PROSE or not _DOUBT.search(part):
        return None
    outside = _OF_DOUBT.sub(lambda m: m[1] or " ", part)
    if outside == part or not (bare := " ".join(outside.split()).strip(f"{_BULLET}:;/+&")):
        return None
    said = _read(bare)
    if said is None or not said.places or not any(place.stated for place in said.places):
        return None
    meant = "; ".join(dict.fromkeys(place_name(place) for place in said.places))
    return PlacesRead((Place(text=part),), ((part, meant),))


def _undecided(part: str) -> PlacesRead | None:
    """Words that are an answer and rule nothing out, such as `Depends on the customer's region`."""
    if _RULES_NOTHING_OUT.fullmatch(part) and "(" not in part and not mentioned(part):
        return PlacesRead((Place(text=part),))
    return None


def _list(part: str) -> PlacesRead | None:
    """A list of nothing but names, some of which have separators of their own: `Trinidad and Tobago, Fiji and Chad`."""
    cuts = [m.span(1) for m in _WEAK.finditer(part) if m.group(1)]
    if not cuts:
        return None
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(part)]
    reads: list[PlacesRead] = []
    at = 0
    while at < len(starts):
        if not part[starts[at] : ends[at]].strip():
            at += 1
            continue
        for last in range(min(len(ends), at + _MOST_PIECES_OF_A_NAME) - 1, at - 1, -1):
            piece = " ".join(part[starts[at] : ends[last]].split())
            if piece in _SMALL_WORDS and not part.islower():
                return None
            if place := _find(piece):
                reads.append(PlacesRead((place,)))
                break
            if last == at and piece.endswith(")") and (noted := _with_note(piece)):
                reads.append(noted)
                break
        else:
            return None
        at = last + 1
    if len(reads) < 2 or _is_state_of_the_us(reads):
        return None
    return _run_together(reads)


def _is_state_of_the_us(reads: list[PlacesRead]) -> bool:
    """`CA, United States`, which may be California."""
    first, last = reads[0].places[0], reads[-1].places[0]
    return (
        len(reads) == 2
        and last.country == "US"
        and len(last.text) > 2
        and len(first.text) == 2
        and first.text.upper() not in _SAFE_AFTER_CITY
        and f"US-{first.text.upper()}" in _subdivisions()
    )


def _commas(part: str) -> PlacesRead | None:
    parts = _parts(_COMMA, part)
    found = _city(part, parts) or _several(parts, weak=True)
    return found or (_address(part, parts) if len(part) <= _LONGEST_PROSE else None)


def _outside(part: str) -> PlacesRead | None:
    if match := _NOT_OUTSIDE.fullmatch(part):
        return _read(match[1].strip())
    match = _OUTSIDE.fullmatch(part)
    inner = _read(match[1].strip()) if match and not _OUTSIDE.match(match[1]) else None
    if inner is None or not all(place.country or place.within in (EU_MEMBERS, EEA_STATES) for place in inner.places):
        return None
    excluded = {code for place in inner.places for code in place.within or {place.country}}
    return PlacesRead((Place(within=frozenset(_names()) - excluded, text=part),))


def _several(parts: list[str], weak: bool = False) -> PlacesRead | None:
    """Each part as a place, when every one is."""
    if len(parts) < 2:
        return None
    reads: list[PlacesRead] = []
    for part in parts:
        read = _read(part)
        if read is None or (part in _SMALL_WORDS and not all(map(str.islower, parts))):
            return None
        reads.append(read)
    if weak and _is_state_of_the_us(reads):
        return None
    return _run_together(reads)


def _run_together(reads: list[PlacesRead]) -> PlacesRead:
    """Places in a row. Neighbours that name one country twice (`England, UK`) are one."""
    together = _together(reads)
    merged: list[Place] = []
    for (country, _), run in groupby(together.places, key=lambda p: (p.country, p.activity)):
        same = list(run)
        merged += same if country is None else [replace(same[0], text=", ".join(p.text for p in same))]
    return PlacesRead(tuple(merged), together.unknown)


def _city(whole: str, parts: list[str]) -> PlacesRead | None:
    """`Sydney, Australia`, also with the state between, and lists of such pairs."""
    if len(parts) > 3 and len(parts) % 2 == 0:
        pairs: list[PlacesRead] = []
        for city, country in zip(parts[::2], parts[1::2], strict=True):
            pair = _city(f"{city}, {country}", [city, country])
            if pair is None:
                return None
            pairs.append(pair)
        return _together(pairs)
    if len(parts) not in (2, 3):
        return None
    lead, *between, last = parts
    first = _find(lead)
    if first and first.country and all(_cities().get(_key(part)) == first.country for part in parts[1:]):
        return PlacesRead((replace(first, text=whole),))
    place = _find(last)
    if place is None or not place.stated or (len(last) == 2 and last.upper() not in _SAFE_AFTER_CITY):
        return None
    if not all(_is_part_of(part, place) for part in between):
        return None
    if not _may_be_city(lead, place, in_state=bool(between)):
        return None
    return PlacesRead((replace(place, text=whole),))


def _may_be_city(words: str, place: Place, in_state: bool = False) -> bool:
    """Whether words before a country can be taken as a spot in it, with no other place lost by doing so.

    Before a state of the country a single word of the city's may well be a country's name: `Jersey City, NJ, USA`.
    """
    if _is_part_of(words, place) and (not _find(words) or _only_a_state(words, place)):
        return True
    if _find(words) or _key(words) in _unclear() or not any(c.isalpha() for c in words):
        return False
    if len(words) < 3 or len(words) > 40 or words.count(" ") > 3 or "(" in words or _NOT_A_CITY.match(words):
        return False
    if _subdivisions().get(_key(words), frozenset()) & _STATES_IN_ADDRESSES - {place.country or ""}:
        return False
    if in_state and " " in words and _key(words).isalpha():
        return True
    named = [_find(word) for word in words.split() if len(word) > 3 or word.isupper()]
    named += [_near(words), *mentioned(words)]
    return all(n is None or n.country == place.country is not None for n in named)


def _only_a_state(words: str, place: Place) -> bool:
    """`GA, USA`: a state, as its letters are those of a country that hardly stands in a list with the United States."""
    code = words if place.country == "US" and len(place.text) > 2 and words.isupper() and len(words) == 2 else ""
    return f"US-{code}" in _subdivisions() and not any(code in members for members in _REGIONS.values())


def _is_part_of(words: str, place: Place) -> bool:
    """Whether words name a state or province of a country, or the country again."""
    if place.country is None:
        return False
    if place.country in _STATES_IN_ADDRESSES:
        state = _STATE_AND_POSTCODE.fullmatch(words)
        if f"{place.country}-{state['state'] if state else words.upper()}" in _subdivisions():
            return True
    if place.country in _subdivisions().get(_key(words), ()):
        return True
    found = _find(words)
    return found is not None and found.country == place.country


def _address(whole: str, parts: list[str]) -> PlacesRead | None:
    """A postal address on one line that ends in its country."""
    if not 2 <= len(parts) <= 8:
        return None
    *before, last = parts
    place = _find(last)
    if place is None or place.country is None or (len(last) == 2 and last.upper() not in _SAFE_AFTER_CITY):
        return None
    street = any(any(c.isdigit() for c in part) or _STREET.search(part) for part in before)
    if not street or not all(_may_be_in_address(part, place) for part in before):
        return None
    return PlacesRead((replace(place, text=whole),))


def _may_be_in_address(words: str, place: Place) -> bool:
    if _is_part_of(words, place) and (not _find(words) or _find(words) == place):
        return True
    found = _find(words)
    if found or _key(words) in _unclear() or _key(words) in _no_places() or _NEGATIVE.search(words) or len(words) > 60:
        return found is not None and found.country == place.country
    numbered = any(c.isdigit() for c in words)
    if numbered or _STREET.search(words):
        rest = _STREET_NAME.sub(" ", words) if numbered else words
        return all(other.country == place.country for other in mentioned(rest))
    return _may_be_city(words, place)


def _with_note(part: str) -> PlacesRead | None:
    """A place with a bracket after it. What the bracket says is an activity, a place, or stays in the place's text."""
    opened = part.rfind("(")
    if opened < 0 or not part.endswith(")") or part.count("(") > 5:
        return None
    head, note = part[:opened].strip(_BULLET), part[opened + 1 : -1].strip()
    if not head or head in _SMALL_WORDS or head == "No":
        return None
    read = _read(head)
    if read is not None and read.unknown and (city := _city(part, [head, note])):
        return city
    if read is None:
        return _note_names_place(part, head, note)
    activities, others = _activities(note)
    misspelt = tuple((word, hint) for word in others if (hint := _near_activity(word)))
    places, unknown = read.places, read.unknown
    further: tuple[Place, ...] = ()
    if others and not _names_mechanism(note):
        named_there, not_read = _places_in_note(note, others if activities else [note])
        if _narrows(named_there, places):
            places, unknown, others = named_there, (), []
            text = part if not activities else f"{head} ({', '.join(p.text for p in places)})"
            places = tuple(replace(place, text=text) for place in places)
        else:
            further = tuple(p for p in named_there if not _covered(p, places))
            unknown += not_read
    if others and (len(misspelt) < len(others) or not activities):
        places = tuple(replace(place, text=f"{place.text} ({note})") for place in places)
    if activities:
        bare = dict.fromkeys(replace(place, activity=None) for place in places)
        places = (
            *(place for place in places if place.activity),
            *(replace(place, activity=activity) for place in bare for activity in activities),
        )
    return _together([PlacesRead(places, unknown), PlacesRead(further, misspelt)])


def _names_mechanism(note: str) -> bool:
    """Whether a note is about a mechanism, whose name may hold that of a jurisdiction: `EU-US DPF`, `UK Addendum`."""
    if not _MECHANISM_NOTE.search(note):
        return False
    return not any(place.country for place in mentioned(_OF_A_MECHANISM.sub(" ", note)))


def _places_in_note(note: str, words: list[str]) -> tuple[tuple[Place, ...], tuple[tuple[str, str | None], ...]]:
    """The places that a note names, and what of it names countries without being read as places."""
    found: list[Place] = []
    unknown: list[tuple[str, str | None]] = []
    for piece in words:
        read = _read(piece)
        if read is not None and not read.unknown:
            found += [place for place in read.places if place.stated]
        elif countries_there := [p for p in mentioned(piece) if p.country]:
            unknown.append((note, "; ".join(dict.fromkeys(place_name(p) for p in countries_there))))
    return tuple(dict.fromkeys(found)), tuple(unknown)


def _narrows(inner: tuple[Place, ...], outer: tuple[Place, ...]) -> bool:
    """Whether places make another place narrower: `EU (Ireland)`, `Europe (Frankfurt, Germany)`."""
    if len(outer) != 1 or not inner or not all(place.country for place in inner):
        return False
    (group,) = outer
    if group.country is not None:
        return False
    members = group.within or _members_of_regions().get(_key(group.text), frozenset())
    return all(place.country in members for place in inner)


def _covered(place: Place, by: tuple[Place, ...]) -> bool:
    """Whether a place in a note adds nothing to the places before it, as in `Germany (EU)`."""
    of = {p.country for p in by}
    if place.country is not None:
        return place.country in of
    return None not in of and place.within is not None and of <= place.within


def _note_names_place(part: str, head: str, note: str) -> PlacesRead | None:
    """`storage (US)` and `Dublin (Ireland)`."""
    activities, others = _activities(head)
    if activities and not others and (read := _read(note)):
        return PlacesRead(tuple(replace(p, activity=a) for p in read.places for a in activities), read.unknown)
    if found := _city(part, [head, note]):
        return found
    read = _read(note)
    return _labelled(part, [head], [read]) if read else None


def _activity_first(part: str) -> PlacesRead | None:
    """`Servers in Germany and Finland`, `Storage: US`: what happens at all the places that follow."""
    match = _ACTIVITY_IN.fullmatch(part)
    activity = _activity_words().get(_key(match["what"])) if match else None
    read = _read(match["where"]) if match and activity and match["where"] not in _SMALL_WORDS else None
    return _happening(read, activity) if read and activity else None


def _clauses(part: str) -> PlacesRead | None:
    """`Hosted in AU, support from PH and IN`: each activity goes on until the next one that is said before its places."""
    cuts = [(0, 0), *(m.span(1) for m in _BEFORE_CLAUSE.finditer(part) if m.group(1))]
    begins = [cut for cut in cuts if _says_activity_first(part[cut[1] :])]
    if not begins or begins == [(0, 0)]:
        return None
    clauses = [part[start:end] for (_, start), (end, _) in zip(begins, [*begins[1:], (len(part), 0)], strict=True)]
    reads = [_activity_first(clause.strip(_BULLET)) for clause in clauses]
    if before := part[: begins[0][0]].strip(_BULLET):
        reads.insert(0, _read(before))
    return None if None in reads else _together(filter(None, reads))


def _says_activity_first(words: str) -> bool:
    match = _ACTIVITY_IN.match(words.strip(_BULLET))
    return match is not None and _key(match["what"]) in _activity_words()


def _with_words_around(part: str) -> PlacesRead | None:
    """Places with words before or after that say no more than `in`, `region` or `only`, or what happens there."""
    words = part.split()
    for last in range(1, min(4, len(words))):
        ends, begins = " ".join(words[-last:]), " ".join(words[:-last]).strip(_BULLET)
        activity = _activity_words().get(_key(ends))
        no_word = _key(ends) not in _NOT_AFTER_PLACE and begins not in _SMALL_WORDS
        if activity and no_word and (read := _read(begins)):
            return _happening(read, activity)
    inner = part
    if match := _BEFORE_PLACE.match(part):
        inner = part[match.end() :]
    elif match := _AFTER_PLACE.search(part):
        inner = part[: match.start()]
    inner = inner.strip()
    read = _read(inner) if inner != part and inner and inner not in _SMALL_WORDS else None
    if read is None:
        return None
    if len(read.places) == 1:
        return PlacesRead((replace(read.places[0], text=part),), read.unknown)
    return read


def _happening(read: PlacesRead, activity: Activity) -> PlacesRead:
    return PlacesRead(tuple(replace(p, activity=p.activity or activity) for p in read.places), read.unknown)


def _with_dash(part: str) -> PlacesRead | None:
    """`Germany - Frankfurt`, `Netlify – USA`, `US - SCC`, `Storage: US`: places among words that name none."""
    pieces = _parts(_DASH, part)
    if not 2 <= len(pieces) <= 4:
        return None
    reads = [None if p in _SMALL_WORDS else _read(p) for p in pieces]
    happens = [_activity_words().get(_key(piece)) for piece in pieces]
    labels = [p for p, read, what in zip(pieces, reads, happens, strict=True) if read is None and what is None]
    found = [read for read, what in zip(reads, happens, strict=True) if read is not None and what is None]
    told = list(dict.fromkeys(what for what in happens if what))
    if not found:
        return None
    result = _labelled(part, labels, found)
    if result is None or not told:
        return result
    texts = tuple(place for read in found for place in read.places) if not labels else result.places
    return PlacesRead(tuple(replace(p, activity=p.activity or a) for p in texts for a in told), result.unknown)


def _labelled(whole: str, labels: list[str], found: list[PlacesRead]) -> PlacesRead | None:
    """The places found beside words that are none, with all the words; None when the words might change them."""
    places = [place for read in found for place in read.places]
    first, *others = found
    if others and _narrows(tuple(p for read in others for p in read.places), first.places):
        found, places = others, [p for read in others for p in read.places]
    unknown = tuple(pair for read in found for pair in read.unknown)
    for label in labels:
        if len(label) > 60 or _NEGATIVE.search(label) or _key(label) in _unclear():
            return None
        if any(len(p.text) == 2 and p.text.upper() not in _SAFE_AFTER_CITY for p in places if p.country):
            return None
        in_one = len({p.country for p in places}) == 1
        of_states = _subdivisions().get(_key(label), frozenset())
        if of_states & _STATES_IN_ADDRESSES and not (in_one and places[0].country in of_states):
            return None
        others_there = [] if _names_mechanism(label) else [*mentioned(label), *filter(None, [_near(label)])]
        if not all(_covered(place, tuple(places)) for place in others_there):
            return None
    return PlacesRead(tuple(dict.fromkeys(replace(place, text=whole) for place in places)), unknown)


def _flagged(part: str) -> PlacesRead | None:
    """Words that are not understood with the flag of a country before or after them."""
    flags = [place for flag in _FLAG.findall(part) if (place := _find(flag))]
    rest = _FLAG.sub("", part).strip(_BULLET)
    if not flags or (rest and (_NEGATIVE.search(rest) or mentioned(rest))):
        return None
    return _together([PlacesRead(tuple(replace(place, text=part) for place in flags))])


def _activities(note: str) -> tuple[list[Activity], list[str]]:
    """The activities that a note names, each once, and the words of it that name none."""
    if whole := _activity_words().get(_key(note)):
        return [whole], []
    found: dict[Activity, None] = {}
    others: list[str] = []
    for words in filter(None, map(str.strip, _IN_NOTE.split(note))):
        if activity := _activity_words().get(_key(words)):
            found[activity] = None
        else:
            others.append(words)
    return list(found), others


def _near_activity(word: str) -> str | None:
    spelling = nearest(word, (w for words in _ACTIVITIES.values() for w in _listed(words)))
    return _activity_words()[_key(spelling)].value if spelling else None


def _near(words: str) -> Place | None:
    """The place whose name is most like the words."""
    return _nearest_place(words) if len(words) <= _LONGEST_NAME else None


@lru_cache(maxsize=16_384)
def _nearest_place(words: str) -> Place | None:
    spelling = nearest(words, _spellings())
    return _find(spelling) if spelling else None


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(spelling for place, spelling in _known().values() if place.stated and len(spelling) > 3)


def _not_understood(part: str) -> PlacesRead:
    return PlacesRead((Place(text=part),), ((part, _hint(part)),))


def _hint(part: str) -> str | None:
    """What to write instead of words that were not understood."""
    if _key(part) in _premises():
        return _OF_PREMISES
    if _key(part) in _no_places() or re.match(r"no\b", part, re.I):
        return None
    if hint := _hint_of_state(part):
        return hint
    if hint := _hint_for(part.partition("(")[0].strip() or part):
        return hint
    parts = [piece for comma in _parts(_COMMA, part) for piece in _parts(_SLASH, comma)]
    if 1 < len(parts) <= 10:
        hints = [_hint_for(piece) for piece in parts]
        if None not in hints and not _STATE_AT_END.search(part):
            return "; ".join(dict.fromkeys(hint for hint in hints if hint))
    if _NEGATIVE.search(part) or len(part) > _LONGEST_PROSE:
        return None
    found = [(part.find(place.text), place_name(place)) for place in mentioned(part)]
    found += [(at, country_name(code)) for at, code in _cities_in(part)]
    return "; ".join(dict.fromkeys(name for _, name in sorted(found))) or None


def _hint_of_state(part: str) -> str | None:
    """The country of the state that a spot has behind it: `Holland, MI`. Where several have one, the city's, else the US."""
    spot = _parts(_COMMA, part)
    if len(spot) != 2 or not (state := _STATE_AT_END.search(part)) or _NEGATIVE.search(spot[0]):
        return None
    of = [code for code in ("US", "CA", "AU") if f"{code}-{state[1]}" in _subdivisions()]
    city = _cities().get(_key(spot[0]))
    return country_name(city if city in of else of[0]) if of else None


def _cities_in(part: str) -> list[tuple[int, str]]:
    """The countries of the well-known cities, and of the states, that a text names, and where it does."""
    words = [*_WORDS.finditer(part)]
    found: list[tuple[int, str]] = []
    for number, first in enumerate(words):
        for last in words[number : number + 3] if first[0][0].isupper() else ():
            key = _key(part[first.start() : last.end()])
            of = _subdivisions().get(key, frozenset()) if key not in _known() and len(key) > 3 else frozenset()
            state = next(iter(of), "") if len(of) == 1 and of <= {"US", "CA", "AU"} else ""
            if code := _cities().get(key) or state:
                found.append((first.start(), code))
    return found


def _hint_for(words: str) -> str | None:
    if place := _find(words):
        return place_name(place)
    if city := _cities().get(_key(words)):
        return country_name(city)
    of = _subdivisions().get(_key(words), frozenset())
    if len(of) == 1:
        return country_name(min(of))
    near = _near(words)
    return place_name(near) if near else None

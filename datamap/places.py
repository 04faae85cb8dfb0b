"""Words → countries, groups of countries, and what happens there.

Country names come from pycountry (ISO 3166-1) and from Babel in the languages of the layouts that are read; the tables
below hold only what those two lack. Both are loaded at the first question, not at import.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import groupby
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

_LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt", "mi")

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
    "AE": "UAE; Emirates",
    "AE-DIFC": "DIFC",
    "BA": "Bosnia",
    "CD": "DRC; DR Congo; Democratic Republic of Congo; Zaire",
    "CG": "Congo Republic; Republic of Congo; Congo, Republic of; Congo, Republic of the",
    "CI": "Ivory Coast",
    "CN": "PRC; P.R. China; Mainland China; China mainland",
    "CZ": "Česko",
    "DK": "Danmark",
    "ES": "Canary Islands; Islas Canarias; Ceuta; Melilla",
    "FI": "Suomi",
    "GB": "U.K.; Britain; Great Britain; Great Britain and Northern Ireland; England; England and Wales; Scotland; "
    "Wales; Northern Ireland; Angleterre; Grande-Bretagne; Großbritannien; Groot-Brittannië; Gran Bretaña; "
    "Gran Bretagna; Grã-Bretanha; Inglaterra; Inghilterra; Engeland",
    "GE": "Republic of Georgia; Sakartvelo",
    "GG": "Alderney; Sark; Bailiwick of Guernsey",
    "GR": "Hellas",
    "HK": "Hong Kong SAR; Hong Kong, China; HKSAR",
    "IE": "Eire; Republic of Ireland",
    "JE": "Bailiwick of Jersey",
    "KP": "DPRK; Korea, North",
    "KR": "Republic of Korea; Korea, South",
    "LA": "Lao PDR",
    "MK": "Macedonia; FYROM; Former Yugoslav Republic of Macedonia",
    "MM": "Burma; Birmanie; Birma",
    "MO": "Macau; Macau SAR; Macao SAR",
    "NL": "Holland; Hollande",
    "NO": "Norge",
    "NZ": "N.Z.; Aotearoa New Zealand; New Zealand Aotearoa",
    "PL": "Polska",
    "PS": "Palestine; State of Palestine; Gaza; West Bank",
    "PT": "Azores; Madeira",
    "SA": "KSA",
    "SE": "Sverige",
    "SH": "Ascension Island; Tristan da Cunha",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey",
    "TW": "Chinese Taipei; Taiwan, China; Republic of China",
    "US": "U.S.; U.S.A.; America; The States; Etats-Unis d'Amérique; Vereinigte Staaten von Amerika; "
    "Stati Uniti d'America; Estados Unidos de América; Verenigde Staten van Amerika; EE.UU.; EUA",
    "VA": "Vatican; Holy See",
    "VG": "BVI",
    "VI": "USVI",
    "XX-EPO": "European Patent Organization; European Patent Office",
    "XX-EU": "EU institutions and bodies; European Union institutions; EU institutions, bodies, offices and agencies",
}

_GROUPS = {
    "EU": (
        EU_MEMBERS,
        "EU; E.U.; UE; European Union; EU27; EU member states; EU countries; Union européenne; Europäische Union; "
        "Unión Europea; Unione europea; Europese Unie; União Europeia; Te Uniana o Ūropi",
    ),
    "EEA": (
        EEA_STATES,
        "EEA; European Economic Area; EU/EEA; EEA/EU; EEA states; EEA countries; EEE; EWR; Espace économique européen; "
        "Europäischer Wirtschaftsraum; Espacio Económico Europeo; Spazio economico europeo; "
        "Europese Economische Ruimte; Espaço Económico Europeu",
    ),
}

# Words that are a proper answer and rule no country out.
_ANYWHERE = (
    "abroad; Africa; all countries; Americas; any country; anywhere; APAC; Asia; Asia Pacific; Caribbean; "
    "Central America; elsewhere; EMEA; everywhere; global; globally; international; internationally; LATAM; "
    "Latin America; many countries; MENA; Middle East; monde; mondial; mondiale; multiple; multiple countries; "
    "multiple locations; North America; not disclosed; not known; not specified; not stated; Oceania; offshore; other; "
    "other countries; others; overseas; Pacific; Pacific Islands; rest of the world; rest of world; several countries; "
    "South America; South East Asia; tbc; tbd; undisclosed; unknown; unspecified; various; various countries; "
    "various locations; weltweit; wereldwijd; world; world wide"
)

# Words that could be more than one place, or are none in law, with what to write instead.
_UNCLEAR = {
    "Georgia; Geórgia; Géorgia": "Georgia (country): write GE; the US state: write US",
    "Korea; Corée; Corea; Coreia": "South Korea",
    "Congo; Kongo": "Congo - Kinshasa or Congo - Brazzaville",
    "Kata": "Chad or Qatar",
    "Virgin Islands": "British Virgin Islands or U.S. Virgin Islands",
    "Channel Islands": "Jersey or Guernsey",
    "Europe; Europa; Ūropi; continental Europe; Western Europe; Eastern Europe": "EU, EEA or a country",
    "Scandinavia; Nordics; Nordic countries": "Denmark, Norway, Sweden, Finland or Iceland",
    "Benelux": "Belgium; Netherlands; Luxembourg",
    "DACH": "Germany; Austria; Switzerland",
    "New Jersey; New Mexico": "US",
}

_ACTIVITIES = {
    Activity.STORAGE: "storage; store; stored; stores; storing; hosting; hosted; host; hosts; held; at rest; "
    "data at rest; data centre; data center; primary storage; servers; server; stockage; hébergement; "
    "Speicherung; opslag; almacenamiento; armazenamento",
    Activity.PROCESSING: "processing; process; processed; processes; compute; traitement; Verarbeitung; verwerking",
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

_BETWEEN_PLACES = re.compile(r"\([^()]*\)|([;；\n\r\v\f\x85\u2028\u2029])")
_SLASH = re.compile(r"\([^()]*\)|(/)")
_AND = re.compile(r"\([^()]*\)|( and |[&+])", re.I)
_COMMA = re.compile(r"\([^()]*\)|([,、])")
_IN_NOTE = re.compile(r"[,;/&+]| and ", re.I)
_OUTSIDE = re.compile(r"(?:outside(?: of)?|anywhere but|everywhere but|other than|non)[ -](?:the )?([^,;()/]+)", re.I)
_LEADING = re.compile(r"^(?:(?:in|inside|within) )?(?:the )?", re.I)
_BULLET = " \t,*•·–-"


@dataclass(frozen=True, slots=True)
class PlacesRead:
    """What one text says about places.

    `places` has at least one entry for every part of the text, in order; a part that was not understood is a `Place`
    with only its text. `unknown` pairs each word not understood with what to write instead (None when nothing is near).
    """

    places: tuple[Place, ...] = ()
    unknown: tuple[tuple[str, str | None], ...] = ()


@lru_cache(maxsize=4_096)
def read_places(text: str) -> PlacesRead:
    """Read a cell that names places.

    `;` and line breaks always separate places. A comma, a slash or an "and" separates them only when every part is then
    a place. A bracket says what happens there: `US (storage, backup)` is two places in one country. A city before its
    country is that country. Nothing raises: what is not understood comes back in `unknown`.
    """
    parts = _parts(_BETWEEN_PLACES, unicodedata.normalize("NFC", text))
    return _together([_read(part) or _not_understood(part) for part in parts])


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
    keyed = {name: _cached_key(name) for name in among}
    near = [
        (-score, found, name)
        for found, score, name in process.extract(
            key, keyed, scorer=OSA.normalized_similarity, score_cutoff=cutoff, limit=None
        )
        if score == 1 or (len(key) >= 4 and (len(key) >= 6 or found[0] == key[0] or sorted(found) == sorted(key)))
    ]
    return min(near)[2] if near else None


_cached_key = lru_cache(maxsize=65_536)(name_key)


def _listed(words: str) -> list[str]:
    return words.split("; ")


def _key(text: str) -> str:
    """`name_key` without accents, so that `Cote d'Ivoire` and `Côte d’Ivoire` are one."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return name_key(bare)


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
    for group, (members, words) in _GROUPS.items():
        spelt += [(word, Place(within=members, text=group)) for word in _listed(words)]
    spelt += [(word, Place(text=word)) for word in _listed(_ANYWHERE)]
    for code, aliases in _ALIASES.items():
        spelt += [(word, Place(country=code)) for word in _listed(aliases)]
    for code, name in _PRIVATE.items():
        spelt.append((name, Place(country=code)))
    for code, name in _names().items():
        spelt += [(word, Place(country=code)) for word in _variants(name)]
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            if hasattr(country, field):
                spelt += [(word, Place(country=country.alpha_2)) for word in _variants(getattr(country, field))]
    for language in _LANGUAGES:
        territories = Locale(language).territories
        spelt += [(word, Place(country=code)) for code in _names() for word in _variants(territories[code])]

    known: dict[str, tuple[Place, str]] = {}
    for word, place in spelt:
        known.setdefault(_key(word), (place, word))
    for key in _unclear():
        known.pop(key, None)
    return MappingProxyType(known)


def _variants(name: str) -> list[str]:
    spellings = [name, name.replace(" & ", " and ")]
    return spellings + [spelling.replace("St. ", "Saint ") for spelling in spellings]


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

    found: defaultdict[str, set[str]] = defaultdict(set)
    for subdivision in pycountry.subdivisions:
        found[_key(subdivision.name)].add(subdivision.country_code)
        found[subdivision.code].add(subdivision.country_code)
    return MappingProxyType({key: frozenset(codes) for key, codes in found.items()})


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
    """The place that the words name as a whole: a code, or a name with or without `the` or `in` before it."""
    plain = unicodedata.normalize("NFKC", words).strip()
    for name in dict.fromkeys((plain, _LEADING.sub("", plain), plain.removesuffix(" only"))):
        if code := _codes().get(name.upper()):
            return Place(country=code, text=words)
        if entry := _known().get(_key(name)):
            return replace(entry[0], text=words)
    return None


def _read(part: str) -> PlacesRead | None:
    """One part as places; None when it is not understood."""
    if place := _find(part):
        return PlacesRead((place,))
    if hint := _unclear().get(_key(part)):
        return PlacesRead((Place(text=part),), ((part, hint),))
    return (
        _outside(part)
        or _several(_parts(_SLASH, part))
        or _several(_parts(_AND, part))
        or _city(part, _parts(_COMMA, part))
        or _several(_parts(_COMMA, part))
        or _with_note(part)
    )


def _outside(part: str) -> PlacesRead | None:
    match = _OUTSIDE.fullmatch(part)
    inner = _read(match[1].strip()) if match and not _OUTSIDE.match(match[1]) else None
    if inner is None or not all(place.country or place.within in (EU_MEMBERS, EEA_STATES) for place in inner.places):
        return None
    excluded = {code for place in inner.places for code in place.within or {place.country}}
    return PlacesRead((Place(within=frozenset(_names()) - excluded, text=part),))


def _several(parts: list[str]) -> PlacesRead | None:
    """Each part as a place, when every one is. Neighbours that name one country twice (`England, UK`) are one."""
    if len(parts) < 2:
        return None
    reads: list[PlacesRead] = []
    for part in parts:
        read = _read(part)
        if read is None:
            return None
        reads.append(read)
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
    place = _find(last)
    if place is None or not place.stated or (len(last) == 2 and last.upper() not in _SAFE_AFTER_CITY):
        return None
    if not _may_be_city(lead, place) or not all(_is_part_of(part, place) for part in between):
        return None
    return PlacesRead((replace(place, text=whole),))


def _may_be_city(words: str, place: Place) -> bool:
    """Whether words before a country can be taken as a spot in it, with no other place lost by doing so."""
    if _is_part_of(words, place) and not _find(words):
        return True
    if _find(words) or _key(words) in _unclear() or not any(c.isalpha() for c in words):
        return False
    if len(words) < 3 or len(words) > 40 or words.count(" ") > 3 or "(" in words or _NOT_A_CITY.match(words):
        return False
    if _subdivisions().get(_key(words), frozenset()) & _STATES_IN_ADDRESSES - {place.country or ""}:
        return False
    named = [_find(word) for word in words.split() if len(word) > 3 or word.isupper()]
    named.append(_near(words))
    return all(n is None or n.country == place.country is not None for n in named)


def _is_part_of(words: str, place: Place) -> bool:
    """Whether words name a state or province of a country, or the country again."""
    if place.country is None:
        return False
    if place.country in _STATES_IN_ADDRESSES and f"{place.country}-{words.upper()}" in _subdivisions():
        return True
    if place.country in _subdivisions().get(_key(words), ()):
        return True
    found = _find(words)
    return found is not None and found.country == place.country


def _with_note(part: str) -> PlacesRead | None:
    """A place with a bracket after it. What the bracket says is an activity, or stays in the place's text."""
    opened = part.rfind("(")
    if opened < 0 or not part.endswith(")") or part.count("(") > 5:
        return None
    head, note = part[:opened].strip(_BULLET), part[opened + 1 : -1].strip()
    if not head:
        return None
    read = _read(head)
    if read is None:
        return _note_names_place(part, head, note)
    activities, others = _activities(note)
    misspelt = tuple((word, hint) for word in others if (hint := _near_activity(word)))
    places = read.places
    if len(misspelt) < len(others) or not activities:
        places = tuple(replace(place, text=f"{place.text} ({note})") for place in places)
    if activities:
        bare = dict.fromkeys(replace(place, activity=None) for place in places)
        places = (
            *(place for place in places if place.activity),
            *(replace(place, activity=activity) for place in bare for activity in activities),
        )
    return _together([PlacesRead(places, read.unknown), PlacesRead((), misspelt)])


def _note_names_place(part: str, head: str, note: str) -> PlacesRead | None:
    """`storage (US)` and `Dublin (Ireland)`."""
    activities, others = _activities(head)
    if activities and not others and (read := _read(note)):
        return PlacesRead(tuple(replace(p, activity=a) for p in read.places for a in activities), read.unknown)
    return _city(part, [head, note])


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
    if len(words) > 80:
        return None
    spelling = nearest(words, _spellings())
    return _find(spelling) if spelling else None


@cache
def _spellings() -> tuple[str, ...]:
    return tuple(spelling for place, spelling in _known().values() if place.stated and len(spelling) > 3)


def _not_understood(part: str) -> PlacesRead:
    return PlacesRead((Place(text=part),), ((part, _hint(part)),))


def _hint(part: str) -> str | None:
    """What to write instead of words that were not understood."""
    if hint := _hint_for(part.partition("(")[0].strip() or part):
        return hint
    parts = [piece for comma in _parts(_COMMA, part) for piece in _parts(_SLASH, comma)]
    if not 1 < len(parts) <= 10:
        return None
    hints = [_hint_for(piece) for piece in parts]
    return None if None in hints else "; ".join(dict.fromkeys(hint for hint in hints if hint))


def _hint_for(words: str) -> str | None:
    if place := _find(words):
        return place_name(place)
    of = _subdivisions().get(_key(words), frozenset())
    if len(of) == 1:
        return country_name(min(of))
    near = _near(words)
    return place_name(near) if near else None

from __future__ import annotations

import subprocess
import sys
import time

import pycountry
import pytest
from babel import Locale
from hypothesis import example, given
from hypothesis import strategies as st

from datamap import places
from datamap.inventory import Activity, Place
from datamap.places import EEA_STATES, EU_MEMBERS, countries, country_name, nearest, place_name, read_places

ISO = sorted(country.alpha_2 for country in pycountry.countries)
ANYWHERE = "anywhere"


def seen(text: str) -> list[str]:
    """What was read, one word or code a place; `(activity)` after it, and `?text` for what was not understood."""
    read = read_places(text)
    not_understood = {word for word, _ in read.unknown}
    shown = []
    for place in read.places:
        what = place.country or {EU_MEMBERS: "EU", EEA_STATES: "EEA", None: ANYWHERE}.get(place.within, "within")
        if what == ANYWHERE and place.text in not_understood:
            what = f"?{place.text}"
        shown.append(f"{what} ({place.activity})" if place.activity else what)
    return shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("US", ["US"]),
        ("us", ["US"]),
        ("Usa", ["US"]),
        ("nzl", ["NZ"]),
        ("NA", ["NA"]),
        ("NO", ["NO"]),
        ("no", ["NO"]),
        ("UK", ["GB"]),
        ("EL", ["GR"]),
        ("the US", ["US"]),
        ("in New Zealand", ["NZ"]),
        ("ＵＳ", ["US"]),
        ("🇺🇸 United States", ["US"]),
        ("United States, EEA", ["US", "EEA"]),
        ("US/UK", ["US", "GB"]),
        ("US, UK and Ireland", ["US", "GB", "IE"]),
        ("EU & UK", ["EU", "GB"]),
        ("US;UK\nIE", ["US", "GB", "IE"]),
        ("- US\n- UK", ["US", "GB"]),
        ("US; US", ["US"]),
        ("Singapore, Singapore", ["SG"]),
        ("Korea, Republic of", ["KR"]),
        ("Korea, Republic of (storage)", ["KR (storage)"]),
        ("Bosnia and Herzegovina (backup)", ["BA (backup)"]),
        ("Bolivia (Plurinational State of)", ["BO"]),
        ("Myanmar (Burma) (storage)", ["MM (storage)"]),
        ("US (storage); PH (support access)", ["US (storage)", "PH (support access)"]),
        ("US (storage), PH (support access)", ["US (storage)", "PH (support access)"]),
        ("US (storage, backup)", ["US (storage)", "US (backup)"]),
        ("US (storage; backup)", ["US (storage)", "US (backup)"]),
        ("US (storage) (backup)", ["US (storage)", "US (backup)"]),
        ("US (see the DPA)", ["US"]),
        ("storage (US)", ["US (storage)"]),
        ("EU (hosted)", ["EU (storage)"]),
        ("EU", ["EU"]),
        ("European Union", ["EU"]),
        ("European Economic Area", ["EEA"]),
        ("EU/EEA", ["EEA"]),
        ("Global", [ANYWHERE]),
        ("Various countries", [ANYWHERE]),
        ("APAC", [ANYWHERE]),
        ("overseas", [ANYWHERE]),
        ("US; unknown", ["US", ANYWHERE]),
        ("outside New Zealand", ["within"]),
        ("non-EEA (backup)", ["within (backup)"]),
        ("Sydney, Australia", ["AU"]),
        ("Sydney, NSW, Australia", ["AU"]),
        ("San Francisco, CA, USA", ["US"]),
        ("London, England, UK", ["GB"]),
        ("Georgia, US", ["US"]),
        ("Dublin (Ireland)", ["IE"]),
        ("Dublin, Ireland, Frankfurt, Germany", ["IE", "DE"]),
        ("Paris, France and London, UK", ["FR", "GB"]),
        ("Korea, Japan", ["?Korea", "JP"]),
        ("Narnia", ["?Narnia"]),
        ("Narnia; US", ["?Narnia", "US"]),
        ("xx-epo", ["XX-EPO"]),
        ("EU institutions", ["XX-EU"]),
        ("AE-DIFC", ["AE-DIFC"]),
    ],
)
def test_what_a_text_says(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("AD", "Andorre"),
        ("AE", "UAE"),
        ("CD", "DRC"),
        ("CH", "Schweiz; Suisse; Svizzera; Zwitserland; Suíça"),
        ("CI", "Ivory Coast; Cote d'Ivoire"),
        ("CZ", "Czech Republic; Czechia"),
        ("DE", "Deutschland; Allemagne; Germania; Duitsland; Tiamana"),
        ("ES", "España; Spanien"),
        ("GB", "U.K.; Britain; Great Britain; England; Scotland; Wales; Northern Ireland; Royaume-Uni"),
        ("GE", "Géorgie; Georgien; Republic of Georgia"),
        ("HK", "Hong Kong; Hong Kong SAR"),
        ("JE", "Jersey"),
        ("KN", "St Kitts and Nevis; Saint Kitts & Nevis"),
        ("KR", "South Korea; Corée du Sud"),
        ("MO", "Macau; Macao"),
        ("NL", "Holland; The Netherlands; Pays-Bas"),
        ("NZ", "Aotearoa; Aotearoa New Zealand; NZ; Nueva Zelanda; NEW-ZEALAND"),
        ("RU", "Russia; Russian Federation"),
        ("TR", "Turkey; Turkiye"),
        ("TW", "Taiwan; Taiwan, Province of China"),
        ("US", "USA; U.S.; U.S.A.; America; United States of America; États-Unis; Etats-Unis; Estados Unidos"),
        ("VN", "Vietnam; Viet Nam"),
    ],
)
def test_names_people_use(country: str, names: str) -> None:
    assert {name: seen(name) for name in names.split("; ")} == {name: [country] for name in names.split("; ")}


@pytest.mark.parametrize(
    "text",
    [
        "San Francisco, CA",  # California, not Canada
        "Boston, MA",
        "Sydney, Dublin, Germany",
        "Irelnd, Germany",
        "California, Ireland",
        "mainly US, Ireland",
        "n/a, US",
        "not in Europe, US",
        "Atlanta, Georgia",
        "Ireland or Germany",
        "A US",
        "AU.",
    ],
)
def test_what_cannot_be_told_is_not_guessed(text: str) -> None:
    assert seen(text) == [f"?{text}"]


NOTHINGS = [
    "N/A",
    "n/a",
    "n.a.",
    "N.A.",
    "none",
    "None",
    "nil",
    "null",
    "nan",
    "unknown",
    "not stated",
    "not applicable",
    "-",
    "?",
    "tbc",
    "No.",
]


@pytest.mark.parametrize("word", NOTHINGS)
def test_nothing_is_never_a_place(word: str) -> None:
    (place,) = read_places(word).places
    assert (place.stated, place.text) == (False, word)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Irelnd", ("Irelnd", "Ireland")),
        ("Deutschlnd", ("Deutschlnd", "Germany")),
        ("Irelnd (storage)", ("Irelnd (storage)", "Ireland")),
        ("Irelnd, Germany", ("Irelnd, Germany", "Ireland; Germany")),
        ("Korea", ("Korea", "South Korea")),
        ("Georgia", ("Georgia", "Georgia (country): write GE; the US state: write US")),
        ("Congo", ("Congo", "Congo - Kinshasa or Congo - Brazzaville")),
        ("New Jersey", ("New Jersey", "US")),
        ("California", ("California", "United States")),
        ("Europe", ("Europe", "EU, EEA or a country")),
        ("US (storgae)", ("storgae", "storage")),
        ("Oz", ("Oz", None)),
        ("the moon", ("the moon", None)),
    ],
)
def test_hints(text: str, unknown: tuple[str, str | None]) -> None:
    assert read_places(text).unknown == (unknown,)


def test_the_text_keeps_what_the_reading_drops() -> None:
    texts = ["US (storage)", "US (see the DPA)", "US (storage, see the DPA)", "Sydney, Australia", "England, UK"]
    assert [read_places(text).places[0].text for text in texts] == ["US", *texts[1:]]


def test_groups() -> None:
    assert (len(EU_MEMBERS), len(EEA_STATES)) == (27, 30)
    assert EU_MEMBERS | {"IS", "LI", "NO"} == EEA_STATES
    assert not EEA_STATES - set(ISO)
    assert "GB" not in EEA_STATES
    assert read_places("EU").places == (Place(within=EU_MEMBERS, text="EU"),)


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("outside NZ", {"NZ"}),
        ("Outside of the EU", EU_MEMBERS),
        ("non-EEA", EEA_STATES),
        ("outside NZ and Australia", {"NZ", "AU"}),
    ],
)
def test_outside(text: str, left_out: set[str]) -> None:
    (place,) = read_places(text).places
    assert place.within == frozenset(ISO) - left_out


def test_outside_two_places_apart_is_never_narrower_than_either() -> None:
    first, second = read_places("outside NZ and outside AU").places
    assert (first.is_in("US"), second.is_in("US")) == (None, None)


@pytest.mark.parametrize("code", ISO)
def test_every_country_by_code_and_by_name(code: str) -> None:
    country = next(country for country in pycountry.countries if country.alpha_2 == code)
    fields = ("alpha_2", "alpha_3", "official_name")
    spellings = [country_name(code), *(getattr(country, field) for field in fields if hasattr(country, field))]
    spellings += [code.lower(), country.alpha_3.lower()]
    assert {text: seen(text) for text in spellings} == {text: [code] for text in spellings}
    assert seen(f"{country_name(code)} (backup)") == [f"{code} (backup)"]


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "it", "nl", "pt", "mi"])
def test_names_in_other_languages_are_the_same_country_or_ask(language: str) -> None:
    territories = Locale(language).territories
    unclear = []
    for code in ISO:
        read = read_places(territories[code])
        if read.unknown:
            unclear.append(code)
        else:
            assert [place.country for place in read.places] == [code]
    assert set(unclear) <= {"CG", "GE", "QA", "TD"}


def test_no_word_stands_in_two_tables() -> None:
    assert not set(places._known()) & set(places._unclear())
    aliases = [(places._key(word), code) for code, words in places._ALIASES.items() for word in words.split("; ")]
    assert len(aliases) == len(dict(aliases))
    assert {key for key, code in aliases if places._known()[key][0].country != code} == set()


def test_names_for_people() -> None:
    assert [country_name(code) for code in ("US", "HK", "TR", "XX-EPO", "ZZ")] == [
        "United States",
        "Hong Kong",
        "Türkiye",
        "European Patent Organisation",
        "ZZ",
    ]
    named = [
        place_name(read_places(text).places[0]) for text in ("uk", "UE", "EEA (storage)", "outside NZ", "Overseas")
    ]
    assert named == ["United Kingdom", "EU", "EEA", "outside NZ", "Overseas"]
    assert place_name(Place()) == "not stated"


def test_countries_for_a_list() -> None:
    names = list(countries().values())
    assert sorted(countries()) == ISO
    assert len(set(names)) == 249
    assert names[:3] == ["Afghanistan", "Åland Islands", "Albania"]


@pytest.mark.parametrize(
    ("word", "among", "expected"),
    [
        ("mial", ["mail", "mall", "map"], "mail"),
        ("Gogle Analitics", ["Google Ads", "Google Analytics"], "Google Analytics"),
        ("GOOGLE-analytics", ["Google Analytics"], "Google Analytics"),
        ("cat", ["car", "cut"], None),
        ("CRM", ["crm"], "crm"),
        ("wine", ["mine", "line"], None),
        ("Payroll", ["Marketing", "Website"], None),
        ("", ["a", "b"], None),
        ("mail", [], None),
        ("Stripf", ["Stripe", "Stripa"], "Stripa"),
        ("Stripf", ["Stripa", "Stripe"], "Stripa"),
    ],
)
def test_nearest(word: str, among: list[str], expected: str | None) -> None:
    assert nearest(word, among) == expected


def test_nearest_takes_a_stricter_cutoff() -> None:
    assert nearest("Gogle Analitics", ["Google Analytics"], cutoff=0.95) is None


PIECES = [
    "US",
    "uk",
    "Korea",
    "Georgia",
    "outside ",
    "Sydney",
    "Australia",
    "(",
    ")",
    "storage",
    ",",
    ";",
    "/",
    " and ",
    "\n",
    " ",
    "the ",
    "N/A",
    "EU",
    " only",
    "in ",
    "é",
    "-",
    "Narnia",
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
@example("\0")
def test_any_text_is_read_and_nothing_is_lost(text: str) -> None:
    read = read_places(text)
    reported = {word for word, _ in read.unknown}
    assert bool(read.places) or not text.replace(";", "").replace("；", "").strip()
    for place in read.places:
        understood = place.stated or places._key(place.text.partition(" (")[0]) in places._known()
        assert understood or place.text in reported or any(word in place.text for word in reported)
    for place in read.places:
        assert place.country is None or place.country in set(countries()) | set(places._PRIVATE)
        assert place.activity is None or place.activity in Activity


@pytest.mark.parametrize(
    "pattern",
    [
        "outside {}",
        "outside {} and ",
        "in the {}",
        "{} only",
        "{}(",
        "{} (storage)",
        "{},",
        "{}/",
        "{} and ",
        "US, {}x, ",
    ],
)
def test_hostile_lengths_are_read_in_time(pattern: str) -> None:
    text = (pattern.format("") * 32_000)[:32_000]
    started = time.perf_counter()
    read = read_places(f"US {text}x")
    assert read.places
    assert time.perf_counter() - started < 5


@given(st.lists(st.sampled_from([*ISO, "Korea", "Narnia", "Global"]), min_size=1, max_size=6, unique=True))
def test_parts_are_read_alone_and_in_order(parts: list[str]) -> None:
    alone = [place for part in parts for place in read_places(part).places]
    assert list(read_places("; ".join(parts)).places) == alone


def test_importing_loads_no_tables() -> None:
    code = "import sys, datamap.places; sys.exit('babel' in sys.modules or 'pycountry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

from __future__ import annotations

import re
import subprocess
import sys
import time

import pycountry
import pytest
from babel import Locale
from hypothesis import example, given, settings
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
        ("GA, USA", ["US"]),
        ("NM, USA", ["US"]),
        ("Georgia, USA", ["US"]),
        ("GA, US", ["GA", "US"]),
        ("Munich, Bavaria, Germany", ["DE"]),
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
    ("text", "expected"),
    [
        ("USA or India region", ["US", "IN"]),
        ("Ireland or Germany", ["IE", "DE"]),
        ("either US or EU", ["US", "EU"]),
        ("US and/or UK", ["US", "GB"]),
        ("EU and US cloud regions", ["EU", "US"]),
        ("US and EU systems", ["US", "EU"]),
        ("EEA+UK", ["EEA", "GB"]),
        ("NZ + AU", ["NZ", "AU"]),
        ("US | UK", ["US", "GB"]),
        ("• US • UK", ["US", "GB"]),
        ("EU/EEA/UK", ["EEA", "GB"]),
        ("USA, GBR, CAN", ["US", "GB", "CA"]),
        ("Etats-Unis et Inde", ["US", "IN"]),
        ("Deutschland und Österreich", ["DE", "AT"]),
        ("España y Portugal", ["ES", "PT"]),
        ("Trinidad and Tobago, Fiji and Chad", ["TT", "FJ", "TD"]),
        ("Bosnia and Herzegovina and Serbia", ["BA", "RS"]),
        ("USA, Germany, Ireland (varies by service)", ["US", "DE", "IE"]),
        ("United States (primary), Ireland (secondary)", ["US", "IE"]),
        ("no, se, dk", ["NO", "SE", "DK"]),
    ],
)
def test_lists_of_places(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Within the EU", ["EU"]),
        ("Anywhere in the EU", ["EU"]),
        ("EU only", ["EU"]),
        ("EU-hosted", ["EU"]),
        ("US-based", ["US"]),
        ("within NZ", ["NZ"]),
        ("not outside the EEA", ["EEA"]),
        ("hosted in the Netherlands", ["NL (storage)"]),
        ("data stored in the US", ["US (storage)"]),
        ("Servers in Germany and Finland", ["DE (storage)", "FI (storage)"]),
        ("backup in Sydney, Australia", ["AU (backup)"]),
        ("support from India", ["IN (support access)"]),
        ("Storage: US", ["US (storage)"]),
        ("Hosting: EU, US", ["EU (storage)", "US (storage)"]),
        ("US storage", ["US (storage)"]),
        ("NZ data centre", ["NZ (storage)"]),
        ("Philippines - support", ["PH (support access)"]),
        ("Primary: US; Backup: DE", ["US", "DE (backup)"]),
        ("la France", ["FR"]),
        ("l'Allemagne", ["DE"]),
        ("aux Etats-Unis", ["US"]),
        ("in den USA", ["US"]),
        ("die Niederlande", ["NL"]),
        ("los Estados Unidos", ["US"]),
        ("hors UE", ["within"]),
        ("hors de l'UE", ["within"]),
        ("außerhalb der EU", ["within"]),
        ("fuera de la UE", ["within"]),
        ("Yes - US", ["US"]),
        ("Y (US)", ["US"]),
    ],
)
def test_words_around_a_place(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("USA (DPF)", ["US"]),
        ("US (SCC)", ["US"]),
        ("US - Privacy Shield", ["US"]),
        ("US (EU-US DPF)", ["US"]),
        ("US (UK IDTA)", ["US"]),
        ("UK (adequate)", ["GB"]),
        ("United States of America (Virginia)", ["US"]),
        ("Netlify - USA", ["US"]),
        ("Stripe: US", ["US"]),
        ("Google LLC (USA)", ["US"]),
        ("Germany - Frankfurt", ["DE"]),
        ("Germany, Frankfurt", ["DE"]),
        ("EU - Germany", ["DE"]),
        ("EU (Ireland)", ["IE"]),
        ("EU (Ireland) and US", ["IE", "US"]),
        ("EU (Ireland, backup)", ["IE (backup)"]),
        ("Europe (London, UK)", ["GB"]),
        ("APAC - Singapore", ["SG"]),
        ("Germany (EU)", ["DE"]),
        ("Switzerland (non-EU)", ["CH"]),
        ("US (Ireland)", ["US", "IE"]),
        ("US (storage, UK)", ["US (storage)", "GB"]),
        ("Global (US, EU)", [ANYWHERE, "US", "EU"]),
        ("Europe (US)", [ANYWHERE, "US"]),
        ("Georgia (US)", ["US"]),
        ("Hong Kong (China)", ["HK"]),
        ("Hetzner (Germany/Finland)", ["DE", "FI"]),
    ],
)
def test_notes(text: str, expected: list[str]) -> None:
    assert seen(text) == expected
    assert all(place.text for place in read_places(text).places)


@pytest.mark.parametrize(
    "text",
    [
        "Global (metadata only)",
        "Worldwide (CDN)",
        "Varies",
        "Depends on provider",
        "Customer-selected region",
        "Multiple – see DPA",
        "various regions",
        "weltweit",
        "dans le monde entier",
        "wherever our staff are",
    ],
)
def test_answers_that_rule_nothing_out(text: str) -> None:
    read = read_places(text)
    assert ([place.stated for place in read.places], read.unknown) == ([False], ())


def test_other_countries_beside_one_that_is_named() -> None:
    assert seen("United States and other countries where our sub-processors operate") == ["US", ANYWHERE]


@pytest.mark.parametrize("text", ["Cloud SaaS", "Cloud platform", "SaaS", "Same region", "local", "AWS"])
def test_what_is_no_place_at_all_gets_no_hint(text: str) -> None:
    assert read_places(text).unknown == ((text, None),)
    assert not read_places(text).places[0].stated


@pytest.mark.parametrize("text", ["On-premise", "On-premises", "on prem", "own servers", "Head office", "vor Ort"])
def test_own_premises_are_no_place_and_the_hint_says_what_is_wanted(text: str) -> None:
    assert read_places(text).unknown == ((text, "the country of your own premises"),)
    assert not read_places(text).places[0].stated


@pytest.mark.parametrize(
    "text",
    ["No", "No.", "No (confirm VPS region)", "no (see contract)", "No - hosted in NZ", "No, NZ", "Not USA - see DPA"],
)
def test_a_no_is_not_norway(text: str) -> None:
    read = read_places(text)
    assert [place.stated for place in read.places] == [False]
    assert read.unknown == ((read.places[0].text, None),)


@pytest.mark.parametrize(
    ("country", "regions"),
    [
        ("AU", "ap-southeast-2; AWS ap-southeast-2; Azure Australia East; australiaeast; Asia Pacific (Sydney)"),
        ("BE", "europe-west1; GCP europe-west1; europe-west1-b"),
        ("DE", "eu-central-1; EU (Frankfurt); Germany West Central; AWS eu-central-1 (Frankfurt)"),
        ("GB", "europe-west2; eu-west-2; EU (London); UK South"),
        ("IE", "eu-west-1; eu-west-1 (Ireland); AWS - eu-west-1; northeurope; Azure North Europe; AWS Ireland"),
        ("NL", "westeurope; Azure West Europe; europe-west4"),
        ("US", "us-east-1; AWS us-east-1; us-east-1a; US East (N. Virginia); East US 2; US-East; USA - AWS us-west-2"),
    ],
)
def test_regions_of_clouds(country: str, regions: str) -> None:
    assert {text: seen(text) for text in regions.split("; ")} == {text: [country] for text in regions.split("; ")}


def test_every_region_of_a_cloud_is_in_a_country_that_exists() -> None:
    assert set(places._CLOUD_REGIONS) <= set(ISO)
    named = [word.casefold() for words in places._CLOUD_REGIONS.values() for word in words.split("; ")]
    assert len(named) == len(set(named))
    assert not {w for w in named if w in ("west europe", "north europe", "southeast asia", "east asia")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 Willis Street, Wellington 6011, New Zealand", "NZ"),
        ("350 5th Ave, New York, NY 10118, USA", "US"),
        ("10 Downing St, London SW1A 2AA, UK", "GB"),
        ("350 India Street, San Diego, CA 92101, USA", "US"),
        ("Rue de Genève 12, 1000 Bruxelles, Belgique", "BE"),
        ("Toronto, ON M5V 2T6, Canada", "CA"),
        ("Wilmington, DE, USA", "US"),
        ("Jersey City, NJ, USA", "US"),
        ("Level 3, 1 Queen St, Auckland 1010, New Zealand", "NZ"),
    ],
)
def test_postal_addresses(text: str, expected: str) -> None:
    assert seen(text) == [expected]
    assert read_places(text).places[0].text == text


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Wilmington, DE", "United States"),
        ("Palo Alto, CA", "United States"),
        ("Palo Alto, CA 94301", "United States"),
        ("Indianapolis, IN", "United States"),
        ("Atlanta, GA", "United States"),
        ("Philadelphia, PA", "United States"),
        ("Wilmington - DE", "United States"),
        ("CA, USA", "Canada; United States"),
        ("1135 Hanson Ave, San Francisco", "United States"),
        ("Güntzelstrasse 86, Zurich", "Switzerland"),
        ("PO Box 123, Auckland 1140", "New Zealand"),
        ("Dublin", "Ireland"),
        ("Frankfurt am Main", "Germany"),
        ("Frankfurt region", "Germany"),
        ("AWS Sydney", "Australia"),
        ("Netlify USA", "United States"),
        ("Holland, MI", "United States"),
        ("Jersey City, NJ", "United States"),
        ("Jersey City, NJ 07302", "United States"),
        ("DE, USA", "Germany; United States"),
        ("Vancouver, BC", "Canada"),
        ("Toronto, ON M5V 2T6", "Canada"),
        ("London, ON", "Canada"),
        ("Perth, WA", "Australia"),
        ("Sydney, NSW 2000", "Australia"),
        ("Ontario, CA", "United States"),
        ("US 2020 data, Germany", "United States; Germany"),
        ("US, Narnia", "United States"),
        ("Excluded: US", None),
        ("US - except California", None),
    ],
)
def test_what_is_likely_is_only_a_hint(text: str, hint: str | None) -> None:
    read = read_places(text)
    assert read.unknown == ((text, hint),)
    assert not any(place.stated for place in read.places)


@pytest.mark.parametrize("text", ["no only", "it only", "be only", "No only"])
def test_a_small_word_before_only_is_no_code_of_a_country(text: str) -> None:
    assert [place.country for place in read_places(text).places] == [None]
    assert [place.country for place in read_places("NO only; nz only; Norway only").places] == ["NO", "NZ", "NO"]


def test_a_note_that_names_another_country_in_prose_is_reported() -> None:
    read = read_places("US (parent company in Germany)")
    assert ([place.country for place in read.places], read.unknown) == (
        ["US"],
        (("parent company in Germany", "Germany"),),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hosted in AU, support from PH and IN", ["AU (storage)", "PH (support access)", "IN (support access)"]),
        ("Stored in US, accessed from India and UK", ["US (storage)", "IN (remote access)", "GB (remote access)"]),
        (
            "Data stored in AU; backups in NZ and SG; support from PH, IN",
            ["AU (storage)", "NZ (backup)", "SG (backup)", "PH (support access)", "IN (support access)"],
        ),
        ("Hosted in AU and NZ with support from PH", ["AU (storage)", "NZ (storage)", "PH (support access)"]),
        ("Hosted in Sydney, Australia, support from PH", ["AU (storage)", "PH (support access)"]),
        ("support (PH), hosted in AU and NZ", ["PH (support access)", "AU (storage)", "NZ (storage)"]),
        ("Hosted in US, EU (backup), UK", ["US (storage)", "EU (backup)", "GB (storage)"]),
        ("US (storage), support from PH, IN", ["US (storage)", "PH (support access)", "IN (support access)"]),
        ("Hosted in AU; PH", ["AU (storage)", "PH"]),
        ("Hosted in AU, support from Narnia and IN", ["?Hosted in AU, support from Narnia and IN"]),
    ],
)
def test_what_happens_somewhere_goes_on_until_something_else_does(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("🇩🇪 Germany", ["DE"]),
        ("🇩🇪", ["DE"]),
        ("🇩🇪🇫🇷", ["DE", "FR"]),
        ("🇩🇪 Frankfurt", ["DE"]),
        ("USA*", ["US"]),
        ("Germany¹", ["DE"]),
        ("US (1)", ["US"]),
        ("USA*, UK†", ["US", "GB"]),
        ("&Eacute;tats-Unis", ["US"]),
        ("US&nbsp;and&nbsp;UK", ["US", "GB"]),
        ("NEW  ZEALAND", ["NZ"]),
    ],
)
def test_what_clings_to_a_name(text: str, expected: list[str]) -> None:
    assert seen(text) == expected


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("BY", "Biélorussie; Weißrussland; Wit-Rusland"),
        ("CD", "Rép. dém. du Congo; République démocratique du Congo; DR Congo"),
        ("CV", "Cap-Vert; Cabo Verde; Kapverden"),
        ("CZ", "République tchèque; Tschechische Republik; Tsjechië"),
        ("DM", "Dominique"),
        ("DO", "République dominicaine; Rép. dominicaine"),
        ("EG", "Egypte; Égypte"),
        ("EC", "Equateur; Équateur"),
        ("FO", "Iles FEROE; Îles Féroé"),
        ("GB", "Royaume Uni; Grande-Bretagne; Großbritannien; Verenigd Koninkrijk; VK; Regno Unito"),
        ("GN", "Guinée"),
        ("GQ", "Guinée équatoriale"),
        ("GW", "Guinée-Bissau"),
        ("IM", "Ile de Man; Île de Man"),
        ("MH", "Marshall; Îles Marshall; Iles Marshall"),
        ("MK", "Macédoine; Mazedonien; Macédoine du Nord"),
        ("MM", "Birmanie; Birmania; Birma"),
        ("MU", "Maurice"),
        ("NL", "Pays-Bas; Olanda; Países Bajos; Países Baixos; Niederlande"),
        ("PL", "Pologne; Polónia; Polônia"),
        ("SB", "Salomon; Iles Salomon"),
        ("SZ", "Swaziland; Eswatini; Swasiland"),
        ("US", "Stati Uniti; EE. UU.; EUA; VS; Verenigde Staten; Vereinigte Staaten"),
        ("VN", "Viêt Nam; Viêt-Nam; Vietnã; Vietname"),
    ],
)
def test_old_and_foreign_names(country: str, names: str) -> None:
    assert {name: seen(name) for name in names.split("; ")} == {name: [country] for name in names.split("; ")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Klaviyo is the processor", []),
        ("held in Germany and the US by Acme", ["DE", "US"]),
        ("ask IT or HR", []),
        ("made in New South Wales, then New Zealand", ["NZ"]),
        ("the European Union and Côte d’Ivoire", ["EU", "CI"]),
        ("us and them", []),
    ],
)
def test_countries_mentioned_in_prose(text: str, expected: list[str]) -> None:
    found = places.mentioned(text)
    assert [place.country or ("EU" if place.within == EU_MEMBERS else "?") for place in found] == expected


def test_what_words_name_as_a_whole() -> None:
    assert [bool(places.named(w)) for w in ("US", "the Netherlands", "EU", "Global", "US, UK", "Narnia", "")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


UNMISTAKABLE = [
    code for code in ISO if code not in {"CN", "GE", "JE", "GG"} and not read_places(country_name(code)).unknown
]
SEPARATORS = ["; ", "\n", ", ", "/", " / ", " and ", " & ", " + ", " or ", " et ", " und ", "|", " • "]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(UNMISTAKABLE), min_size=1, max_size=6, unique=True),
    st.sampled_from(SEPARATORS),
    st.sampled_from(["en", "fr", "de"]),
)
@example(["BA", "TT", "AG"], " and ", "en")
def test_no_country_of_a_list_is_lost_and_none_is_invented(codes: list[str], separator: str, language: str) -> None:
    territories = Locale(language).territories
    read = read_places(separator.join(territories[code] for code in codes))
    assert ([place.country for place in read.places], read.unknown) == (codes, ())


@settings(deadline=None)
@given(st.lists(st.sampled_from(UNMISTAKABLE), min_size=2, max_size=5, unique=True), st.data())
def test_separators_may_differ_within_a_list(codes: list[str], data: st.DataObject) -> None:
    text = country_name(codes[0])
    for code in codes[1:]:
        text += data.draw(st.sampled_from(SEPARATORS)) + country_name(code)
    read = read_places(text)
    assert [place.country for place in read.places] == codes
    assert read.unknown == ()


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
        ("New Mexico", ("New Mexico", "US")),
        ("Ontario", ("Ontario", "Canada")),
        ("Bavaria", ("Bavaria", "Germany")),
        ("New South Wales", ("New South Wales", "Australia")),
        ("NSW", ("NSW", "Australia")),
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
    " - ",
    ": ",
    " or ",
    "No",
    "CA",
    "hosted",
    "region",
    "AWS ",
    "us-east-1",
    "Paris",
    "1 Queen Street",
    "10118",
    "|",
    "🇩🇪",
    "*",
    "other countries",
    "except ",
]


ANSWERS = [key for key, (place, _) in places._known().items() if not place.stated]


def rules_nothing_out(text: str) -> bool:
    return any(key in places._key(text) for key in ANSWERS) or bool(places._RULES_NOTHING_OUT.search(text))


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=12).map("".join)))
@example("\0")
def test_any_text_is_read_and_nothing_is_lost(text: str) -> None:
    read = read_places(text)
    reported = {word for word, _ in read.unknown}
    assert bool(read.places) or not re.sub("[;；|｜•]", "", text).strip()
    for place in read.places:
        understood = place.stated or rules_nothing_out(place.text)
        assert understood or place.text in reported or any(word in place.text for word in reported)
    for place in read.places:
        assert place.country is None or place.country in set(countries()) | set(places._PRIVATE)
        assert place.activity is None or place.activity in Activity


NAMED = {"Germany": "DE", "USA": "US", "Ireland": "IE", "New Zealand": "NZ", "Bosnia and Herzegovina": "BA"}
AMONG = [
    "Stripe",
    "Paris",
    "hosted in",
    "region",
    "support",
    "(",
    ")",
    ",",
    ";",
    "/",
    " - ",
    ": ",
    " and ",
    " or ",
    "AWS",
]
AMONG += [
    "only",
    "except",
    "not",
    "No",
    "Global",
    "EU",
    "12 Main St",
    "10118",
    "CA",
    "primary",
    "via",
    "Sydney",
    "from",
    "*",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from([*NAMED, *AMONG]), min_size=2, max_size=7))
@example(["Germany", ": ", "USA", ",", "Stripe"])
@example(["via", "USA", ",", "New Zealand"])
@example([" and ", " and ", " and "])
@example(["hosted in", " and "])
@example(["No", "only"])
def test_a_country_that_is_named_is_a_place_or_is_reported(words: list[str]) -> None:
    read = read_places(" ".join(words))
    reported = " ".join(word for word, _ in read.unknown)
    for word in words:
        if word in NAMED:
            among = any(place.country == NAMED[word] or place.is_in(NAMED[word]) is None for place in read.places)
            assert among or word in reported
    for place in read.places:
        assert place.country in (None, *NAMED.values(), "CA")


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
    started = time.process_time()
    read = read_places(f"US {text}x")
    assert read.places
    assert time.process_time() - started < 5


@settings(deadline=None)
@given(st.lists(st.sampled_from([*ISO, "Korea", "Narnia", "Global"]), min_size=1, max_size=6, unique=True))
def test_parts_are_read_alone_and_in_order(parts: list[str]) -> None:
    alone = [place for part in parts for place in read_places(part).places]
    assert list(read_places("; ".join(parts)).places) == alone


def test_every_state_and_province_of_iso_3166_2_is_known() -> None:
    known, _key = places._subdivisions(), places._key
    listed = {(code, each.country_code) for each in pycountry.subdivisions for code in (each.code, _key(each.name))}
    ours = {(_key(word), code) for code, words in places._STATES.items() for word in words.split("; ")}
    assert len(listed) > 10_000
    assert {(key, country) for key, countries in known.items() for country in countries} == listed | ours


def test_importing_loads_no_tables() -> None:
    code = "import sys, datamap.places; sys.exit('babel' in sys.modules or 'pycountry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("NZ?", "New Zealand"),
        ("US (tbc)", "United States"),
        ("Ireland (to be confirmed by the vendor)", "Ireland"),
        ("probably Fiji", "Fiji"),
        ("AU, US?", "Australia; United States"),
        ("NZ - TBC", "New Zealand"),
    ],
)
def test_a_place_that_is_doubted_is_offered_and_not_taken(text: str, offered: str) -> None:
    assert seen(text) == [f"?{text}"]
    assert read_places(text).unknown == ((text, offered),)


@pytest.mark.parametrize("text", ["US (SCCs to be confirmed)", "US (unlikely to move)", "US"])
def test_doubt_about_something_else_is_none_about_the_place(text: str) -> None:
    assert seen(text) == ["US"]


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("AWS Sydney + backup Oregon", "Australia; United States"),
        ("Contoso – Sydney/US", "Australia; United States"),
        ("servers at Texas", "United States"),
        ("Rack in Dublin, mirrored to Ontario", "Ireland; Canada"),
    ],
)
def test_all_countries_are_offered_and_none_is_forgotten(text: str, offered: str) -> None:
    assert [hint for _, hint in read_places(text).unknown] == [offered]

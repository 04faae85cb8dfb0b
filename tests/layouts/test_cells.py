from __future__ import annotations

import re
import string
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datamap.inventory import Nothing
from datamap.layouts import cells
from datamap.layouts.cells import Split


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain text", "plain text"),
        ("  kept as it is \n", "  kept as it is \n"),
        ("a < b", "a < b"),
        ("a <b, c> d", "a <b, c> d"),
        ("x<y and y>z", "x<y and y>z"),
        ("<insert name>", "<insert name>"),
        ("<p>See <insert name></p>", "See <insert name>"),
        ("R&D", "R&D"),
        ("AT&T; R&amp;D", "AT&T; R&D"),
        ("R&amp;amp;D", "R&D"),
        ("caf&eacute;&#39;s", "café's"),
        ("one&nbsp;two\xa0three", "one two three"),
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<ul><li>Name</li><li>E-mail&nbsp;address</li></ul>", "Name\nE-mail address"),
        ("<ul>\n <li>• Name</li>\n <li>- Phone</li>\n</ul>", "Name\nPhone"),
        ("<div>a</div>b<div>c</div>", "a\nb\nc"),
        ("<b>bold</b> and <i>slanted</i>", "bold and slanted"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<p>Hosted</p><script>alert(1)</script><style>p {}</style>", "Hosted"),
        ("<p>unclosed", "unclosed"),
        ("&lt;p&gt;twice escaped&lt;/p&gt;", "twice escaped"),
        ("<p>one<!-- not this --></p>", "one"),
        ("<a href='javascript:x()'>Acme</a>", "Acme"),
        ("<P CLASS='x'>Big</P>", "Big"),
        ("a<br/>b<br />c", "a\nb\nc"),
    ],
)
def test_plain(text: str, expected: str) -> None:
    assert cells.plain(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sélectionnez un élément dans cette liste déroulante ►",
        "Choose an item.",
        "Select…",
        "Select",
        "-- Select --",
        "Please select",
        "Please choose an option from the list",
        "Click or tap here to enter text.",
        "Click or tap to enter a date.",
        "Click here to enter text",
        "Type here",
        "Pick one",
        "[DATE]",
        "[ORG NAME]",
        "[Name of processor]",
        "[insert the controller's address]",
        "<insert your own text>",
        "<name>",
        "{{company}}",
        "Bitte auswählen",
        "Wählen Sie ein Element aus.",
        "Klicken oder tippen Sie hier, um Text einzugeben.",
        "Seleccione…",
        "Elija un elemento.",
        "Haga clic o pulse aquí para escribir texto.",
        "Choisissez un élément.",
        "Cliquez ou appuyez ici pour entrer du texte.",
        "Scegliere un elemento.",
        "Kies een item.",
        "Selecione",
        "______",
        "…",
        "xxx",
        "Lorem ipsum dolor sit amet",
    ],
)
def test_prompts(text: str) -> None:
    assert cells.prompt(text)
    assert cells.nothing(text) is Nothing.BLANK


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Type",
        "Data type",
        "Type of data",
        "Data_Type",
        "Name",
        "E-mail address",
        "Text",
        "Select Committee",
        "Choose Energy Pty",
        "Click Studios (SA) Pty Ltd",
        "Pick n Pay",
        "[Example: Shopify]",
        "[AWS]",
        "[USA]",
        "[internal]",
        "X",
        "Choose an item. Acme Ltd",
        "Select list of customers for Acme",
        "Enterprise",
    ],
)
def test_what_is_no_prompt(text: str) -> None:
    assert not cells.prompt(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[Example: Shopify]", "Shopify"),
        ("[Example: HR sheet (shared)]", "HR sheet (shared)"),
        ("(EXEMPLE) Gestion de la paie", "Gestion de la paie"),
        ("(example) Online shop", "Online shop"),
        ("Example: payroll", "payroll"),
        ("Exemple : paie", "paie"),
        ("z. B. Lohnbuchhaltung", "Lohnbuchhaltung"),
        ("z.B. Lohnbuchhaltung", "Lohnbuchhaltung"),
        ("Beispiel: Lohn", "Lohn"),
        ("e.g. Shopify, Wix", "Shopify, Wix"),
        ("(e.g. Shopify)", "Shopify"),
        ("Ejemplo: nóminas", "nóminas"),
        ("p. ej. nóminas", "nóminas"),
        ("Esempio: paghe", "paghe"),
        ("Voorbeeld: salarissen", "salarissen"),
        ("bijv. salarissen", "salarissen"),
        ("Shopify (example)", "Shopify"),
        ("Example Ltd", None),
        ("Exemple de fiche", None),
        ("Example:", None),
        ("Shopify", None),
        ("Shops, e.g. Shopify", None),
        ("", None),
    ],
)
def test_examples(text: str, expected: str | None) -> None:
    assert cells.example(text) == expected


NONE = [
    "None",
    "None.",
    "(none)",
    "N/A",
    "Not applicable",
    "not applicable – internal only",
    "N/A (internal)",
    "None — Klaviyo is the processor",
    "None: all staff are our own",
    "none / n/a",
    "None; N/A",
    "--",
    "No transfers outside the EU.",
    "No transfers outside the EEA or the UK",
    "No international transfers",
    "No third-country transfers.",
    "There are no transfers to third countries or international organisations.",
    "No personal data is transferred outside the EU/EEA",
    "We do not transfer personal data outside the UK",
    "Not shared with third parties",
    "No sub-processors",
    "néant",
    "Néant.",
    "Sans objet",
    "Sans objet — aucun transfert hors UE à ce jour",
    "aucun",
    "aucun destinataire externe",
    "Aucun transfert hors de l’Union européenne",
    "Pas de transfert hors UE",
    "Il n'y a pas de transfert hors de l'UE",
    "Les données ne sont pas transférées hors de l'UE.",
    "non concerné",
    "keine",
    "Keine.",
    "entfällt",
    "Entfällt (nur intern)",
    "nicht zutreffend",
    "keine Übermittlung in Drittländer",
    "Es findet keine Übermittlung in Drittländer statt.",
    "Eine Übermittlung in Drittländer findet nicht statt",
    "Keine Übermittlung außerhalb der EU",
    "no aplica",
    "ninguno",
    "No hay transferencias internacionales",
    "Sin transferencias internacionales",
    "nessuno",
    "non applicabile",
    "Nessun trasferimento verso paesi terzi",
    "Non sono previsti trasferimenti extra UE",
    "geen",
    "n.v.t.",
    "niet van toepassing",
    "Er is geen doorgifte buiten de EU",
    "Geen doorgifte aan derde landen",
    "nenhum",
    "não aplicável",
    "Não há transferências internacionais",
]


@pytest.mark.parametrize("text", NONE)
def test_none(text: str) -> None:
    assert cells.nothing(text) is Nothing.NONE
    assert cells.nothing(f"  {text.upper()} ") is Nothing.NONE


NOT_STATED = [
    "unknown",
    "TBD",
    "TBD – ask Paul",
    "TBC (supplier)",
    "tbc?",
    "to be confirmed",
    "to be confirmed with IT",
    "To be completed by the DPO",
    "pending",
    "Unknown - check with the supplier",
    "none known",
    "etc.",
    "None / TBD",
    "à préciser",
    "À compléter",
    "à définir avec la DSI",
    "inconnu",
    "non renseigné",
    "en attente de confirmation",
    "unbekannt",
    "zu klären",
    "noch zu klären mit der IT",
    "keine Angabe",
    "k.A.",
    "desconocido",
    "por definir",
    "da definire",
    "onbekend",
    "nog te bepalen",
    "desconhecido",
    "[TBD]",
]


@pytest.mark.parametrize("text", NOT_STATED)
def test_not_stated(text: str) -> None:
    assert cells.nothing(text) is Nothing.NOT_STATED


SOMETHING = [
    "None, except judicial requisition with international cooperation",
    "No transfers except to the US",
    "No transfers to the US",
    "No transfers outside the US",
    "No transfers outside the EU or US",
    "No transfers outside the EU. Backups are held in the US.",
    "No transfers outside the EU; support from India",
    "No other transfers",
    "No longer transferred outside the EU",
    "Not all data is transferred outside the EU",
    "Not only transferred within the EU",
    "not personal data is transferred to third countries",
    "None - hosted in the US",
    "None (Klaviyo, USA)",
    "None, Inc.",
    "None - only Klaviyo",
    "None unless requested",
    "N/A - see the contract",
    "None / Stripe",
    "keine außer USA",
    "Keine, außer an Behörden",
    "Keine Ahnung GmbH",
    "aucun sauf le comptable",
    "Aucun transfert sauf vers les Etats-Unis",
    "ninguno salvo Hacienda",
    "No Frills Ltd",
    "Nonesuch Records",
    "Nil Desperandum Pty",
    "Nada Surf",
    "Unknown Worlds Entertainment",
    "Pending Labs",
    "TBC - probably the United States",
    "to be transferred to India",
    "No",
    "NO",
    "NA",
    "Yes",
    "0",
    "SO",
    "within the EU",
    "Acme",
    "no " * 200,
]


@pytest.mark.parametrize("text", SOMETHING)
def test_what_says_something(text: str) -> None:
    assert cells.nothing(text) is None


def test_a_blank() -> None:
    assert {cells.nothing(text) for text in ("", " ", "\n", ";", ".", "...")} == {Nothing.BLANK}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("Acme", ("Acme",)),
        ("a\nb\r\nc", ("a", "b", "c")),
        ("- a\n- b", ("a", "b")),
        ("• a\n• b", ("a", "b")),
        ("1. a\n2. b", ("a", "b")),
        ("a) first\nb) second", ("first", "second")),
        ("• a • b", ("a", "b")),
        ("1. foo 2. bar 3. baz", ("foo", "bar", "baz")),
        ("a; b ;c;", ("a", "b", "c")),
        ("a | b", ("a", "b")),
        ("a / b", ("a", "b")),
        ("Auth0 + Supabase", ("Auth0", "Supabase")),
        ("姓名、電話", ("姓名", "電話")),
        ("name, email, and phone", ("name", "email", "phone")),
        ("name, email and phone", ("name", "email", "phone")),
        ("name, e-mail & phone", ("name", "e-mail", "phone")),
        ("nom, adresse et téléphone", ("nom", "adresse", "téléphone")),
        ("Name, Adresse und Telefon", ("Name", "Adresse", "Telefon")),
        ("name,email,phone", ("name", "email", "phone")),
        ("US, UK and Ireland", ("US", "UK", "Ireland")),
        ("Germany, SE", ("Germany", "SE")),
        ("Acme, Inc., Beta Ltd", ("Acme, Inc.", "Beta Ltd")),
        ("Acme, Co., Ltd., Beta", ("Acme, Co., Ltd.", "Beta")),
        ("Acme, Inc.", ("Acme, Inc.",)),
        ("Acme, Smith & Sons", ("Acme", "Smith & Sons")),
        ("Acme, Johnson & Johnson", ("Acme", "Johnson & Johnson")),
        ("Fiji, Trinidad and Tobago", ("Fiji", "Trinidad and Tobago")),
        ("Y (Stripe / Chargebee) / N (Razorpay)", ("Y (Stripe / Chargebee)", "N (Razorpay)")),
        ("Shiprocket, last-mile carriers (Delhivery, Ekart)", ("Shiprocket", "last-mile carriers (Delhivery, Ekart)")),
        ('"Big, Bold"; Acme', ('"Big, Bold"', "Acme")),
        ("1,000 people, 20 staff", ("1,000 people", "20 staff")),
        ("CISO, CIO (internal)\nDPO", ("CISO, CIO (internal)", "DPO")),
        # one and no list
        ("Name email phone job title", ("Name email phone job title",)),
        (
            "Kept as needed for disputes, accounting, and legal needs. Exact period TBD",
            ("Kept as needed for disputes, accounting, and legal needs. Exact period TBD",),
        ),
        ("Records are kept, as the law says", ("Records are kept, as the law says",)),
        (
            "None, except judicial requisition",
            ("None, except judicial requisition",),
        ),
        ("Law of June 19, 2013", ("Law of June 19, 2013",)),
        ("SCCs (2021), module 2", ("SCCs (2021), module 2",)),
        ("SCC, modules 2 and 3, IDTA", ("SCC, modules 2 and 3", "IDTA")),
        ("IDTA, signed 12 May 2023, SCCs", ("IDTA, signed 12 May 2023", "SCCs")),
        ("SCCs, M2, M3, IDTA", ("SCCs, M2, M3", "IDTA")),
        ("SCCs, mod. 2", ("SCCs, mod. 2",)),
        ("Room M1, M2", ("Room M1", "M2")),
        ("IDTA, 12/05/2023", ("IDTA, 12/05/2023",)),
        ("SCC, (module 2)", ("SCC, (module 2)",)),
        ("Name, signed agreement, ID", ("Name", "signed agreement", "ID")),
        ("Smith & Sons", ("Smith & Sons",)),
        ("Johnson & Johnson", ("Johnson & Johnson",)),
        ("Kuehne+Nagel", ("Kuehne+Nagel",)),
        ("Research and development", ("Research and development",)),
        ("N/A", ("N/A",)),
        ("TCP/IP", ("TCP/IP",)),
        ("HR/Payroll", ("HR/Payroll",)),
        ("01 / 02 / 2026", ("01 / 02 / 2026",)),
        ("Employment + 5 years", ("Employment + 5 years",)),
        ("Sydney, Australia", ("Sydney, Australia",)),
        ("San Francisco, CA, USA", ("San Francisco, CA, USA",)),
        ("Korea, Republic of", ("Korea, Republic of",)),
        ("1 Willis Street, Wellington 6011, New Zealand", ("1 Willis Street, Wellington 6011, New Zealand",)),
        ("a (b, c", ("a (b", "c")),
        ("O'Brien, D'Angelo", ("O'Brien", "D'Angelo")),
    ],
)
def test_split(text: str, expected: tuple[str, ...]) -> None:
    found = cells.split(text)
    assert found.parts == expected
    assert bool(found.separator) == (len(expected) > 1)


def test_the_strongest_separator_parts_and_is_named() -> None:
    assert cells.split("a, b; c / d") == Split(("a, b", "c / d"), ";")
    assert cells.split("a; b\nc") == Split(("a; b", "c"), "\n")
    assert [cells.split(t).separator for t in ("a / b", "a, b", "a | b", "a + b", "• a • b")] == [
        " / ",
        ",",
        "|",
        " + ",
        "•",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CISO, CIO (internal)\nDPO", ("CISO", "CIO (internal)", "DPO")),
        ("a, b; c / d", ("a", "b", "c", "d")),
        ("Acme, Inc.; Beta", ("Acme, Inc.", "Beta")),
        ("We keep it, as we must\nAcme", ("We keep it, as we must", "Acme")),
        ("one", ("one",)),
        ("", ()),
    ],
)
def test_items(text: str, expected: tuple[str, ...]) -> None:
    assert cells.items(text) == expected


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            ("Auth0 Inc. / Supabase Inc. / custom (no third party)", "USA / USA / N/A", "Y / Y / Depends"),
            [("Auth0 Inc.", "USA", "Y"), ("Supabase Inc.", "USA", "Y"), ("custom (no third party)", "N/A", "Depends")],
        ),
        (("Acme\nBeta", "NZ\nAU"), [("Acme", "NZ"), ("Beta", "AU")]),
        (("Acme; Beta; Cato", "NZ; ; AU"), None),  # whose place is missing may be told, but not by us
        (("Acme\n\nBeta", "NZ\n\nAU"), [("Acme", "NZ"), ("Beta", "AU")]),
        (("Acme; Beta", "NZ / AU"), None),
        (("Acme; Beta", "NZ; AU; US"), None),
        (("Acme; Beta", "NZ"), None),
        (("Acme", "NZ"), None),
        (("Acme, Beta", "Sydney, Australia"), None),
        (("Acme; Beta", ""), None),
        (("Acme; Beta",), None),
    ],
)
def test_aligned(columns: tuple[str, ...], expected: list[tuple[str, ...]] | None) -> None:
    assert cells.aligned(*columns) == expected


@pytest.mark.parametrize(
    ("names", "text", "expected"),
    [
        (["Stripe", "Auth0"], "Stripe: US; Auth0: EU", {"Stripe": "US", "Auth0": "EU"}),
        (["Stripe", "Auth0"], "Stripe – US\nAuth0 – EU", {"Stripe": "US", "Auth0": "EU"}),
        (["Stripe", "Auth0"], "Stripe (US), Auth0 (EU)", {"Stripe": "US", "Auth0": "EU"}),
        (["Stripe", "Auth0"], "Stripe (US) and Auth0 (EU)", {"Stripe": "US", "Auth0": "EU"}),
        (["Stripe", "Auth0"], "Stripe: US", {"Stripe": "US"}),
        (["Stripe"], "Stripe: US, IE", {"Stripe": "US, IE"}),
        (["Stripe"], "Stripe: US; Stripe: IE", {"Stripe": "US; IE"}),
        (
            ["Pinecone Inc.", "Weaviate B.V.", "same DB as product (pgvector)"],
            "Y (Pinecone/Weaviate) / Depends (pgvector)",
            {"Pinecone Inc.": "Y", "Weaviate B.V.": "Y", "same DB as product (pgvector)": "Depends"},
        ),
        (
            ["Stripe Inc.", "Razorpay Financial Services", "Chargebee Inc."],
            "Y (Stripe / Chargebee) / N (Razorpay)",
            {"Stripe Inc.": "Y", "Chargebee Inc.": "Y", "Razorpay Financial Services": "N"},
        ),
        (["Google Ads", "Google Analytics"], "Google: US", None),
        (["Stripe"], "Stripe: US; otherwise EU", None),
        (["Stripe"], "Y (PayPal)", None),
        (["Stripe"], "US", None),
        (["Stripe"], "Stripe", None),
        (["Stripe"], "Stripe:", None),
        (["Stripe", "US"], "Stripe (US)", None),
        ([], "Stripe: US", None),
        (["Stripe"], "", None),
    ],
)
def test_tied(names: list[str], text: str, expected: dict[str, str] | None) -> None:
    assert cells.tied(names, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Pays adéquat",
        "pays adequat",
        "non adéquat",
        "Décision d'adéquation",
        "adequacy decision",
        "UK adequacy regulations",
        "adequate country",
        "not adequate",
        "inadequate level of protection",
        "Privacy Shield",
        "EU-U.S. Privacy-Shield",
        "Safe Harbor",
        "Safe Harbour",
        "whitelisted country",
        "Angemessenheitsbeschluss",
        "angemessenes Schutzniveau",
        "decisión de adecuación",
        "país adecuado",
        "decisione di adeguatezza",
        "adequaatheidsbesluit",
        "decisão de adequação",
        "SCC; adequacy decision",
    ],
)
def test_conclusions(text: str) -> None:
    assert cells.claims_adequacy(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SCC",
        "CCT",
        "Clauses contractuelles types (CCT)",
        "BCR",
        "consent",
        "DPF",
        "adequate safeguards",
        "garanties adéquates",
        "Equate Ltd",
        "Art. 46",
        "Dérogations (art 49)",
        "Data Shield Ltd",
    ],
)
def test_what_is_no_conclusion(text: str) -> None:
    assert not cells.claims_adequacy(text)


PIECES = st.sampled_from(
    [
        *'()",;/|\n <>é:–.•',
        "Acme",
        "Inc.",
        "US",
        "name",
        "e-mail",
        "None",
        "and",
        " / ",
        "- ",
        "1. ",
        "2. ",
        " + ",
        " & ",
        "<p>",
        "</p>",
        "<br>",
        "&amp;",
        "&nbsp;",
        "&lt;",
        "1,000",
        ", ",
        " and ",
    ]
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map("".join))


@settings(deadline=None)
@given(TEXTS)
def test_plain_is_plain_already(text: str) -> None:
    once = cells.plain(text)
    assert cells.plain(once) == once


@settings(deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + " .,;:!?()/\n-'\"", max_size=60))
def test_text_without_tags_is_left_alone(text: str) -> None:
    assert cells.plain(text) == text


_DROPPED = re.compile(r"[\W_]|\d{1,3}[.)]|\b[a-zA-Z][.)]|\b(?:and|et|und|y|e|en|or|ou|oder|o|of)\b", re.I)


@settings(deadline=None)
@given(TEXTS)
@example("1. a 2. b")
@example("1. 1:0")
@example("a, b and c")
def test_splitting_loses_no_letter_and_no_digit(text: str) -> None:
    rest = text  # from the end, because what is dropped before a part may look like its beginning: `1. 1:0`
    for part in reversed(cells.split(text).parts):
        for word in reversed(re.findall(r"\w+", part)):
            at = rest.rfind(word)
            assert at >= 0
            assert not _DROPPED.sub("", rest[at + len(word) :])
            rest = rest[:at]
    assert not _DROPPED.sub("", rest)


@settings(deadline=None)
@given(TEXTS)
def test_parts_are_never_blank_and_items_are_no_coarser(text: str) -> None:
    parts, found = cells.split(text).parts, cells.items(text)
    assert all(part.strip() for part in (*parts, *found))
    assert len(found) >= len(parts)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_aligned_rows_have_a_value_of_every_cell(first: str, second: str) -> None:
    rows = cells.aligned(first, second)
    if rows is not None:
        assert len(rows) > 1
        assert [row[0] for row in rows] == list(cells.split(first).parts)
        assert [row[1] for row in rows] == list(cells.split(second).parts)


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="abcxyz", min_size=1, max_size=6), min_size=2, max_size=6),
    st.sampled_from([";", "|", "\n", " / "]),
)
def test_what_was_joined_is_split(words: list[str], separator: str) -> None:
    assert list(cells.split(separator.join(words)).parts) == words
    assert cells.aligned(separator.join(words), separator.join(reversed(words))) == list(
        zip(words, reversed(words), strict=True)
    )


@settings(deadline=None)
@given(TEXTS)
def test_any_text_is_answered(text: str) -> None:
    cells.prompt(text)
    cells.example(text)
    cells.claims_adequacy(text)
    cells.tied(["Acme", "US"], text)
    if cells.nothing(text) is Nothing.NONE:
        assert not cells.claims_adequacy(text)


@pytest.mark.parametrize(
    "piece", ["<p>", "(", "a, ", "a (", "None, ", "a and ", "&amp;", "e.g. ", "1. ", "<", "- ", "a / ", '"']
)
def test_hostile_lengths_are_answered_in_time(piece: str) -> None:
    text = (piece * 32_000)[:32_000]
    started = time.process_time()
    cells.plain(text)
    cells.nothing(text)
    cells.prompt(text)
    cells.example(text)
    cells.items(text)
    cells.aligned(text, text)
    cells.tied(["Acme"], text)
    cells.claims_adequacy(text)
    assert time.process_time() - started < 10


# -------------------------------------------------------------------------------------------- answers about recipients


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("No", Nothing.NONE), ("Nein", Nothing.NONE), ("No third parties", Nothing.NONE), ("no others", Nothing.NONE),
        ("Not shared outside the company", Nothing.NONE), ("Internal use only", Nothing.NONE), ("aucun tiers", Nothing.NONE),
        ("bespoke (no external parties)", Nothing.NONE), ("No - kept by our own staff", Nothing.NONE),
        ("Yes", Nothing.NOT_STATED), ("oui", Nothing.NOT_STATED), ("Various vendors", Nothing.NOT_STATED),
        ("plusieurs prestataires", Nothing.NOT_STATED), ("see note 3", Nothing.NOT_STATED), ("ditto", Nothing.NOT_STATED),
        ("siehe Vertrag", Nothing.NOT_STATED), ("Yes, with consent", Nothing.NOT_STATED), ("No, only Pail", Nothing.NOT_STATED),
        ("TBC", Nothing.NOT_STATED), ("Yes - Pail Inc", "Pail Inc"), ("Sí: Pail", "Pail"), ("Y - Pail (NZ)", "Pail (NZ)"),
        ("Yes Bank", "Yes Bank"), ("See Tickets", "See Tickets"), ("Various Artists Ltd", "Various Artists Ltd"),
        ("Pail (no third parties)", "Pail (no third parties)"), ("Internal IT team", "Internal IT team"),
        ("~~Old Co~~ New Co", "New Co"), ("~~Old Co~~ removed 2025", Nothing.BLANK), ("Norway Post", "Norway Post"),
    ],
)  # fmt: skip
def test_who_is_meant_by_an_item_of_recipients(text: str, meant: str | Nothing) -> None:
    assert cells.party(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "On-premises", "on-prem, Auckland", "In-house", "Own servers (Singapore)", "our office in Fiji", "self-hosted",
        "intern gehostet", "eigenes Rechenzentrum", "sur site", "en propre", "servidor propio", "eigen server", "Local server",
    ],
)  # fmt: skip
def test_own_premises_are_told(text: str) -> None:
    assert cells.own_premises(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Fiji", "AWS", "Cloud", "AWS (in-house account)", "On-premises / AWS", "not on-premises", "formerly on-premises",
        "vendor on-premises", "Internal server at Rack Ltd", "hybrid on-prem and cloud", "On-premise SAP", "none", "office 365",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_own_premises(text: str) -> None:
    assert not cells.own_premises(text)


@pytest.mark.parametrize(
    ("text", "people", "themselves"),
    [
        ("Data subject", "Customers", True), ("Directly from the customer", "Customers", True), ("Employee", "Staff", True),
        ("Client", "", True), ("auprès de la personne concernée", "", True), ("direkt bei der betroffenen Person", "", True),
        ("Employee", "Next of kin", False), ("Employer", "Employees", False), ("Credit bureau", "", False),
        ("Directly from the supplier", "", False), ("HR", "Employees", False), ("Donors", "Donors; trustees", True),
    ],
)  # fmt: skip
def test_the_individual_is_told_from_other_sources(text: str, people: str, themselves: bool) -> None:
    assert cells.from_the_individual(text, people) is themselves


@pytest.mark.parametrize("text", ["~~" * 3000, "~~a" * 2001, "yes - " * 2000, "on-prem " * 3000, "from " * 3000])
def test_answers_of_any_length_are_read_at_once(text: str) -> None:
    begun = time.process_time()
    cells.party(text)
    cells.own_premises(text)
    cells.from_the_individual(text, text)
    assert time.process_time() - begun < 1

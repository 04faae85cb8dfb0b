"""Known layouts that are forms or trees: the CNIL's register, CISO Assistant's workbook, Fides, Transcend, lists as YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from datamap import law, layouts, sheets
from datamap.assessment import Assessment, assess
from datamap.inventory import CategoryKind, Nothing, Record, Role
from datamap.layouts.known import LAYOUTS, LEAST
from datamap.problems import Kind
from datamap.sheets import Book, Sheet, Value
from datamap.workbook import Reading

LAW = law.load()
REAL = Path(__file__).parents[3] / "shared" / "real-data" / "inventories"
PROMPT = "Sélectionnez un élément dans cette liste déroulante ►"

Rows = Sequence[Sequence[Value]]


def book(tables: Mapping[str, Rows], *, file: str = "a.xlsx", hidden: Sequence[str] = (), kind: str = "xlsx") -> Book:
    return Book(
        file, tuple(Sheet(file, name, [list(r) for r in rows], name in hidden) for name, rows in tables.items()), kind
    )


def tree_book(data: Any, *, file: str = "a.yml") -> Book:
    """What a YAML file of some data is read as, each value on a line of its own."""

    def lines(node: Any, path: str) -> Iterator[list[Value]]:
        if isinstance(node, dict):
            for key, below in node.items():
                yield from lines(below, f"{path}.{key}" if path else key)
        elif isinstance(node, list):
            for number, below in enumerate(node):
                yield from lines(below, f"{path}[{number}]")
        elif node is not None:
            yield [path, "true" if node is True else "false" if node is False else str(node)]

    return book({"a": list(lines(data, ""))}, file=file, kind="yaml")


def read(*books: Book) -> Reading:
    """Read books, and judge what they hold; the inputs assert that rows in = rows out + rows left out."""
    reading = layouts.read(books, LAW)
    judged(reading)
    return reading


def judged(reading: Reading) -> Assessment:
    if reading.inventory.organisations:
        return assess(reading, on=date(2026, 11, 22))
    return assess(reading, on=date(2026, 11, 22), organisation="X", country="NZ")


def layout(of: Book) -> str | None:
    share, name = max((known.recognises(of), known.name) for known in LAYOUTS)
    return name if share >= LEAST else None


def names(records: Sequence[Record]) -> list[str]:
    return [record.name for record in records]


def one(records: Sequence[Any], name: str) -> Any:
    return next(record for record in records if record.name == name)


def flow(reading: Reading, origin: str | None, destination: str | None) -> Any:
    return next(f for f in reading.inventory.flows if f.origin.value == origin and f.destination.value == destination)


def countries(fact: Any) -> list[str | None]:
    return [place.country for place in fact.value or ()]


def mechanisms(reading: Reading, of: Any) -> list[str | None]:
    return [one(reading.inventory.safeguards, name).mechanism.value for name in of.safeguards.value or ()]


def kinds(reading: Reading) -> list[Kind]:
    return [problem.kind for problem in reading.problems]


def left_out(reading: Reading) -> dict[str, str]:
    return {p.value: p.wanted for p in reading.problems if p.kind is Kind.SET_ASIDE}


# ------------------------------------------------------------------------------------------------------------- CNIL

HEADS: dict[str, list[Value]] = {
    "about": ["Description  du traitement  "],
    "actors": ["Acteurs", "Nom", "Adresse", "Code Postal", "Ville", "Pays", "Téléphone", "Adresse mél"],
    "purposes": ["Finalité(s) du traitement effectué"],
    "categories": ["Catégories de données personnelles concernées", "Description", None, None, "Durée de conservation"],
    "sensitive": ["Données sensibles", "Description", None, None, "Durée de conservation"],
    "individuals": ["Catégories de personnes concernées", "Description", None, None, "Précisions"],
    "recipients": ["Destinataires", "Type de destinataire", None, None, "Précisions"],
    "security": ["Mesures de sécurité", "Type de mesure de sécurité", None, None, "Précisions"],
    "transfers": [
        "Transferts hors UE",
        "Destinataire",
        "Pays",
        "Type de Garanties",
        None,
        "Liens vers la documentation",
    ],
}
IDENTITY = "État civil, identité, données d'identification, images…"
NIR = "Numéro de Sécurité Sociale (ou NIR)"
HEALTH = "Données concernant la santé"


def form(
    name: Value = "Prêt de vélos", *, title: Rows = (("Fiche de registre",),), **sections: Rows
) -> list[list[Value]]:
    """A form with the sections given; `about` always begins with the activity's name."""
    about = [("Nom du traitement", name), *sections.pop("about", ())]
    rows: list[Sequence[Value]] = [*title]
    for section, filled in {"about": about, **sections}.items():
        rows += [HEADS[section], *filled, []]
    return [list(row) for row in rows]


def cnil(*forms: Rows, file: str = "registre.ods", **others: Rows) -> Book:
    return book({**{f"fiche {n}": f for n, f in enumerate(forms, 1)}, **others}, file=file, kind="ods")


FILLED = form(
    about=[("N° / RÉF", "T-7"), ("Date de création du traitement", date(2024, 3, 4)), ("Mise à jour du traitement", None)],
    actors=[
        ("Responsable du traitement", "Cycles Sarcelle SARL", "3 quai Vert", 44000, "Nantes", "France", None, "a@sarcelle.example"),
        ("Délégué à la protection des données", "Odile Roux", None, None, None, None, "02 00 00 00 00"),
    ],
    purposes=[("Finalité principale", "Prêter des vélos"), ("Sous-finalité 1", "Suivre les retours"), ("Sous-finalité 2",)],
    categories=[(IDENTITY, "Nom, prénom, courriel", None, None, "3 ans"), (NIR, "NIR des stagiaires", None, None, "1 an")],
    sensitive=[(HEALTH, "Aptitude médicale", None, None, "3 ans"), ("Données génétiques",)],
    individuals=[
        ("Catégorie de personnes 1", "Clients", None, None, "adultes"),
        ("Catégorie de personnes 2", "Autres (préciser)", None, None, "Stagiaires"),
    ],
    recipients=[
        ("Destinataire 1", "Service interne qui traite les données", None, None, "Atelier"),
        ("Destinataire 2", "Sous-traitants", None, None, "Nuage d'Argent"),
        ("Destinataire 3", "Partenaires institutionnels ou commerciaux"),
        ("Destinataire 4", PROMPT),
    ],
    security=[("Mesure de sécurité 1", "Chiffrement des données", None, None, "AES"), ("Mesure de sécurité 2", "Sauvegarde des données")],
    transfers=[
        ("Organisme destinataire 1", "Nuage d’argent", "Andorre", "Clauses contractuelles types (CCT)", None, "Contrat 12"),
        ("Organisme destinataire 2", None, PROMPT, PROMPT),
    ],
)  # fmt: skip


def test_a_filled_form_is_one_activity_with_all_it_says() -> None:
    reading = read(cnil(FILLED))
    inventory = reading.inventory
    assert names(inventory.organisations) == ["Cycles Sarcelle SARL"]
    assert countries(inventory.organisations[0].country) == ["FR"]
    assert inventory.organisations[0].contact.value == "3 quai Vert; 44000; Nantes; a@sarcelle.example"
    (system,) = inventory.systems
    assert system.name == "Prêt de vélos"
    assert system.organisation.value == "Cycles Sarcelle SARL"
    assert system.kind.value == "processing activity"
    assert system.purposes.value == ("Prêter des vélos", "Suivre les retours")
    assert system.categories.value == ("Nom, prénom, courriel", "NIR des stagiaires", "Aptitude médicale")
    assert system.individuals.value == ("Clients (adultes)", "Stagiaires")
    assert system.retention.value == "Nom, prénom, courriel: 3 ans\nNIR des stagiaires: 1 an\nAptitude médicale: 3 ans"
    assert system.security.value == "Chiffrement des données (AES)\nSauvegarde des données"
    assert system.extra["Date de création du traitement"].value == "2024-03-04"
    assert system.extra["Délégué à la protection des données"].value == "Odile Roux; 02 00 00 00 00"
    assert system.cell
    assert system.cell.address == "B3"
    identity, national, health = inventory.categories
    assert (identity.kind.value, identity.notes.value) == (CategoryKind.IDENTITY, IDENTITY)
    assert national.unique_identifier.value is True
    assert national.sensitive.blank
    assert (health.kind.value, health.sensitive.value) == (CategoryKind.HEALTH, True)
    roles = {r.name: r.role.value for r in inventory.recipients}
    assert roles == {
        "Atelier": Role.SAME_ORGANISATION,
        "Nuage d'Argent": Role.AGENT,
        "Partenaires institutionnels ou commerciaux": None,
    }


def test_a_transfer_is_tied_to_its_recipient_by_name() -> None:
    reading = read(cnil(FILLED))
    assert len(reading.inventory.flows) == 3
    abroad = flow(reading, "Prêt de vélos", "Nuage d'Argent")
    assert countries(abroad.locations) == ["AD"]
    assert mechanisms(reading, abroad) == ["SCC"]
    assert abroad.role.value is Role.AGENT
    assert abroad.categories.value == ("Nom, prénom, courriel", "NIR des stagiaires", "Aptitude médicale")
    (safeguard,) = reading.inventory.safeguards
    assert safeguard.document.value == "Contrat 12"
    assert safeguard.recipients.value == ("Nuage d'Argent",)
    row = next(n for n, r in enumerate(FILLED, 1) if r and r[0] == "Organisme destinataire 1")
    said = (abroad.locations, safeguard.mechanism, safeguard.document)
    assert [fact.cell and fact.cell.address for fact in said] == [f"C{row}", f"D{row}", f"F{row}"]
    other = flow(reading, "Prêt de vélos", "Atelier")
    assert other.locations.blank
    assert other.safeguards.blank


def test_sections_are_found_by_their_text_wherever_they_stand_and_however_they_are_spelled() -> None:
    moved: list[list[Value]] = [
        [], ["TRANSFERTS  HORS UE", None, "Destinataire", "Type de garanties", "Pays"],
        ["Organisme destinataire 1", None, "Banque Grise", "BCR", "Maroc"],
        [], ["destinataires", "Précisions", "Type de destinataire"], ["Destinataire 1", "Banque Grise", "Sous-traitants"],
        [], ["mesures de securite"], ["Mesure 1", "Badge"],
        [], ["Categories de donnees personnelles concernees", "Description"], ["Etat civil, identite", "Nom"],
        [], ["DESCRIPTION DU TRAITEMENT"], ["NOM DU TRAITEMENT", "Accueil"],
        [], ["Mesures de sécurité"], ["Mesure 2", "Coffre"],
    ]  # fmt: skip
    for sheet_name in ("Feuille9", "Systems", "x"):
        mine = book({sheet_name: moved}, file="zzz.csv", kind="ods")
        assert layout(mine) == "CNIL simplified register"
        reading = read(mine)
        (only,) = reading.inventory.flows
        assert (only.origin.value, only.destination.value) == ("Accueil", "Banque Grise")
        assert countries(only.locations) == ["MA"]
        assert mechanisms(reading, only) == ["BCR"]
        assert reading.inventory.systems[0].security.value == "Badge\nCoffre"
        assert one(reading.inventory.recipients, "Banque Grise").role.value is Role.AGENT
        assert one(reading.inventory.categories, "Nom").kind.value is CategoryKind.IDENTITY


TRANSFER = "Organisme destinataire 1"


def transfers(*rows: Sequence[Value]) -> Reading:
    one_recipient = [("Destinataire 1", "Sous-traitants", None, None, "Nuage")]
    return read(
        cnil(
            form(
                recipients=one_recipient,
                security=[("Mesure", "Badge")],
                purposes=[("Finalité principale", "P")],
                transfers=rows,
            )
        )
    )


@pytest.mark.parametrize(
    ("guarantee", "mechanism"),
    [
        ("Clauses contractuelles types (CCT)", "SCC"),
        ("CCT", "SCC"),
        ("Règles d’entreprise contraignantes (BCR)", "BCR"),
        ("Code de conduite", "code of conduct"),
        ("Certification", "Certification"),
    ],
)
def test_guarantees_are_mechanisms_of_the_law(guarantee: str, mechanism: str) -> None:
    reading = transfers((TRANSFER, "Nuage", "Etats-Unis", guarantee))
    found = mechanisms(reading, flow(reading, "Prêt de vélos", "Nuage"))
    assert found == [mechanism]
    assert Kind.NO_MECHANISM not in kinds(reading)


@pytest.mark.parametrize("claim", ["Pays adéquat", "Privacy shield", "PRIVACY SHIELD"])
def test_a_conclusion_of_the_file_is_kept_as_its_words_and_is_no_safeguard(claim: str) -> None:
    reading = transfers((TRANSFER, "Nuage", "Etats-Unis", claim, None, "lettre 4"))
    abroad = flow(reading, "Prêt de vélos", "Nuage")
    assert reading.inventory.safeguards == ()
    assert abroad.safeguards.blank
    assert abroad.extra["The file says"].value == claim
    assert abroad.extra["Document"].value == "lettre 4"
    assert Kind.CLAIM in kinds(reading)
    assert countries(abroad.locations) == ["US"]


def test_a_conclusion_beside_evidence_leaves_the_evidence() -> None:
    reading = transfers((TRANSFER, "Nuage", "Canada", "Pays adéquat; CCT"))
    abroad = flow(reading, "Prêt de vélos", "Nuage")
    assert mechanisms(reading, abroad) == ["SCC"]
    assert abroad.extra["The file says"].value == "Pays adéquat"


def test_a_derogation_without_its_limb_is_reported_and_covers_nothing() -> None:
    reading = transfers((TRANSFER, "Nuage", "Etats-Unis", "Dérogations (art 49)"))
    problem = next(p for p in reading.problems if p.kind is Kind.NO_MECHANISM)
    assert problem.value == "Dérogations (art 49)"
    assert reading.inventory.safeguards[0].mechanism.nothing is Nothing.UNREADABLE


@pytest.mark.parametrize(
    "words", ["Sans objet — aucun transfert hors UE à ce jour", "Aucun", "Néant", "N/A", "Aucun transfert hors UE."]
)
def test_a_sentence_that_there_is_no_transfer_makes_none(words: str) -> None:
    reading = transfers((TRANSFER, words, PROMPT, PROMPT))
    (only,) = reading.inventory.flows
    assert only.destination.value == "Nuage"
    assert only.locations.blank
    assert reading.inventory.systems[0].extra[TRANSFER].value == words
    assert names(reading.inventory.recipients) == ["Nuage"]


def test_transfers_to_others_and_to_nobody_named() -> None:
    reading = transfers((TRANSFER, "Brume SA", "Royaume-Uni"), ("Organisme destinataire 2", None, "Maroc", "CCT"))
    assert len(reading.inventory.flows) == 3
    assert countries(flow(reading, "Prêt de vélos", "Brume SA").locations) == ["GB"]
    nobody = flow(reading, "Prêt de vélos", None)
    assert nobody.destination.nothing is Nothing.NOT_STATED
    assert countries(nobody.locations) == ["MA"]
    assert mechanisms(reading, nobody) == ["SCC"]


def test_two_transfers_to_one_recipient_are_two_flows() -> None:
    reading = transfers(
        (TRANSFER, "Nuage", "Maroc", "CCT"), ("Organisme destinataire 2", "Nuage", "Canada", "Pays adéquat")
    )
    found = [(countries(f.locations), bool(f.safeguards.value)) for f in reading.inventory.flows]
    assert found == [(["MA"], True), (["CA"], False)]
    assert names(reading.inventory.recipients) == ["Nuage"]


def test_no_recipients_is_an_answer() -> None:
    reading = read(
        cnil(
            form(
                recipients=[("Destinataire 1", "Aucun")],
                purposes=[("Finalité principale", "P")],
                security=[("M", "Badge")],
            )
        )
    )
    assert reading.inventory.recipients == ()
    assert reading.inventory.systems[0].recipients.is_none


def test_a_plain_no_is_an_answer_and_no_category() -> None:
    reading = read(
        cnil(
            form(
                categories=[(IDENTITY, "Nom")],
                sensitive=[(HEALTH, "Non"), ("Données génétiques", "NON")],
                transfers=[(TRANSFER, "non")],
                security=[("M", "Badge")],
            )
        )
    )
    assert names(reading.inventory.categories) == ["Nom"]
    assert reading.inventory.flows == ()
    assert reading.inventory.systems[0].extra[HEALTH].value == "Non"


def test_a_model_that_only_says_who_is_responsible_is_no_activity() -> None:
    model = form(
        None,
        about=[("N° / RÉF", "ref-001"), ("Date de création du traitement", date(2024, 1, 1))],
        actors=[("Responsable du traitement", "Cycles Sarcelle SARL", None, None, None, "France")],
        security=[("Mesure de sécurité 1", PROMPT)],
    )
    reading = read(cnil(FILLED, model=model))
    assert names(reading.inventory.systems) == ["Prêt de vélos"]
    assert left_out(reading)["model"] == "a form that nobody filled in"


def test_forms_on_copied_sheets_are_activities_and_share_what_they_name() -> None:
    def second(name: str) -> list[list[Value]]:
        return form(
            name,
            actors=[("Responsable du traitement", "Cycles Sarcelle SARL", None, None, None, "France")],
            recipients=[("Destinataire 1", "Sous-traitants", None, None, "Nuage d'Argent; Brume SA")],
            categories=[(IDENTITY, "Nom, prénom, courriel")],
        )

    reading = read(cnil(FILLED, second("Ventes"), second("Salaires")))
    assert sorted(names(reading.inventory.systems)) == ["Prêt de vélos", "Salaires", "Ventes"]
    assert names(reading.inventory.organisations) == ["Cycles Sarcelle SARL"]
    assert names(reading.inventory.recipients).count("Nuage d'Argent") == 1
    assert "Brume SA" in names(reading.inventory.recipients)
    assert {f.origin.value for f in reading.inventory.flows if f.destination.value == "Brume SA"} == {
        "Ventes",
        "Salaires",
    }
    assert Kind.ROWS_JOINED not in kinds(reading)


LIST: list[list[Value]] = [
    ["Coordonnées du responsable de l’organisme\n(ou de son représentant)", "Nom :", "Roux", "Prénom :", None],
    [None, "Code postal :", None, "Ville :", "Nantes"],
    ["Coordonnées du représentant", "Nom :", None, "Prénom :"],
    ["Identification du traitement", None, None, None, "Finalité du traitement", None, None, "Données sensibles ?"],
    ["Nom du traitement", "N° / RÉF", "Date de création de la fiche", "Dernière mise à jour de la fiche", None, None, None, "Oui/non"],
    ["(EXEMPLE) Gestion des badges", "1 - Exemple", date(2019, 1, 2), None, "Badges", None, None, "Non"],
    ["Prêt de vélos", "T-7", date(2024, 3, 4), None, "Prêter", None, None, "Oui"],
    ["Infolettre", "T-8", None, None, "Informer les abonnés", None, None, "Non"],
]  # fmt: skip
VOCABULARY: list[list[Value]] = [
    ["Garanties", None, "Pays", "Zone"], [PROMPT, None, PROMPT], ["Privacy shield", None, "Etats-Unis", "adéquat"],
    ["Pays adéquat", None, "Andorre", "adéquat"],
]  # fmt: skip
MODEL = form(
    None, about=[("N° / RÉF", "ref-001")], recipients=[("Destinataire 1", PROMPT)], purposes=[("Finalité principale",)]
)
TUTORIAL: list[list[Value]] = [["Fiche tutorielle"], ["Pour chaque activité, dupliquez l'onglet 3."]]
EXAMPLE = form(
    "Gestion des badges",
    title=[("Exemple de fiche de registre",), ("Cet exemple est fictif.",)],
    about=[("N° / RÉF", "1 - Exemple")],
    purposes=[("Finalité principale", "Badges")],
    recipients=[("Destinataire 1", "Sous-traitants", None, None, "Badgeuse SA")],
)


def whole(*forms: Rows, listed: Rows = LIST) -> Book:
    tables = {f"fiche {n}": f for n, f in enumerate(forms, 1)}
    others = {
        "Tutoriel": TUTORIAL,
        "2_-_Liste": listed,
        "3_-_Modèle": MODEL,
        "4_-_Exemple": EXAMPLE,
        "5_-_Listes": VOCABULARY,
    }
    return book({**others, **tables}, file="registre.ods", hidden=("5_-_Listes",), kind="ods")


def test_the_list_adds_to_the_forms_and_names_activities_without_one() -> None:
    reading = read(whole(FILLED))
    assert sorted(names(reading.inventory.systems)) == ["Infolettre", "Prêt de vélos"]
    assert one(reading.inventory.systems, "Infolettre").purposes.value == ("Informer les abonnés",)
    with_form = one(reading.inventory.systems, "Prêt de vélos")
    assert with_form.purposes.value == ("Prêter des vélos", "Suivre les retours")
    assert with_form.extra["Données sensibles ?"].value == "Oui"
    kept = [fact.value for system in reading.inventory.systems for fact in system.extra.values()]
    assert "Nom : Roux; Ville : Nantes" in kept


def test_what_is_no_form_is_left_out_with_its_reason() -> None:
    reading = read(whole(FILLED))
    why = left_out(reading)
    assert why["Tutoriel"] == "no form of the register"
    assert why["3_-_Modèle"] == "a form that nobody filled in"
    assert why["4_-_Exemple"] == "an example, beside what was filled in"
    assert why["5_-_Listes"] == "the lists of choices of the form"
    assert why["Gestion des badges"] == "an example"
    assert "Badgeuse SA" not in names(reading.inventory.recipients)
    assert all("shield" not in s.name.casefold() for s in reading.inventory.safeguards)
    assert Kind.NOT_USED not in kinds(reading)


def test_what_is_left_out_of_one_form_is_one_notice() -> None:
    purposes: Rows = [(*[None] * 6, "► Voir le guide"), ("Finalité principale", "Prêter"), ("Sous-finalité 1", None)]
    blank: dict[str, Rows] = {section: [] for section in ("categories", "individuals", "recipients", "transfers")}
    reading = read(cnil(*(form(name, purposes=purposes, **blank) for name in ("Prêts", "Infolettre"))))
    aside = [p for p in reading.problems if p.kind is Kind.SET_ASIDE]
    assert [p.cell.sheet for p in aside] == ["fiche 1", "fiche 2"]
    assert {p.wanted for p in aside} == {"titles, guides and unanswered questions of the form"}
    assert [(i.rows_read, i.rows_left_out) for i in reading.inputs] == [(10, 6)]


def test_the_example_is_read_when_there_is_nothing_else() -> None:
    reading = read(whole(listed=LIST[:6]))
    assert names(reading.inventory.systems) == ["Gestion des badges"]
    assert names(reading.inventory.recipients) == ["Badgeuse SA"]
    assert left_out(reading)["Exemple de fiche de registre"] == "titles of the form"


def test_a_copy_of_the_example_with_a_name_of_its_own_in_the_list_is_no_example() -> None:
    listed: list[list[Value]] = [*LIST[:5], ["Gestion des badges", "1 - Exemple", None, None, "Badges"]]
    reading = read(whole(FILLED, listed=listed))
    assert sorted(names(reading.inventory.systems)) == ["Gestion des badges", "Prêt de vélos"]


def test_how_long_some_categories_are_kept_is_not_said_of_the_others() -> None:
    reading = read(
        cnil(
            form(
                categories=[(IDENTITY, "Nom", None, None, "3 ans"), (NIR, "NIR")],
                security=[("M", "B")],
                purposes=[("Finalité principale", "P")],
            )
        )
    )
    assert reading.inventory.systems[0].retention.value == "Nom: 3 ans"


def test_nothing_that_is_written_in_a_form_is_lost() -> None:
    stray = form(
        purposes=[("Finalité principale", "P", None, "à côté")],
        recipients=[("D", "Clients")],
        security=[("M", "Badge")],
    )
    reading = read(cnil(stray))
    assert [p.value for p in reading.problems if p.kind is Kind.OUTSIDE_TABLE] == ["à côté"]
    long = "Nom, " * 40
    told = read(
        cnil(
            form(
                categories=[(IDENTITY, long), (NIR, "oui"), (HEALTH, "Aucune")],
                recipients=[("D", "X")],
                security=[("M", "B")],
            )
        )
    )
    identity, national = told.inventory.categories
    assert (identity.name, identity.examples.value) == (IDENTITY.rstrip("…"), long.strip())
    assert national.name == NIR
    assert told.inventory.systems[0].extra[HEALTH].value == "Aucune"


def real(*files: str) -> list[Book]:
    found = [REAL / file for file in files]
    if not all(path.is_file() for path in found):
        pytest.skip("the shared files are not here")
    return [sheets.read(path, name=f"same{path.suffix}") for path in found]


def test_the_cnil_example_and_the_copy_that_differs_by_one_cell() -> None:
    first, second = (
        read(each)
        for each in real("ropa-cnil-simplifie-with-example.ods", "ropa-cnil-simplifie-copy2-one-cell-changed.ods")
    )
    inventory = first.inventory
    assert names(inventory.systems) == ["Gestion de la paie"]
    (abroad,) = (f for f in inventory.flows if f.locations.known)
    assert (abroad.destination.value, countries(abroad.locations)) == ("Banque d'Andorre", ["AD"])
    assert mechanisms(first, abroad) == ["SCC"]
    (safeguard,) = inventory.safeguards
    assert safeguard.document.value == "Contrat en date du 23/01/2018"
    assert len(inventory.categories) == len(inventory.recipients) == 3
    differing = [
        (record.name, each.name)
        for kind in fields(inventory)
        for record, other in zip(getattr(inventory, kind.name), getattr(second.inventory, kind.name), strict=True)
        for each in fields(record)
        if getattr(record, each.name) != getattr(other, each.name)
    ]
    assert differing == [("Gestion de la paie", "security")]
    assert first.problems == second.problems


# --------------------------------------------------------------------------------------------- CISO Assistant workbook

CISO: dict[str, Rows] = {
    "Processing": [
        ["ref_id", "name", "description", "domain", "status", "processing_nature", "dpia_required", "assigned_to", "labels"],
        ["PRC-9", "Bike loans", "Lending", None, "privacy_draft", None, True, "Ana", None],
    ],
    "Purposes": [["name", "description", "legal_basis", "article_9_condition"], ["Lend bikes", None, "privacy_contract"]],
    "Personal data": [
        ["name", "description", "category", "retention", "deletion_policy", "is_sensitive", "assets"],
        ["Card number", "last four digits", "privacy_financial_data", "1 year", None, False],
        ["Fitness", None, "Health data", "2 years", None, True, "db1"],
    ],
    "Data subjects": [["name", "description", "category"], ["Borrowers", None, "privacy_customer"]],
    "Data recipients": [["name", "description", "category"], ["Workshop", None, "privacy_internal_team"]],
    "Contractors": [
        ["name", "description", "entity", "relationship_type", "country", "documentation_link"],
        ["Ledger", "books", "Ledger SAS", "privacy_data_processor", "FR", "https://x.example"],
        ["Mailer", None, "Mailer Ltd", "Independent controller", "Ireland"],
    ],
    "Transfers": [
        ["name", "description", "entity", "country", "transfer_mechanism", "guarantees", "documentation_link"],
        ["Cold backup", None, None, "US", "privacy_standard_contractual_clauses", "encrypted", "doc-1"],
        ["Ledger support", None, "Ledger SAS", "IN", "privacy_binding_corporate_rules"],
        ["Mailer", None, None, "Japan", "privacy_adequacy_decision"],
    ],
}  # fmt: skip


def test_a_ciso_workbook_is_one_activity() -> None:
    reading = read(book(CISO))
    inventory = reading.inventory
    (system,) = inventory.systems
    assert (system.name, system.purposes.value, system.individuals.value) == (
        "Bike loans",
        ("Lend bikes",),
        ("Borrowers",),
    )
    assert system.categories.value == ("Card number", "Fitness")
    assert system.retention.value == "Card number: 1 year\nFitness: 2 years"
    assert system.extra["ref_id"].value == "PRC-9"
    assert system.extra["Purposes: Lend bikes: legal_basis"].value == "privacy_contract"
    card, fitness = inventory.categories
    assert (card.kind.value, card.sensitive.value) == (CategoryKind.FINANCIAL, False)
    assert (fitness.kind.value, fitness.sensitive.value, fitness.extra["assets"].value) == (
        CategoryKind.HEALTH,
        True,
        "db1",
    )
    found = {r.name: (r.role.value, countries(r.country), r.legal_entity.value) for r in inventory.recipients}
    assert found == {
        "Workshop": (Role.SAME_ORGANISATION, [], None),
        "Ledger": (Role.AGENT, ["FR"], "Ledger SAS"),
        "Mailer": (Role.CONTROLLER, ["IE"], "Mailer Ltd"),
        "Cold backup": (None, [], None),
    }
    assert all(cell.file == "a.xlsx" for f in inventory.flows for cell in (*f.origin.cells, *f.destination.cells))


def test_ciso_transfers_are_tied_by_entity_or_name() -> None:
    reading = read(book(CISO))
    assert len(reading.inventory.flows) == 6
    ledger = flow(reading, "Bike loans", "Ledger")
    assert (countries(ledger.locations), mechanisms(reading, ledger)) == (["IN"], ["binding corporate rules"])
    assert ledger.role.value is Role.AGENT
    backup = flow(reading, "Bike loans", "Cold backup")
    assert (countries(backup.locations), mechanisms(reading, backup)) == (["US"], ["standard contractual clauses"])
    assert one(reading.inventory.safeguards, backup.safeguards.value[0]).document.value == "doc-1"
    mailer = flow(reading, "Bike loans", "Mailer")
    assert countries(mailer.locations) == ["JP"]
    assert mailer.safeguards.blank
    assert mailer.extra["The file says"].value == "adequacy decision"
    assert kinds(reading).count(Kind.CLAIM) == 1


def ciso_legs(contractor: Value, transfer: Value) -> dict[str | None, str | None]:
    """The legs to one contractor with one transfer of its entity, each with what its answer rests on."""
    sheets_of = {
        **CISO,
        "Data recipients": [],
        "Contractors": [
            CISO["Contractors"][0],
            ["Ledger", None, "Ledger SAS", "privacy_independent_controller", contractor],
        ],
        "Transfers": [
            CISO["Transfers"][0],
            ["Backup", None, "Ledger SAS", transfer, "privacy_standard_contractual_clauses"],
        ],
    }
    found = assess(layouts.read([book(sheets_of)], LAW), on=date(2026, 11, 22), organisation="X", country="NZ")
    assert {a.leg.flow.destination.name for a in found.answers} == {"Ledger"}
    assert {a.leg.flow.record.role.value for a in found.answers} == {Role.CONTROLLER}
    return {a.leg.country: "; ".join(a.leg.flow.record.safeguards.value or ()) or None for a in found.answers}


def test_ciso_a_contractor_at_home_is_a_leg_that_no_mechanism_of_a_transfer_covers() -> None:
    clauses = "Ledger: standard contractual clauses"
    assert ciso_legs("FR", "US") == {"FR": None, "US": clauses}
    assert ciso_legs("United States", "US") == {"US": clauses}
    assert ciso_legs(None, "US") == {"US": clauses}
    assert ciso_legs("to be confirmed", "US") == {None: None, "US": clauses}
    assert ciso_legs("FR", None) == {"FR": None, None: clauses}


def test_ciso_a_row_that_says_none_and_names_a_country_is_no_denial() -> None:
    def read_with(*transfer: Value) -> Reading:
        return read(book({**CISO, "Transfers": [CISO["Transfers"][0], list(transfer)]}))

    assert countries(flow(read_with("none", None, None, "US"), "Bike loans", None).locations) == ["US"]
    reading = read_with("none")
    assert left_out(reading) == {"none": "it says that there is none"}
    assert all(f.destination.value for f in reading.inventory.flows)


def test_ciso_sheets_stand_in_any_order_and_some_are_missing() -> None:
    some = {name.upper(): CISO[name] for name in ("Transfers", "Personal data", "Processing")}
    assert layout(book(some, file="b.xlsx")) == "CISO Assistant workbook"
    reading = read(book(some, file="b.xlsx"))
    assert names(reading.inventory.systems) == ["Bike loans"]
    assert sorted(names(reading.inventory.recipients)) == ["Cold backup", "Ledger SAS", "Mailer"]
    renamed = {
        f"Sheet{n}" if name in ("Processing", "Transfers", "Contractors") else name: rows
        for n, (name, rows) in enumerate(CISO.items())
    }
    assert {f.name for f in read(book(renamed)).inventory.flows} == {f.name for f in read(book(CISO)).inventory.flows}


def test_several_ciso_workbooks_are_several_activities() -> None:
    other = {**CISO, "Processing": [CISO["Processing"][0], ["PRC-10", "Repairs"]]}
    reading = read(book(CISO, file="one.xlsx"), book(other, file="two.xlsx"))
    assert sorted(names(reading.inventory.systems)) == ["Bike loans", "Repairs"]
    assert len(reading.inventory.flows) == 12
    assert [i.rows_left_out for i in reading.inputs] == [0, 0]


def test_a_guarded_formula_is_the_text_that_was_guarded() -> None:
    guarded = {
        **CISO,
        "Data recipients": [CISO["Data recipients"][0], ["'=Workshop", None, None], ["'Olive", None, None]],
    }
    assert {"=Workshop", "'Olive"} <= set(names(read(book(guarded)).inventory.recipients))


def test_several_processings_in_one_workbook_are_tied_to_nothing() -> None:
    several = {**CISO, "Processing": [*CISO["Processing"], ["PRC-10", "Repairs"]]}
    reading = read(book(several))
    assert sorted(names(reading.inventory.systems)) == ["Bike loans", "Repairs"]
    assert all(f.origin.nothing is Nothing.NOT_STATED for f in reading.inventory.flows)
    assert Kind.NOT_TIED in kinds(reading)


def test_the_real_ciso_workbook() -> None:
    (mine,) = real("ropa-ciso-assistant-workbook-7sheets.xlsx")
    reading = read(mine)
    assert names(reading.inventory.systems) == ["HR Payroll"]
    assert names(reading.inventory.categories) == ["Bank details"]
    provider = one(reading.inventory.recipients, "Payroll provider")
    assert provider.country.blank
    saas = one(reading.inventory.recipients, "Payroll SaaS")
    assert (saas.role.value, countries(saas.country)) == (Role.AGENT, ["FR"])
    backup = flow(reading, "HR Payroll", "Cloud backup")
    assert (countries(backup.locations), mechanisms(reading, backup)) == (["US"], ["standard contractual clauses"])
    flagged = {
        a.leg.flow.record.destination.value
        for a in judged(reading).answers
        if a.outcome in ("gap", "undetermined", "incomplete")
    }
    assert "Payroll SaaS" in flagged


# ------------------------------------------------------------------------------------------------------------- Fides


def fides(*systems: Mapping[str, Any]) -> dict[str, Any]:
    return {"system": list(systems)}


SHOP = {
    "fides_key": "shop", "name": "Shop", "description": "Sells.", "system_type": "Service",
    "administrating_department": "Sales", "egress": [{"fides_key": "crm", "type": "system", "data_categories": ["user.contact.email"]}],
    "privacy_declarations": [
        {"name": "Sell", "data_categories": ["user.contact.email", "user.name"], "data_use": "essential.service",
         "data_subjects": ["customer"], "retention_period": "3 years", "dataset_references": ["orders"]},
    ],
}  # fmt: skip
CRM = {
    "fides_key": "crm", "name": "Customer desk", "system_type": "Service",
    "ingress": [{"fides_key": "shop", "type": "system"}, {"fides_key": "visitors", "type": "user"}],
    "privacy_declarations": [],
}  # fmt: skip
ORDERS = {
    "dataset": [
        {"fides_key": "orders", "name": "Orders", "collections": [
            {"name": "lines", "fields": [
                {"name": "mail", "description": "where to write", "data_categories": ["user.contact.email"]},
                {"name": "address", "fields": [{"name": "street", "data_categories": ["user.contact.address"]}]},
                {"name": "count", "data_categories": []},
            ]},
        ]},
    ],
}  # fmt: skip


def test_fides_systems_and_a_flow_declared_from_both_ends_is_one() -> None:
    reading = read(tree_book(fides(SHOP, CRM)))
    shop, crm = reading.inventory.systems
    assert (shop.name, shop.kind.value, shop.owner.value, shop.retention.value) == (
        "Shop",
        "Service",
        "Sales",
        "3 years",
    )
    assert shop.categories.value == ("user.contact.email", "user.name")
    assert shop.individuals.value == ("customer",)
    assert shop.purposes.value == ("Sell (essential.service)",)
    assert crm.name == "Customer desk"
    assert crm.collected_from.value == ("the individual",)
    (only,) = reading.inventory.flows
    assert (only.origin.value, only.destination.value) == ("Shop", "Customer desk")
    assert only.categories.value == ("user.contact.email",)
    assert len({cell.row for cell in (*only.origin.cells, *only.destination.cells)}) >= 3
    assert reading.inputs[0].rows_left_out == 0


def test_fides_datasets_belong_to_the_systems_that_refer_to_them_in_any_file() -> None:
    reading = read(tree_book(fides(SHOP), file="b.yml"), tree_book(ORDERS, file="c.json"))
    assert "user.contact.address" in one(reading.inventory.systems, "Shop").categories.value
    orders = one(reading.inventory.systems, "Orders")
    assert orders.categories.value == ("user.contact.email", "user.contact.address")
    assert one(reading.inventory.categories, "user.contact.email").examples.value == "lines.mail (where to write)"
    assert one(reading.inventory.categories, "user.contact.address").examples.value == "lines.address.street"
    assert orders.extra["lines.count"].value == "count"
    assert [i.rows_left_out for i in reading.inputs] == [0, 0]


def declaring(**more: Any) -> Mapping[str, Any]:
    declaration = {
        "name": "Mail",
        "data_categories": ["user.name"],
        "data_use": "marketing",
        "data_subjects": ["customer"],
    }
    return {
        "fides_key": "m",
        "name": "Mailing",
        "privacy_declarations": [{**declaration, **more.pop("declaration", {})}],
        **more,
    }


def test_fides_transfers_are_the_only_third_party_s_and_nobody_s_when_there_are_several() -> None:
    one_party = declaring(
        declaration={"data_shared_with_third_parties": True, "third_parties": "Brume", "shared_categories": ["user.name"]},
        third_country_transfers=["USA", "GBR"], legal_basis_for_transfers=["SCCs"], does_international_transfers=True,
    )  # fmt: skip
    reading = read(tree_book(fides(one_party)))
    brume = flow(reading, "Mailing", "Brume")
    assert (countries(brume.locations), mechanisms(reading, brume)) == (["US", "GB"], ["SCC"])
    two = declaring(
        declaration={"third_parties": "Brume; Nuage"},
        third_country_transfers=["USA"],
        legal_basis_for_transfers=["BCRs"],
    )
    reading = read(tree_book(fides(two)))
    assert flow(reading, "Mailing", "Brume").locations.blank
    nobody = flow(reading, "Mailing", None)
    assert (countries(nobody.locations), mechanisms(reading, nobody)) == (["US"], ["BCR"])
    assert Kind.NOT_TIED in kinds(reading)


def test_fides_conclusions_are_claims_and_bare_yes_is_a_flow_to_somebody() -> None:
    reading = read(
        tree_book(
            fides(
                declaring(
                    third_country_transfers=["JPN"],
                    legal_basis_for_transfers=["Adequacy Decision", "Supplementary Measures"],
                )
            )
        )
    )
    nobody = flow(reading, "Mailing", None)
    assert countries(nobody.locations) == ["JP"]
    assert nobody.safeguards.blank
    assert nobody.extra["The file says"].value == "Adequacy Decision"
    assert nobody.extra["legal_basis_for_transfers"].value == "Supplementary Measures"
    assert Kind.CLAIM in kinds(reading)
    reading = read(tree_book(fides(declaring(does_international_transfers=True))))
    assert flow(reading, "Mailing", None).locations.blank
    assert read(tree_book(fides(declaring(does_international_transfers=False)))).inventory.flows == ()


def test_fides_names_the_company_behind_a_system_and_its_role() -> None:
    reading = read(
        tree_book(
            fides(
                declaring(
                    legal_name="Nuage SAS",
                    responsibility=["Processor"],
                    egress=[{"fides_key": "gone", "type": "system"}],
                )
            )
        )
    )
    assert one(reading.inventory.systems, "Mailing").provider.value == "Nuage SAS"
    assert one(reading.inventory.recipients, "Nuage SAS").role.value is Role.AGENT
    assert [p.value for p in reading.problems if p.kind is Kind.NO_SUCH_NAME] == ["gone"]


@pytest.mark.parametrize("of_type", ["Third Party", "third-party", "THIRD_PARTY", "Vendor", "Third-party SaaS", "SaaS"])
def test_fides_a_system_of_somebody_else_is_a_recipient_wherever_its_flow_is_declared(of_type: str) -> None:
    perch = {
        "fides_key": "perch", "name": "Perch", "system_type": of_type, "legal_name": "Perch Inc", "responsibility": ["Processor"],
        "privacy_declarations": [{"name": "Hold", "data_categories": ["user.name"], "data_use": "essential"}],
    }  # fmt: skip
    sends = {
        **CRM,
        "ingress": [],
        "egress": [{"fides_key": "perch", "type": "system", "data_categories": ["user.name"]}],
    }
    for systems in (
        (perch, sends),
        ({**perch, "ingress": [{"fides_key": "crm", "type": "system", "data_categories": ["user.name"]}]}, CRM),
    ):
        reading = read(tree_book(fides(*systems)))
        assert names(reading.inventory.systems) == ["Customer desk"]
        (recipient,) = reading.inventory.recipients
        assert (recipient.legal_entity.value, recipient.role.value) == ("Perch Inc", Role.AGENT)
        assert recipient.locations.blank
        assert recipient.extra["Hold: data_use"].value == "essential"
        (answer,) = judged(reading).answers
        assert (answer.leg.flow.origin.name, answer.leg.flow.destination.name) == ("Customer desk", "Perch")
        assert answer.leg.flow.carries == ("user.name",)
        assert answer.outcome == "undetermined"


def test_fides_third_countries_of_somebody_else_s_system_are_where_that_is() -> None:
    perch = {
        "fides_key": "perch", "name": "Perch", "system_type": "Vendor", "third_country_transfers": ["USA"],
        "legal_basis_for_transfers": ["SCCs", "Adequacy Decision"],
        "privacy_declarations": [{"name": "Hold", "data_categories": ["user.name"], "third_parties": "Rook"}],
    }  # fmt: skip
    reading = read(tree_book(fides(perch)))
    to_perch = flow(reading, None, "Perch")
    assert (countries(to_perch.locations), mechanisms(reading, to_perch)) == (["US"], ["SCC"])
    assert to_perch.extra["The file says"].value == "Adequacy Decision"
    assert flow(reading, "Perch", "Rook").locations.blank
    sends = {**CRM, "egress": [{"fides_key": "perch", "type": "system"}]}
    reading = read(tree_book(fides(perch, sends)))
    assert {f.origin.value for f in reading.inventory.flows if f.destination.value == "Perch"} == {"Customer desk"}


def test_fides_a_dataset_that_a_flow_goes_to_is_the_organisation_s_own() -> None:
    reading = read(tree_book(fides({**CRM, "ingress": [], "egress": [{"fides_key": "orders_db", "type": "dataset"}]})))
    assert one(reading.inventory.systems, "orders_db").kind.value == "database"
    assert Kind.NO_SUCH_NAME not in kinds(reading)
    assert judged(reading).answers == ()


def test_the_real_fides_files() -> None:
    systems, dataset = real("inventory-fides-demo-system.yml", "inventory-fides-demo-dataset.yml")
    reading = read(systems)
    assert len(reading.inventory.systems) == 2
    (only,) = reading.inventory.flows
    assert (only.origin.value, only.destination.value) == ("Demo Marketing System", "Demo Analytics System")
    together = read(systems, dataset)
    assert "user.contact.email" in one(together.inventory.systems, "Demo Analytics System").categories.value


# --------------------------------------------------------------------------------------------------------- Transcend

HIRING = {
    "title": "Hiring", "description": "Finding people", "controllerships": ["CONTROLLER"],
    "securityMeasureDetails": "Locked", "storageRegions": [{"country": "DE"}],
    "transferRegions": [{"country": "US", "countrySubDivision": "US-NJ"}, {"countrySubDivision": "CA-ON"}],
    "retentionType": "STATED_PERIOD", "retentionPeriod": 30, "dataSiloTitles": ["Perch"], "dataSubjectTypes": ["candidate"],
    "ownerEmails": ["a@x.example"], "processingSubPurposes": [{"purpose": "HR", "name": "Interviews"}, {"purpose": "HR"}],
    "dataSubCategories": [{"category": "CONTACT", "name": "Email"}, {"category": "HEALTH"}],
    "attributes": [{"key": "Tag", "values": ["a", "b"]}],
}  # fmt: skip


def test_transcend_activities() -> None:
    reading = read(tree_book({"processing-activities": [HIRING]}))
    (system,) = reading.inventory.systems
    assert system.name == "Hiring"
    assert countries(system.locations) == ["DE"]
    assert (system.retention.value, system.security.value, system.owner.value) == ("30 days", "Locked", "a@x.example")
    assert system.categories.value == ("CONTACT: Email", "HEALTH")
    assert system.purposes.value == ("HR: Interviews", "HR")
    assert system.individuals.value == ("candidate",)
    assert system.extra["Tag"].value == "a; b"
    assert system.extra["controllerships"].value == "CONTROLLER"
    perch = flow(reading, "Hiring", "Perch")
    assert countries(perch.locations) == ["US", "CA"]
    assert perch.safeguards.blank
    assert reading.inputs[0].rows_left_out == 0


def test_transcend_where_something_is_stored_is_not_the_organisation_s_own_site() -> None:
    for silos in ([], ["Perch"], ["Perch", "Rook"]):
        stored = {**HIRING, "storageRegions": [{"country": "US"}], "transferRegions": [], "dataSiloTitles": silos}
        reading = read(tree_book({"processing-activities": [stored]}))
        assert one(reading.inventory.systems, "Hiring").provider.nothing is Nothing.NOT_STATED
        found = {a.leg.flow.destination.name: a for a in judged(reading).answers}
        assert found["Provider of Hiring"].leg.country == "US"
        assert {a.outcome for a in found.values()} == {"undetermined"}
        assert len(found) == len(silos) + 1


def test_transcend_services_that_nobody_names_are_somebody() -> None:
    told = {"title": "Hiring", "saaSCategories": ["Recruiting"], "dataSubjectTypes": ["candidate"]}
    reading = read(tree_book({"processing-activities": [told]}))
    (only,) = reading.inventory.flows
    assert only.destination.nothing is Nothing.NOT_STATED
    assert only.destination.cell


def test_transcend_regions_are_nobody_s_when_there_are_several_silos() -> None:
    reading = read(
        tree_book(
            {
                "processing-activities": [
                    {
                        **HIRING,
                        "dataSiloTitles": ["Perch", "Rook"],
                        "retentionType": "UNSPECIFIED",
                        "retentionPeriod": None,
                    }
                ]
            }
        )
    )
    assert flow(reading, "Hiring", "Perch").locations.blank
    assert countries(flow(reading, "Hiring", None).locations) == ["US", "CA"]
    assert Kind.NOT_TIED in kinds(reading)
    assert reading.inventory.systems[0].retention.nothing is Nothing.NOT_STATED


def test_a_headquarters_is_where_a_company_is_and_not_where_it_holds_anything() -> None:
    vendors = [
        {
            "title": "Perch",
            "headquarterCountry": "US",
            "headquarterSubDivision": "US-NY",
            "websiteUrl": "https://perch.example",
        },
        {"title": "Rook", "address": "Bahnhofstrasse 1, Zurich", "headquarterCountry": "DE"},
        {"title": "Wren", "address": "2 Lane, Hamburg", "headquarterCountry": "DE"},
    ]
    reading = read(tree_book({"vendors": vendors, "processing-activities": [HIRING]}))
    perch, rook, _ = reading.inventory.recipients
    assert (countries(perch.country), countries(perch.managed_from)) == (["US"], ["US"])
    assert perch.locations.blank
    assert perch.extra["websiteUrl"].value == "https://perch.example"
    (problem,) = (p for p in reading.problems if p.kind is Kind.TWO_COLUMNS)
    assert (problem.value, problem.cell) == ("DE", rook.country.cell)
    assert "Zurich" in problem.wanted
    assert "Switzerland" in problem.wanted


def test_transcend_business_entities_are_organisations() -> None:
    entity = {
        "title": "Sarcelle",
        "headquarterCountry": "FR",
        "dataProtectionOfficerName": "Odile",
        "address": "3 quai Vert, Nantes",
    }
    reading = read(tree_book({"business-entities": [entity]}))
    (found,) = reading.inventory.organisations
    assert (found.name, countries(found.country), found.contact.value) == ("Sarcelle", ["FR"], "Odile")


def test_the_real_transcend_files() -> None:
    activities, entities = real("ropa-transcend-processing-activities.yml", "inventory-transcend-business-entities.yml")
    reading = read(activities)
    assert names(reading.inventory.systems) == ["Chatbot AI", "Marketing Analytics", "Onboarding", "Recruiting"]
    assert {"Algolia", "AdRoll", "Adobe"} <= set(names(reading.inventory.recipients))
    recruiting = one(reading.inventory.systems, "Recruiting")
    assert (recruiting.retention.value, countries(recruiting.locations)) == ("90 days", ["US"])
    told = layouts.read([entities], LAW)
    assert len(told.inventory.organisations) == 3
    assert [p.kind for p in told.problems] == [Kind.TWO_COLUMNS]


# --------------------------------------------------------------------------------------- published lists as YAML, JSON

AMBER = {
    "name": "Amber", "duration": "As long as the contract", "reason": "Hosting", "location": "USA, Germany",
    "dataTypes": {"Customers": ["IP address", "E-mail"], "Usage": ["Events"]}, "categories": ["Servers"],
    "details": "https://amber.example", "regions": ["US", "EU"],
}  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        [AMBER],
        {"subprocessors": [AMBER]},
        {"eu": {"list": [AMBER]}},
        {"Amber": {k: v for k, v in AMBER.items() if k != "name"}},
    ],
)
def test_a_published_list_is_read_wherever_it_stands(data: Any) -> None:
    reading = read(tree_book(data))
    (amber,) = reading.inventory.recipients
    assert amber.name == "Amber"
    assert countries(amber.locations) == ["US", "DE"]
    assert amber.country.blank
    assert amber.extra["regions"].value == "US; EU"
    (only,) = reading.inventory.flows
    assert only.origin.nothing is Nothing.NOT_STATED
    assert only.purpose.value == "Hosting"
    assert amber.role.value is Role.AGENT
    assert only.categories.value == ("IP address", "E-mail", "Events")
    assert one(reading.inventory.categories, "Events").notes.value == "Usage"
    assert reading.inputs[0].rows_left_out == 0


def test_a_list_under_any_key_with_other_words_and_what_stands_beside_it() -> None:
    data = {
        "updated": "2026-05-01",
        "sub_processors": [
            {"entity": "Amber Inc.", "purpose": "Hosting", "country": "United States", "transfer_mechanism": "SCCs"},
            {"entity": "Quill", "purpose": "Mail", "country": "Ireland", "transferMechanism": "Adequacy decision"},
            {"entity": "Rook", "purpose": "Support", "country": ["India", "Japan"]},
        ],
    }
    reading = read(tree_book(data))
    places = {r.name: countries(r.locations) for r in reading.inventory.recipients}
    assert places == {"Amber Inc.": ["US"], "Quill": ["IE"], "Rook": ["IN", "JP"]}
    assert {r.role.value for r in reading.inventory.recipients} == {Role.AGENT}
    assert mechanisms(reading, flow(reading, None, "Amber Inc.")) == ["SCCs"]
    assert flow(reading, None, "Quill").safeguards.blank
    assert Kind.CLAIM in kinds(reading)
    assert left_out(reading) == {"updated": "it stands beside the list"}


def test_a_list_that_calls_its_entries_something_else_gives_them_no_role() -> None:
    for data, role in (
        ({"vendors": [AMBER]}, None),
        ({"subprocessors": {"vendors": [AMBER]}}, Role.AGENT),
        ({"vendors": [{**AMBER, "role": "controller"}]}, Role.CONTROLLER),
    ):
        (amber,) = read(tree_book(data)).inventory.recipients
        assert amber.role.value is role


@pytest.mark.parametrize(
    "data",
    [
        {"stores": [{"name": "Queen Street", "description": "flagship", "location": "Auckland"}]},
        {"system": [{"name": "Shop"}]},
        {"vendors": [{"title": "Perch"}]},
        {"contributors": [{"name": "Ana", "email": "a@x.example", "role": "admin"}]},
        ["a", "b"],
    ],
)
def test_other_trees_are_none_of_these_layouts(data: Any) -> None:
    assert layout(tree_book(data)) is None


def test_layouts_are_recognised_by_what_they_hold_and_by_nothing_else() -> None:
    for mine, name in (
        (cnil(FILLED, file="systems.csv"), "CNIL simplified register"),
        (tree_book(fides(SHOP), file="cnil.ods"), "Fides manifest"),
        (tree_book(ORDERS, file="transcend.yml"), "Fides manifest"),
        (tree_book({"processing-activities": [HIRING]}, file="fides.yml"), "Transcend configuration"),
        (tree_book([AMBER], file="x"), "Published list of sub-processors (YAML or JSON)"),
        (book(CISO, file="registre.ods"), "CISO Assistant workbook"),
    ):
        assert layout(mine) == name


def test_a_yaml_file_as_it_is_read_from_disk() -> None:
    text = "system:\n  - fides_key: shop\n    name: Shop\n    privacy_declarations:\n      - name: Sell\n        data_categories: [user.name]\n"
    mine = sheets.read_bytes("x.yml", text.encode())
    reading = read(mine)
    assert one(reading.inventory.systems, "Shop").categories.value == ("user.name",)
    assert one(reading.inventory.systems, "Shop").cell.row == 3

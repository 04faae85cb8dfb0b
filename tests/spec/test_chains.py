"""How far information goes: the shortest way to each country, and what is on file for each hop."""

from __future__ import annotations

from datamap.chains import Chain, destinations, reaches
from datamap.transfers import worst
from tests.conftest import Given

CATEGORIES = "Category | Kind\nHealth records | health\nEmail address | contact"
SYSTEMS = (
    "System | Categories | Individuals | Recipients\n"
    "Clinic | Health records | Patients | Acme\nNewsletter | Email address | Readers |"
)
RECIPIENTS = (
    "Recipient | Country | Role | Own purposes | Sub-processors\n"
    "Acme | AU | controller | yes | Beta\nBeta | SG | controller | yes | Gamma\nGamma | IN | controller | yes |"
)
SAFEGUARDS = (
    "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires\n"
    "Acme terms | agreement | Acme | D-1 | N-1 | 2026-01-10 |\nGamma terms | agreement | Gamma | D-2 | N-2 | 2026-01-10 | {ends}"
)


def chain(found: tuple[Chain, ...], place: str, category: str = "Health records") -> Chain:
    (one,) = [c for c in found if c.place == place and c.category == category]
    return one


def sheets(**drawn: str) -> dict[str, str]:
    return {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": RECIPIENTS,
        "safeguards": SAFEGUARDS.format(ends=""),
        **drawn,
    }


class TestThreeHops:
    def test_the_sentence_tells_the_hop_without_an_agreement(self, given: Given) -> None:
        found = chain(reaches(given(**sheets()).assessment), "India")
        assert found.sentence == (
            "Health records reach India in 3 hops through Acme and Beta; hop 2 (Acme → Beta) has no agreement on file."
        )
        assert (found.country, found.names, found.systems) == ("IN", ("Clinic", "Acme", "Beta", "Gamma"), ("Clinic",))
        assert [hop.agreement.name if hop.agreement else None for hop in found.hops] == [
            "Acme terms",
            None,
            "Gamma terms",
        ]

    def test_each_hop_has_the_worst_outcome_under_each_regime(self, given: Given) -> None:
        result = given(**sheets())
        found = chain(reaches(result.assessment), "India")
        flows = ("Clinic → Acme", "Acme → Beta", "Beta → Gamma")
        assert [dict(hop.outcomes) for hop in found.hops] == [{"nz": result(flow)} for flow in flows]
        assert found.outcome is worst(result.answer(flow).outcome for flow in flows)

    def test_every_country_on_the_way_has_its_own_chain(self, given: Given) -> None:
        found = reaches(given(**sheets()).assessment)
        assert [(c.place, len(c.hops)) for c in found] == [("Australia", 1), ("India", 3), ("Singapore", 2)]
        assert chain(found, "Australia").sentence == (
            "Health records reach Australia in 1 hop, at Acme; an agreement is on file."
        )

    def test_an_agreement_for_each_hop_is_said(self, given: Given) -> None:
        more = SAFEGUARDS.format(ends="") + "\nBeta terms | agreement | Beta | D-3 | N-3 | 2026-01-10 |"
        found = chain(reaches(given(**sheets(safeguards=more)).assessment), "India")
        assert found.sentence.endswith("through Acme and Beta; an agreement is on file for each hop.")

    def test_an_agreement_that_has_ended_is_not_taken_for_one_that_holds(self, given: Given) -> None:
        drawn = sheets(safeguards=SAFEGUARDS.format(ends="2026-11-21"))
        found = chain(reaches(given(**drawn).assessment), "India")
        assert found.sentence.endswith("; hop 3 (Beta → Gamma) has only an agreement that does not hold on this day.")
        assert (found.without, found.ended) == ((2,), (3,))
        assert chain(reaches(given(on="2026-11-21", **drawn).assessment), "India").ended == ()

    def test_a_safeguard_without_its_document_is_no_agreement_on_file(self, given: Given) -> None:
        drawn = sheets(safeguards=SAFEGUARDS.format(ends="").replace("D-1", "").replace("D-2", ""))
        found = chain(reaches(given(**drawn).assessment), "India")
        assert found.sentence.endswith(
            "; hops 1 (Clinic → Acme), 2 (Acme → Beta) and 3 (Beta → Gamma) have no agreement on file."
        )


class TestWhereItEnds:
    def test_a_country_that_nobody_states_is_a_destination_too(self, given: Given) -> None:
        drawn = sheets(recipients=RECIPIENTS.replace("Gamma | IN", "Gamma | not stated"))
        found = reaches(given(**drawn).assessment)
        assert found[-1].country is None
        assert found[-1].sentence.startswith(
            "Health records reach a place that is not stated in 3 hops through Acme and Beta;"
        )

    def test_a_group_of_countries_is_not_one_country(self, given: Given) -> None:
        drawn = sheets(recipients=RECIPIENTS.replace("Gamma | IN", "Gamma | EEA"))
        found = reaches(given(**drawn).assessment)
        assert [c.country for c in found] == ["AU", "SG", None]
        assert found[-1].place != "not stated"

    def test_a_circle_ends(self, given: Given) -> None:
        drawn = sheets(
            recipients=RECIPIENTS.replace("Gamma | IN | controller | yes |", "Gamma | IN | controller | yes | Acme")
        )
        found = reaches(given(**drawn).assessment)
        assert [(c.place, len(c.hops)) for c in found] == [("Australia", 1), ("India", 3), ("Singapore", 2)]

    def test_a_circle_that_no_system_sends_to_is_told_all_the_same(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Beta | Gamma | Email address\nF2 | Gamma | Beta | Email address"
        found = reaches(given(**sheets(flows=flows)).assessment, "Email address")
        assert [(c.place, c.names, c.systems) for c in found] == [
            ("India", ("Beta", "Gamma"), ()),
            ("Singapore", ("Gamma", "Beta"), ()),
        ]

    def test_of_parallel_ways_the_shortest_stands(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nDirect | Clinic | Gamma | Health records"
        found = chain(reaches(given(**sheets(flows=flows)).assessment), "India")
        assert [hop.flow.id for hop in found.hops] == ["Direct"]

    def test_parallel_flows_between_two_ends_keep_their_countries(self, given: Given) -> None:
        flows = (
            "Flow | From | To | Categories | Locations\n"
            "F1 | Clinic | Acme | Health records | AU\nF2 | Clinic | Acme | Health records | JP"
        )
        found = reaches(given(**sheets(flows=flows)).assessment)
        assert [(c.place, c.hops[-1].flow.id) for c in found if len(c.hops) == 1] == [
            ("Australia", "F1"),
            ("Japan", "F2"),
        ]
        assert chain(found, "Japan").outcome is not None

    def test_the_last_hop_is_judged_at_the_country_of_the_chain(self, given: Given) -> None:
        drawn = sheets(recipients=RECIPIENTS.replace("Gamma | IN", "Gamma | IN; NZ"))
        result = given(**drawn)
        found = reaches(result.assessment)
        for place, country in (("India", "IN"), ("New Zealand", "NZ")):
            last = chain(found, place).hops[-1]
            assert dict(last.outcomes) == {"nz": result.answer("Beta → Gamma", country=country).outcome}

    def test_the_order_of_the_rows_makes_no_difference(self, given: Given) -> None:
        rows = [
            "Two | IN | controller | yes |",
            "Delta | JP | controller | yes | Two",
            "Alpha | SG | controller | yes | Two",
        ]
        told = set()
        for order in (rows, rows[::-1]):
            drawn = sheets(
                systems="System | Categories | Individuals | Recipients\nClinic | Health records | Patients | "
                + ("Delta; Alpha" if order is rows else "Alpha; Delta"),
                recipients="Recipient | Country | Role | Own purposes | Sub-processors\n" + "\n".join(order),
            )
            told.add(tuple(c.sentence for c in reaches(given(**drawn).assessment)))
        (sentences,) = told
        assert any("through Alpha" in sentence for sentence in sentences)


class TestWhichInformation:
    def test_one_category_can_be_asked_for_however_it_is_spelled(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Newsletter | Gamma | Email address"
        found = reaches(given(**sheets(flows=flows)).assessment, "EMAIL address")
        assert [c.sentence for c in found] == [
            "Email address reaches India in 1 hop, at Gamma; an agreement is on file."
        ]
        assert reaches(given(**sheets()).assessment, "Shoe size") == ()

    def test_flows_whose_categories_are_not_known_are_not_left_out(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Newsletter | Gamma | not stated"
        found = [c for c in reaches(given(**sheets(flows=flows)).assessment) if c.category == "not stated"]
        assert [c.sentence for c in found] == [
            "Information of categories that are not stated reaches India in 1 hop, at Gamma; an agreement is on file."
        ]


def test_each_country_is_summed_up(given: Given) -> None:
    flows = "Flow | From | To | Categories\nF1 | Newsletter | Gamma | Email address"
    result = given(**sheets(flows=flows))
    found = destinations(reaches(result.assessment))
    assert [(d.place, d.hops, d.categories, d.systems) for d in found] == [
        ("Australia", 1, ("Health records",), ("Clinic",)),
        ("India", 1, ("Email address", "Health records"), ("Clinic", "Newsletter")),
        ("Singapore", 2, ("Health records",), ("Clinic",)),
    ]
    assert found[0].outcome is result.answer("Clinic → Acme").outcome

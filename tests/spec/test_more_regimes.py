"""Switzerland, Canada, Quebec, Singapore, Brazil, Japan, China, South Africa and Korea: every step, with evidence and without."""

from __future__ import annotations

import itertools

import pytest

from datamap import law
from datamap.transfers import Answer
from tests.conftest import Given

LAW = law.load()
MORE = ("ch", "ca", "ca-qc", "sg", "br", "jp", "cn", "za", "kr")
SAFEGUARD = "Safeguard | Mechanism | Module | Recipients | Document | Assessment | Signed | Review due | Warning shown | Individuals | Reason\n"
CATEGORIES = (
    "Category | Kind | Unique identifier | Sensitive\nContact details | contact | no | no\nHealth records | health | no |\n"
    "Credit score | credit | no |\nResident number | identity | yes |\nPayroll | employment | no |\nNotes | | |"
)

# regime: what is written as the mechanism of its usual agreement, and what that answers to
USUAL = {
    "ch": ("SCC with Swiss changes", "FADP Art 16(2)(d)"),
    "ca": ("agreement", "PIPEDA Sch 1 cl 4.1.3, 4.8"),
    "ca-qc": ("agreement", "P-39.1 s 17"),
    "sg": ("agreement", "PDPA s 26; Regs 2021 Pt 3"),
    "br": ("ANPD standard clauses", "LGPD Art 33 II(b); Resolution CD/ANPD 19/2024"),
    "jp": ("agreement", "APPI Art 28(1),(3)"),
    "cn": ("standard contract filed", "PIPL Art 38(1)(3)"),
    "za": ("agreement", "POPIA s 72(1)(a)"),
    "kr": ("outsourcing disclosed in the policy", "PIPA Art 28-8(1)3"),
}


def home(regime: str) -> str:
    return "CA" if regime == "ca-qc" else LAW.regimes[regime].country


def sender(regime: str, country: str = "", business: str = "") -> str:
    return (
        "Organisation | Country | Sector | Kind | Carries on business in | Regimes\n"
        f"Sender | {country or home(regime)} | private | general | {business} | {regime}"
    )


def recipient(
    country: str = "US", role: str = "agent", own: str = "no", schemes: str = "", name: str = "Partner"
) -> str:
    return f"Recipient | Country | Role | Own purposes | Schemes\n{name} | {country} | {role} | {own} | {schemes}"


def flow(
    category: str = "Contact details", ground: str = "", frequency: str = "", locations: str = "", volume: str = ""
) -> str:
    return (
        "Flow | From | To | Categories | Individuals | Ground | Frequency | Locations | Volume\n"
        f"F1 | CRM | Partner | {category} | Customers | {ground} | {frequency} | {locations} | {volume}"
    )


def safeguard(
    mechanism: str,
    *,
    module: str = "",
    document: str = "D-1",
    assessment: str = "Note 1",
    signed: str = "2024-01-10",
    warning: str = "",
    individuals: str = "",
    reason: str = "",
) -> str:
    return (
        f"{SAFEGUARD}Terms | {mechanism} | {module} | Partner | {document} | {assessment} | {signed} | 2027-06-30 "
        f"| {warning} | {individuals} | {reason}"
    )


class Case:
    """One flow to one recipient under one regime."""

    def __init__(self, given: Given, regime: str) -> None:
        self.given, self.regime = given, regime

    def __call__(self, *, on: str = "2026-11-22", organisations: str = "", **sheets: str) -> tuple[str, str]:
        """The outcome, and the id of the step that decided."""
        answer = self.answer(on=on, organisations=organisations, **sheets)
        return answer.outcome.value, answer.rule.partition("/")[2]

    def answer(self, *, on: str = "2026-11-22", organisations: str = "", **sheets: str) -> Answer:
        drawn = {
            "systems": "System | Categories | Individuals | Purposes\nCRM | Contact details | Customers | Sales",
            "categories": CATEGORIES,
            "recipients": recipient(),
            "flows": flow(),
            **sheets,
        }
        return self.given(on=on, organisations=organisations or sender(self.regime), **drawn).answer("F1", self.regime)


class TestEveryOneOfThem:
    @pytest.mark.parametrize("regime", MORE)
    def test_complete_evidence_is_a_safeguard(self, given: Given, regime: str) -> None:
        mechanism, citation = USUAL[regime]
        answer = Case(given, regime).answer(safeguards=safeguard(mechanism))
        assert (answer.outcome, answer.ground) == ("safeguarded", citation)
        assert answer.relied_on
        assert answer.relied_on.name == "Terms"

    @pytest.mark.parametrize("regime", MORE)
    def test_without_it_nothing_covers_the_transfer(self, given: Given, regime: str) -> None:
        last = "count" if regime == "cn" else "no-ground"
        assert Case(given, regime)() == ("undetermined" if regime == "cn" else "gap", last)

    @pytest.mark.parametrize("regime", MORE)
    def test_a_missing_document_leaves_it_incomplete(self, given: Given, regime: str) -> None:
        answer = Case(given, regime).answer(safeguards=safeguard(USUAL[regime][0], document=""))
        assert answer.outcome == "incomplete"
        assert "the document of “Terms”" in answer.missing

    @pytest.mark.parametrize("regime", [r for r in MORE if r not in ("ca", "sg", "br", "kr")])
    def test_a_missing_assessment_leaves_it_incomplete(self, given: Given, regime: str) -> None:
        answer = Case(given, regime).answer(safeguards=safeguard(USUAL[regime][0], assessment=""))
        assert answer.outcome == "incomplete"
        assert "the assessment that goes with “Terms”" in answer.missing

    @pytest.mark.parametrize("regime", MORE)
    def test_a_place_that_is_not_stated_is_never_cleared(self, given: Given, regime: str) -> None:
        case = Case(given, regime)
        unknown = recipient(country="not stated")
        assert case(recipients=unknown, safeguards=safeguard(USUAL[regime][0]))[0] == "undetermined"
        assert case(recipients=unknown)[0] in ("undetermined", "gap")
        if regime != "ca":  # where it makes no difference whether the processor is at home or abroad
            assert case(recipients=unknown)[0] == "undetermined"

    @pytest.mark.parametrize("regime", MORE)
    def test_only_a_sender_with_a_link_to_the_country_is_covered(self, given: Given, regime: str) -> None:
        case = Case(given, regime)
        assert case(organisations=sender(regime, "ID", "none")) == ("not_applicable", "exporter")
        assert case(organisations=sender(regime, "ID", "not stated"))[0] == "undetermined"
        assert case(organisations=sender(regime, "ID", home(regime)))[0] == case()[0]

    @pytest.mark.parametrize("regime", [r for r in MORE if r not in ("ca", "kr")])
    def test_a_processor_is_no_exception(self, given: Given, regime: str) -> None:
        case = Case(given, regime)
        for role, own in (("agent", "no"), ("controller", "yes"), ("unknown", "unknown")):
            outcome, _ = case(recipients=recipient("US", role, own))
            assert outcome in ("gap", "undetermined")

    @pytest.mark.parametrize("regime", [r for r in MORE if r not in ("ca", "ca-qc")])
    def test_at_home_nothing_leaves(self, given: Given, regime: str) -> None:
        step = {"ch": "abroad", "br": "importer", "jp": "foreign", "za": "foreign", "kr": "overseas"}.get(
            regime, "outside"
        )
        case = Case(given, regime)
        assert case(recipients=recipient(home(regime))) == ("not_transfer", step)
        abroad = flow(locations=f"{home(regime)} (storage); PH (support access)")
        answer = given(
            organisations=sender(regime),
            systems="System | Categories | Individuals\nCRM | Contact details | Customers",
            categories=CATEGORIES,
            recipients=recipient(home(regime)),
            flows=abroad,
        ).answer("F1", regime, "PH")
        assert answer.outcome.flagged

    @pytest.mark.parametrize("regime", ["sg", "cn", "kr", "ca-qc"])
    def test_whether_an_own_office_abroad_counts_is_asked(self, given: Given, regime: str) -> None:
        case = Case(given, regime)
        office = recipient("US", "same organisation", "no")
        assert case(recipients=office) == ("undetermined", "to-itself")
        if regime != "kr":  # its usual evidence is for processors
            assert case(recipients=office, safeguards=safeguard(USUAL[regime][0]))[0] == "safeguarded"

    @pytest.mark.parametrize("regime", MORE)
    def test_clauses_of_the_european_union_are_a_tool_only_where_they_are_accepted(
        self, given: Given, regime: str
    ) -> None:
        outcome, _ = Case(given, regime)(safeguards=safeguard("SCC", module="2"))
        assert outcome == {"ch": "incomplete", "cn": "undetermined"}.get(regime, "gap")


class TestToBeVerified:
    """Law that was not read, or of which we are unsure, says so wherever it decides."""

    @pytest.mark.parametrize("regime", MORE)
    def test_a_deciding_step_that_is_not_sure_is_shown_to_be_verified(self, given: Given, regime: str) -> None:
        steps = {s.id: s for s in LAW.regimes[regime].steps}
        unsure = set()
        roles = [("agent", "no"), ("controller", "yes"), ("the individual", "no"), ("same organisation", "no")]
        for country, (role, own), covered in itertools.product(
            ("US", "FR", home(regime), "not stated"), roles, (True, False)
        ):
            answer = Case(given, regime).answer(
                recipients=recipient(country, role, own),
                safeguards=safeguard(USUAL[regime][0]) if covered else "",
            )
            step = steps[answer.rule.partition("/")[2]]
            if step.to_be_verified:
                unsure.add(step.id)
                assert answer.to_be_verified, (step.id, country, role, covered)
            if step.confidence == "low":
                assert answer.confidence == "low"
        assert unsure

    def test_what_was_read_is_not(self, given: Given) -> None:
        assert not Case(given, "ch").answer(recipients=recipient("NZ")).to_be_verified
        assert not Case(given, "br").answer(recipients=recipient("FR")).to_be_verified
        assert not Case(given, "ca").answer().to_be_verified
        assert not Case(given, "ca-qc").answer().to_be_verified

    @pytest.mark.parametrize("regime", MORE)
    def test_nothing_without_a_source_is_said_to_have_been_read(self, regime: str) -> None:
        found = LAW.regimes[regime]
        for cited in (found, *found.steps, *found.duties.values()):
            assert cited.unread or set(cited.sources) - {"G"}, cited.citation
            assert not cited.starts or not cited.unread, cited.citation


class TestConsent:
    """Consent counts only with what the law wants told beforehand, and only from the people concerned."""

    @pytest.mark.parametrize(("regime", "step"), [("sg", "consent"), ("br", "consent"), ("jp", "consent"), ("kr", "consent"), ("za", "grounds")])  # fmt: skip
    @pytest.mark.parametrize(
        ("warning", "people", "outcome"),
        [
            ("yes", "Customers", "safeguarded"),
            ("no", "Customers", "gap"),
            ("", "Customers", "incomplete"),
            ("yes", "", "incomplete"),
            ("yes", "Staff", "gap"),
        ],
    )
    def test_with_its_text_and_without(
        self, given: Given, regime: str, step: str, warning: str, people: str, outcome: str
    ) -> None:
        consent = safeguard("consent", warning=warning, individuals=people)
        found = Case(given, regime)(safeguards=consent, recipients=recipient("US", "controller", "yes"))
        assert found == (outcome, {"safeguarded": step, "incomplete": step}.get(outcome, "no-ground"))

    def test_in_canada_it_does_not_stand_in_for_the_contract(self, given: Given) -> None:
        consent = safeguard("consent", warning="yes", individuals="Customers")
        assert Case(given, "ca")(safeguards=consent)[0] == "gap"
        assert Case(given, "ca-qc")(safeguards=consent)[0] == "gap"

    def test_in_china_it_is_no_mechanism_and_a_duty_remains(self, given: Given) -> None:
        consent = safeguard("consent", warning="yes", individuals="Customers")
        answer = Case(given, "cn").answer(safeguards=consent)
        assert answer.outcome == "undetermined"
        covered = Case(given, "cn").answer(safeguards=safeguard("standard contract filed"))
        assert any("Art 39" in d and "to be verified" in d for d in covered.duties)


class TestExceptionsByName:
    """An exception whose conditions are not loaded is a question, and never a ground."""

    @pytest.mark.parametrize(
        ("regime", "ground"),
        [
            ("sg", "vital interests"),
            ("br", "Art 33 IX"),
            ("jp", "Art 27(1)"),
            ("za", "necessary for a contract"),
            ("kr", "PIPA treaty"),
        ],
    )
    def test_it_is_asked_about(self, given: Given, regime: str, ground: str) -> None:
        answer = Case(given, regime).answer(flows=flow(ground=ground))
        assert (answer.outcome, answer.rule) == ("undetermined", f"{regime}/exceptions")
        assert ground in answer.reason


class TestSwitzerland:
    def test_the_list_names_countries(self, given: Given) -> None:
        case = Case(given, "ch")
        assert case(recipients=recipient("NZ")) == ("permitted", "list")
        assert case(recipients=recipient("FR")) == ("permitted", "list")
        assert case(recipients=recipient("JP"))[0] == "gap"

    @pytest.mark.parametrize(("on", "outcome"), [("2023-08-31", "gap"), ("2023-09-01", "permitted")])
    def test_the_list_holds_from_its_day(self, given: Given, on: str, outcome: str) -> None:
        assert Case(given, "ch")(on=on, recipients=recipient("NZ"))[0] == outcome

    @pytest.mark.parametrize(("on", "outcome"), [("2024-09-14", "gap"), ("2024-09-15", "permitted")])
    def test_organisations_in_the_united_states_from_15_september_2024(
        self, given: Given, on: str, outcome: str
    ) -> None:
        listed = recipient(schemes="Swiss-US DPF 2024-09-01")
        assert Case(given, "ch")(on=on, recipients=listed)[0] == outcome

    @pytest.mark.parametrize(
        ("schemes", "outcome"),
        [
            ("Swiss-US DPF 2026-10-07", "permitted"),
            ("Swiss-US Data Privacy Framework 2026-10-07", "permitted"),
            ("DPF 2026-10-07", "gap"),
            ("EU-US DPF 2026-10-07; UK Extension 2026-10-07", "gap"),
            ("Swiss-US DPF 2025-09-01..2026-10-22", "gap"),
            ("Swiss-US DPF 2025-11-21", "undetermined"),
            ("Swiss-US DPF", "undetermined"),
            ("not stated", "undetermined"),
        ],
    )
    def test_hc_06_only_the_swiss_list_counts_and_only_while_it_was_seen(
        self, given: Given, schemes: str, outcome: str
    ) -> None:
        assert Case(given, "ch")(recipients=recipient(schemes=schemes))[0] == outcome

    def test_hc_06_a_lapsed_listing_falls_back_on_the_clauses(self, given: Given) -> None:
        lapsed = recipient(schemes="Swiss-US DPF 2025-09-01..2026-10-22")
        case = Case(given, "ch")
        assert case(on="2026-10-22", recipients=lapsed) == ("permitted", "list")
        assert case(on="2026-10-23", recipients=lapsed)[0] == "gap"
        clauses = safeguard("SCC", module="2; Swiss changes")
        assert case(on="2026-10-23", recipients=lapsed, safeguards=clauses) == ("safeguarded", "safeguards")

    @pytest.mark.parametrize(
        ("mechanism", "module", "outcome"),
        [
            ("SCC", "2, Swiss changes", "safeguarded"),
            ("SCC with Swiss changes", "2", "safeguarded"),
            ("CH-16-2-D", "", "safeguarded"),
            ("SCC", "2", "incomplete"),
            ("SCC", "2, no Swiss changes", "incomplete"),
            ("agreement", "", "gap"),
        ],
    )
    def test_hc_06_the_clauses_count_with_the_swiss_changes(
        self, given: Given, mechanism: str, module: str, outcome: str
    ) -> None:
        answer = Case(given, "ch").answer(safeguards=safeguard(mechanism, module=module))
        assert answer.outcome == outcome
        if outcome == "incomplete":
            assert answer.missing == ("that “Terms” has the Swiss changes (say so in Module: Swiss changes)",)

    def test_staff_data_wants_a_listing_that_covers_it(self, given: Given) -> None:
        case = Case(given, "ch")
        staff = flow("Payroll")
        assert case(flows=staff, recipients=recipient(schemes="Swiss-US DPF 2026-10-07"))[0] == "gap"
        both = recipient(schemes="Swiss-US DPF 2026-10-07; DPF HR 2026-10-07")
        assert case(flows=staff, recipients=both)[0] == "permitted"

    def test_canada_only_for_those_that_pipeda_binds(self, given: Given) -> None:
        case = Case(given, "ch")
        bound = (
            "Recipient | Country | Role | Own purposes | Sector | Bound by\nPartner | CA | agent | no | private | {}"
        )
        assert case(recipients=bound.format("PIPEDA"))[0] == "permitted"
        assert case(recipients=bound.format("PIPEDA: no"))[0] == "gap"
        assert case(recipients=bound.format(""))[0] == "undetermined"

    @pytest.mark.parametrize(
        ("frequency", "reason", "outcome"),
        [
            ("once", "The customer asked", "safeguarded"),
            ("regular", "The customer asked", "gap"),
            ("", "The customer asked", "undetermined"),
            ("once", "", "incomplete"),
        ],
    )
    def test_an_exception_is_for_the_single_case(self, given: Given, frequency: str, reason: str, outcome: str) -> None:
        consent = safeguard("express consent", assessment="", reason=reason)
        found = Case(given, "ch")(flows=flow(frequency=frequency), safeguards=consent)
        assert found[0] == outcome
        if outcome == "safeguarded":
            assert found[1] == "derogations"

    def test_people_are_told_the_state(self, given: Given) -> None:
        assert any("Art 19(4)" in d for d in Case(given, "ch").answer(recipients=recipient("NZ")).duties)


class TestCanada:
    @pytest.mark.parametrize("country", ["US", "CA"])
    def test_a_processor_wants_a_contract_at_home_as_abroad(self, given: Given, country: str) -> None:
        case = Case(given, "ca")
        there = recipient(country)
        assert case(recipients=there) == ("gap", "no-ground")
        assert case(recipients=there, safeguards=safeguard("contract")) == ("safeguarded", "processing")
        answer = case.answer(recipients=there, safeguards=safeguard("contract"))
        assert any("stays accountable" in d for d in answer.duties)
        assert any("outside Canada" in d for d in answer.duties) is (country == "US")

    def test_somebody_who_acts_for_itself_is_a_question_that_a_contract_does_not_settle(self, given: Given) -> None:
        case = Case(given, "ca")
        for there in (recipient(role="controller", own="yes"), recipient(role="agent", own="yes")):
            assert case(recipients=there, safeguards=safeguard("contract")) == ("undetermined", "independent")
            assert case.answer(recipients=there).confidence == "low"
        unknown = recipient(role="unknown", own="unknown")
        assert case(recipients=unknown, safeguards=safeguard("contract"))[0] == "undetermined"
        assert case(recipients=recipient(own="unknown"), safeguards=safeguard("contract"))[0] == "undetermined"

    def test_a_disclosure_at_home_is_none_to_judge(self, given: Given) -> None:
        found = Case(given, "ca")(recipients=recipient("CA", "controller", "yes"))
        assert found == ("not_transfer", "disclosure-at-home")


class TestQuebec:
    def test_it_is_judged_only_when_named(self, given: Given) -> None:
        sheets = {
            "systems": "System | Categories | Individuals\nCRM | Contact details | Customers",
            "categories": CATEGORIES,
            "recipients": recipient(),
            "flows": flow(),
        }
        regimes = "Organisation | Country | Sector | Regimes\nSender | {} | private | {}"
        for country, named, expected in (
            ("CA", "", {"ca"}),
            ("CA", "ca; ca-qc", {"ca", "ca-qc"}),
            ("CA", "Quebec", {"ca-qc"}),
            ("", "", set(LAW.regimes) - {"ca-qc"}),
        ):
            found = given(organisations=regimes.format(country, named), **sheets)
            assert {a.regime for a in found.assessment.answers} == expected

    def test_abroad_it_wants_an_assessment_and_an_agreement(self, given: Given) -> None:
        case = Case(given, "ca-qc")
        assert case() == ("gap", "no-ground")
        assert case(safeguards=safeguard("agreement")) == ("safeguarded", "assessment")
        assert case(safeguards=safeguard("agreement", assessment=""))[0] == "incomplete"

    def test_another_province_is_outside_so_canada_is_not_enough_to_know(self, given: Given) -> None:
        case = Case(given, "ca-qc")
        there = recipient("CA")
        answer = case.answer(recipients=there)
        assert (answer.outcome, answer.rule) == ("undetermined", "ca-qc/in-canada")
        assert "within Quebec" in answer.missing[0]
        assert case(recipients=there, safeguards=safeguard("agreement"))[0] == "safeguarded"

    def test_recording_that_it_stays_in_quebec_settles_it_but_only_in_canada(self, given: Given) -> None:
        case = Case(given, "ca-qc")
        within = flow(ground="within Quebec")
        assert case(recipients=recipient("CA"), flows=within) == ("not_transfer", "outside")
        assert case(recipients=recipient("US"), flows=within) == ("gap", "no-ground")
        assert case(recipients=recipient("not stated"), flows=within)[0] == "undetermined"


class TestBrazil:
    @pytest.mark.parametrize(
        ("on", "outcome"), [("2026-01-25", "gap"), ("2026-01-26", "gap"), ("2026-01-27", "permitted")]
    )
    def test_the_european_union_is_recognised_from_27_january_2026(self, given: Given, on: str, outcome: str) -> None:
        assert Case(given, "br")(on=on, recipients=recipient("FR"))[0] == outcome

    def test_the_decision_has_limits(self, given: Given) -> None:
        case = Case(given, "br")
        assert case(recipients=recipient("FR")) == ("permitted", "adequacy")
        assert case(recipients=recipient("EU institutions"))[0] == "permitted"
        assert case(recipients=recipient("GB"))[0] == "gap"
        assert case(recipients=recipient("FR", "public authority", "yes"))[0] == "gap"
        assert case(recipients=recipient("FR", "unknown", "unknown"))[0] == "undetermined"

    def test_only_the_authoritys_own_clauses_count(self, given: Given) -> None:
        case = Case(given, "br")
        assert case(safeguards=safeguard("ANPD SCC")) == ("safeguarded", "clauses")
        assert case(safeguards=safeguard("global corporate rules")) == ("safeguarded", "clauses")
        for foreign in ("SCC", "agreement", "BCR"):
            answer = case.answer(safeguards=safeguard(foreign))
            assert answer.outcome == "gap"
            assert "is no mechanism of this law" in answer.reason


class TestJapan:
    @pytest.mark.parametrize(("on", "outcome"), [("2019-01-22", "gap"), ("2019-01-23", "permitted")])
    def test_the_european_union_is_designated_from_23_january_2019(self, given: Given, on: str, outcome: str) -> None:
        assert Case(given, "jp")(on=on, recipients=recipient("FR"))[0] == outcome

    def test_the_united_kingdom_too_but_that_is_to_be_verified(self, given: Given) -> None:
        case = Case(given, "jp")
        france, britain = (case.answer(recipients=recipient(c)) for c in ("FR", "GB"))
        assert (france.outcome, france.rule, france.to_be_verified) == ("permitted", "jp/designated", False)
        assert (britain.outcome, britain.confidence, britain.to_be_verified) == ("permitted", "low", True)

    def test_certification_counts_as_an_equivalent_system(self, given: Given) -> None:
        assert Case(given, "jp")(safeguards=safeguard("CBPR")) == ("safeguarded", "equivalent-system")


class TestSingapore:
    def test_obligations_that_can_be_enforced(self, given: Given) -> None:
        case = Case(given, "sg")
        assert case(safeguards=safeguard("contract")) == ("safeguarded", "obligations")
        assert any("stays liable" in d for d in case.answer(safeguards=safeguard("contract")).duties)
        themselves = recipient(role="controller", own="yes")
        covered = case.answer(recipients=themselves, safeguards=safeguard("contract"))
        assert (covered.outcome, covered.duties) == ("safeguarded", ())


class TestChina:
    def test_the_count_and_the_sensitivity_are_asked_for(self, given: Given) -> None:
        answer = Case(given, "cn").answer()
        assert (answer.outcome, answer.rule) == ("undetermined", "cn/count")
        assert "since 1 January" in answer.missing[0]
        assert "sensitive" in answer.missing[0]

    @pytest.mark.parametrize("mechanism", ["CAC security assessment", "standard contract filed", "CAC certification"])
    def test_a_mechanism_on_file_answers(self, given: Given, mechanism: str) -> None:
        assert Case(given, "cn")(safeguards=safeguard(mechanism)) == ("safeguarded", "mechanisms")

    @pytest.mark.parametrize(
        ("category", "volume", "outcome", "step"),
        [
            ("Contact details", "50,000 people", "safeguarded", "exemptions"),
            ("Contact details", "99.999", "safeguarded", "exemptions"),
            ("Contact details", "2 million people", "gap", "too-many"),
            ("Contact details", "100000", "gap", "too-many"),
            ("Contact details", "", "undetermined", "count"),
            ("Contact details", "many", "undetermined", "count"),
            ("Health records", "50,000", "undetermined", "count"),
            ("Payroll", "50,000", "undetermined", "count"),
        ],
    )
    def test_an_exemption_wants_its_count_and_nothing_sensitive(
        self, given: Given, category: str, volume: str, outcome: str, step: str
    ) -> None:
        case = Case(given, "cn")
        exempt = safeguard("under 100,000 people")
        assert case(flows=flow(category, volume=volume), safeguards=exempt) == (outcome, step)

    def test_an_exemption_wants_its_note_on_file(self, given: Given) -> None:
        case = Case(given, "cn")
        small = flow(volume="50,000")
        assert case.answer(flows=small, safeguards=safeguard("under 100,000 people")).to_be_verified
        assert case(flows=small, safeguards=safeguard("under 100,000 people", assessment=""))[0] == "incomplete"
        assert case(flows=flow(ground="PIPL exemption", volume="50,000"))[0] == "incomplete"

    def test_over_the_threshold_without_anything_on_file(self, given: Given) -> None:
        answer = Case(given, "cn").answer(flows=flow(volume="2m"))
        assert (answer.outcome, answer.rule) == ("gap", "cn/too-many")
        assert any("CN-38-SCC" in code for code in answer.would_clear)

    def test_hong_kong_is_outside_the_mainland(self, given: Given) -> None:
        assert Case(given, "cn")(recipients=recipient("HK")) == ("undetermined", "count")


class TestSouthAfrica:
    def test_special_information_wants_the_regulator_first(self, given: Given) -> None:
        case = Case(given, "za")
        health = flow("Health records")
        answer = case.answer(flows=health, safeguards=safeguard("agreement"))
        assert (answer.outcome, answer.rule) == ("undetermined", "za/prior-authorisation")
        assert "authorised" in answer.missing[0]
        assert case(flows=flow("Notes"), safeguards=safeguard("agreement"))[0] == "undetermined"

    @pytest.mark.parametrize("ground", ["POPIA s 57 settled", "prior authorisation"])
    def test_an_authorisation_is_no_ground_and_both_are_needed(self, given: Given, ground: str) -> None:
        case = Case(given, "za")
        authorised = flow("Health records", ground=ground)
        assert case(flows=authorised) == ("gap", "no-ground")
        assert case(flows=authorised, safeguards=safeguard("ZA-57"))[0] == "gap"
        assert case(flows=authorised, safeguards=safeguard("agreement")) == ("safeguarded", "grounds")


class TestKorea:
    @pytest.mark.parametrize(("on", "outcome"), [("2025-09-15", "gap"), ("2025-09-16", "permitted")])
    def test_the_european_union_is_recognised_from_16_september_2025(self, given: Given, on: str, outcome: str) -> None:
        assert Case(given, "kr")(on=on, recipients=recipient("FR"))[0] == outcome

    @pytest.mark.parametrize(
        ("category", "outcome"),
        [
            ("Contact details", "permitted"),
            ("Resident number", "gap"),
            ("Credit score", "gap"),
            ("Contact details; Credit score", "gap"),
            ("Notes", "undetermined"),
        ],
    )
    def test_not_for_resident_numbers_and_credit_information(self, given: Given, category: str, outcome: str) -> None:
        assert Case(given, "kr")(recipients=recipient("FR"), flows=flow(category))[0] == outcome

    def test_outsourcing_that_is_disclosed_is_for_processors_alone(self, given: Given) -> None:
        case = Case(given, "kr")
        disclosed = safeguard("outsourcing disclosed in the policy")
        assert case(safeguards=disclosed) == ("safeguarded", "outsourcing")
        assert case(recipients=recipient(role="controller", own="yes"), safeguards=disclosed)[0] == "gap"
        assert case(recipients=recipient(own="yes"), safeguards=disclosed)[0] == "gap"
        assert case(recipients=recipient(own="unknown"), safeguards=disclosed)[0] == "undetermined"

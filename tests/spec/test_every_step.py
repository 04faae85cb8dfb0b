"""The steps that the regimes share, and the ones that no hard case reaches: each decides where it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from datamap import law
from datamap.law import Law, Regime
from datamap.transfers import Answer
from tests.conftest import AU_COMPANY, Given

LAW = law.load()
CATEGORIES = "Category | Kind | Unique identifier | Used as key\nContact details | contact | no |\nIRD number | identity | yes | {key}"
SYSTEMS = "System | Categories | Individuals | Purposes\nCRM | Contact details | Customers | Sales"
UK = "Organisation | Country | Sector | Regimes\nOak Ltd | GB | private | uk"


def home(regime: Regime) -> str:
    country = {"eu": "FR", "ca-qc": "CA"}.get(regime.code, regime.country)
    return (
        "Organisation | Country | Sector | Kind | Small business | Regimes\n"
        f"Sender | {country} | private | general | no | {regime.code}"
    )


def cases(*ids: str) -> list[object]:
    """The regimes that have one of the steps, with the step they have."""
    return [
        pytest.param(regime, step.id, id=f"{regime.code}-{step.id}")
        for regime in LAW.regimes.values()
        for step in regime.steps
        if step.id in ids
    ]


class TestStepsThatAreShared:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES.format(key=""),
        "recipients": "Recipient | Country | Role | Own purposes\nPartner | FJ | controller | yes\nBeyond | FJ | controller | yes\nThe customer | FJ | the individual | no\nOur office | FJ | same organisation | no",
    }

    def flow(self, to: str = "Partner", origin: str = "CRM", heading: str = "", value: str = "") -> str:
        extra = (f" | {heading}", f" | {value}") if heading else ("", "")
        return f"Flow | From | To | Categories | Individuals{extra[0]}\nF1 | {origin} | {to} | Contact details | Customers{extra[1]}"

    @pytest.mark.parametrize(("regime", "step"), cases("running"))
    @pytest.mark.parametrize(("heading", "day"), [("Ended", "2026-11-21"), ("Started", "2026-11-23")])
    def test_nothing_moves(self, given: Given, regime: Regime, step: str, heading: str, day: str) -> None:
        answer = given(organisations=home(regime), **self.sheets, flows=self.flow(heading=heading, value=day)).answer(
            "F1", regime.code
        )
        assert (answer.outcome, answer.rule) == ("not_transfer", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("agency", "australian-link", "exporter"))
    def test_a_sender_with_nothing_to_do_with_the_place(self, given: Given, regime: Regime, step: str) -> None:
        organisation = f"Organisation | Country | Carries on business in | Sector | Regimes\nSender | ID | none | private | {regime.code}"
        answer = given(organisations=organisation, **self.sheets, flows=self.flow()).answer("F1", regime.code)
        assert (answer.outcome, answer.rule) == ("not_applicable", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("prohibition", "restriction"))
    def test_a_prohibition_beats_everything(self, given: Given, regime: Regime, step: str) -> None:
        notice = f"Notice | Regime | Countries\nN1 | {regime.code} | FJ"
        answer = given(organisations=home(regime), **self.sheets, flows=self.flow(), prohibitions=notice).answer(
            "F1", regime.code
        )
        assert (answer.outcome, answer.rule) == ("blocked", f"{regime.code}/{step}")
        assert "N1" in answer.reason

    @pytest.mark.parametrize(("regime", "step"), cases("sent-by-individual"))
    def test_the_individuals_send_it(self, given: Given, regime: Regime, step: str) -> None:
        answer = given(organisations=home(regime), **self.sheets, flows=self.flow(origin="Customers")).answer(
            "F1", regime.code
        )
        assert (answer.outcome, answer.rule) == ("not_transfer", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("transit"))
    def test_it_only_passes_through(self, given: Given, regime: Regime, step: str) -> None:
        flows = self.flow(heading="Locations", value="FJ (transit)")
        answer = given(organisations=home(regime), **self.sheets, flows=flows).answer("F1", regime.code)
        assert (answer.outcome, answer.rule) == ("not_transfer", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("individual"))
    def test_it_goes_to_the_individual(self, given: Given, regime: Regime, step: str) -> None:
        answer = given(organisations=home(regime), **self.sheets, flows=self.flow("The customer")).answer(
            "F1", regime.code
        )
        assert (answer.outcome, answer.rule) == ("not_transfer", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("same-organisation"))
    def test_it_stays_within_the_organisation(self, given: Given, regime: Regime, step: str) -> None:
        answer = given(organisations=home(regime), **self.sheets, flows=self.flow("Our office")).answer(
            "F1", regime.code
        )
        assert (answer.outcome, answer.rule) == ("not_transfer", f"{regime.code}/{step}")

    @pytest.mark.parametrize(("regime", "step"), cases("upstream-own-duty", "upstream-own-act"))
    def test_somebody_else_sends_it_on(self, given: Given, regime: Regime, step: str) -> None:
        flows = "Flow | From | To | Categories\nF1 | CRM | Partner | Contact details\nF2 | Partner | Beyond | Contact details"
        answer = given(organisations=home(regime), **self.sheets, flows=flows).answer("F2", regime.code)
        assert (answer.outcome, answer.rule) == ("undetermined", f"{regime.code}/{step}")
        assert any("Partner" in m for m in answer.missing)


class TestAustraliaBeside:
    """The employee records exemption: a private employer, its employees, and only acts about the employment."""

    def answer(self, given: Given, individuals: str, ground: str, *, organisation: str = AU_COMPANY) -> Answer:
        return given(
            organisations=organisation,
            systems="System | Categories | Individuals\nHR | Staff file | Staff",
            categories="Category | Kind\nStaff file | employment",
            recipients="Recipient | Country | Role | Own purposes\nPayroll Inc | US | agent | no",
            flows=f"Flow | From | To | Categories | Individuals | Ground\nF1 | HR | Payroll Inc | Staff file | {individuals} | {ground}",
        ).answer("F1", "au")

    @pytest.mark.parametrize(
        ("individuals", "ground", "outcome", "rule"),
        [
            ("Staff", "employee records", "not_applicable", "au/employee-records"),
            ("Former employees", "7B(3)", "not_applicable", "au/employee-records"),
            ("Job applicants", "employee records", "gap", "au/no-ground"),
            ("Employees; Contractors", "employee records", "gap", "au/no-ground"),
            ("Patients", "s 7B(3)", "gap", "au/no-ground"),
            ("Crew", "employee records", "undetermined", "au/no-ground"),
            ("Employees", "", "undetermined", "au/perhaps-employee-records"),
        ],
    )
    def test_it_has_to_be_pleaded_and_to_fit(
        self, given: Given, individuals: str, ground: str, outcome: str, rule: str
    ) -> None:
        answer = self.answer(given, individuals, ground)
        assert (answer.outcome, answer.rule) == (outcome, rule)

    def test_it_is_for_private_employers(self, given: Given) -> None:
        public = AU_COMPANY.replace("private | general", "public | commonwealth agency")
        assert self.answer(given, "Staff", "employee records", organisation=public).outcome == "gap"

    @pytest.mark.parametrize(("country", "business"), [("AU", ""), ("NZ", "AU")])
    def test_a_private_company_is_no_public_body_whatever_its_kind(
        self, given: Given, country: str, business: str
    ) -> None:
        organisation = f"Organisation | Country | Carries on business in | Sector | Small business | Regimes\nSender | {country} | {business} | private | no | au"
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES.format(key=""),
            "recipients": "Recipient | Country | Role | Own purposes\nPartner | US | controller | yes",
            "flows": "Flow | From | To | Categories\nF1 | CRM | Partner | Contact details",
        }
        assert given(organisations=organisation, **sheets)("F1", "au") == "gap"


class TestGroundsThatRestOnAFactOfTheRecord:
    """A note carries a ground where nobody filled the fact in; a fact that is denied or asked in vain does not."""

    @pytest.mark.parametrize(
        ("mechanism", "column", "value", "outcome"),
        [
            ("IPP 12(1)(b)", "NZ business", "yes", "safeguarded"),
            ("IPP 12(1)(b)", "NZ business", "", "safeguarded"),
            ("IPP 12(1)(b)", "NZ business", "unknown", "undetermined"),
            ("IPP 12(1)(b)", "NZ business", "no", "gap"),
            ("IPP 12(1)(c)", "Bound by", "AU Privacy Act", "safeguarded"),
            ("IPP 12(1)(c)", "Bound by", "", "safeguarded"),
            ("IPP 12(1)(c)", "Bound by", "none", "gap"),
            ("IPP 12(1)(c)", "Bound by", "unknown", "undetermined"),
            ("IPP 12(1)(c)", "Bound by", "AU Privacy Act: unknown", "undetermined"),
            ("IPP 12(1)(c)", "Bound by", "small business", "undetermined"),
        ],
    )
    def test_new_zealand(self, given: Given, mechanism: str, column: str, value: str, outcome: str) -> None:
        result = given(
            systems=SYSTEMS,
            categories=CATEGORIES.format(key=""),
            recipients=f"Recipient | Country | Role | Own purposes | {column}\nPartner | AU | controller | yes | {value}",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner | Contact details",
            safeguards=f"Safeguard | Mechanism | Recipients | Document | Assessment | Review due\nNote | {mechanism} | Partner | D | Note | 2027-01-01",
        )
        assert result("F1") == outcome

    @pytest.mark.parametrize(
        ("signed", "outcome"),
        [("2026-01-05", "safeguarded"), ("", "safeguarded"), ("none", "incomplete"), ("unknown", "incomplete")],
    )
    def test_an_agreement_that_nobody_signed(self, given: Given, signed: str, outcome: str) -> None:
        result = given(
            systems=SYSTEMS,
            categories=CATEGORIES.format(key=""),
            recipients="Recipient | Country | Role | Own purposes\nPartner | US | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner | Contact details",
            safeguards=f"Safeguard | Mechanism | Recipients | Signed | Starts | Document | Assessment | Review due\nTerms | agreement | Partner | {signed} | 2026-01-05 | D | Note | 2027-01-01",
        )
        assert result("F1") == outcome


class TestGroupsOfCountries:
    """A group is covered when every country in it is, and not when none is."""

    @pytest.mark.parametrize(
        ("country", "outcome"),
        [
            ("EEA", "permitted"),
            ("EU", "permitted"),
            ("EEA; US", "permitted"),
            ("Global", "undetermined"),
            ("outside GB", "undetermined"),
        ],
    )
    def test_the_united_kingdom(self, given: Given, country: str, outcome: str) -> None:
        result = given(
            organisations=UK,
            systems=SYSTEMS,
            categories=CATEGORIES.format(key=""),
            recipients=f"Recipient | Country | Role | Own purposes\nPartner | {country} | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner | Contact details",
        )
        outcomes = {a.outcome.value for a in result.assessment.answers}
        assert outcome in outcomes
        assert outcomes <= {outcome, "gap"}

    def test_an_international_organisation_in_the_union_has_no_decision(self, given: Given) -> None:
        result = given(
            organisations="Organisation | Country | Sector | Regimes\nLilas | FR | private | eu",
            systems=SYSTEMS,
            categories=CATEGORIES.format(key=""),
            recipients="Recipient | Country | Sector | Role | Own purposes\nAgency | DE | international organisation | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Agency | Contact details",
        )
        assert result("F1", "eu") == "gap"


class TestUnitedKingdomBeside:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES.format(key=""),
        "flows": "Flow | From | To | Categories | Frequency\nF1 | CRM | Partner | Contact details | once",
    }

    @pytest.mark.parametrize(("on", "rule"), [("2026-02-04", "uk/adequacy-before-2026"), ("2026-02-05", "uk/approved")])
    def test_the_list_was_carried_over_into_the_new_chapter(self, given: Given, on: str, rule: str) -> None:
        recipients = "Recipient | Country | Role | Own purposes\nPartner | NZ | controller | yes"
        answer = given(on=on, organisations=UK, **self.sheets, recipients=recipients).answer("F1", "uk")
        assert (answer.outcome, answer.rule) == ("permitted", rule)

    def test_at_home_nothing_is_transferred(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes\nPartner | GB | agent | no"
        answer = given(organisations=UK, **self.sheets, recipients=recipients).answer("F1", "uk")
        assert (answer.outcome, answer.rule) == ("not_transfer", "uk/third-country")

    def test_a_derogation_for_a_specific_case(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes\nPartner | FJ | controller | yes"
        note = "Safeguard | Mechanism | Recipients | Document | Assessment | Reason\nClaim | legal claims | Partner | File 3 | Counsel's note | Needed in court"
        assert given(organisations=UK, **self.sheets, recipients=recipients)("F1", "uk") == "gap"
        answer = given(organisations=UK, **self.sheets, recipients=recipients, safeguards=note).answer("F1", "uk")
        assert (answer.outcome, answer.rule) == ("safeguarded", "uk/derogations")


class TestListsThatMayBeFilledOneDay:
    """Regulations may prescribe a country tomorrow: a row is all it takes."""

    def prescribed(self, code: str) -> Law:
        regime = LAW.regimes[code]
        entry = replace(
            regime.entries[0],
            country="FJ",
            country_name="Fiji",
            scope="whole territory",
            status="in force",
            starts=date(2026, 6, 1),
        )
        return replace(LAW, regimes={**LAW.regimes, code: replace(regime, entries=(*regime.entries, entry))})

    @pytest.mark.parametrize("code", ["nz", "au"])
    @pytest.mark.parametrize(("on", "outcome"), [("2026-05-31", "gap"), ("2026-06-01", "permitted")])
    def test_from_its_day_the_country_is_permitted(self, given: Given, code: str, on: str, outcome: str) -> None:
        answer = given(
            on=on,
            organisations=home(LAW.regimes[code]),
            under=self.prescribed(code),
            systems=SYSTEMS,
            categories=CATEGORIES.format(key=""),
            recipients="Recipient | Country | Role | Own purposes\nPartner | FJ | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner | Contact details",
        ).answer("F1", code)
        assert answer.outcome == outcome
        assert (answer.rule == f"{code}/lists") is (outcome == "permitted")


class TestIdentifiersOfOtherAgencies:
    def flagged(self, given: Given, key: str, purpose: str) -> list[str]:
        systems = f"System | Categories | Individuals | Purposes | Retention\nPayroll | IRD number | Staff | {purpose} | 7 years"
        return given(systems=systems, categories=CATEGORIES.format(key=key)).flags("NZ-IPP13")

    def test_used_as_ones_own_key_it_is_flagged(self, given: Given) -> None:
        assert self.flagged(given, "yes", "PAYE") == ["IRD number"]

    def test_held_to_deal_with_its_agency_it_is_not(self, given: Given) -> None:
        assert self.flagged(given, "", "PAYE") == []
        assert self.flagged(given, "no", "Loyalty scheme") == []

    def test_held_for_something_else_it_is_asked_about(self, given: Given) -> None:
        assert self.flagged(given, "", "Loyalty scheme") == ["IRD number"]


class TestRetention:
    @pytest.mark.parametrize(
        ("kept", "flagged"),
        [
            ("", True),
            ("not stated", True),
            ("as long as required", True),
            ("kept while ongoing, at most 7 years", False),
            ("7 years", False),
            ("2y", False),
            ("Until the account is closed", False),
            ("https://intranet.example/retention", True),
            (r"\\files\retention.docx", True),
            ("See the retention schedule", True),
            ("as per policy", True),
            ("refer to Appendix B", True),
            ("See Records Disposal Authority 2021", True),
            ("see policy (7 years)", False),
            ("7 years, as per the policy", False),
            ("under the Companies Act 1993, s 189", False),
        ],
    )
    def test_no_period_on_record_is_flagged_and_a_pointer_to_one_is_none(
        self, given: Given, kept: str, flagged: bool
    ) -> None:
        systems = f"System | Categories | Individuals | Retention\nPayroll | IRD number | Staff | {kept}"
        assert given(systems=systems).flags("NZ-IPP9") == (["Payroll"] if flagged else [])


class TestActsThatDoNotExist:
    @pytest.mark.parametrize(
        ("cited", "flagged"),
        [
            ("Privacy Act 2000", True),
            ("Privacy Act 2020", False),
            ("Privacy Act 1988", False),
            ("the Companies Act 2000", True),
            ("GDPR", False),
        ],
    )
    def test_a_published_citation_is_held_against_the_acts_there_are(
        self, given: Given, cited: str, flagged: bool
    ) -> None:
        statements = f"Statement | Says | Value\nP1 | law cited | {cited}"
        result = given(systems=SYSTEMS, categories=CATEGORIES.format(key=""), statements=statements)
        assert bool(result.flags("NZ-STATUTE")) is flagged


class TestTimesThatPeopleArePromised:
    @pytest.mark.parametrize(
        ("country", "code", "promise", "cited"),
        [
            ("NZ", "NZ-TIMES", "unsubscribing: within 10 working days", "Unsolicited Electronic Messages Act 2007, s 9(2)"),
            ("NZ", "NZ-TIMES", "unsubscribing: within 5 working days", ""),
            ("NZ", "NZ-TIMES", "unsubscribing: within 14 days", "Unsolicited Electronic Messages Act 2007, s 9(2)"),
            ("NZ", "NZ-TIMES", "request: respond within 30 working days", "Privacy Act 2020, s 44"),
            ("NZ", "NZ-TIMES", "request: respond within 20 working days", ""),
            ("NZ", "NZ-TIMES", "complaint: acknowledge within 40 days", ""),
            ("NZ", "NZ-TIMES", "breach: notify within 90 days", ""),
            ("NZ", "NZ-TIMES", "not: unsubscribing within 10 working days", ""),
            ("NZ", "NZ-TIMES", "access", ""),
            ("AU", "AU-TIMES", "unsubscribing: within 30 days", "Spam Act 2003, Sch 2 cl 6"),
            ("AU", "AU-TIMES", "request: respond within 45 days", ""),
            ("FR", "EU-TIMES", "request: respond within 45 days", "GDPR, Art 12(3)"),
            ("FR", "EU-TIMES", "request: respond within one month", ""),
            ("GB", "UK-TIMES", "request: respond within 45 days", "UK GDPR, Art 12(3)"),
            ("GB", "UK-TIMES", "complaint: acknowledge within 45 days", "Data Protection Act 2018, s 164A(3), put in by the Data (Use and Access) Act 2025, s 103"),
            ("GB", "UK-TIMES", "complaint: acknowledge within 30 days", ""),
        ],
    )  # fmt: skip
    def test_a_promise_longer_than_law_leaves_is_flagged_with_the_law_that_sets_the_time(
        self, given: Given, country: str, code: str, promise: str, cited: str
    ) -> None:
        statements = f"Statement | Says | Value\nP1 | right | {promise}"
        organisations = f"Organisation | Country\nKowhai | {country}"
        result = given(
            systems=SYSTEMS, organisations=organisations, categories=CATEGORIES.format(key=""), statements=statements
        )
        assert [f.citation for f in result.assessment.flags if f.code == code] == ([cited] if cited else [])

"""The hard cases that touch New Zealand or Australia, each with its evidence on file and without it.

Read in order, the names and sheets explain what the product answers and why.
"""

from __future__ import annotations

import pytest

from tests.conftest import AU_COMPANY, NZ_COMPANY, Given

CATEGORIES = "Category | Kind\nContact details | contact\nPages viewed | behaviour\nHealth records | health\nFace templates | biometric\nSubscriber details | telecommunications"
SYSTEMS = "System | Categories | Individuals\nCRM | Contact details | Customers\nWebsite | Pages viewed | Visitors"
BOTH = "Organisation | Country | Sector | Kind | Small business | Carries on business in | Regimes\nKowhai Limited | NZ | private | general | {small} | {business} | nz; au"
AGREEMENT = (
    "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires | Review due\n"
    "Terms | agreement | {recipient} | D-1 | Belief note 1 | {signed} | {expires} | 2027-06-30"
)


def agreement(recipient: str, signed: str = "2026-01-10", expires: str = "") -> str:
    return AGREEMENT.format(recipient=recipient, signed=signed, expires=expires)


class TestHC01PureHostNextDoor:
    sheets = {
        "systems": "System | Categories | Individuals | Provider | Locations\nCustomer database | Contact details | Customers | AWS | AU (storage)",
        "categories": CATEGORIES,
    }

    def test_a_host_that_only_acts_for_the_sender_is_an_agent(self, given: Given) -> None:
        result = given(**self.sheets, recipients="Recipient | Country | Role | Own purposes\nAWS | US | agent | no")
        answer = result.answer("Customer database → AWS")
        assert (answer.outcome, answer.citation, answer.leg.country) == ("agent_only", "Privacy Act 2020, s 11", "AU")
        assert "IPP 5(b)" in answer.duties[0]
        assert result.flags("NZ-IPP5B") == ["AWS"]

    def test_terms_on_file_settle_the_check_that_remains(self, given: Given) -> None:
        result = given(
            **self.sheets,
            recipients="Recipient | Country | Role | Own purposes\nAWS | US | agent | no",
            safeguards="Safeguard | Mechanism | Recipients | Document | Signed\nHosting terms | NZ-S11 | AWS | Contract 7 | 2025-01-01",
        )
        assert result("Customer database → AWS") == "agent_only"
        assert result.flags("NZ-IPP5B") == []

    @pytest.mark.parametrize(
        ("business", "outcome"), [("NZ", "not_applicable"), ("none", "not_applicable"), ("not stated", "undetermined")]
    )
    def test_hosting_there_is_no_australian_link_but_an_open_question_stays_open(
        self, given: Given, business: str, outcome: str
    ) -> None:
        result = given(
            **self.sheets,
            organisations=BOTH.format(small="no", business=business),
            recipients="Recipient | Country | Role | Own purposes\nAWS | US | agent | no",
        )
        assert result("Customer database → AWS", "au") == outcome


class TestHC02AnalyticsWithSharingOn:
    recipients = "Recipient | Country | Role | Own purposes\nGoogle Analytics | US | controller | yes"
    flows = "Flow | From | To | Categories\nF1 | Website | Google Analytics | Pages viewed"

    def test_own_purposes_take_it_out_of_the_agent_rule(self, given: Given) -> None:
        answer = given(systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=self.flows).answer(
            "F1"
        )
        assert (answer.outcome, answer.citation, answer.ground) == ("gap", "Privacy Act 2020, IPP 12(1)", None)
        assert any("IPP 12(1)(b)" in m for m in answer.missing)
        assert any("IPP 12(1)(f)" in m for m in answer.missing)

    def test_an_agent_that_also_uses_it_for_itself_is_no_mere_agent(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes\nGoogle Analytics | US | agent | yes"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=self.flows)("F1") == "gap"

    @pytest.mark.parametrize(("mechanism", "ground"), [("12(1)(b)", "IPP 12(1)(b), s 4"), ("12(1)(f)", "IPP 12(1)(f)")])
    def test_a_note_that_covers_it_is_a_safeguard(self, given: Given, mechanism: str, ground: str) -> None:
        safeguards = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Review due\n"
            f"Note | {mechanism} | Google Analytics | D-2 | Belief note | 2026-02-01 | 2027-02-01"
        )
        answer = given(
            systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=self.flows, safeguards=safeguards
        ).answer("F1")
        assert (answer.outcome, answer.ground) == ("safeguarded", ground)
        assert answer.relied_on
        assert answer.relied_on.name == "Note"

    def test_a_note_without_its_document_is_incomplete(self, given: Given) -> None:
        safeguards = "Safeguard | Mechanism | Recipients | Assessment | Review due\nNote | 12(1)(b) | Google Analytics | Belief note | 2027-02-01"
        answer = given(
            systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=self.flows, safeguards=safeguards
        ).answer("F1")
        assert (answer.outcome, answer.missing) == ("incomplete", ("the document of “Note”",))

    def test_a_review_that_is_overdue_is_incomplete(self, given: Given) -> None:
        safeguards = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Review due\n"
            "Note | 12(1)(b) | Google Analytics | D-2 | Belief note | 2026-11-21"
        )
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": self.recipients,
            "flows": self.flows,
            "safeguards": safeguards,
        }
        assert given(**sheets)("F1") == "incomplete"
        assert given(on="2026-11-21", **sheets)("F1") == "safeguarded"

    def test_australia_wants_reasonable_steps(self, given: Given) -> None:
        sheets = {
            "organisations": AU_COMPANY,
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": self.recipients,
            "flows": self.flows,
        }
        assert given(**sheets).answer("F1", "au").citation == "Privacy Act 1988, APP 8.1"
        assert given(**sheets)("F1", "au") == "gap"
        covered = given(**sheets, safeguards=agreement("Google Analytics")).answer("F1", "au")
        assert (covered.outcome, covered.ground) == ("safeguarded", "APP 8.1")
        assert any("s 16C" in d for d in covered.duties)
        assert any("s 26WC" in d for d in covered.duties)


class TestHC03SharingOff:
    flows = "Flow | From | To | Categories\nF1 | Website | Google Analytics | Pages viewed"

    @pytest.mark.parametrize(
        ("own", "outcome"), [("no", "agent_only"), ("unknown", "undetermined"), ("", "undetermined"), ("yes", "gap")]
    )
    def test_the_setting_decides_and_an_unknown_setting_never_clears(
        self, given: Given, own: str, outcome: str
    ) -> None:
        recipients = f"Recipient | Country | Role | Own purposes\nGoogle Analytics | US | agent | {own}"
        result = given(systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=self.flows)
        assert result("F1") == outcome
        if outcome == "undetermined":
            assert result.answer("F1").missing == (
                "Google Analytics: is the information used for its own purposes as well?",
            )


class TestHC04DomesticRecipientWithAForeignChain:
    flows = "Flow | From | To | Categories\nF1 | CRM | Marketing firm | Contact details\nF2 | Marketing firm | Mailchimp | Contact details"

    def recipients(self, role: str, own: str) -> str:
        return (
            "Recipient | Country | Role | Own purposes\n"
            f"Marketing firm | NZ | {role} | {own}\nMailchimp | US | agent | no"
        )

    def test_a_local_firm_is_no_cross_border_recipient(self, given: Given) -> None:
        result = given(
            systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients("controller", "yes"), flows=self.flows
        )
        assert result("F1") == "not_transfer"
        assert result("F2") == "undetermined"

    def test_a_chain_of_agents_is_one_agent_with_a_sub_agent_to_check(self, given: Given) -> None:
        result = given(
            systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients("agent", "no"), flows=self.flows
        )
        assert (result("F1"), result("F2")) == ("agent_only", "agent_only")
        flag = next(f for f in result.assessment.flags if f.code == "NZ-IPP5B" and f.about == "Mailchimp")
        assert "a sub-agent of Marketing firm" in flag.message


class TestHC07TheFrameworkDoesNotHelpHere:
    def test_a_listing_is_no_ground_for_a_clinic(self, given: Given) -> None:
        clinic = "Organisation | Country | Sector | Kind | Small business | Regimes\nClinic | {country} | private | health agency | no | {regime}"
        sheets = {
            "systems": "System | Categories | Individuals\nPatient system | Health records | Patients",
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes | Schemes\nAnalytics Inc | US | controller | yes | DPF 2026-10-07",
            "flows": "Flow | From | To | Categories\nF1 | Patient system | Analytics Inc | Health records",
        }
        nz = given(organisations=clinic.format(country="NZ", regime="nz"), **sheets).answer("F1")
        assert nz.outcome == "gap"
        assert "Health Information Privacy Code 2020, rule 12" in nz.citation
        assert nz.to_be_verified
        assert given(organisations=clinic.format(country="AU", regime="au"), **sheets)("F1", "au") == "gap"


class TestHC11AnOptionalFeature:
    def test_switching_it_on_changes_the_answer_from_that_day(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role\nHubSpot | US | agent",
            "flows": (
                "Flow | From | To | Categories | Own purposes | Started\n"
                "F1 | CRM | HubSpot | Contact details | no | 2025-01-01\nF2 | CRM | HubSpot | Contact details | yes | 2026-03-01"
            ),
        }
        assert given(**sheets)("F1") == "agent_only"
        assert given(on="2026-02-28", **sheets)("F2") == "not_transfer"
        assert given(on="2026-03-01", **sheets)("F2") == "gap"
        assert given(**sheets, safeguards=agreement("HubSpot"))("F2") == "safeguarded"


class TestHC12ConsentWithoutTheWarning:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
        "flows": "Flow | From | To | Categories | Individuals | Safeguards\nF1 | CRM | Partner Inc | Contact details | Customers | Sign-up consent",
    }

    def consent(self, warning: str) -> str:
        return (
            "Safeguard | Mechanism | Recipients | Document | Signed | Review due | Warning shown | Individuals\n"
            f"Sign-up consent | consent | Partner Inc | Form 3 | 2026-01-01 | 2027-01-01 | {warning} | Customers"
        )

    @pytest.mark.parametrize(
        ("warning", "outcome"), [("no", "gap"), ("yes", "safeguarded"), ("", "incomplete"), ("unknown", "incomplete")]
    )
    def test_only_the_warning_makes_it_a_ground(self, given: Given, warning: str, outcome: str) -> None:
        assert given(**self.sheets, safeguards=self.consent(warning))("F1") == outcome
        assert given(organisations=AU_COMPANY, **self.sheets, safeguards=self.consent(warning))("F1", "au") == outcome

    def test_other_peoples_consent_does_not_count(self, given: Given) -> None:
        others = self.consent("yes").replace("| Customers", "| Staff")
        assert given(**self.sheets, safeguards=others)("F1") == "gap"


class TestHC14ExpiredAgreement:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
        "flows": "Flow | From | To | Categories\nF1 | CRM | Partner Inc | Contact details",
        "safeguards": agreement("Partner Inc", expires="2026-09-30"),
    }

    @pytest.mark.parametrize(
        ("on", "outcome"),
        [("2026-01-09", "gap"), ("2026-01-10", "safeguarded"), ("2026-09-30", "safeguarded"), ("2026-10-01", "gap")],
    )
    def test_it_covers_from_the_day_it_was_signed_to_its_last_day(self, given: Given, on: str, outcome: str) -> None:
        assert given(on=on, **self.sheets)("F1") == outcome
        assert given(on=on, organisations=AU_COMPANY, **self.sheets)("F1", "au") == outcome

    def test_the_reason_says_when_it_expired(self, given: Given) -> None:
        assert "“Terms” expired on 2026-09-30" in given(**self.sheets).answer("F1").reason


class TestHC16UnknownCountry:
    def test_the_questions_are_asked_and_nothing_is_assumed(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "flows": "Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details",
        }
        answer = given(
            **sheets,
            recipients="Recipient | Country | Role | Own purposes | Locations\nVendor Inc | US | agent | unknown | not stated",
        ).answer("F1")
        assert (answer.outcome, answer.leg.country) == ("undetermined", None)
        assert "own purposes" in answer.missing[0]
        unmanaged = given(
            **sheets,
            recipients="Recipient | Country | Managed from | Role | Own purposes\nVendor Inc | US | not stated | agent | yes",
        ).answer("F1")
        assert unmanaged.outcome == "undetermined"
        assert "managed from" in unmanaged.missing[0]
        local = given(
            **sheets,
            recipients="Recipient | Country | Managed from | Role | Own purposes\nVendor Inc | US | NZ | controller | yes",
        )
        assert local("F1") == "not_transfer"

    def test_an_agreement_does_not_clear_a_place_that_is_not_stated(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Role | Own purposes\nVendor Inc | controller | yes",
            "flows": "Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details",
            "safeguards": agreement("Vendor Inc"),
        }
        assert given(**sheets)("F1") == "undetermined"
        assert given(organisations=AU_COMPANY, **sheets)("F1", "au") == "undetermined"


class TestHC17OwnStaffAbroad:
    def test_the_same_organisation_is_no_recipient(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Locations\nOur staff in Bali | NZ | same organisation | ID (remote access)",
            "flows": "Flow | From | To | Categories\nF1 | CRM | Our staff in Bali | Contact details",
        }
        answer = given(**sheets).answer("F1")
        assert answer.outcome == "not_transfer"
        assert "IPP 5" in answer.duties[0]
        assert given(organisations=AU_COMPANY, **sheets)("F1", "au") == "not_transfer"


class TestHC18VendorStaffAbroad:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "flows": "Flow | From | To | Categories\nF1 | CRM | Helpdesk Pty Ltd | Contact details",
    }

    def recipients(self, control: str) -> str:
        return (
            "Recipient | Country | Role | Own purposes | Locations | Effective control\n"
            f"Helpdesk Pty Ltd | AU | agent | no | AU (storage); PH (support access) | {control}"
        )

    def test_each_place_has_its_own_answer(self, given: Given) -> None:
        result = given(**self.sheets, recipients=self.recipients(""))
        assert (result("F1", country="AU"), result("F1", country="PH")) == ("agent_only", "agent_only")
        assert "Philippines" in next(f.message for f in result.assessment.flags if f.code == "NZ-IPP5B")

    @pytest.mark.parametrize(("control", "outcome"), [("", "gap"), ("no", "gap"), ("yes", "agent_only")])
    def test_australia_looks_at_effective_control(self, given: Given, control: str, outcome: str) -> None:
        result = given(organisations=AU_COMPANY, **self.sheets, recipients=self.recipients(control))
        assert (result("F1", "au", "AU"), result("F1", "au", "PH")) == ("not_transfer", outcome)

    def test_reasonable_steps_cover_the_access(self, given: Given) -> None:
        result = given(
            organisations=AU_COMPANY,
            **self.sheets,
            recipients=self.recipients(""),
            safeguards=agreement("Helpdesk Pty Ltd"),
        )
        assert result("F1", "au", "PH") == "safeguarded"


class TestHC21PeopleInAustralia:
    sheets = {
        "systems": "System | Categories | Individuals\nCRM | Contact details | Customers in Australia",
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes\nOther NZ company | NZ | controller | yes",
        "flows": "Flow | From | To | Categories\nF1 | CRM | Partner Inc | Contact details\nF2 | CRM | Other NZ company | Contact details",
    }

    def test_where_the_person_is_never_switches_new_zealand_off(self, given: Given) -> None:
        assert given(**self.sheets, organisations=BOTH.format(small="no", business="not stated"))("F1") == "gap"

    @pytest.mark.parametrize(
        ("business", "small", "outcome"),
        [
            ("not stated", "no", "undetermined"),
            ("AU", "", "undetermined"),
            ("AU", "no", "gap"),
            ("AU", "yes", "not_applicable"),
            ("NZ", "no", "not_applicable"),
        ],
    )
    def test_australia_waits_for_the_facts(self, given: Given, business: str, small: str, outcome: str) -> None:
        result = given(**self.sheets, organisations=BOTH.format(small=small, business=business))
        assert result("F1", "au") == outcome
        assert result("F2", "au") == outcome
        assert result("F2") == "not_transfer"

    def test_an_app_entity_with_reasonable_steps_is_safeguarded(self, given: Given) -> None:
        result = given(
            **self.sheets, organisations=BOTH.format(small="no", business="AU"), safeguards=agreement("Partner Inc")
        )
        assert result("F1", "au") == "safeguarded"


class TestHC24ForeignPoliceRequest:
    telco = "Organisation | Country | Sector | Kind | Regimes\nTelco | NZ | private | telecommunications agency | nz"
    recipients = "Recipient | Country | Role\nAustralian police | AU | public authority"

    def sheets(self, held: str, ground: str) -> dict[str, str]:
        return {
            "organisations": self.telco,
            "systems": f"System | Categories | Individuals | Locations\nSubscriber records | Subscriber details | Subscribers | {held}",
            "categories": CATEGORIES,
            "recipients": self.recipients,
            "flows": f"Flow | From | To | Categories | Ground\nF1 | Subscriber records | Australian police | Subscriber details | {ground}",
        }

    @pytest.mark.parametrize("ground", ["IPP 11(1)(e)", ""])
    def test_law_enforcement_abroad_is_never_cleared_by_itself(self, given: Given, ground: str) -> None:
        answer = given(**self.sheets("NZ", ground)).answer("F1")
        assert answer.outcome == "undetermined"
        assert answer.to_be_verified

    def test_a_warrant_where_it_is_held_is_a_ground_once_recorded(self, given: Given) -> None:
        warrant = (
            "Safeguard | Mechanism | Recipients | Document\nWarrant | s 23 | Australian police | Warrant 12, Crimes Act"
        )
        assert given(**self.sheets("AU", ""), safeguards=warrant)("F1") == "safeguarded"
        assert given(**self.sheets("AU", "s 23"))("F1") == "incomplete"
        assert given(**self.sheets("NZ", "s 23"), safeguards=warrant)("F1") == "gap"
        assert given(**self.sheets("NZ", ""), safeguards=warrant)("F1") == "undetermined"


class TestHC25NewZealandLawRequiresIt:
    flows = "Flow | From | To | Categories | Ground\nF1 | Payroll | {to} | Contact details | s 24"

    def test_the_tax_office_at_home_is_not_foreign(self, given: Given) -> None:
        sheets = {"systems": "System | Categories\nPayroll | Contact details", "categories": CATEGORIES}
        recipients = "Recipient | Country | Role\nInland Revenue | NZ | public authority\nATO | AU | public authority"
        assert (
            given(**sheets, recipients=recipients, flows=self.flows.format(to="Inland Revenue"))("F1") == "not_transfer"
        )
        assert given(**sheets, recipients=recipients, flows=self.flows.format(to="ATO"))("F1") == "incomplete"
        enactment = (
            "Safeguard | Mechanism | Recipients | Document\nTax treaty | s 24 | ATO | Tax Administration Act 1994"
        )
        assert (
            given(**sheets, recipients=recipients, flows=self.flows.format(to="ATO"), safeguards=enactment)("F1")
            == "safeguarded"
        )


class TestHC26TheIndividualSendsIt:
    recipients = "Recipient | Country | Role | Own purposes\nHotel Inc | US | controller | yes"

    def test_nobody_discloses_what_the_person_sends(self, given: Given) -> None:
        flows = "Flow | From | To | Categories | Individuals\nF1 | Guests | Hotel Inc | Contact details | Guests"
        assert (
            given(systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=flows)("F1")
            == "not_transfer"
        )

    def test_an_embedded_script_is_the_sites_disclosure(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Website | Hotel Inc | Pages viewed"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=flows)("F1") == "gap"

    def test_a_name_nobody_declares_is_not_taken_for_a_person(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Mystery | Hotel Inc | Contact details"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=self.recipients, flows=flows)("F1") == "gap"


class TestHC27CallCentreForClients:
    sheets = {
        "organisations": "Organisation | Country | Sector | Kind | Acts for | Regimes\nCall centre | NZ | private | general | Bank | nz",
        "systems": "System | Categories | Individuals | Provider | Locations | Recipients | Collected from\nRecordings | Contact details | Callers | Host Inc | US | Bank | Bank",
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nHost Inc | US | agent | no\nBank | NZ | principal | yes\nAI vendor | US | controller | yes",
    }

    def test_the_host_is_a_sub_agent_and_the_bank_gets_its_own_back(self, given: Given) -> None:
        result = given(**self.sheets)
        assert result("Recordings → Host Inc") == "agent_only"
        assert result("Recordings → Bank") == "not_transfer"
        assert result.flags("NZ-IPP3A") == []

    def test_training_ones_own_model_makes_one_a_holder(self, given: Given) -> None:
        flows = "Flow | From | To | Categories\nF1 | Recordings | AI vendor | Contact details"
        assert given(**self.sheets, flows=flows)("F1") == "gap"


class TestHC29LocalSubsidiary:
    systems = "System | Categories | Individuals | Recipients\nCRM | Contact details | Customers | Vendor NZ Limited"

    def test_the_entity_counts_and_the_parent_is_a_sub_agent(self, given: Given) -> None:
        recipients = (
            "Recipient | Country | Role | Own purposes | Sub-processors\n"
            "Vendor NZ Limited | NZ | agent | no | Vendor Inc\nVendor Inc | US | agent | no | none"
        )
        result = given(systems=self.systems, categories=CATEGORIES, recipients=recipients)
        assert (result("CRM → Vendor NZ Limited"), result("Vendor NZ Limited → Vendor Inc")) == (
            "agent_only",
            "agent_only",
        )
        assert "Vendor Inc" in result.flags("NZ-IPP5B")

    def test_for_its_own_purposes_the_first_hop_is_domestic(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes | Sub-processors\nVendor NZ Limited | NZ | controller | yes | Vendor Inc"
        result = given(systems=self.systems, categories=CATEGORIES, recipients=recipients)
        answer = result.answer("CRM → Vendor NZ Limited")
        assert answer.outcome == "not_transfer"
        assert "IPP 11" in answer.duties[0]
        assert result("Vendor NZ Limited → Vendor Inc") == "undetermined"


class TestHC32CarryingOnBusinessHere:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes | NZ business\nSaaS Inc | US | controller | yes | yes",
        "flows": "Flow | From | To | Categories\nF1 | CRM | SaaS Inc | Contact details",
    }

    def test_selling_here_is_a_ground_once_the_note_says_why(self, given: Given) -> None:
        assert given(**self.sheets)("F1") == "gap"
        note = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Review due\n"
            "Note | carries on business in NZ | SaaS Inc | D-3 | Sells to thousands here under NZ terms | 2027-01-01"
        )
        assert given(**self.sheets, safeguards=note)("F1") == "safeguarded"

    def test_it_is_no_ground_where_the_record_denies_it(self, given: Given) -> None:
        note = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Review due\n"
            "Note | carries on business in NZ | SaaS Inc | D-3 | Belief note | 2027-01-01"
        )
        sheets = {**self.sheets, "recipients": self.sheets["recipients"].removesuffix("yes") + "no"}
        answer = given(**sheets, safeguards=note).answer("F1")
        assert answer.outcome == "gap"
        assert "SaaS Inc is recorded as not carrying on business here" in answer.reason


class TestListsThatAreEmpty:
    """No country and no scheme is prescribed here (ss 213, 214; APP 8.3), so nobody can rely on them."""

    @pytest.mark.parametrize("mechanism", ["prescribed binding scheme", "prescribed country"])
    @pytest.mark.parametrize(("organisation", "regime"), [(NZ_COMPANY, "nz"), (AU_COMPANY, "au")])
    def test_a_claim_to_be_on_the_list_is_no_ground(
        self, given: Given, mechanism: str, organisation: str, regime: str
    ) -> None:
        answer = given(
            organisations=organisation,
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nVendor Inc | US | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details",
            safeguards=f"Safeguard | Mechanism | Recipients | Document | Review due\nListing | {mechanism} | Vendor Inc | D-9 | 2027-01-01",
        ).answer("F1", regime)
        assert answer.outcome == "gap"
        assert "no country or scheme is prescribed" in answer.reason


class TestComparableLaw:
    """A comparable law counts only for a recipient that it binds: an exemption breaks it."""

    @pytest.mark.parametrize(
        ("bound", "outcome"),
        [("AU Privacy Act", "safeguarded"), ("AU Privacy Act: no, small business", "gap"), ("", "safeguarded")],
    )
    def test_new_zealand(self, given: Given, bound: str, outcome: str) -> None:
        result = given(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=f"Recipient | Country | Role | Own purposes | Bound by\nSmall Pty Ltd | AU | controller | yes | {bound}",
            flows="Flow | From | To | Categories\nF1 | CRM | Small Pty Ltd | Contact details",
            safeguards="Safeguard | Mechanism | Recipients | Document | Assessment | Review due\nNote | IPP 12(1)(c) | Small Pty Ltd | D-4 | Why comparable | 2027-01-01",
        )
        assert result("F1") == outcome


class TestHC34GroundsThatNeverReachTheRule:
    @pytest.mark.parametrize(
        ("ground", "outcome"),
        [
            ("IPP 11(1)(d)", "not_transfer"),
            ("b", "not_transfer"),
            ("11(1)(g)", "not_transfer"),
            ("IPP 11(1)(a)", "gap"),
            ("", "gap"),
        ],
    )
    def test_the_letter_decides(self, given: Given, ground: str, outcome: str) -> None:
        flows = f"Flow | From | To | Categories | Ground\nF1 | CRM | Anybody Inc | Contact details | {ground}"
        recipients = "Recipient | Country | Role | Own purposes\nAnybody Inc | US | controller | yes"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=flows)("F1") == outcome

    def test_under_a_code_the_letter_of_the_principle_is_not_enough(self, given: Given) -> None:
        result = given(
            organisations="Organisation | Country | Sector | Kind | Regimes\nClinic | NZ | private | health agency | nz",
            systems="System | Categories\nPatient system | Health records",
            categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nAnybody Inc | US | controller | yes",
            flows="Flow | From | To | Categories | Ground\nF1 | Patient system | Anybody Inc | Health records | IPP 11(1)(d)",
        )
        assert result("F1") == "undetermined"
        assert result.answer("F1").to_be_verified

    def test_the_person_itself_abroad_is_no_recipient_to_protect_against(self, given: Given) -> None:
        recipients = "Recipient | Country | Role\nThe customer | FJ | the individual"
        flows = "Flow | From | To | Categories\nF1 | CRM | The customer | Contact details"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=flows)("F1") == "not_transfer"


class TestHC35Emergency:
    sheets = {
        "systems": "System | Categories | Individuals\nPatient system | Health records | Patients",
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nHospital in Suva | FJ | controller | yes",
    }
    clinic = "Organisation | Country | Sector | Kind | Small business | Regimes\nClinic | {country} | private | health agency | no | {regime}"

    def test_new_zealand_wants_the_reason_recorded(self, given: Given) -> None:
        clinic = self.clinic.format(country="NZ", regime="nz")
        flows = "Flow | From | To | Categories | Ground | Frequency\nF1 | Patient system | Hospital in Suva | Health records | IPP 11(1)(f) | once"
        answer = given(organisations=clinic, **self.sheets, flows=flows).answer("F1")
        assert answer.outcome == "incomplete"
        reason = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Reason\n"
            "Emergency | IPP 12(2) | Hospital in Suva | Note 4 | Dr K decided on 1 Nov | Patient unconscious; no time to arrange terms"
        )
        covered = given(organisations=clinic, **self.sheets, flows=flows, safeguards=reason).answer("F1")
        assert (covered.outcome, covered.to_be_verified) == ("safeguarded", True)

    def test_australia_wants_the_permitted_general_situation(self, given: Given) -> None:
        clinic = self.clinic.format(country="AU", regime="au")
        flows = "Flow | From | To | Categories | Ground\nF1 | Patient system | Hospital in Suva | Health records | {}"
        assert given(organisations=clinic, **self.sheets, flows=flows.format(""))("F1", "au") == "gap"
        assert given(organisations=clinic, **self.sheets, flows=flows.format("APP 8.2(d)"))("F1", "au") == "incomplete"
        reason = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Reason\n"
            "Emergency | serious threat | Hospital in Suva | Note 4 | s 16A item 1 | Patient unconscious"
        )
        assert (
            given(organisations=clinic, **self.sheets, flows=flows.format(""), safeguards=reason)("F1", "au")
            == "safeguarded"
        )


class TestHC41EncryptedBackup:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "flows": "Flow | From | To | Categories\nF1 | CRM | Vault Inc | Contact details",
    }

    def test_a_vendor_without_keys_is_an_agent_and_under_control(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes | Effective control | Locations\nVault Inc | US | agent | no | {} | US (backup)"
        assert given(**self.sheets, recipients=recipients.format("yes"))("F1") == "agent_only"
        assert (
            given(organisations=AU_COMPANY, **self.sheets, recipients=recipients.format("yes"))("F1", "au")
            == "agent_only"
        )
        assert (
            given(organisations=AU_COMPANY, **self.sheets, recipients=recipients.format("unknown"))("F1", "au") == "gap"
        )


class TestHC42RegionOfAProviderElsewhere:
    def test_for_a_new_zealand_sender_it_is_the_agent_rule(self, given: Given) -> None:
        recipients = (
            "Recipient | Country | Role | Own purposes | Locations\nCloud Sarl | LU | agent | no | DE (storage)"
        )
        flows = "Flow | From | To | Categories\nF1 | CRM | Cloud Sarl | Contact details"
        assert given(systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=flows)("F1") == "agent_only"


class TestHC43RoutingOnly:
    def test_what_only_passes_through_is_not_made_available(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes\nCarrier Inc | US | controller | unknown",
            "flows": "Flow | From | To | Categories | Locations\nF1 | CRM | Carrier Inc | Contact details | US (transit)",
        }
        assert given(**sheets)("F1") == "not_transfer"
        assert given(organisations=AU_COMPANY, **sheets)("F1", "au") == "not_transfer"


class TestHC49SectorCode:
    def test_matching_faces_for_the_gym_only_is_agency_under_the_code(self, given: Given) -> None:
        sheets = {
            "systems": "System | Categories | Individuals\nDoor | Face templates | Members",
            "categories": CATEGORIES,
            "flows": "Flow | From | To | Categories\nF1 | Door | Matcher Inc | Face templates",
        }
        recipients = "Recipient | Country | Role | Own purposes\nMatcher Inc | US | {} | {}"
        assert given(**sheets, recipients=recipients.format("agent", "no"))("F1") == "agent_only"
        own = given(**sheets, recipients=recipients.format("controller", "yes"))
        assert "Biometric Processing Privacy Code 2025" in own.answer("F1").citation
        before = given(on="2025-11-02", **sheets, recipients=recipients.format("controller", "yes")).answer("F1")
        assert before.citation == "Privacy Act 2020, IPP 12(1)"


class TestHC50IndirectCollection:
    def lead_list(self, since: str, notice: str = "") -> dict[str, str]:
        return {
            "systems": f"System | Categories | Individuals | Collected from | Collected since | Notice given | Retention\nLeads | Contact details | Prospects | Broker | {since} | {notice} | 2 years",
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role\nBroker | NZ | controller",
        }

    @pytest.mark.parametrize(
        ("since", "flagged"),
        [("2026-05-02", True), ("2026-05-01", True), ("2026-04-30", False), ("2026-04-20", False), ("", True)],
    )
    def test_the_duty_to_tell_starts_on_1_may_2026(self, given: Given, since: str, flagged: bool) -> None:
        result = given(**self.lead_list(since))
        assert bool(result.flags("NZ-IPP3A")) is flagged
        assert result.flags("NZ-IPP2") == ["Leads"]

    @pytest.mark.parametrize("notice", ["yes", "by another", "exception: publicly available"])
    def test_a_notice_or_an_exception_settles_it(self, given: Given, notice: str) -> None:
        assert given(**self.lead_list("2026-05-02", notice)).flags("NZ-IPP3A") == []

    def test_before_the_law_there_is_no_flag(self, given: Given) -> None:
        assert given(on="2026-04-30", **self.lead_list("")).flags("NZ-IPP3A") == []

    def test_what_ones_own_agent_returns_is_no_indirect_collection(self, given: Given) -> None:
        sheets = self.lead_list("2026-05-02")
        sheets["recipients"] = "Recipient | Country | Role | Own purposes\nBroker | NZ | agent | no"
        result = given(**sheets)
        assert (result.flags("NZ-IPP3A"), result.flags("NZ-IPP2")) == ([], [])


class TestHC51PolicyAgainstMap:
    def test_held_in_new_zealand_is_contradicted_by_the_map(self, given: Given) -> None:
        sheets = {
            "systems": "System | Categories | Recipients\nWebsite | Pages viewed | Hotjar; Mailchimp",
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes\nHotjar | IE | agent | no\nMailchimp | US | agent | no",
        }
        said = "Statement | Says | Value\nWhere | held in | {}"
        flag = next(
            f for f in given(**sheets, statements=said.format("New Zealand")).assessment.flags if f.code == "NZ-IPP3"
        )
        assert "Hotjar (Ireland)" in flag.message
        assert "Mailchimp (United States)" in flag.message
        assert flag.to_be_verified
        assert given(**sheets, statements=said.format("NZ; IE; US")).flags("NZ-IPP3") == []

    @pytest.mark.parametrize(
        ("country", "regime", "code"), [("AU", "au", "AU-APP1"), ("FR", "eu", "EU-ART13"), ("GB", "uk", "UK-ART13")]
    )
    def test_other_laws_ask_the_same_of_the_policy(self, given: Given, country: str, regime: str, code: str) -> None:
        sheets = {
            "organisations": f"Organisation | Country | Sector | Small business | Regimes\nSender | {country} | private | no | {regime}",
            "systems": "System | Categories | Recipients\nWebsite | Pages viewed | Mailchimp",
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes\nMailchimp | US | agent | no",
        }
        assert given(**sheets, statements=f"Statement | Says | Value\nWhere | held in | {country}").flags(code) == [
            "Where"
        ]
        assert (
            given(**sheets, statements=f"Statement | Says | Value\nWhere | held in | {country}; US").flags(code) == []
        )


class TestHC52PrivacyShieldOnFile:
    def test_it_has_no_effect_here(self, given: Given) -> None:
        sheets = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "flows": "Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details",
        }
        recipients = "Recipient | Country | Role | Own purposes | Schemes\nVendor Inc | US | controller | yes | {}"
        with_it = given(**sheets, recipients=recipients.format("Privacy Shield 2019-05-01"))("F1")
        assert with_it == given(**sheets, recipients=recipients.format(""))("F1") == "gap"


class TestHC54PaperSafeguardWrongDates:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
        "flows": "Flow | From | To | Categories | Started\nF1 | CRM | Partner Inc | Contact details | 2026-01-05",
    }

    @pytest.mark.parametrize(
        ("on", "outcome"),
        [("2026-01-04", "not_transfer"), ("2026-01-05", "gap"), ("2026-11-09", "gap"), ("2026-11-10", "safeguarded")],
    )
    def test_nothing_is_dated_back(self, given: Given, on: str, outcome: str) -> None:
        safeguards = agreement("Partner Inc", signed="2026-11-10")
        assert given(on=on, **self.sheets, safeguards=safeguards)("F1") == outcome

    def test_an_earlier_start_on_paper_does_not_help(self, given: Given) -> None:
        paper = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Starts | Review due\n"
            "Terms | agreement | Partner Inc | D-1 | Note | 2026-11-10 | 2026-01-01 | 2027-06-30"
        )
        assert given(on="2026-11-09", **self.sheets, safeguards=paper)("F1") == "gap"


class TestTransferProhibitionNotices:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nHost Inc | US | agent | no",
        "flows": "Flow | From | To | Categories\nF1 | CRM | Host Inc | Contact details",
    }

    @pytest.mark.parametrize(
        ("on", "outcome"),
        [
            ("2026-05-31", "agent_only"),
            ("2026-06-01", "blocked"),
            ("2026-12-31", "blocked"),
            ("2027-01-01", "agent_only"),
        ],
    )
    def test_a_notice_beats_even_the_agent_rule(self, given: Given, on: str, outcome: str) -> None:
        notice = "Notice | Regime | Countries | From | Until\nN1 | nz | US | 2026-06-01 | 2026-12-31"
        assert given(on=on, **self.sheets, prohibitions=notice)("F1") == outcome

    def test_a_notice_on_another_country_or_category_does_not_apply(self, given: Given) -> None:
        assert given(**self.sheets, prohibitions="Notice | Regime | Countries\nN1 | nz | FJ")("F1") == "agent_only"
        assert (
            given(**self.sheets, prohibitions="Notice | Regime | Categories\nN1 | nz | Pages viewed")("F1")
            == "agent_only"
        )

    def test_a_notice_that_may_apply_leaves_it_open(self, given: Given) -> None:
        assert (
            given(**self.sheets, prohibitions="Notice | Regime | Countries\nN1 | nz | not stated")("F1")
            == "undetermined"
        )


class TestWhoIsCovered:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
        "flows": "Flow | From | To | Categories\nF1 | CRM | Partner Inc | Contact details",
    }

    @pytest.mark.parametrize(
        ("country", "business", "sector", "kind", "outcome"),
        [
            ("NZ", "", "private", "general", "gap"),
            ("US", "NZ", "private", "general", "gap"),
            ("US", "none", "private", "general", "not_applicable"),
            ("US", "", "private", "general", "undetermined"),
            ("US", "NZ", "public", "general", "not_applicable"),
            ("US", "NZ", "private", "news entity", "undetermined"),
            ("", "", "private", "general", "undetermined"),
        ],
    )
    def test_new_zealand(self, given: Given, country: str, business: str, sector: str, kind: str, outcome: str) -> None:
        organisation = f"Organisation | Country | Carries on business in | Sector | Kind | Regimes\nSender | {country} | {business} | {sector} | {kind} | nz"
        assert given(organisations=organisation, **self.sheets)("F1") == outcome

    @pytest.mark.parametrize(
        ("sector", "kind", "small", "outcome"),
        [
            ("private", "general", "no", "gap"),
            ("private", "general", "yes", "not_applicable"),
            ("private", "general", "unknown", "undetermined"),
            ("private", "health agency", "yes", "gap"),
            ("public", "commonwealth agency", "", "gap"),
            ("public", "state or territory body", "", "not_applicable"),
            ("public", "", "", "undetermined"),
        ],
    )
    def test_australia(self, given: Given, sector: str, kind: str, small: str, outcome: str) -> None:
        organisation = f"Organisation | Country | Sector | Kind | Small business | Regimes\nSender | AU | {sector} | {kind} | {small} | au"
        assert given(organisations=organisation, **self.sheets)("F1", "au") == outcome

    def test_a_sender_no_law_is_loaded_for_is_never_passed_over_in_silence(self, given: Given) -> None:
        result = given(organisations="Organisation | Country\nKorporasi | ID", **self.sheets)
        assert result.assessment.answers == ()
        assert result.flags("NO-REGIME") == ["Korporasi"]


class TestCategoriesAndParties:
    sheets = {
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": "Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes\nOther Inc | US | controller | yes",
        "flows": "Flow | From | To | Categories | Safeguards\nF1 | CRM | Partner Inc | Contact details; Health records | Terms; More terms",
    }
    head = "Safeguard | Mechanism | Recipients | Categories | Countries | Document | Assessment | Signed | Review due\n"

    def row(self, name: str, recipients: str = "Partner Inc", categories: str = "", countries: str = "") -> str:
        return f"{name} | agreement | {recipients} | {categories} | {countries} | D | Note | 2026-01-01 | 2027-01-01\n"

    def test_every_category_has_to_be_covered(self, given: Given) -> None:
        one = given(**self.sheets, safeguards=self.head + self.row("Terms", categories="Contact details")).answer("F1")
        assert one.outcome == "gap"
        assert "nothing covers Health records" in one.reason
        two = (
            self.head
            + self.row("Terms", categories="Contact details")
            + self.row("More terms", categories="Health records")
        )
        assert given(**self.sheets, safeguards=two)("F1") == "safeguarded"

    @pytest.mark.parametrize(
        ("recipients", "countries", "outcome"),
        [
            ("Other Inc", "", "gap"),
            ("Partner Inc", "AU", "gap"),
            ("Partner Inc", "US; AU", "safeguarded"),
            ("", "", "safeguarded"),
        ],
    )
    def test_parties_and_countries_have_to_match(
        self, given: Given, recipients: str, countries: str, outcome: str
    ) -> None:
        assert (
            given(**self.sheets, safeguards=self.head + self.row("Terms", recipients, "", countries))("F1") == outcome
        )

    def test_the_company_named_on_the_agreement_is_the_recipient(self, given: Given) -> None:
        sheets = {
            **self.sheets,
            "recipients": "Recipient | Legal entity | Country | Role | Own purposes\nPartner Inc | Partner Holdings LLC | US | controller | yes",
        }
        assert given(**sheets, safeguards=self.head + self.row("Terms", "Partner Holdings LLC"))("F1") == "safeguarded"


def test_the_organisations_own_site_abroad_is_a_leg_to_itself(given: Given) -> None:
    systems = "System | Categories | Individuals | Locations\nFiles | Contact details | Customers | NZ; AU"
    result = given(systems=systems, categories=CATEGORIES, organisations=NZ_COMPANY)
    assert result("Files → Kowhai Limited", country="AU") == "not_transfer"
    assert [a.leg.country for a in result.assessment.answers] == ["AU"]


class TestTheChainFromTheCell:
    def test_every_fact_that_decided_is_named_with_its_cell(self, given: Given) -> None:
        answer = given(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner Inc | Contact details",
            safeguards=agreement("Partner Inc", expires="2026-09-30"),
        ).answer("F1")
        found = {step.rule: (step.found, [c.address for c in step.cells]) for step in answer.trace}
        assert found["nz/agency"] == ("yes", ["B2"])
        assert found["nz/agent"] == ("no", ["C2"])
        assert found["nz/foreign"] == ("yes", ["B2"])
        assert found["nz/grounds"][0] == "no"
        safeguard_cells = {str(c) for step in answer.trace for c in step.cells if c.sheet == "Safeguards"}
        assert safeguard_cells >= {"case.xlsx!Safeguards!A2", "case.xlsx!Safeguards!B2", "case.xlsx!Safeguards!G2"}
        assert safeguard_cells <= {str(c) for c in answer.cells}

    def test_before_the_act_there_was_nothing_to_apply(self, given: Given) -> None:
        result = given(
            on="2020-11-30",
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nPartner Inc | US | controller | yes",
            flows="Flow | From | To | Categories\nF1 | CRM | Partner Inc | Contact details",
        )
        assert result("F1") == "not_applicable"
        assert result.answer("F1").reason == "The rules of Privacy Act 2020 on record apply from 2020-12-01."
        assert result.answer("F1").to_be_verified

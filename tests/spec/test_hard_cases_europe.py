"""The hard cases under the GDPR and the UK GDPR, each with its evidence on file and without it."""

from __future__ import annotations

import pytest

from tests.conftest import Given

CATEGORIES = "Category | Kind\nContact details | contact\nStaff records | employment\nHealth records | health\nPages viewed | behaviour"
SYSTEMS = "System | Categories | Individuals\nCRM | Contact details | Customers\nHR | Staff records | Staff"
EU = "Organisation | Country | Sector | Kind | Regimes\nLilas SARL | FR | private | general | eu"
UK = "Organisation | Country | Sector | Kind | Regimes\nOak Ltd | GB | private | general | uk"
SENDERS = {"eu": EU, "uk": UK}
SAFEGUARD = "Safeguard | Mechanism | Module | Recipients | Document | Assessment | Signed | Review due\n"
FLOWS = "Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details"


def clauses(
    mechanism: str,
    module: str = "2",
    *,
    signed: str = "2025-03-01",
    assessment: str = "TIA 4",
    review: str = "2027-03-01",
) -> str:
    return SAFEGUARD + f"Clauses | {mechanism} | {module} | Vendor Inc | C-1 | {assessment} | {signed} | {review}"


def vendor(country: str = "US", role: str = "agent", **facts: str) -> str:
    own = "no" if role == "agent" else "yes"
    names = "".join(f" | {k.replace('_', ' ')}" for k in facts)
    values = "".join(f" | {v}" for v in facts.values())
    return f"Recipient | Country | Role | Own purposes{names}\nVendor Inc | {country} | {role} | {own}{values}"


class Europe:
    sheets = {"systems": SYSTEMS, "categories": CATEGORIES, "flows": FLOWS}


class TestHC01HostNextDoor(Europe):
    def test_there_is_no_exception_for_processors(self, given: Given) -> None:
        sheets = {**self.sheets, "recipients": vendor("AU")}
        assert given(organisations=EU, **sheets)("F1", "eu") == "gap"
        covered = given(organisations=EU, **sheets, safeguards=clauses("SCC")).answer("F1", "eu")
        assert covered.outcome == "safeguarded"
        assert "Art 46(2)(c)" in covered.citation
        assert any("Art 28" in d for d in covered.duties)

    def test_clauses_without_an_assessment_are_incomplete(self, given: Given) -> None:
        result = given(
            organisations=EU, **self.sheets, recipients=vendor("AU"), safeguards=clauses("SCC", assessment="")
        )
        assert result.answer("F1", "eu").missing == ("the assessment that goes with “Clauses”",)
        assert result("F1", "eu") == "incomplete"

    @pytest.mark.parametrize(
        ("role", "module", "outcome"),
        [
            ("agent", "2", "safeguarded"),
            ("agent", "module 1", "gap"),
            ("controller", "1", "safeguarded"),
            ("controller", "2", "gap"),
            ("agent", "", "incomplete"),
            ("agent", "module two", "safeguarded"),
            ("agent", "controller to processor", "safeguarded"),
            ("agent", "C2C", "gap"),
            ("controller", "C2C", "safeguarded"),
        ],
    )
    def test_the_module_has_to_fit_the_roles(self, given: Given, role: str, module: str, outcome: str) -> None:
        result = given(
            organisations=EU, **self.sheets, recipients=vendor("AU", role), safeguards=clauses("SCC", module)
        )
        assert result("F1", "eu") == outcome

    def test_a_code_names_its_module(self, given: Given) -> None:
        sheets = {**self.sheets, "recipients": vendor("AU")}
        assert given(organisations=EU, **sheets, safeguards=clauses("EU-46-SCC-M2", ""))("F1", "eu") == "safeguarded"
        assert given(organisations=EU, **sheets, safeguards=clauses("EU-46-SCC-M1", ""))("F1", "eu") == "gap"


class TestHC02AnalyticsWithSharingOn(Europe):
    @pytest.mark.parametrize(("schemes", "outcome"), [("DPF 2026-10-07", "permitted"), ("none", "gap")])
    def test_a_current_listing_permits_it(self, given: Given, schemes: str, outcome: str) -> None:
        recipients = vendor("US", "controller", Schemes=schemes)
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == outcome


class TestHC26EmbeddedScript(Europe):
    @pytest.mark.parametrize("regime", ["eu", "uk"])
    def test_the_person_is_no_exporter_but_the_site_is(self, given: Given, regime: str) -> None:
        flows = "Flow | From | To | Categories | Individuals\nF1 | {} | Vendor Inc | Pages viewed | Customers"
        recipients = vendor("US", "controller", Schemes="none")
        for origin, outcome in (("Customers", "not_transfer"), ("CRM", "gap")):
            sheets = {**self.sheets, "flows": flows.format(origin), "recipients": recipients}
            assert given(organisations=SENDERS[regime], **sheets)("F1", regime) == outcome


class TestHC03ToolWithSharingOff(Europe):
    def test_still_a_transfer_covered_by_a_listing_or_clauses(self, given: Given) -> None:
        assert given(organisations=EU, **self.sheets, recipients=vendor())("F1", "eu") == "gap"
        assert (
            given(organisations=EU, **self.sheets, recipients=vendor(Schemes="DPF 2026-10-07"))("F1", "eu")
            == "permitted"
        )


class TestHC06ThreeStatesOfAListing(Europe):
    @pytest.mark.parametrize(
        ("schemes", "eu", "uk"),
        [
            ("DPF 2026-10-07", "permitted", "gap"),
            ("DPF 2026-10-07; UK Extension 2026-10-07", "permitted", "permitted"),
            ("DPF 2026-10-07; UK Extension", "permitted", "permitted"),
            ("DPF 2025-03-01..2026-10-20", "gap", "gap"),
            ("none", "gap", "gap"),
            ("", "gap", "gap"),
            ("DPF", "undetermined", "gap"),
            ("not stated", "undetermined", "undetermined"),
            ("DPF 2025-11-01", "undetermined", "gap"),
            ("Privacy Shield 2019-05-01", "gap", "gap"),
        ],
    )
    def test_a_listing_counts_for_its_list_its_days_and_with_a_dated_look(
        self, given: Given, schemes: str, eu: str, uk: str
    ) -> None:
        recipients = vendor(Schemes=schemes)
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == eu
        assert given(organisations=UK, **self.sheets, recipients=recipients)("F1", "uk") == uk

    @pytest.mark.parametrize(
        ("on", "outcome"), [("2026-10-20", "permitted"), ("2026-10-21", "gap"), ("2025-02-28", "undetermined")]
    )
    def test_it_lapses_on_its_day(self, given: Given, on: str, outcome: str) -> None:
        recipients = vendor(Schemes="DPF 2025-03-01..2026-10-20")
        assert given(on=on, organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == outcome

    def test_clauses_are_the_fallback(self, given: Given) -> None:
        recipients = vendor(Schemes="none")
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC"))("F1", "eu")
            == "safeguarded"
        )
        assert (
            given(organisations=UK, **self.sheets, recipients=recipients, safeguards=clauses("SCC"))("F1", "uk")
            == "gap"
        )
        for tool in ("IDTA", "UK Addendum"):
            assert (
                given(organisations=UK, **self.sheets, recipients=recipients, safeguards=clauses(tool))("F1", "uk")
                == "safeguarded"
            )

    @pytest.mark.parametrize(
        ("schemes", "outcome"), [("DPF 2026-10-07", "gap"), ("DPF 2026-10-07; DPF HR 2026-10-07", "permitted")]
    )
    def test_staff_data_wants_the_listing_to_cover_it(self, given: Given, schemes: str, outcome: str) -> None:
        flows = "Flow | From | To | Categories\nF1 | HR | Vendor Inc | Staff records"
        sheets = {**self.sheets, "flows": flows}
        assert given(organisations=EU, **sheets, recipients=vendor(Schemes=schemes))("F1", "eu") == outcome

    def test_the_watch_on_the_framework_is_said(self, given: Given) -> None:
        answer = given(organisations=EU, **self.sheets, recipients=vendor(Schemes="DPF 2026-10-07")).answer("F1", "eu")
        assert any("under challenge" in d for d in answer.duties)
        assert answer.relied_on
        assert "2023/1795" in answer.relied_on.mechanism


class TestHC09CanadaPublicBody(Europe):
    @pytest.mark.parametrize(
        ("facts", "outcome"),
        [
            ({"Bound_by": "PIPEDA"}, "permitted"),
            ({"Bound_by": "PIPEDA: no, provincial body", "Sector": "public"}, "gap"),
            ({"Sector": "public"}, "gap"),
            ({"Bound_by": "PIPEDA: no, staff of a provincially regulated employer"}, "gap"),
            ({"Bound_by": ""}, "undetermined"),
            ({"Bound_by": "not stated"}, "undetermined"),
        ],
    )
    @pytest.mark.parametrize("regime", ["eu", "uk"])
    def test_the_decision_is_for_recipients_under_pipeda(
        self, given: Given, regime: str, facts: dict[str, str], outcome: str
    ) -> None:
        result = given(organisations=SENDERS[regime], **self.sheets, recipients=vendor("CA", "controller", **facts))
        assert result("F1", regime) == outcome

    def test_clauses_cover_the_rest(self, given: Given) -> None:
        recipients = vendor("CA", "controller", Sector="public")
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC", "1"))("F1", "eu")
            == "safeguarded"
        )


class TestOtherScopes(Europe):
    @pytest.mark.parametrize(("sector", "outcome"), [("private", "permitted"), ("public", "gap"), ("", "undetermined")])
    def test_japan_is_for_business_operators(self, given: Given, sector: str, outcome: str) -> None:
        for regime, sender in SENDERS.items():
            assert (
                given(organisations=sender, **self.sheets, recipients=vendor("JP", Sector=sector))("F1", regime)
                == outcome
            )

    def test_korea_leaves_out_credit_information(self, given: Given) -> None:
        sheets = {**self.sheets, "categories": "Category | Kind\nContact details | {}"}
        for kind, outcome in (("contact", "permitted"), ("credit", "gap"), ("", "undetermined")):
            categories = sheets["categories"].format(kind)
            assert (
                given(organisations=EU, **{**sheets, "categories": categories}, recipients=vendor("KR"))("F1", "eu")
                == outcome
            )

    def test_the_patent_organisation_is_listed_for_the_union_only(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes | Sector\nVendor Inc | XX-EPO | controller | yes | international organisation"
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "permitted"
        assert given(on="2025-07-14", organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        assert given(organisations=UK, **self.sheets, recipients=recipients)("F1", "uk") == "gap"

    def test_the_decision_on_brazil_does_not_extend_to_the_united_kingdom(self, given: Given) -> None:
        recipients = vendor("BR", "controller")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "permitted"
        assert given(on="2026-01-25", organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        assert given(organisations=UK, **self.sheets, recipients=recipients)("F1", "uk") == "gap"

    def test_every_country_it_goes_to_has_to_be_covered(self, given: Given) -> None:
        recipients = vendor("NZ", Locations="NZ (storage); PH (support access)")
        result = given(organisations=EU, **self.sheets, recipients=recipients)
        assert (result("F1", "eu", "NZ"), result("F1", "eu", "PH")) == ("permitted", "gap")


class TestHC12ConsentWithoutTheWarning(Europe):
    flows = "Flow | From | To | Categories | Individuals | Frequency | Safeguards\nF1 | CRM | Vendor Inc | Contact details | Customers | {} | Consent"

    def consent(self, warning: str) -> str:
        return (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Review due | Warning shown | Individuals\n"
            f"Consent | consent | Vendor Inc | Form | Note | 2026-01-01 | 2027-01-01 | {warning} | Customers"
        )

    @pytest.mark.parametrize(
        ("frequency", "warning", "outcome"),
        [
            ("regular", "no", "gap"),
            ("once", "no", "gap"),
            ("regular", "yes", "gap"),
            ("once", "yes", "safeguarded"),
            ("", "yes", "undetermined"),
        ],
    )
    def test_explicit_informed_and_exceptional(self, given: Given, frequency: str, warning: str, outcome: str) -> None:
        sheets = {**self.sheets, "flows": self.flows.format(frequency)}
        result = given(
            organisations=EU, **sheets, recipients=vendor("FJ", "controller"), safeguards=self.consent(warning)
        )
        assert result("F1", "eu") == outcome


class TestHC14OldClauses(Europe):
    @pytest.mark.parametrize(
        ("on", "outcome"), [("2022-12-27", "safeguarded"), ("2022-12-28", "gap"), ("2026-11-22", "gap")]
    )
    def test_clauses_of_before_2021_counted_until_the_end_of_2022(self, given: Given, on: str, outcome: str) -> None:
        old = clauses("SCC", signed="2020-02-01", review="2030-01-01")
        answer = given(on=on, organisations=EU, **self.sheets, recipients=vendor("AU"), safeguards=old).answer(
            "F1", "eu"
        )
        assert answer.outcome == outcome
        assert outcome != "gap" or "older clauses" in answer.reason

    def test_an_ended_contract_covers_nothing(self, given: Given) -> None:
        ended = (
            "Safeguard | Mechanism | Module | Recipients | Document | Assessment | Signed | Expires\n"
            "Clauses | SCC | 2 | Vendor Inc | C-1 | TIA | 2025-01-01 | 2026-09-30"
        )
        for on, outcome in (("2026-09-30", "safeguarded"), ("2026-10-01", "gap")):
            assert (
                given(on=on, organisations=EU, **self.sheets, recipients=vendor("AU"), safeguards=ended)("F1", "eu")
                == outcome
            )


class TestHC16UnknownCountry(Europe):
    @pytest.mark.parametrize("regime", ["eu", "uk"])
    def test_the_importers_place_is_the_test(self, given: Given, regime: str) -> None:
        recipients = vendor("not stated", "agent")
        sheets = {**self.sheets, "recipients": recipients}
        assert given(organisations=SENDERS[regime], **sheets)("F1", regime) == "undetermined"
        tool = "SCC" if regime == "eu" else "IDTA"
        assert given(organisations=SENDERS[regime], **sheets, safeguards=clauses(tool))("F1", regime) == "undetermined"


class TestHC17And23OwnPeopleAndBranch(Europe):
    @pytest.mark.parametrize("place", ["IN (remote access)", "SG (processing)"])
    def test_the_same_organisation_is_no_importer(self, given: Given, place: str) -> None:
        recipients = vendor("FR", "same organisation", Locations=place)
        answer = given(organisations=EU, **self.sheets, recipients=recipients).answer("F1", "eu")
        assert answer.outcome == "not_transfer"
        assert any("Art" in d and "32" in d for d in answer.duties)


class TestHC18VendorStaffAbroad(Europe):
    def test_access_by_another_entity_is_a_transfer(self, given: Given) -> None:
        recipients = vendor("DE", Locations="DE (storage); PH (support access)")
        result = given(organisations=EU, **self.sheets, recipients=recipients)
        assert (result("F1", "eu", "DE"), result("F1", "eu", "PH")) == ("not_transfer", "gap")
        for module, outcome in (("2", "safeguarded"), ("3", "safeguarded"), ("1", "gap")):
            covered = given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC", module))
            assert covered("F1", "eu", "PH") == outcome


class TestAChainOfProcessors(Europe):
    """The processor that sends on is the exporter of its hop: module 3, and no other."""

    @pytest.mark.parametrize(("module", "outcome"), [("3", "safeguarded"), ("2", "gap"), ("", "incomplete")])
    def test_each_hop_wants_its_own_clauses(self, given: Given, module: str, outcome: str) -> None:
        recipients = (
            "Recipient | Country | Role | Own purposes | Schemes\n"
            "Vendor Inc | US | agent | no | DPF 2026-10-07\nDelta Ltd | IN | agent | no | none"
        )
        flows = "Flow | From | To | Categories\nF1 | CRM | Vendor Inc | Contact details\nF2 | Vendor Inc | Delta Ltd | Contact details"
        sheets = {**self.sheets, "flows": flows, "recipients": recipients}
        assert (given(organisations=EU, **sheets)("F1", "eu"), given(organisations=EU, **sheets)("F2", "eu")) == (
            "permitted",
            "gap",
        )
        onward = SAFEGUARD + f"Clauses | SCC | {module} | Delta Ltd | C-1 | TIA | 2025-01-01 | 2027-01-01"
        assert given(organisations=EU, **sheets, safeguards=onward)("F2", "eu") == outcome


class TestHC24ForeignOrder(Europe):
    def test_an_order_abroad_is_no_ground_by_itself(self, given: Given) -> None:
        recipients = vendor("AU", "public authority", Sector="public")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"


class TestHC27InsurerInIreland(Europe):
    def test_ireland_to_new_zealand_is_permitted_and_wants_a_processor_contract(self, given: Given) -> None:
        answer = given(organisations=EU, **self.sheets, recipients=vendor("NZ")).answer("F1", "eu")
        assert answer.outcome == "permitted"
        assert any("Art 28" in d for d in answer.duties)


class TestHC31VendorsOwnClaim(Europe):
    def test_a_claim_that_singapore_is_adequate_counts_for_nothing(self, given: Given) -> None:
        recipients = vendor("SG", Notes="adequacy decision: Singapore")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC"))("F1", "eu")
            == "safeguarded"
        )


class TestHC35VitalInterests(Europe):
    def test_a_note_that_says_why(self, given: Given) -> None:
        recipients = vendor("FJ", "controller")
        note = "Safeguard | Mechanism | Recipients | Document | Assessment | Reason\nEmergency | vital interests | Vendor Inc | Note 1 | Dr K | Patient unconscious"
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=note)("F1", "eu") == "safeguarded"
        )


class TestHC37Sunset(Europe):
    @pytest.mark.parametrize(
        ("on", "outcome", "warned"),
        [
            ("2026-11-22", "permitted", False),
            ("2031-10-01", "permitted", True),
            ("2031-12-27", "permitted", True),
            ("2031-12-28", "gap", False),
            ("2021-06-27", "gap", False),
            ("2021-06-28", "permitted", False),
        ],
    )
    def test_the_decision_on_the_united_kingdom_ends(self, given: Given, on: str, outcome: str, warned: bool) -> None:
        answer = given(on=on, organisations=EU, **self.sheets, recipients=vendor("GB")).answer("F1", "eu")
        assert answer.outcome == outcome
        assert any("ends on 2031-12-27" in d for d in answer.duties) is warned
        if outcome == "permitted":
            assert answer.relied_on
            assert str(answer.relied_on.ends) == "2031-12-27"


class TestHC39ImporterUnderTheRegulation(Europe):
    def test_clauses_leave_a_legal_uncertainty(self, given: Given) -> None:
        recipients = vendor("US", "controller", Bound_by="GDPR", Schemes="none")
        answer = given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC", "1")).answer(
            "F1", "eu"
        )
        assert answer.outcome == "safeguarded"
        assert any("legal uncertainty" in d for d in answer.duties)


class TestHC41EncryptedBackup(Europe):
    def test_it_is_a_transfer_all_the_same(self, given: Given) -> None:
        recipients = vendor("US", Locations="US (backup)", Schemes="none")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=clauses("SCC"))("F1", "eu")
            == "safeguarded"
        )


class TestHC42RegionHere(Europe):
    @pytest.mark.parametrize(
        ("country", "outcome"), [("LU", "not_transfer"), ("US", "gap"), ("not stated", "undetermined")]
    )
    def test_the_contracting_entity_decides_and_not_the_region(self, given: Given, country: str, outcome: str) -> None:
        recipients = vendor(country, Locations="DE (storage)")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == outcome


class TestHC43RoutingOnly(Europe):
    def test_transit_is_no_transfer(self, given: Given) -> None:
        recipients = vendor("US", "controller", Locations="US (transit)")
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "not_transfer"


class TestHC47OccasionalContract(Europe):
    @pytest.mark.parametrize(
        ("frequency", "outcome"),
        [("once", "safeguarded"), ("occasional", "safeguarded"), ("continuous", "gap"), ("", "undetermined")],
    )
    def test_only_occasionally(self, given: Given, frequency: str, outcome: str) -> None:
        flows = f"Flow | From | To | Categories | Frequency\nF1 | CRM | Vendor Inc | Contact details | {frequency}"
        note = "Safeguard | Mechanism | Recipients | Document | Assessment\nBooking | contract necessity | Vendor Inc | Booking 7 | Why necessary"
        sheets = {**self.sheets, "flows": flows, "recipients": vendor("FJ", "controller")}
        assert given(organisations=EU, **sheets, safeguards=note)("F1", "eu") == outcome
        assert given(organisations=EU, **sheets)("F1", "eu") == "gap"


class TestHC48PublicAuthority(Europe):
    def test_consent_is_not_for_public_powers(self, given: Given) -> None:
        city = "Organisation | Country | Sector | Regimes\nStadt | DE | public | eu"
        consent = (
            "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Review due | Warning shown | Individuals\n"
            "Consent | consent | Vendor Inc | Form | Note | 2026-01-01 | 2027-01-01 | yes | Customers"
        )
        flows = "Flow | From | To | Categories | Individuals | Frequency\nF1 | CRM | Vendor Inc | Contact details | Customers | once"
        answer = given(
            organisations=city,
            **{**self.sheets, "flows": flows},
            recipients=vendor("US", Schemes="none"),
            safeguards=consent,
        ).answer("F1", "eu")
        assert answer.outcome == "gap"
        assert "public authorities cannot use it" in answer.reason


class TestHC52PrivacyShield(Europe):
    @pytest.mark.parametrize(
        ("on", "outcome"), [("2020-07-15", "permitted"), ("2020-07-16", "gap"), ("2026-11-22", "gap")]
    )
    def test_it_held_until_the_day_before_the_judgment(self, given: Given, on: str, outcome: str) -> None:
        recipients = vendor(Schemes="Privacy Shield 2019-05-01..2026-12-31")
        assert given(on=on, organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == outcome


class TestReturningToTheController(Europe):
    """A processor that gives data back to its controller abroad: a transfer in the Union, none in the United Kingdom."""

    def test_the_two_laws_part_ways(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes\nVendor Inc | AU | principal | yes"
        assert given(organisations=UK, **self.sheets, recipients=recipients)("F1", "uk") == "not_transfer"
        assert given(organisations=EU, **self.sheets, recipients=recipients)("F1", "eu") == "gap"
        four = SAFEGUARD + "Clauses | SCC | 4 | Vendor Inc | C-1 | TIA | 2025-01-01 | 2027-01-01"
        assert (
            given(organisations=EU, **self.sheets, recipients=recipients, safeguards=four)("F1", "eu") == "safeguarded"
        )


class TestWhichRegimesApply(Europe):
    def regimes(self, given: Given, organisation: str) -> set[str]:
        result = given(organisations=organisation, **self.sheets, recipients=vendor("FJ"))
        return {a.regime for a in result.assessment.answers}

    def test_from_the_country_and_where_business_is_carried_on(self, given: Given) -> None:
        head = "Organisation | Country | Carries on business in | Regimes\nSender | "
        assert self.regimes(given, head + "PL | | ") == {"eu"}
        assert self.regimes(given, head + "NO | GB | ") == {"eu", "uk"}
        assert self.regimes(given, head + "NZ | AU; IE | ") == {"nz", "au", "eu"}
        assert self.regimes(given, head + "NZ | AU; IE | nz") == {"nz"}
        assert self.regimes(given, head + "RE | | ") == {"eu"}

    def test_an_unknown_country_leaves_them_all_open(self, given: Given) -> None:
        found = self.regimes(given, "Organisation | Country | Regimes\nSender | not stated | ")
        assert found >= {"nz", "au", "eu", "uk"}

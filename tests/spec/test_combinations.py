"""Where several facts, papers or laws meet in one transfer: what each answer rests on, and why it is no better."""

from __future__ import annotations

import pytest

from datamap.registers import DUTIES, LAW, TRANSFERS, table, to_json
from datamap.registers.records import RECORDS
from tests.conftest import Given, Result

CATEGORIES = """
Category        | Kind
Contact details | contact
Orders          | behaviour
Staff file      | employment
"""
SYSTEMS = """
System | Categories              | Individuals
CRM    | Contact details; Orders | Customers
HR     | Staff file              | Employees
"""


def organisation(country: str, sector: str = "private") -> str:
    return f"Organisation | Country | Sector | Kind\nTui | {country} | {sector} | general"


class TestPapersThatCoverBetweenThem:
    RECIPIENTS = "Recipient | Country | Role | Own purposes\nPartner | JP | controller | yes"
    FLOWS = "Flow | From | To | Categories\nF1 | CRM | Partner | Contact details; Orders"
    SAFEGUARDS = """
    Safeguard | Mechanism      | Recipients | Categories      | Signed     | Expires    | Review due | Document | Assessment
    Contract  | agreement      | Partner    | Contact details | 2025-01-01 | 2027-01-01 | 2026-12-01 | D-4      | Note
    Their law | comparable law | Partner    | Orders          | 2025-02-01 |            | 2026-11-22 | D-5      | Note
    """

    def both(self, given: Given, on: str = "2026-11-22") -> Result:
        return given(
            on=on, systems=SYSTEMS, categories=CATEGORIES, recipients=self.RECIPIENTS, flows=self.FLOWS,
            safeguards=self.SAFEGUARDS,
        )  # fmt: skip

    def test_each_is_cited_and_named(self, given: Given) -> None:
        answer = self.both(given).answer("F1")
        assert answer.outcome == "safeguarded"
        assert answer.ground == "IPP 12(1)(f); IPP 12(1)(c)"
        assert answer.citation == "Privacy Act 2020, IPP 12(1)(f), IPP 12(1)(c)"
        assert sorted(r.name for r in answer.rests_on) == ["Contract", "Their law"]
        assert "“Their law”, as IPP 12(1)(c), covers Orders." in answer.reason

    def test_one_that_covers_everything_stands_alone(self, given: Given) -> None:
        whole = self.SAFEGUARDS.replace("| Contact details |", "|                 |")
        result = given(
            systems=SYSTEMS,
            categories=CATEGORIES,
            recipients=self.RECIPIENTS,
            flows=self.FLOWS,
            safeguards=whole,
        )
        assert [r.name for r in result.answer("F1").rests_on] == ["Contract"]

    def test_what_is_missing_is_said_of_the_paper_that_lacks_it(self, given: Given) -> None:
        answer = self.both(given, "2026-11-23").answer("F1")
        assert answer.outcome == "incomplete"
        assert answer.missing == ("the review of “Their law”, due on 2026-11-22",)
        assert answer.reason.startswith("Recipient subject to comparable privacy law is recorded")
        assert [r.name for r in answer.rests_on] == ["Their law"]
        assert answer.would_clear == ("NZ-12-1-C",)

    @pytest.mark.parametrize(
        ("on", "outcome"), [("2025-01-31", "gap"), ("2025-02-01", "safeguarded"), ("2027-01-02", "gap")]
    )
    def test_only_while_each_of_them_holds(self, given: Given, on: str, outcome: str) -> None:
        assert self.both(given, on)("F1") == outcome

    def test_every_export_names_both(self, given: Given) -> None:
        assessment = self.both(given).assessment
        (row,) = table(TRANSFERS, assessment).to_dict("records")
        assert (row["Safeguard"], row["Safeguard from"], row["Safeguard until"]) == (
            "Contract (D-4); Their law (D-5)", "2025-02-01", "2027-01-01",
        )  # fmt: skip
        (told,) = to_json(assessment)["transfers"]
        assert [told["relied_on"]["name"], *(r["name"] for r in told["also_on"])] == ["Contract", "Their law"]
        papers = table(RECORDS["safeguards"].registers[0], assessment)
        assert papers[papers.columns[11]].tolist() == ["1", "1"], "a flow depends on each"
        assert {"NZ-12-1-C", "NZ-12-1-F"} <= set(table(LAW, assessment)["Rule"])

    def test_so_do_list_decisions_on_two_countries(self, given: Given) -> None:
        recipients = "Recipient | Country | Role | Own purposes | Locations\nHost | IL | agent | no | UY (storage)"
        flows = "Flow | From | To | Categories\nF1 | CRM | Host | Orders"
        answer = given(
            organisations=organisation("FR"), systems=SYSTEMS, categories=CATEGORIES, recipients=recipients, flows=flows
        ).answer("F1", "eu")
        assert answer.outcome == "permitted"
        assert [r.name for r in answer.rests_on] == ["Israel", "Uruguay"]


class TestClausesInModules:
    def outcome(
        self, given: Given, mechanism: str, module: str = "", *, own: str = "no"
    ) -> tuple[str, tuple[str, ...]]:
        answer = given(
            organisations=organisation("FR"), systems=SYSTEMS, categories=CATEGORIES,
            recipients=f"Recipient | Country | Role | Own purposes\nVendor | US | agent | {own}",
            flows="Flow | From | To | Categories\nF1 | CRM | Vendor | Orders",
            safeguards="Safeguard | Mechanism | Module | Recipients | Signed | Review due | Document | Assessment\n"
            f"Clauses | {mechanism} | {module} | Vendor | 2026-01-05 | 2027-01-01 | D | TIA",
        ).answer("F1", "eu")  # fmt: skip
        return answer.outcome.value, answer.missing

    @pytest.mark.parametrize(
        "mechanism",
        [
            "SCC module 2", "SCC (module 2)", "EU-46-SCC-M2", "SCC module 2 controller to processor", "SCC M2", "SCCs (M2)",
            "EU SCC mod 2", "SCC module two", "SCC mod. 2", "SCC-M2", "SCCs (controller to processor)", "SCC Module II",
            "cláusulas tipo módulo 2", "SCCs M2 & M3", "SCC (module two: controller to processor)",
        ],
    )  # fmt: skip
    def test_the_mechanism_may_name_the_module(self, given: Given, mechanism: str) -> None:
        assert self.outcome(given, mechanism)[0] == "safeguarded"

    @pytest.mark.parametrize("written", ["M2", "mod 2", "mod. 2", "Module II", "SCC M2", "C2P"])
    def test_module_may_say_it_shortly(self, given: Given, written: str) -> None:
        assert self.outcome(given, "SCC", written)[0] == "safeguarded"

    @pytest.mark.parametrize("mechanism", ["SCC 2", "SCC module 7", "SCC module 2 (C2C)"])
    def test_a_doubtful_module_is_asked_about(self, given: Given, mechanism: str) -> None:
        outcome, missing = self.outcome(given, mechanism)
        assert (outcome, missing) == ("incomplete", ("which module “Clauses” uses (module 2 is wanted)",))

    @pytest.mark.parametrize("mechanism", ["SCC module 1", "SCC (module 3)", "SCCs M3", "SCC mod 1"])
    def test_or_the_wrong_one(self, given: Given, mechanism: str) -> None:
        assert self.outcome(given, mechanism)[0] == "gap"

    @pytest.mark.parametrize(("mechanism", "module"), [("SCC", "2"), ("SCC module 2", ""), ("EU-46-SCC-M2", "")])
    def test_hc_02_a_processor_with_purposes_of_its_own_is_in_two(
        self, given: Given, mechanism: str, module: str
    ) -> None:
        outcome, missing = self.outcome(given, mechanism, module, own="yes")
        assert outcome == "incomplete"
        assert missing == ("module 1 of “Clauses”, for what Vendor does with the data for its own purposes",)

    def test_hc_02_what_would_clear_it_names_both(self, given: Given) -> None:
        outcome, missing = self.outcome(given, "SCC", "3", own="yes")
        assert outcome == "gap"
        (named,) = [m for m in missing if m.startswith("SCC module 2")]
        assert named.endswith("; module 1 too, for what Vendor does with the data for its own purposes")

    def test_hc_02_both_modules_cover_both_parts(self, given: Given) -> None:
        assert self.outcome(given, "SCC", "1; 2", own="yes")[0] == "safeguarded"


class TestWhoseAuthorisation:
    @pytest.mark.parametrize(
        ("individuals", "outcome"),
        [
            ("Customers", "safeguarded"),
            ("Customers; Staff", "gap"),
            ("", "undetermined"),
            ("not stated", "undetermined"),
        ],
    )
    def test_it_covers_nobody_who_is_not_known_to_have_given_it(
        self, given: Given, individuals: str, outcome: str
    ) -> None:
        answer = given(
            systems="System | Categories\nCRM | Orders", categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nPartner | US | controller | yes",
            flows=f"Flow | From | To | Categories | Individuals\nF1 | CRM | Partner | Orders | {individuals}",
            safeguards="Safeguard | Mechanism | Recipients | Signed | Review due | Document | Warning shown | Individuals\n"
            "They agreed | consent | Partner | 2026-01-05 | 2027-01-01 | D | yes | Customers",
        ).answer("F1")  # fmt: skip
        assert answer.outcome == outcome
        if outcome == "undetermined":
            assert answer.missing[0] == "Whose information goes from CRM to Partner (which individuals)?"


class TestWhyNoDecisionCoversIt:
    FLOWS = "Flow | From | To | Categories\nF1 | CRM | Vendor | Contact details\nF2 | HR | Vendor | Staff file"

    def reason(self, given: Given, country: str, recipient: str, flow: str = "F1") -> str:
        result = given(
            organisations=organisation(country), systems=SYSTEMS, categories=CATEGORIES, flows=self.FLOWS,
            recipients=f"Recipient | Country | Role | Own purposes | Schemes | Bound by | Sector\n{recipient}",
        )  # fmt: skip
        answer = result.answer(flow, {"FR": "eu", "GB": "uk", "CH": "ch"}[country])
        assert answer.outcome == "gap"
        step = next(s for s in answer.trace if "list" in s.rule or "adequacy" in s.rule or "approved" in s.rule)
        assert answer.reason.partition("that holds: ")[2].rstrip(".") in step.says
        return answer.reason

    @pytest.mark.parametrize(
        ("country", "schemes", "says"),
        [
            ("FR", "DPF 2025-03-01..2026-10-20", "the listing of Vendor on DPF ended on 2026-10-20."),
            ("FR", "Privacy Shield 2019-05-01", "Vendor is not recorded as listed on DPF."),
            ("GB", "DPF 2026-08-01", "Vendor is not recorded as listed on UK Extension."),
            ("CH", "DPF 2026-08-01", "Vendor is not recorded as listed on Swiss-US DPF."),
        ],
    )
    def test_a_listing_that_is_recorded_and_does_not_do(
        self, given: Given, country: str, schemes: str, says: str
    ) -> None:
        assert self.reason(given, country, f"Vendor | US | agent | no | {schemes} | | ").endswith(f"that holds: {says}")

    def test_a_listing_that_does_not_cover_staff_data(self, given: Given) -> None:
        said = self.reason(given, "FR", "Vendor | US | agent | no | DPF 2026-08-01 | | ", "F2")
        assert said.endswith("staff data moves, and Vendor is not recorded as listed on DPF HR.")

    @pytest.mark.parametrize(
        ("recipient", "says"),
        [
            ("CA | controller | yes | | PIPEDA: no, public body |", "PIPEDA is recorded as not binding Vendor"),
            ("CA | controller | yes | | Law 25 |", "PIPEDA is not recorded as binding Vendor."),
            ("JP | controller | yes | | | public", "Vendor is recorded as public."),
        ],
    )
    def test_a_recipient_outside_the_scope(self, given: Given, recipient: str, says: str) -> None:
        assert says in self.reason(given, "FR", f"Vendor | {recipient}")

    def test_nothing_is_said_of_a_list_where_nothing_bears_on_it(self, given: Given) -> None:
        assert "that holds" not in self.reason(given, "FR", "Vendor | US | agent | no | none | | ")


class TestDerogationsOfTheUnitedKingdom:
    """They are those of the European Union: as narrow, and each its own."""

    RECIPIENTS = "Recipient | Country | Role | Own purposes\nVendor | US | controller | yes"
    HEAD = "Safeguard | Mechanism | Recipients | Document | Signed | Warning shown | Individuals | Reason | Assessment | Review due\n"

    def outcome(
        self, given: Given, mechanism: str, *, sector: str = "private", warning: str = "yes", often: str = "once"
    ) -> str:
        return given(
            organisations=organisation("GB", sector), systems=SYSTEMS, categories=CATEGORIES, recipients=self.RECIPIENTS,
            flows=f"Flow | From | To | Categories | Frequency\nF1 | CRM | Vendor | Contact details | {often}",
            safeguards=self.HEAD + f"Note | {mechanism} | Vendor | D-1 | 2026-01-05 | {warning} | Customers | why | Note 1 | 2027-01-05",
        )("F1", "uk")  # fmt: skip

    @pytest.mark.parametrize(
        ("mechanism", "sector", "often", "outcome"),
        [
            ("explicit consent", "private", "once", "safeguarded"),
            ("explicit consent", "private", "regular", "gap"),
            ("explicit consent", "public", "once", "gap"),
            ("contract necessity", "public", "once", "gap"),
            ("contract necessity", "private", "once", "safeguarded"),
            ("legal claims", "public", "once", "safeguarded"),
            ("legal claims", "public", "regular", "gap"),
            ("vital interests", "public", "regular", "safeguarded"),
            ("public register", "private", "regular", "safeguarded"),
            ("public interest", "public", "regular", "safeguarded"),
        ],
    )
    def test_each_has_its_own_limits(self, given: Given, mechanism: str, sector: str, often: str, outcome: str) -> None:
        assert self.outcome(given, mechanism, sector=sector, often=often) == outcome

    def test_consent_without_the_warning_covers_nothing(self, given: Given) -> None:
        assert self.outcome(given, "consent", warning="no") == "gap"


class TestStaffDataToCanada:
    @pytest.mark.parametrize(("country", "regime"), [("FR", "eu"), ("GB", "uk")])
    def test_hc_09_whether_pipeda_covers_staff_is_to_be_made_sure_of(
        self, given: Given, country: str, regime: str
    ) -> None:
        result = given(
            organisations=organisation(country), systems=SYSTEMS, categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes | Bound by\nAffiliate | CA | controller | yes | PIPEDA",
            flows="Flow | From | To | Categories\nF1 | CRM | Affiliate | Orders\nF2 | HR | Affiliate | Staff file",
        )  # fmt: skip
        said = {f: [d for d in result.answer(f, regime).duties if d.startswith("Staff data")] for f in ("F1", "F2")}
        assert said["F1"] == []
        assert ["to be verified" in duty for duty in said["F2"]] == [True]


class TestProhibitionsThatMayBeOurs:
    @pytest.mark.parametrize(
        ("named", "outcome"),
        [("Kowhai Limited", "blocked"), ("Kowhai Ltd", "undetermined"), ("", "blocked"), ("Rimu", "agent_only")],
    )
    def test_an_organisation_that_is_not_on_record_may_be_any_of_them(
        self, given: Given, named: str, outcome: str
    ) -> None:
        result = given(
            organisations="Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | nz\n"
            "Rimu | NZ | private | general | nz",
            systems="System | Organisation | Categories\nCRM | Kowhai Limited | Orders", categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nHost | AU | agent | no",
            flows="Flow | From | To | Categories\nF1 | CRM | Host | Orders",
            prohibitions=f"Notice | Regime | Organisation | Countries\nN1 | nz | {named} | AU",
        )  # fmt: skip
        assert result("F1") == outcome

    @pytest.mark.parametrize(
        ("heading", "named", "outcome"),
        [
            ("Recipients", "Kauri Hosting", "blocked"),
            ("Recipients", "Kauri Hostng", "undetermined"),
            ("Recipients", "Somebody else", "agent_only"),
            ("Recipients", "Kauri Hostng; Kauri Hosting", "blocked"),
            ("Recipients", "Kauri Hosted", "agent_only"),
            ("Categories", "Orders", "blocked"),
            ("Categories", "Ordrs", "undetermined"),
            ("Categories", "Photographs", "agent_only"),
        ],
    )
    def test_a_name_that_is_not_on_record_may_be_the_one_it_is_like(
        self, given: Given, heading: str, named: str, outcome: str
    ) -> None:
        """*Kauri Hosted* is on record itself, and so is no slip for *Kauri Hosting*."""
        result = given(
            organisations=organisation("NZ"), systems=SYSTEMS, categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nKauri Hosting | AU | agent | no\n"
            "Kauri Hosted | AU | agent | no",
            flows="Flow | From | To | Categories\nF1 | CRM | Kauri Hosting | Orders",
            prohibitions=f"Notice | Regime | {heading} | Countries\nN1 | nz | {named} | AU",
        )  # fmt: skip
        assert result("F1") == outcome


class TestWhatIsDoubtedClearsNothing:
    """A question mark behind a word says that whoever wrote it was not sure."""

    @pytest.mark.parametrize(("role", "outcome"), [("agent", "agent_only"), ("agent?", "undetermined")])
    def test_a_role(self, given: Given, role: str, outcome: str) -> None:
        result = given(
            organisations=organisation("NZ"), systems=SYSTEMS, categories=CATEGORIES,
            recipients=f"Recipient | Country | Role | Own purposes\nHost | US | {role} | no",
            flows="Flow | From | To | Categories\nF1 | CRM | Host | Orders",
        )  # fmt: skip
        assert result("F1") == outcome

    @pytest.mark.parametrize(
        ("mechanism", "recipient", "categories", "named", "outcome"),
        [
            ("agreement", "Oak", "Orders", "Terms", "safeguarded"),
            ("agreement?", "Oak", "Orders", "Terms", "gap"),
            ("agreement", "Oak?", "Orders", "", "gap"),
            ("agreement", "Oak?", "Orders", "Terms", "incomplete"),
            ("agreement", "Oak", "Orders?", "Terms", "undetermined"),
            ("agreement", "Elm", "Orders", "Terms?", "gap"),
        ],
    )
    def test_what_is_on_file(
        self, given: Given, mechanism: str, recipient: str, categories: str, named: str, outcome: str
    ) -> None:
        result = given(
            organisations=organisation("NZ"), systems=SYSTEMS, categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nOak | US | controller | yes\nElm | US | controller | yes",
            flows=f"Flow | From | To | Categories | Safeguards | Ground\nF1 | CRM | Oak | Orders | {named} | IPP 11(1)(a)",
            safeguards="Safeguard | Mechanism | Recipients | Categories | Signed | Expires | Document | Assessment\n"
            f"Terms | {mechanism} | {recipient} | {categories} | 2026-01-01 | 2030-01-01 | D-1 | Belief note 1",
        )  # fmt: skip
        assert result("F1") == outcome

    @pytest.mark.parametrize(("law", "cleared"), [("PIPEDA", True), ("PIPEDA?", False)])
    def test_a_law_that_binds(self, given: Given, law: str, cleared: bool) -> None:
        recipients = f"Recipient | Country | Role | Own purposes | Bound by\nOak | CA | controller | yes | {law}"
        result = given(
            organisations=organisation("NZ"), systems=SYSTEMS, categories=CATEGORIES, recipients=recipients,
            flows="Flow | From | To | Categories | Ground\nF1 | CRM | Oak | Orders | IPP 11(1)(a)",
        )  # fmt: skip
        (oak,) = [r for r in result.assessment.inventory.recipients if r.name == "Oak"]
        assert oak.bound_by.known is cleared

    def test_a_name_that_has_a_question_mark_is_a_name(self, given: Given) -> None:
        result = given(
            organisations=organisation("NZ"), systems=SYSTEMS, categories=CATEGORIES,
            recipients="Recipient | Country | Role | Own purposes\nWho? | US | controller | yes",
            flows="Flow | From | To | Categories | Ground\nF1 | CRM | Who? | Orders | IPP 11(1)(a)",
            safeguards="Safeguard | Mechanism | Recipients | Signed | Expires | Document | Assessment\n"
            "Terms | agreement | Who? | 2026-01-01 | 2030-01-01 | D-1 | Belief note 1",
        )  # fmt: skip
        assert result("F1") == "safeguarded"


def test_a_duty_that_is_to_be_verified_says_so_in_the_register(given: Given) -> None:
    result = given(
        organisations=organisation("FR"), systems=SYSTEMS, categories=CATEGORIES,
        recipients="Recipient | Country | Role | Own purposes | Schemes\nHost | US | agent | no | DPF 2026-10-01\nOak | GB | agent | no |",
        flows="Flow | From | To | Categories\nF1 | CRM | Host | Orders\nF2 | CRM | Oak | Orders",
        on="2031-06-01",
    )  # fmt: skip
    rows = table(DUTIES, result.assessment).to_dict("records")
    owed = {(r["About"], r["Citation"]): r for r in rows if r["Kind"] == "Remains owed"}
    contract = owed["Oak", "GDPR, Art 28"]
    assert contract["To be verified"] == "yes"
    assert contract["Message"].endswith("sub-processors need authorisation")
    ending = next(r for (_, citation), r in owed.items() if citation.startswith("Implementing Decision (EU) 2021/1772"))
    assert ending["Message"] == "United Kingdom: this decision ends on 2031-12-27"
    assert all(r["Citation"] for r in rows)
    assert "duty: art28" in table(LAW, result.assessment)["Rule"].tolist()


class TestTheUnitedKingdomBeforeItsNewChapter:
    """Articles 44A and 49A hold from 5 February 2026; nothing of an earlier day rests on them."""

    RECIPIENTS = "Recipient | Country | Role | Own purposes\nVendor | US | controller | yes"
    FLOWS = "Flow | From | To | Categories\nF1 | CRM | Vendor | Orders"

    @pytest.mark.parametrize(
        ("on", "gap", "blocked"),
        [
            ("2026-02-04", "UK GDPR, Chapter V", "UK GDPR, Chapter V"),
            ("2026-02-05", "UK GDPR, Art 44A", "UK GDPR, Art 49A"),
        ],
    )
    def test_each_day_cites_the_law_of_its_own(self, given: Given, on: str, gap: str, blocked: str) -> None:
        def answer(prohibitions: str = "") -> tuple[str, str]:
            found = given(
                on=on, organisations=organisation("GB"), systems=SYSTEMS, categories=CATEGORIES,
                recipients=self.RECIPIENTS, flows=self.FLOWS, prohibitions=prohibitions,
            ).answer("F1", "uk")  # fmt: skip
            return found.outcome.value, found.citation

        assert answer() == ("gap", gap)
        assert answer("Notice | Regime | Countries\nN1 | uk | US") == ("blocked", blocked)

"""What if: what is supposed changes what it should and nothing else, and says everywhere that it is supposed."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest

from datamap import registers
from datamap.assessment import Assessment, assess
from datamap.comparison import Comparison, Status, What, compare
from datamap.hypothesis import KINDS, SUPPOSED, CannotSuppose, endings, parse, suppose
from datamap.transfers import Outcome
from tests.conftest import TODAY, reading

EU_COMPANY = "Organisation | Country | Sector | Kind | Regimes\nAcme SA | FR | private | general | eu"
NZ_COMPANY = "Organisation | Country | Sector | Kind | Regimes\nKowhai Limited | NZ | private | general | nz"
SYSTEMS = (
    "System | Locations | Provider | Categories | Individuals | Recipients\n"
    "CRM | US; IN (support access) | HostCo | Name | Customers | Mailer; Printer\n"
    "Files | DE | | Name | Customers |"
)
CATEGORIES = "Category | Kind\nName | identity"
RECIPIENTS = (
    "Recipient | Country | Role | Own purposes | Schemes | Sub-processors\n"
    "HostCo | US | agent | no | | \n"
    "Mailer | US | agent | no | DPF 2026-10-01 | Beta\n"
    "Printer | NZ | agent | no | | \n"
    "Beta | IN | agent | no | | "
)
SAFEGUARDS = (
    "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires | Module\n"
    "HostCo clauses | SCC | HostCo | D-1 | TIA-1 | 2026-01-01 | 2027-12-31 | 2"
)


def judged(on: date = TODAY, **sheets: str) -> Assessment:
    base = {
        "organisations": EU_COMPANY,
        "systems": SYSTEMS,
        "categories": CATEGORIES,
        "recipients": RECIPIENTS,
        "safeguards": SAFEGUARDS,
    }
    return assess(reading(**{**base, **sheets}), on=on)


def what_if(recorded: Assessment, *texts: str, on: date | None = None) -> Comparison:
    after = suppose(recorded, [parse(text) for text in texts], on=on)
    return compare(suppose(recorded, (), on=after.on), after)


def turned(found: Comparison) -> dict[tuple[str, str | None], tuple[Outcome | None, Outcome | None]]:
    """The legs that are not the same, by flow and country: their outcomes before and after."""
    return {
        (leg.answer.leg.flow.id, leg.answer.leg.country): (
            leg.before.outcome if leg.before else None,
            leg.after.outcome if leg.after else None,
        )
        for leg in found.legs
        if leg.status is not Status.SAME
    }


def refused(recorded: Assessment, text: str) -> str:
    with pytest.raises(CannotSuppose) as sentence:
        suppose(recorded, [parse(text)])
    return str(sentence.value)


class TestLawEnds:
    def test_a_scheme_ends(self) -> None:
        found = what_if(judged(), "end:DPF")
        assert turned(found) == {("CRM → Mailer", "US"): (Outcome.PERMITTED, Outcome.GAP)}
        (leg,) = found.worse
        assert any("SCC module 2" in need for need in leg.needs(found.after))

    @pytest.mark.parametrize(
        "name", ["EU-US DPF", "data privacy framework", "eu:DPF", "Implementing Decision (EU) 2023/1795"]
    )
    def test_a_scheme_by_any_of_its_names(self, name: str) -> None:
        text = f'end:"{name}"' if "(" in name else f"end:{name}"
        assert turned(what_if(judged(), text)) == {("CRM → Mailer", "US"): (Outcome.PERMITTED, Outcome.GAP)}

    @pytest.mark.parametrize("name", ["eu:New Zealand", "eu:NZ", "Aotearoa"])
    def test_a_country_loses_its_decision(self, name: str) -> None:
        assert turned(what_if(judged(), f"end:{name}")) == {("CRM → Printer", "NZ"): (Outcome.PERMITTED, Outcome.GAP)}

    def test_a_country_that_several_judged_regimes_list_is_asked_about(self) -> None:
        both = judged(organisations=EU_COMPANY.replace("| eu", "| eu; uk"))
        assert "write end:eu:NZ or end:uk:NZ" in refused(both, "end:NZ")

    def test_a_mechanism_ends(self) -> None:
        found = what_if(judged(), "end:EU-46-SCC-M2")
        assert turned(found)["CRM → HostCo", "US"] == (Outcome.SAFEGUARDED, Outcome.GAP)
        assert not any("SCC module 2" in need for leg in found.legs for need in leg.needs(found.after))

    def test_the_day_is_the_first_without_it(self) -> None:
        recorded = judged(recipients=RECIPIENTS.replace("2026-10-01", "2026-10-01..2027-12-31"))
        change = parse("end:DPF@2027-01-01")
        flow = recorded.map.flow("CRM → Mailer")
        for day, outcome in ((date(2026, 12, 31), Outcome.PERMITTED), (date(2027, 1, 1), Outcome.GAP)):
            assert suppose(recorded, [change], on=day).outcome_of(flow) is outcome
        assert suppose(recorded, [change]).on == date(2027, 1, 1)

    def test_what_lapses_by_then_is_no_change_of_the_hypothesis(self) -> None:
        ending = judged(safeguards=SAFEGUARDS.replace("2027-12-31", "2026-12-01"))
        found = what_if(ending, "end:eu:New Zealand@2027-01-01")
        assert set(turned(found)) == {("CRM → Printer", "NZ")}

    def test_the_law_itself_is_untouched(self) -> None:
        recorded = judged()
        suppose(recorded, [parse("end:DPF"), parse("end:EU-46-SCC-M2")])
        assert turned(what_if(recorded, "end:eu:New Zealand")) == {
            ("CRM → Printer", "NZ"): (Outcome.PERMITTED, Outcome.GAP)
        }
        assert recorded.hypothetical == ()

    def test_what_rests_on_each_is_counted(self) -> None:
        found = {(e.what, e.regime): e.answers for e in endings(judged())}
        assert (found["DPF", "eu"], found["New Zealand", "eu"], found["Japan", "eu"]) == (1, 1, 0)


class TestHosting:
    def test_moving_the_place_does_not_move_who_reaches_in(self) -> None:
        found = what_if(judged(), "move:CRM=Germany")
        assert {leg.country for leg in found.after.map.legs if leg.flow.id == "CRM → HostCo"} == {"DE", "IN"}
        assert "India (support access) stays" in found.after.hypothetical[0]

    def test_moving_the_place_does_not_move_the_company(self) -> None:
        """A provider established abroad stays an importer wherever it stores the information."""
        found = what_if(judged(), "move:CRM=Germany", "lapse:HostCo clauses")
        assert turned(found)["CRM → HostCo", "DE"] == (Outcome.SAFEGUARDED, Outcome.GAP)

    def test_moving_to_another_provider(self) -> None:
        found = what_if(judged(), "move:CRM=Germany>Heim (Germany, agent)")
        new = {leg.answer.leg.country: leg.answer.outcome for leg in found.having(Status.NEW)}
        assert new["DE"] is Outcome.NOT_TRANSFER
        assert {leg.answer.leg.flow.id for leg in found.having(Status.GONE)} == {"CRM → HostCo"}

    def test_a_typed_flow_to_the_provider_moves_as_well(self) -> None:
        flows = "Flow | From | To | Categories | Locations | Purpose\nF1 | CRM | HostCo | Name | US | Hosting"
        found = what_if(judged(flows=flows), "move:CRM=Germany")
        (leg,) = (leg for leg in found.legs if leg.answer.leg.flow.id == "F1" and leg.status is not Status.SAME)
        assert [(c.before, c.after) for c in leg.changes if c.what is What.COUNTRY] == [("United States", "Germany")]

    def test_a_recipient_moves_and_with_it_what_it_hosts(self) -> None:
        found = what_if(judged(), "move:HostCo=Canada")
        assert {leg.country for leg in found.after.map.legs if leg.flow.id == "CRM → HostCo"} == {"CA", "IN"}
        assert "with it CRM" in found.after.hypothetical[0]

    def test_home_grown_hosting_abroad(self) -> None:
        found = what_if(judged(organisations=NZ_COMPANY), "move:Files=Fiji")
        assert [(leg.country, leg.flow.recipient.name) for leg in found.after.map.legs if leg.flow.origin.name == "Files" and leg.flow.recipient] == [
            ("FJ", "Kowhai Limited")
        ]  # fmt: skip

    def test_to_a_place_that_is_not_stated_is_never_clear(self) -> None:
        found = what_if(judged(), "move:CRM=not stated")
        assert all(o is None or o.flagged for (flow, _), (_, o) in turned(found).items() if flow == "CRM → HostCo")


class TestRecipients:
    def test_a_sub_processor_is_added(self) -> None:
        found = what_if(judged(), "sub:Printer>Gamma (India)")
        (leg,) = found.having(Status.NEW)
        assert (leg.answer.leg.flow.id, leg.answer.leg.country) == ("Printer → Gamma", "IN")
        assert leg.newly_flagged
        assert leg.answer.leg.flow.carries == ("Name",)

    def test_what_is_not_said_of_a_new_recipient_stays_unknown(self) -> None:
        found = what_if(judged(organisations=NZ_COMPANY), "add:Files>Gamma (India)")
        (leg,) = found.having(Status.NEW)
        assert leg.answer.outcome is Outcome.UNDETERMINED
        told = what_if(judged(organisations=NZ_COMPANY), "add:Files>Gamma (India, controller)")
        assert told.having(Status.NEW)[0].answer.outcome is Outcome.GAP

    def test_a_recipient_is_dropped_with_all_that_says_so(self) -> None:
        flows = (
            "Flow | From | To | Categories | Purpose\nF1 | CRM | Mailer | Name | News\nF2 | CRM | Mailer | Name | Bills"
        )
        found = what_if(judged(flows=flows), "drop:crm>MAILER")
        assert {leg.answer.leg.flow.id for leg in found.having(Status.GONE)} >= {"F1", "F2"}
        assert not any(f.destination.name == "Mailer" for f in found.after.map.flows)

    def test_dropping_the_host_leaves_open_who_hosts(self) -> None:
        found = what_if(judged(), "drop:CRM>HostCo")
        new = found.having(Status.NEW)
        assert new
        assert all(leg.answer.outcome.flagged for leg in new)
        assert "who hosts it then is not known" in found.after.hypothetical[0]

    def test_a_sub_processor_is_dropped(self) -> None:
        assert turned(what_if(judged(), "drop:Mailer>Beta")) == {("Mailer → Beta", "IN"): (Outcome.GAP, None)}

    def test_a_recipient_is_established_elsewhere(self) -> None:
        found = what_if(judged(), "based:Printer=India")
        assert {leg.answer.leg.country for leg in found.worse} == {"IN"}

    def test_a_role_counts_over_that_of_its_flows(self) -> None:
        flows = "Flow | From | To | Categories | Role\nF1 | CRM | Mailer | Name | controller"
        recorded = judged(flows=flows)
        found = suppose(recorded, [parse("role:Mailer=agent")])
        assert {f.record.role.value for f in found.map.flows if f.id == "F1"} == {"agent"}

    def test_somebody_only_named_can_be_supposed_of(self) -> None:
        recorded = judged(recipients="", systems=SYSTEMS.replace("HostCo", ""))
        found = suppose(recorded, [parse("based:Mailer=Fiji")])
        assert {leg.country for leg in found.map.legs if leg.flow.destination.name == "Mailer"} == {"FJ"}


class TestPapers:
    def test_signing_is_not_assessing(self) -> None:
        signed = what_if(judged(), "sign:Beta terms=EU-46-SCC-M3>Beta@2026-12-01..2028-11-30")
        assert turned(signed) == {("Mailer → Beta", "IN"): (Outcome.GAP, Outcome.INCOMPLETE)}
        (leg,) = signed.legs[0:1]
        assert leg.needs(signed.after)
        both = what_if(
            judged(), "sign:Beta terms=EU-46-SCC-M3>Beta@2026-12-01..2028-11-30", "assess:Beta terms@2026-12-02"
        )
        assert "the assessment" not in " ".join(need for leg in both.legs for need in leg.needs(both.after))

    @pytest.mark.parametrize(("words", "module"), [("SCC M3", "3"), ("SCCs (Module 2)", "2"), ("SCC", None)])
    def test_a_paper_is_of_the_module_that_its_words_name(self, words: str, module: str | None) -> None:
        supposed = suppose(judged(), [parse(f"sign:Beta terms={words}>Beta@2026-12-01")])
        (paper,) = [s for s in supposed.map.inventory.safeguards if s.name == "Beta terms"]
        assert (paper.mechanism.known, paper.module.value) == (True, module)

    def test_a_paper_lapses_on_its_day(self) -> None:
        recorded = judged()
        flow = recorded.map.flow("CRM → HostCo")
        change = [parse("lapse:HostCo clauses@2026-12-24")]
        assert suppose(recorded, change, on=date(2026, 12, 23)).outcome_of(flow) is recorded.outcome_of(flow)
        assert suppose(recorded, change, on=date(2026, 12, 24)).outcome_of(flow) is Outcome.GAP

    def test_a_lapsed_paper_is_signed_anew(self) -> None:
        lapsed = judged(safeguards=SAFEGUARDS.replace("2027-12-31", "2026-06-30"))
        found = what_if(lapsed, f"sign:HostCo clauses@{TODAY}..2028-01-01")
        assert turned(found)["CRM → HostCo", "US"] == (Outcome.GAP, Outcome.SAFEGUARDED)


class TestSaysSo:
    def test_every_supposed_fact_shows_its_cell(self) -> None:
        found = what_if(judged(), "add:Files>Gamma (India)", "move:CRM=Canada")
        (leg,) = (leg for leg in found.having(Status.NEW) if leg.answer.leg.flow.destination.name == "Gamma")
        assert {c.sheet for c in leg.answer.cells if c.file == SUPPOSED} == {"Supposition 1"}
        moved = next(leg for leg in found.legs if leg.answer.leg.country == "CA")
        files = [c.file for c in moved.answer.leg.place.cells]
        assert files == [SUPPOSED, "case.xlsx"]

    def test_registers_and_json_say_it(self) -> None:
        after = suppose(judged(), [parse("end:DPF"), parse("drop:CRM>Printer")])
        book = openpyxl.load_workbook(io.BytesIO(registers.workbook_bytes(after)))
        assert book.sheetnames[0] == "Hypothetical"
        first = [cell.value for cell in book["Hypothetical"]["B"]]
        assert set(after.hypothetical) <= set(first)
        for sheet in book.worksheets:
            headings = [cell.value for cell in sheet[1]]
            assert "Hypothetical" in (headings[-1], sheet.title) or sheet.title == "About"
        assert "Hypothetical" in [cell.value for cell in book["About"]["A"]]
        assert registers.to_json(after)["hypothetical"] == list(after.hypothetical)
        assert set(registers.table(registers.TRANSFERS, after)["Hypothetical"]) == {"yes"}

    def test_a_real_assessment_says_nothing_of_it(self) -> None:
        recorded = judged()
        assert "Hypothetical" not in openpyxl.load_workbook(io.BytesIO(registers.workbook_bytes(recorded))).sheetnames
        assert registers.to_json(recorded)["hypothetical"] == []
        assert "Hypothetical" not in registers.table(registers.TRANSFERS, recorded)

    def test_a_comparison_with_a_hypothesis_says_it(self) -> None:
        found = what_if(judged(), "end:DPF")
        data = registers.changes_bytes(found)
        assert data == registers.changes_bytes(what_if(judged(), "end:DPF"))
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert book.sheetnames == ["Hypothetical", *(r.name for r in registers.CHANGES)]
        assert registers.json_comparison(found)["hypothetical"] == list(found.after.hypothetical)
        assert set(registers.changes_table(registers.CHANGED_TRANSFERS, found)["Hypothetical"]) == {"yes"}

    def test_one_hypothesis_on_another(self) -> None:
        after = suppose(suppose(judged(), [parse("end:DPF")]), [parse("drop:CRM>Printer")])
        assert len(after.hypothetical) == 2
        assert "supposed!Supposition 2!A1" in {str(s.recipients.cell) for s in after.inventory.systems}


class TestRefused:
    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("end:DPV", "'DPV'"),
            ("end:xx:DPF", "No regime is called 'xx'"),
            ("move:CMR=Germany", "known are Beta, CRM, Files, HostCo"),
            ("move:CRM=Germny", "did you mean 'Germany'?"),
            ("move:Mailer=Germany>Heim", "has no provider"),
            ("add:CRM>Mailer", "sends to Mailer already"),
            ("add:CRM>Beta (India)", "is on record"),
            ("add:CMR>Gamma", "known are Beta, CRM, Files"),
            ("sub:Mailr>Gamma", "did you mean 'Mailer'?"),
            ("sub:Mailer>Mailer", "to itself"),
            ("drop:CRM>Beta", "it sends to HostCo, Mailer, Printer."),
            ("based:Mailr=India", "did you mean 'Mailer'?"),
            ("role:Mailer=agnet", "did you mean 'agent'?"),
            ("sign:HostCo clause", "did you mean 'HostCo clauses'?"),
            ("sign:New=SCX>Mailer", "'SCX' is not a mechanism"),
            ("sign:HostCo clauses@2027-01-01..2026-01-01", "cannot hold only until"),
            ("lapse:Hostco", "did you mean 'HostCo clauses'?"),
        ],
    )
    def test_a_mistake_gives_one_sentence_with_the_nearest_name(self, text: str, says: str) -> None:
        sentence = refused(judged(), text)
        assert says in sentence
        assert "\n" not in sentence

    @pytest.mark.parametrize(
        "text", ["", "CRM", "ende:DPF", "move:CRM", "move:=Germany", "add:CRM>", "end:DPF@soon", "end:@2026-01-01"]
    )
    def test_a_text_that_says_nothing_is_refused_with_its_form(self, text: str) -> None:
        with pytest.raises(CannotSuppose):
            parse(text)

    def test_it_says_which_change_could_not_be_made(self) -> None:
        changes = [parse("end:DPF"), parse("drop:CRM>Nobody")]
        with pytest.raises(CannotSuppose) as sentence:
            suppose(judged(), changes)
        assert sentence.value.change is changes[1]


def test_every_kind_has_a_form_that_it_reads() -> None:
    for kind in KINDS.values():
        for form in kind.form.split(" or "):
            assert type(parse(form)) is kind
            assert str(parse(form)) == form

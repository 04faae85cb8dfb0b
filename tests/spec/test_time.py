"""When each answer held: histories of flows, and what lapses next.

Every date in an inventory and in the law has its day before and its day here.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import datamap
from datamap.assessment import Assessment, assess
from datamap.timeline import Lapse, Span, histories, history, lapses
from tests.conftest import AU_COMPANY, TODAY, Given, reading

ROOT = Path(__file__).parents[2]
A_DAY = timedelta(days=1)
CATEGORIES = "Category | Kind\nContact details | contact\nFace templates | biometric"
SYSTEMS = "System | Categories | Individuals\nCRM | Contact details | Customers\nGate | Face templates | Staff"
RECIPIENTS = "Recipient | Country | Role | Own purposes\nPartner | JP | controller | yes\nHost | AU | agent | no"
FLOWS = "Flow | From | To | Categories | Started | Ended\nF1 | CRM | Partner | Contact details | {started} | {ended}"
SAFEGUARDS = (
    "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Starts | Expires | Review due\n"
    "Terms | agreement | Partner | D-1 | Note 1 | {signed} | {starts} | {expires} | {review}"
)
ACT = date(2020, 12, 1)


def flows(started: str = "", ended: str = "") -> str:
    return FLOWS.format(started=started, ended=ended)


def terms(*, signed: str = "2026-01-10", starts: str = "", expires: str = "", review: str = "2029-01-01") -> str:
    return SAFEGUARDS.format(signed=signed, starts=starts, expires=expires, review=review)


def sheets(**drawn: str) -> dict[str, str]:
    return {"systems": SYSTEMS, "categories": CATEGORIES, "recipients": RECIPIENTS, "flows": flows(), **drawn}


def spans(assessment: Assessment, flow: str = "F1", regime: str = "nz") -> list[tuple[str, str, str]]:
    """The history of a flow with one leg: from, last day, outcome."""
    found = [s for s in history(assessment, assessment.map.flow(flow)) if s.regime == regime]
    return [(str(s.starts or ""), str(s.ends or ""), s.outcome.value) for s in found]


def on_day(assessment: Assessment, day: str | date, flow: str = "F1", regime: str = "nz") -> str:
    return covering(assessment, day, flow, regime).outcome.value


def covering(assessment: Assessment, day: str | date, flow: str = "F1", regime: str = "nz") -> Span:
    when = date.fromisoformat(day) if isinstance(day, str) else day
    (found,) = [
        s
        for s in history(assessment, assessment.map.flow(flow))
        if s.regime == regime and (s.starts or date.min) <= when <= (s.ends or date.max)
    ]
    return found


def told(found: tuple[Lapse, ...]) -> list[tuple[str, str, str, list[str]]]:
    return [(str(lapse.on), lapse.kind, lapse.name, [f.id for f in lapse.flows]) for lapse in found]


class TestHistory:
    def test_hc_54_a_paper_signed_late_covers_nothing_before(self, given: Given) -> None:
        found = given(**sheets(flows=flows("2026-01-05"), safeguards=terms(signed="2026-11-10"))).assessment
        assert spans(found)[1:] == [
            ("2020-12-01", "2026-01-04", "not_transfer"),
            ("2026-01-05", "2026-11-09", "gap"),
            ("2026-11-10", "2029-01-01", "safeguarded"),
            ("2029-01-02", "", "incomplete"),
        ]
        gap, covered = history(found, found.map.flow("F1"))[2:4]
        assert "holds only from 2026-11-10" in gap.reason
        assert gap.changed == ("the flow starts",)
        assert covered.changed == ("“Terms” is signed",)
        assert covered.citation == "Privacy Act 2020, IPP 12(1)(f)"

    def test_hc_14_an_agreement_holds_through_its_last_day(self, given: Given) -> None:
        found = given(**sheets(safeguards=terms(expires="2026-09-30"))).assessment
        assert (on_day(found, "2026-09-30"), on_day(found, "2026-10-01")) == ("safeguarded", "gap")
        after = covering(found, "2026-10-01")
        assert after.changed == ("“Terms” expires (last day 2026-09-30)",)
        assert "expired on 2026-09-30" in after.reason

    def test_hc_11_a_feature_switched_on_in_march(self, given: Given) -> None:
        """The flow for the recipient's own purposes starts in March; the flow as an agent stays what it was."""
        drawn = (
            "Flow | From | To | Categories | Role | Own purposes | Started\n"
            "Records | CRM | Host | Contact details | agent | no |\n"
            "Enrichment | CRM | Host | Contact details | controller | yes | 2026-03-01"
        )
        found = given(**sheets(flows=drawn)).assessment
        assert (on_day(found, "2026-02-28", "Enrichment"), on_day(found, "2026-03-01", "Enrichment")) == (
            "not_transfer",
            "gap",
        )
        assert (on_day(found, "2026-02-28", "Records"), on_day(found, "2026-03-01", "Records")) == ("agent_only",) * 2

    def test_a_flow_that_has_ended_is_no_transfer_from_the_day_after(self, given: Given) -> None:
        found = given(**sheets(flows=flows("2024-05-01", "2025-06-30"))).assessment
        assert spans(found)[1:] == [
            ("2020-12-01", "2024-04-30", "not_transfer"),
            ("2024-05-01", "2025-06-30", "gap"),
            ("2025-07-01", "", "not_transfer"),
        ]

    def test_before_the_act_the_regime_does_not_apply(self, given: Given) -> None:
        found = given(**sheets()).assessment
        assert spans(found) == [("", "2020-11-30", "not_applicable"), ("2020-12-01", "", "gap")]
        begins = covering(found, ACT)
        assert begins.changed == ("Privacy Act 2020 begins to apply",)
        assert found.law.regimes["nz"].starts == ACT

    def test_a_prohibition_from_its_day_through_its_last(self, given: Given) -> None:
        notice = "Notice | Regime | Recipients | From | Until\nNotice 7 | nz | Partner | 2026-04-02 | 2026-08-31"
        found = given(**sheets(safeguards=terms(), prohibitions=notice)).assessment
        days = ("2026-04-01", "2026-04-02", "2026-08-31", "2026-09-01")
        assert [on_day(found, day) for day in days] == ["safeguarded", "blocked", "blocked", "safeguarded"]
        assert covering(found, "2026-04-02").changed == ("the notice “Notice 7” begins",)
        assert covering(found, "2026-09-01").changed == ("the notice “Notice 7” ends",)

    def test_the_code_on_biometrics_from_the_day_it_starts(self, given: Given) -> None:
        (code,) = [p for p in given(**sheets()).assessment.law.regimes["nz"].practices if "Biometric" in p.name]
        assert code.starts
        drawn = "Flow | From | To | Categories | Ground\nF1 | Gate | Partner | Face templates | IPP 11(1)(d)"
        found = given(on=code.starts, **sheets(flows=drawn)).assessment
        before = given(on=code.starts - A_DAY, **sheets(flows=drawn))("F1")
        after = found.answers_for(found.map.flow("F1"))[0]
        assert on_day(found, code.starts - A_DAY) == before
        assert on_day(found, code.starts) == after.outcome.value
        assert before != after.outcome.value
        assert covering(found, code.starts).changed == (f"{code.name} begins to apply",)

    def test_a_review_is_overdue_the_day_after_it_is_due(self, given: Given) -> None:
        found = given(**sheets(safeguards=terms(review="2026-12-31"))).assessment
        assert (on_day(found, "2026-12-31"), on_day(found, "2027-01-01")) == ("safeguarded", "incomplete")

    def test_what_starts_later_than_it_is_signed_counts_from_its_start(self, given: Given) -> None:
        found = given(**sheets(safeguards=terms(signed="2026-01-10", starts="2026-02-01"))).assessment
        assert (on_day(found, "2026-01-31"), on_day(found, "2026-02-01")) == ("gap", "safeguarded")

    def test_each_leg_has_its_own_history_under_each_regime(self, given: Given) -> None:
        both = AU_COMPANY.replace("| au", "| nz; au").replace("| AU |", "| NZ |")
        found = given(organisations=both, **sheets(flows=flows("2026-01-05"))).assessment
        assert spans(found, regime="au")[0][2] == "not_applicable"
        assert {s.regime for s in history(found, found.map.flow("F1"))} == {"nz", "au"}

    def test_a_flow_that_nobody_judges_has_no_history(self, given: Given) -> None:
        found = given(**sheets()).assessment
        collected = next(f for f in found.map.flows if not found.answers_for(f))
        assert history(found, collected) == ()

    def test_the_last_day_there_is(self, given: Given) -> None:
        found = given(**sheets(safeguards=terms(expires="9999-12-31", review="9999-12-31"))).assessment
        assert spans(found)[-1] == ("2026-01-10", "", "safeguarded")
        assert lapses(found, within=10**9) == ()


EVERYTHING_DATED = {
    "systems": SYSTEMS,
    "categories": CATEGORIES,
    "recipients": (
        "Recipient | Country | Role | Own purposes | Schemes\n"
        "Partner | US | controller | yes | DPF 2025-02-01; UK Extension 2025-02-01\n"
        "Other | US | controller | yes | DPF 2025-03-01..2026-02-20; UK Extension 2025-03-01..2026-02-20\n"
        "Host | AU | agent | no |"
    ),
    "flows": (
        "Flow | From | To | Categories | Ground | Started | Ended\n"
        "F1 | CRM | Partner | Contact details | | 2025-02-10 | 2026-10-31\n"
        "F2 | Gate | Partner | Face templates | | 2025-06-01 |\n"
        "F3 | CRM | Other | Contact details | | |\n"
        "F4 | Gate | Host | Face templates | | | 2026-05-05"
    ),
    "safeguards": (
        "Safeguard | Mechanism | Recipients | Categories | Document | Assessment | Assessment date | Signed | Starts | Expires | Review due\n"
        "Old terms | agreement | Partner | | D-1 | N-1 | 2025-03-03 | 2025-03-01 | 2025-03-05 | 2025-12-24 | 2025-11-20\n"
        "New terms | agreement | Partner | Contact details | D-2 | N-2 | | 2026-01-15 | | 2026-08-30 | 2026-07-01\n"
        "Note | 12(1)(b) | Other | | D-3 | N-3 | | 2025-05-01 | | | 2026-03-03"
    ),
    "prohibitions": (
        "Notice | Regime | Recipients | From | Until\nStop | nz | Partner | 2026-02-02 | 2026-02-04\n"
        "All stop | | | 2026-06-06 | 2026-06-07"
    ),
}


SENDER = (
    "Organisation | Country | Sector | Small business | Regimes\nKowhai Limited | {country} | private | no | {regimes}"
)


@pytest.mark.parametrize(("country", "regimes"), [("NZ", "nz; au"), ("IE", "eu"), ("GB", "uk")])
def test_a_history_is_what_judging_every_single_day_gives(country: str, regimes: str) -> None:
    """No day on which an answer changes is missed, and none is made up."""
    inventory = reading(organisations=SENDER.format(country=country, regimes=regimes), **EVERYTHING_DATED)
    found = assess(inventory, on=TODAY)
    told_ = {flow.id: spans_ for flow, spans_ in histories(found, found.map.flows)}
    first, last = date(2025, 1, 20), date(2026, 11, 25)
    changes = 0
    for day in (first + timedelta(days=n) for n in range((last - first).days)):
        for answer in assess(inventory, on=day).answers:
            (span,) = [
                s
                for s in told_[answer.leg.flow.id]
                if s.regime == answer.regime
                and s.leg.place == answer.leg.place
                and (s.starts or date.min) <= day <= (s.ends or date.max)
            ]
            assert span.outcome is answer.outcome, (day, answer.leg.flow.id, answer.regime)
            if span.starts == day:
                changes += 1
                assert (span.reason, span.citation) == (answer.reason, answer.citation)
                assert span.changed
    assert changes > 4


@pytest.mark.parametrize("name", ["focus-technology", "lead-management"])
def test_the_history_of_an_example_shows_its_answers_of_the_day(name: str) -> None:
    found = datamap.assess(datamap.read(ROOT / "inventories" / name), on=TODAY)
    compared = 0
    for flow, told_ in histories(found, found.map.flows):
        today = [s for s in told_ if (s.starts or date.min) <= TODAY <= (s.ends or date.max)]
        assert [(s.regime, s.outcome) for s in today] == [(a.regime, a.outcome) for a in found.answers_for(flow)]
        compared += len(today)
    assert compared == len(found.answers) > 0


class TestLapses:
    drawn = sheets(
        recipients="Recipient | Country | Role | Own purposes\nPartner | JP | controller | yes\nOther | SG | controller | yes",
        flows=(
            "Flow | From | To | Categories | Started\n"
            "F1 | CRM | Partner | Contact details |\nF2 | Gate | Partner | Face templates |\n"
            "F3 | CRM | Other | Contact details | 2026-12-01"
        ),
        safeguards=terms(expires="2026-12-15"),
    )

    def test_the_flows_that_depend_on_an_agreement_lapse_with_it(self, given: Given) -> None:
        found = lapses(given(**self.drawn).assessment, within=60)
        (ends,) = [lapse for lapse in found if lapse.kind == "safeguard"]
        assert (ends.on, ends.name, ends.says) == (
            date(2026, 12, 16),
            "Terms",
            "“Terms” expires (last day 2026-12-15)",
        )
        assert [f.id for f in ends.flows] == ["F1", "F2"]
        assert ends.categories == ("Contact details", "Face templates")
        assert [(x.before.value, x.answer.outcome.value) for x in ends.losses] == [("safeguarded", "gap")] * 2
        assert str(ends.cell) == "case.xlsx!Safeguards!H2"

    def test_a_flow_that_starts_uncovered_is_told(self, given: Given) -> None:
        found = lapses(given(**self.drawn).assessment, within=60)
        assert told(found)[0] == ("2026-12-01", "flow", "F3", ["F3"])

    def test_only_the_days_asked_for_are_looked_at(self, given: Given) -> None:
        found = given(**self.drawn).assessment
        assert [lapse.on for lapse in lapses(found, within=23)] == [date(2026, 12, 1)]
        assert [lapse.on for lapse in lapses(found, within=24)] == [date(2026, 12, 1), date(2026, 12, 16)]
        assert lapses(found, within=8) == ()
        assert len(lapses(found, within=9)) == 1
        assert lapses(given(on="2026-12-16", **self.drawn).assessment, within=1) == ()

    def test_an_overdue_review_and_then_the_end(self, given: Given) -> None:
        drawn = {**self.drawn, "safeguards": terms(review="2026-12-10", expires="2026-12-15")}
        found = lapses(given(**drawn).assessment, within=60)
        assert told(found)[1:] == [
            ("2026-12-11", "review", "Terms", ["F1", "F2"]),
            ("2026-12-16", "safeguard", "Terms", ["F1", "F2"]),
        ]
        assert [lapse.losses[0].answer.outcome.value for lapse in found[1:]] == ["incomplete", "gap"]

    def test_nothing_lapses_where_another_agreement_still_covers_it(self, given: Given) -> None:
        both = terms(expires="2026-12-15") + (
            "\nMore terms | agreement | Partner | D-2 | Note 2 | 2026-02-01 | | | 2029-01-01"
        )
        found = lapses(given(**{**self.drawn, "safeguards": both}).assessment, within=60)
        assert "safeguard" not in {lapse.kind for lapse in found}

    def test_a_notice_that_begins_takes_the_cover(self, given: Given) -> None:
        notice = "Notice | Regime | Recipients | From\nNotice 7 | nz | Partner | 2026-12-03"
        found = lapses(given(prohibitions=notice, **self.drawn).assessment, within=13)
        assert ("2026-12-03", "notice", "Notice 7", ["F1", "F2"]) in told(found)

    def test_a_listing_counts_for_a_year_and_a_span_through_its_last_day(self, given: Given) -> None:
        drawn = {
            "organisations": SENDER.format(country="IE", regimes="eu"),
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes | Schemes\n"
            "Partner | US | controller | yes | DPF 2026-01-31\nOther | US | controller | yes | DPF 2025-03-01..2027-02-03",
            "flows": "Flow | From | To | Categories | Frequency\nF1 | CRM | Partner | Contact details | regular\n"
            "F2 | CRM | Other | Contact details | regular",
        }
        found = lapses(given(**drawn).assessment, within=365)
        assert told(found) == [
            ("2027-02-01", "listing", "Partner: DPF", ["F1"]),
            ("2027-02-04", "listing", "Other: DPF", ["F2"]),
        ]
        assert [[x.before.value for x in lapse.losses] for lapse in found] == [["permitted"]] * 2

    def test_a_list_decision_that_ends_takes_its_flows_with_it(self, given: Given) -> None:
        drawn = {
            "organisations": SENDER.format(country="IE", regimes="eu"),
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes\nPartner | GB | controller | yes",
            "flows": flows(),
        }
        found = given(on="2031-12-20", **drawn).assessment
        ends = [e.ends for e in found.law.regimes["eu"].entries if e.country == "GB" and e.ends]
        (lapse,) = lapses(found, within=30)
        assert (lapse.on, lapse.kind, [f.id for f in lapse.flows]) == (ends[0], "list", ["F1"])
        assert "no longer applies" in lapse.says

    def test_what_gets_better_or_ends_is_no_lapse(self, given: Given) -> None:
        drawn = {**self.drawn, "flows": flows("", "2026-12-05"), "safeguards": terms(signed="2026-12-01")}
        assert lapses(given(**drawn).assessment, within=60) == ()

    @pytest.mark.parametrize(("country", "regimes"), [("NZ", "nz; au"), ("IE", "eu"), ("GB", "uk")])
    def test_what_lapses_is_worse_than_the_day_before_and_flagged(self, country: str, regimes: str) -> None:
        inventory = reading(organisations=SENDER.format(country=country, regimes=regimes), **EVERYTHING_DATED)
        start, days = date(2025, 10, 1), 400
        found = lapses(assess(inventory, on=start), within=days)
        lost = {(lapse.on, x.answer.leg.flow.id, x.answer.regime) for lapse in found for x in lapse.losses}
        worse = set()
        order = list(datamap.Outcome)
        before = assess(inventory, on=start)
        for day in (start + timedelta(days=n) for n in range(1, days + 1)):
            after = assess(inventory, on=day)
            for earlier, later in zip(before.answers, after.answers, strict=True):
                if later.outcome.flagged and order.index(later.outcome) < order.index(earlier.outcome):
                    worse.add((day, later.leg.flow.id, later.regime))
            before = after
        assert lost == worse
        assert len(worse) > 2

    def test_many_agreements_lapse_each_on_its_own_day(self, given: Given) -> None:
        number = 500
        drawn = {
            "systems": SYSTEMS,
            "categories": CATEGORIES,
            "recipients": "Recipient | Country | Role | Own purposes\n"
            + "\n".join(f"R{n} | JP | controller | yes" for n in range(number)),
            "flows": "Flow | From | To | Categories\n"
            + "\n".join(f"F{n} | CRM | R{n} | Contact details" for n in range(number)),
            "safeguards": "Safeguard | Mechanism | Recipients | Document | Assessment | Signed | Expires\n"
            + "\n".join(f"S{n} | agreement | R{n} | D | N | 2026-01-01 | {TODAY + A_DAY * n}" for n in range(number)),
        }
        found = lapses(given(**drawn).assessment, within=365)
        assert [len(lapse.flows) for lapse in found] == [1] * 365

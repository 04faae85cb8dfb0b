"""The law is dated, cited data, and what is not sound is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

import pytest

from datamap import duties, law, transfers
from datamap.law import BadLaw, Cited
from datamap.law.citations import joined
from tests.conftest import ROOT

LAW = law.load()
NZ = (resources.files("datamap.law") / "nz.toml").read_text("utf-8")
CSVS = {
    name: (resources.files("datamap.law") / f"{name}.csv").read_text("utf-8") for name in ("adequacy", "mechanisms")
}


def everything() -> list[Cited]:
    found: list[Cited] = [*LAW.other_entries, *LAW.other_mechanisms]
    for r in LAW.regimes.values():
        found += [r, *r.steps, *r.practices, *r.duties.values(), *r.rules.values(), *r.mechanisms.values(), *r.entries]
    return found


def test_every_piece_has_a_citation_a_source_a_day_and_a_confidence() -> None:
    assert len(everything()) > 350
    for cited in everything():
        assert cited.citation.strip()
        assert all(s.strip() for s in cited.sources)
        assert cited.sources
        assert cited.checked <= date(2026, 11, 23)
        assert cited.confidence in law.CONFIDENCES


def test_every_step_and_rule_says_from_when() -> None:
    for regime in LAW.regimes.values():
        for cited in (*regime.steps, *regime.duties.values(), *regime.rules.values(), *regime.practices):
            undated = regime.starts is None and "From which day the Act holds was not read" in regime.note
            assert cited.starts or undated, cited.citation


def test_the_vocabulary_of_tests_is_closed() -> None:
    assert set(law.TESTS) == set(transfers.TESTS)
    used = {t.name for r in LAW.regimes.values() for s in r.steps for t in s.tests}
    used |= {t.name for r in LAW.regimes.values() for ts in r.conditions.values() for t in ts}
    used |= {t.name for r in LAW.regimes.values() for d in r.duties.values() for t in d.if_all}
    used |= {t.name for r in LAW.regimes.values() for e in r.entries for t in e.needs}
    used |= {t.name for e in LAW.other_entries for t in e.needs}
    assert used == set(law.TESTS)


def test_every_rule_has_its_function() -> None:
    assert {code for r in LAW.regimes.values() for code in r.rules} == set(duties.RULES)


def test_no_country_or_scheme_is_prescribed_here_and_the_lists_say_when_that_was_checked() -> None:
    for code in ("nz", "au"):
        entries = LAW.regimes[code].entries
        assert {e.status for e in entries} == {"none prescribed"}
        assert not any(e.decides for e in entries)


@pytest.mark.parametrize(
    ("country", "scope", "last"),
    [
        ("GB", "whole country", date(2031, 12, 27)),
        ("US", "Privacy Shield", date(2020, 7, 15)),
        ("US", "Safe Harbour", date(2015, 10, 5)),
    ],
)
def test_the_last_day_of_a_decision(country: str, scope: str, last: date) -> None:
    """A decision that lapses holds through its last day; one struck down does not hold on the day of the judgment."""
    (entry,) = [e for e in LAW.regimes["eu"].entries if e.country == country and e.scope.startswith(scope)]
    assert entry.holds(last)
    assert not entry.holds(last + timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "nz", "au"),
    [
        ("agreement", "NZ-12-1-F", "AU-8-1"),
        ("SCC", "NZ-12-1-F", "AU-8-1"),
        ("consent", "NZ-12-1-A", "AU-8-2-B"),
        ("IPP 12(1)(b)", "NZ-12-1-B", None),
        ("APP 8.2(c)", None, "AU-8-2-C"),
        ("s 24", "NZ-S24", None),
        ("NZ-12-1-C", "NZ-12-1-C", None),
        ("handshake", None, None),
    ],
)
def test_plain_words_name_each_regimes_own_mechanism(words: str, nz: str | None, au: str | None) -> None:
    for code, expected in (("nz", nz), ("au", au)):
        found = LAW.regimes[code].mechanism(words)
        assert (found.code if found else None) == expected


def broken(old: str, new: str) -> str:
    assert old in NZ
    return NZ.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (broken("starts = 2020-12-01", "strats = 2020-12-01"), "unknown key 'strats'"),
        (broken('citation = "Privacy Act 2020, s 4"\n', ""), "'citation' is missing"),
        (broken('citation = "Privacy Act 2020, s 4"', 'citation = " "'), "no citation"),
        (broken("starts = 2020-12-01", 'starts = "2020-12-01"'), "date is wanted"),
        (broken('confidence = "high"', 'confidence = "certain"'), "not one of high"),
        (broken('needs_any = ["sender_here"', 'needs_any = ["sender_heer"'), "'sender_heer' is not one of the tests"),
        (broken('otherwise = "not_applicable"', 'otherwise = "fine"'), "'fine' is not an outcome"),
        (broken('sources = ["S20", "S21"]', 'sources = ["S20", "S999"]'), "source 'S999' is not listed"),
        (broken('duties = ["ipp5b"]', 'duties = ["ipp5c"]'), "no duty 'ipp5c'"),
        (broken('grounds = ["NZ-S24", "NZ-S23"]', 'grounds = ["NZ-S25"]'), "no mechanism 'NZ-S25'"),
        (broken('kind = "otherwise"', 'kind = "lists"'), "the last step must be"),
        (broken("code = ", "code == "), "nz.toml"),
    ],
)
def test_law_that_is_not_sound_is_refused_with_its_place(text: str, says: str) -> None:
    entries = law._entries(CSVS["adequacy"], "adequacy.csv")
    mechanisms = law._mechanisms(CSVS["mechanisms"], "mechanisms.csv")
    with pytest.raises(BadLaw, match=says.replace("(", r"\(")):
        law._regime(text, "nz.toml", entries, mechanisms)


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("adequacy", ",in force,", ",in froce,", "status 'in froce'"),
        ("adequacy", "2010-10-19", "19/10/2010", "is not a date"),
        ("adequacy", "country_iso2", "iso2", "the columns must be"),
        ("mechanisms", ",role_exception,yes,", ",role_exception,maybe,", "needs_document is 'maybe'"),
        ("mechanisms", "nz,NZ-OWN,", "nz,NZ-S11,", "NZ-S11 is there twice"),
    ],
)
def test_tables_that_are_not_sound_are_refused_with_their_row(name: str, old: str, new: str, says: str) -> None:
    text = CSVS[name]
    assert old in text
    load = law._entries if name == "adequacy" else law._mechanisms
    with pytest.raises(BadLaw, match=says):
        load(text.replace(old, new, 1), f"{name}.csv")


def test_every_rule_has_a_test_that_proves_it() -> None:
    """`make rules` writes the table from a run of tests/spec; it must know every rule and leave none without a test."""
    table = (ROOT / "tests" / "spec" / "RULES.md").read_text("utf-8")
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in table.splitlines() if line.startswith("| ")}
    for regime in LAW.regimes.values():
        for rule in (*(f"{regime.code}/{s.id}" for s in regime.steps), *regime.rules):
            assert rule in rows, f"{rule} is not in the table: run make rules"
            assert "**none**" not in rows[rule], f"{rule} has no test that proves it"
            for named in re.findall(r"`([^`]+)`", rows[rule]):
                module, *names = named.split("::")
                assert f"def {names[-1]}(" in (ROOT / "tests" / "spec" / module).read_text("utf-8")


@pytest.mark.parametrize("cited", [c for c in everything() if c.starts or c.ends], ids=lambda c: c.citation[:40])
def test_it_holds_from_its_first_day_to_the_day_before_its_end(cited: Cited) -> None:
    if cited.starts:
        assert cited.holds(cited.starts)
        assert not cited.holds(cited.starts - timedelta(days=1))
    if cited.ends:
        assert cited.holds(cited.ends - timedelta(days=1))
        assert not cited.holds(cited.ends)


@pytest.mark.parametrize(
    ("citations", "act", "wanted"),
    [
        (
            ["GDPR, Art 44; EDPB Guidelines 05/2021", "GDPR, Art 45", "GDPR, Art 44"],
            "GDPR",
            "GDPR, Art 44, Art 45; EDPB Guidelines 05/2021",
        ),
        (
            ["Privacy Act 2020, s 11(3), IPP 12(1)", "Privacy Act 2020, IPP 12(1)", "Privacy Act 2020, s 11"],
            "Privacy Act 2020",
            "Privacy Act 2020, s 11(3), IPP 12(1), s 11",
        ),
        (["Privacy Act 2020, ss 23, 24", "Privacy Act 2020, s 24"], "Privacy Act 2020", "Privacy Act 2020, ss 23, 24"),
        (["Privacy Act 2020, s 24", "Privacy Act 2020, ss 23, 24"], "Privacy Act 2020", "Privacy Act 2020, s 24, s 23"),
        (["PDPA, s 26; Regs 2021 Pt 3", "PDPA s 26", "PDPA, Regs 2021 Pt 3"], "PDPA", "PDPA, s 26, Regs 2021 Pt 3"),
        (["PIPL", "PIPL, Art 38"], "PIPL", "PIPL, Art 38"),
        (
            ["UK GDPR, Art 46", "UK GDPR Art 46(2)(d); DPA 2018, s 119A", "UK GDPR, Art 46"],
            "UK GDPR",
            "UK GDPR, Art 46, Art 46(2)(d); DPA 2018, s 119A",
        ),
        (
            ["Privacy Act 2020, s 7", "Health Code, rule 12 (to be verified); compare Privacy Act 2020, IPP 12(1)"],
            "Privacy Act 2020",
            "Privacy Act 2020, s 7; Health Code, rule 12 (to be verified); compare Privacy Act 2020, IPP 12(1)",
        ),
        (
            ["Privacy Act 2020, IPP 12(1)", "Health Code, rule 12; compare Privacy Act 2020, IPP 12(1)"],
            "Privacy Act 2020",
            "Privacy Act 2020, IPP 12(1); Health Code, rule 12",
        ),
        (["Decision 2002/2/EC, extended by 2006/1", "Our Rules"], "GDPR", "Decision 2002/2/EC, extended by 2006/1; Our Rules"),
    ],
)  # fmt: skip
def test_several_citations_as_one_name_each_law_and_each_article_once(
    citations: list[str], act: str, wanted: str
) -> None:
    assert joined(citations, act) == wanted
    assert joined([wanted], act) == wanted


@pytest.mark.parametrize("regime", law.load().regimes.values(), ids=lambda r: r.code)
def test_whatever_a_regime_cites_together_keeps_its_laws_apart(regime: law.Regime) -> None:
    """A semicolon stands between laws only, and no law is named twice."""
    cited = [c.citation for c in (*regime.steps, *regime.entries)]
    for first in cited:
        for second in cited:
            parts = joined([first, second, first], regime.law).split("; ")
            assert len(parts) == len(set(parts))
            assert sum(p == regime.law or p.startswith(f"{regime.law}, ") for p in parts) <= 1
            assert not any(re.match(r"(Arts?|ss?|IPP|APP) \d", p) for p in parts), parts

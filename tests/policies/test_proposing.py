"""What is proposed from a sentence, and what never is."""

from __future__ import annotations

import pytest

from datamap import policies
from datamap.inventory import Says
from datamap.law.times import time_in
from datamap.policies import Topic

Told = set[tuple[str, str]]


def told(text: str, *, ours: tuple[str, ...] = (), names: tuple[str, ...] = ()) -> Told:
    found = policies.propose(policies.read_text(text), ours=ours, names=names)
    return {(p.topic.value, p.text) for p in found}


def of(text: str, topic: Topic) -> set[str]:
    return {value for kind, value in told(text) if kind == topic.value}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We collect your name, postal address and date of birth.", {"name", "postal address", "date of birth or age"}),
        ("Your IP address may be recorded when you visit.", {"IP address"}),
        ("We may record telephone calls.", {"recordings of calls and meetings"}),
        ("We do not collect health information.", {"not: health information"}),
        ("We never store your credit card details.", {"not: payment details"}),
        ("We use cookies on our website.", {"cookies and similar data"}),
        ("You may collect your parcel and give us your name.", set()),
        ("Google collects your IP address.", set()),
        ("Personal information is your name and address.", set()),
        ("For example, if a shop collects your name, we never see it.", set()),
        ("The shop will hold your name.", set()),
        ("We will contact you by email or phone.", set()),
        ("We address any questions about your rights.", set()),
        ("See what happens when we collect your name.", set()),
    ],
)
def test_categories(text: str, values: set[str]) -> None:
    assert of(text, Topic.CATEGORY) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We may disclose your information to our lawyers and to debt collectors.", {"professional advisers", "debt collectors"}),
        ("Your data is shared with our affiliates.", {"related companies"}),
        ("We never sell your personal information.", {"not: sale"}),
        ("We do not share your information with advertisers.", {"not: advertisers and marketing partners"}),
        (
            "We will not share your personal information with any third party, except our service providers.",
            {"only: nobody else", "service providers"},
        ),
        ("You may share your data with our affiliates.", set()),
        ("Your bank may disclose information to credit reporting agencies.", set()),
        ("Card payments are processed by our payment provider.", {"payment providers"}),
        ("We share what we think with regulators.", set()),
    ],
)  # fmt: skip
def test_recipients(text: str, values: set[str]) -> None:
    assert of(text, Topic.RECIPIENT) == values


def test_items_of_a_list_belong_to_their_lead() -> None:
    assert told("We may disclose your information to:\n- our insurers;\n- the odd uncle; and\n- you.\n") == {
        ("kind of recipient", "insurers"),
        ("kind of recipient", "the odd uncle"),
    }
    assert told("We will use your information:\n- to bill you;\n- to make tea.\n") == {
        ("purpose", "bill you"),
        ("purpose", "make tea"),
    }
    assert told("We collect information from:\n- you;\n- other sources that are publicly available.\n") == {
        ("source", "the individual"),
        ("source", "third parties"),
        ("source", "publicly available sources"),
    }


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Your information is held in New Zealand and Fiji.", {"New Zealand; Fiji"}),
        ("Your information will be held in our Australian locations.", {"Australia"}),
        ("We only store your data within the EU.", {"only: EU"}),
        ("Your information may be stored in the United States.", {"may: United States"}),
        ("We do not store your information in China.", {"not: China"}),
        ("We do not transfer your data outside the EEA.", {"only: EEA"}),
        ("This policy is governed by the laws of New Zealand.", set()),
        ("We hold events in France.", set()),
        ("Complaints about information go to the office of the Commissioner in New Zealand.", set()),
    ],
)
def test_places(text: str, values: set[str]) -> None:
    assert of(text, Topic.HELD_IN) == values


def test_what_goes_overseas() -> None:
    assert of("We may use cloud providers located outside New Zealand to store your data.", Topic.OVERSEAS) == {
        "may: outside New Zealand"
    }
    assert of("We may send your information overseas.", Topic.OVERSEAS) == {"may: overseas, no country named"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("We keep recordings for 90 days.", {"kept for 90 days"}),
        ("Accounts and their data are deleted within 60 days.", {"deleted within 60 days"}),
        ("We retain your data for as long as it is needed.", {"kept as long as it is needed"}),
        ("We keep recordings for 30 to 90 days.", {"kept for 30 to 90 days"}),
        ("We keep recordings between 30 and 90 days.", {"kept between 30 and 90 days"}),
        ("Your data is retained for two to seven years.", {"kept for two to seven years"}),
        ("We keep backups for six months to two years.", {"kept for six months to two years"}),
        ("Backups are kept for 30–90 days.", {"kept for 30–90 days"}),
        ("Footage is overwritten after a fortnight.", {"deleted after a fortnight"}),
        ("Footage is overwritten every fortnight.", {"deleted every fortnight"}),
        ("Logs are kept for one hundred and eighty days.", {"kept for one hundred and eighty days"}),
        ("Logs are kept for a minimum of 7 (seven) years.", {"kept for a minimum of 7 (seven) years"}),
        ("We keep applications for a year and a half.", {"kept for a year and a half"}),
        ("We keep your data no longer than half a year.", {"kept no longer than half a year"}),
        ("The retention period for payroll records is seven years.", {"kept for seven years"}),
        ("Recordings have a 90-day retention period.", {"kept for a 90-day period"}),
        ("We review how long we keep your data every year.", set()),
        ("You may ask us to delete your data after a year.", set()),
        ("We keep your information safe.", set()),
    ],
)
def test_retention(text: str, values: set[str]) -> None:
    assert of(text, Topic.RETENTION) == values


def test_laws_frameworks_and_dates() -> None:
    text = (
        "We comply with the Privacy Act 1993, the GDPR and the EU-U.S. Privacy Shield. The Privacy Act gives you rights. "
        "We have a code of conduct. Last updated: 3rd May 2024"
    )
    assert of(text, Topic.LAW) == {"Privacy Act 1993", "General Data Protection Regulation", "Privacy Shield"}
    assert of(text, Topic.DATE) == {"3 May 2024"}


def test_people_of_a_place_are_what_a_law_is_about() -> None:
    text = "We follow the Privacy Act 2020. Information about Australian individuals is subject to the Privacy Act."
    found = [p for p in policies.propose(policies.read_text(text)) if p.topic is Topic.LAW]
    assert [(p.value, p.about) for p in found] == [
        ("Privacy Act 2020", ()),
        ("Privacy Act 2020", ("people in Australia",)),
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("You have the right to access and correct your information.", {"access", "correction"}),
        ("You can unsubscribe at any time.", {"unsubscribing"}),
        ("You may complain to the Privacy Commissioner about your information.", {"complaint to the authority"}),
        ("We reserve the right to delete your data.", set()),
        ("We need to access your data to help you.", set()),
    ],
)
def test_rights(text: str, values: set[str]) -> None:
    assert of(text, Topic.RIGHT) == values


@pytest.mark.parametrize(
    ("text", "value", "time"),
    [
        ("We will acknowledge your complaint within two business days.", "complaint: acknowledge within two business days", (2, "working day")),
        ("We process your opt-out within 30 (thirty) days.", "unsubscribing: process within 30 (thirty) days", (30, "day")),
        ("You can unsubscribe and we will act within 10 working days.", "unsubscribing: within 10 working days", (10, "working day")),
        ("We respond to requests within one month.", "request: respond within one month", (1, "month")),
    ],
)  # fmt: skip
def test_promised_times(text: str, value: str, time: tuple[int, str]) -> None:
    found = of(text, Topic.TIME)
    assert found == {value}
    read = time_in(value)
    assert read
    assert (read.number, read.unit) == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("We keep a record of your access request for up to 12 months.", None),
        ("Access logs are deleted within 90 days.", None),
        ("Your access to the service ends after 90 days.", None),
        ("Requests made after 90 days from collection cannot be met.", None),
        ("Access requests are free once in 12 months.", None),
        ("You may request up to 12 months of data.", None),
        ("You must reply within 90 days.", None),
        ("If you do not respond within 60 days we close the request.", None),
        ("You may appeal within 60 days of our reply.", None),
        ("If we have not resolved your complaint within 60 days you may go to the Commissioner.", None),
        ("We may extend the time to respond by up to two months.", None),
        ("We will resolve your complaint within 45 days.", "answer to a complaint: 45 days"),
        ("We will acknowledge your complaint within 45 days.", "complaint: 45 days"),
        ("You can write to us within 7 days, and we answer requests within forty-five days.", "request: 45 days"),
        ("You can unsubscribe and we will act within 10 days.", "unsubscribing: 10 days"),
        ("Unsubscribing takes effect after 10 working days.", "unsubscribing: 10 working days"),
        ("We process opt-outs as soon as possible, in no more than 60 days.", "unsubscribing: 60 days"),
        ("If you do not respond, we answer your request within 60 days.", "request: 60 days"),
    ],
)
def test_only_what_the_publisher_does_in_a_time_is_promised(text: str, time: str | None) -> None:
    found = time_in(text)
    assert (f"{found.about}: {found}" if found else None) == time
    if found is None:
        assert of(text, Topic.TIME) == set()


def test_who_publishes_is_no_recipient_and_is_known_by_its_own_names() -> None:
    text = (
        "Stripe Ltd (“Stripe”, “we”) explains its privacy policy. Stripe collects your name. "
        "Stripe may disclose your information to PayPal."
    )
    assert told(text) == {("category", "name"), ("named recipient", "PayPal")}
    assert ("category", "name") in told("Kowhai collects your name.", ours=("Kowhai",))
    assert told("Kowhai collects your name.") == set()


def test_names_of_the_map_are_looked_for() -> None:
    text = "We share your information with Rata Analytics."
    assert ("named recipient", "Rata Analytics") in told(text, names=("Rata Analytics",))
    assert ("named recipient", "Rata Analytics") not in told(text)


def test_each_thing_is_proposed_once_with_all_its_places() -> None:
    text = "We may collect your name.\nWe collect your name and your age.\nWe do not collect your name.\n"
    first, second, third = policies.propose(policies.read_text(text))
    assert (first.value, first.stance, [s.line for s in first.also]) == ("name", "says", [2])
    assert (second.value, third.text) == ("date of birth or age", "not: name")


def test_accepted_proposals_are_rows_with_their_sentences() -> None:
    policy = policies.read_text(
        "Last updated: 3 May 2024. We may collect your name. Our data is held in Fiji.", name="p.txt"
    )
    proposals = policies.propose(policy)
    document = policies.document_of(policy, proposals)
    rows = policies.accepted(proposals, document=document, taken=["category: NAME"])
    assert document == "p.txt, 3 May 2024"
    assert [(r.name, r.says.value, r.value.value) for r in rows] == [
        ("Category: name (2)", Says.COLLECTED, "name"),
        ("Place held: Fiji", Says.HELD_IN, "Fiji"),
    ]
    assert "“We may collect your name.”" in (rows[0].notes.value or "")
    assert (rows[0].notes.value or "").startswith("Said with “may”.")


def test_the_same_policy_gives_the_same_proposals() -> None:
    policy = policies.read_text("We collect your name and share it with our lawyers in Fiji for two years.")
    assert policies.propose(policy) == policies.propose(policy)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("We do not disclose your personal information overseas.", {"not: overseas, no country named"}),
        ("We do not transfer your information to any country outside New Zealand.", {"only: New Zealand"}),
        ("We do not transfer your information outside New Zealand.", {"only: New Zealand"}),
        ("We do not disclose your personal information overseas unless you agree.", set()),
    ],
)
def test_denials_that_information_goes_abroad(text: str, value: set[str]) -> None:
    found = policies.propose(policies.read_text(text))
    assert {p.text for p in found if p.topic in (Topic.HELD_IN, Topic.OVERSEAS)} == value


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Our agents are in New Zealand only.", {"only: New Zealand (service providers)"}),
        ("All of our agents are in New Zealand.", {"New Zealand (service providers)"}),
        ("Our service providers are located in Fiji and Samoa.", {"Fiji; Samoa (service providers)"}),
        ("Our suppliers are based exclusively in Fiji.", {"only: Fiji (service providers)"}),
        ("Our contractors are not based in China.", {"not: China (service providers)"}),
        ("None of our suppliers are located outside Fiji.", {"only: Fiji (service providers)"}),
        ("Some of our suppliers are based in India.", {"may: India (service providers)"}),
        ("Our suppliers may be located outside Fiji.", {"may: outside Fiji (service providers)"}),
        ("We use suppliers based in Fiji.", {"may: Fiji (service providers)"}),
        ("We use only suppliers based in Fiji.", {"only: Fiji (service providers)"}),
        ("We use suppliers based in Fiji only.", {"only: Fiji (service providers)"}),
        ("We use suppliers based in Fiji only for hosting.", {"may: Fiji (service providers)"}),
        ("We do not use suppliers based in China.", {"not: China (service providers)"}),
        ("We do not use suppliers located outside Fiji.", {"only: Fiji (service providers)"}),
        ("We may give your information to recipients located in Fiji.", {"may: Fiji (recipients)"}),
        ("The third parties to whom we send your information are located in Fiji.", {"Fiji (recipients)"}),
        ("We share your data with our affiliates, who are located in Fiji.", {"Fiji (related companies)"}),
        ("Our staff are in Fiji and Samoa only.", {"only: Fiji; Samoa (employees)"}),
        ("Our service providers are based in:\n- Fiji\n- Samoa\n", {"may: Fiji (service providers)", "may: Samoa (service providers)"}),
        ("If our suppliers are located in Fiji, we tell you.", set()),
        ("Where our suppliers are located in Fiji, we have terms.", set()),
        ("Our suppliers are bound in Fiji by contract.", set()),
        ("Our agents are in compliance with New Zealand law.", set()),
        ("Our customers are located in Fiji.", set()),
        ("Your service providers are located in Fiji.", set()),
        ("Their suppliers are located in Fiji.", set()),
        ("We work with customers based in Fiji.", set()),
        ("We disclose your information to:\n- our lawyers in Fiji\n", set()),
        ("We give notice of transfers to our representatives in the EU.", set()),
    ],
)  # fmt: skip
def test_where_those_are_who_act_for_it(text: str, values: set[str]) -> None:
    found = [p for p in policies.propose(policies.read_text(text)) if p.topic in (Topic.HELD_IN, Topic.OVERSEAS)]
    assert {f"{p.text} ({', '.join(p.about)})" for p in found} == values


def test_where_somebody_comes_from_is_not_where_it_goes() -> None:
    text = "We will transfer data originating in Japan to our servers in Fiji."
    assert of(text, Topic.HELD_IN) | of(text, Topic.OVERSEAS) == {"may: Fiji"}

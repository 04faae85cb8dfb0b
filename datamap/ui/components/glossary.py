"""What the words of the app mean, each said once, and shown wherever the word is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

import streamlit as st

from datamap.transfers import LABELS, Outcome
from datamap.ui.components.markup import Markup, facts, joined, show, tag

OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.BLOCKED: "A prohibition covers this transfer, whatever else is on file.",
        Outcome.GAP: "A regulated transfer without a ground that holds: none is on record, or it has expired, or it is about "
        "another recipient, category or country.",
        Outcome.UNDETERMINED: "A fact that the answer depends on is not known. What is not known never clears a transfer; the "
        "questions to ask are listed.",
        Outcome.INCOMPLETE: "The ground on record would do, but evidence that it needs is missing or overdue.",
        Outcome.SAFEGUARDED: "A ground is on record, and its evidence is complete and current.",
        Outcome.PERMITTED: "A law, or a decision on the country or scheme that is in force, lets it go. No further document is "
        "needed.",
        Outcome.AGENT_ONLY: "The recipient only acts for the sender, so this is no disclosure. The duties that remain are listed.",
        Outcome.NOT_TRANSFER: "The law applies to the sender, but its rules on transfers abroad do not reach this flow.",
        Outcome.NOT_APPLICABLE: "The sender or the information is outside this law.",
    }
)
TERMS: Mapping[str, str] = MappingProxyType(
    {
        "Answer": "What the record shows for one flow, at one place, under one regime, on the day chosen.",
        "Cells": "Where the facts stand in the files: file!Sheet!cell.",
        "Citation": "The section of the law that the answer rests on.",
        "Checked": "The day on which this piece of law was last compared with its source.",
        "Confidence": "How sure the reading of the law is: high when it was read in its source, low when it is to be verified.",
        "Duty": "Something that remains owed after an answer, such as telling the individuals.",
        "Facts to find out": "What nobody has recorded yet and an answer depends on, or evidence that is to be put on file.",
        "Flag": "A rule beside those on transfers asks for attention: retention, notices, identifiers and others.",
        "Flow": "Information that goes from one end to another: from individuals to a system, or from a system to a recipient.",
        "Ground": "The provision of the law that lets the information go.",
        "Implied": "A flow that no row of the sheet Flows tells, but that follows from other sheets.",
        "Individuals": "The people whom the information is about.",
        "Mechanism": "A kind of ground that needs evidence on file, such as an agreement or standard clauses.",
        "Onward": "What a recipient passes on to others, such as its sub-processors.",
        "Owner": "Who answers for the system, as the sheet Systems says.",
        "Place": "Where the recipient holds or reaches the information. A flow has an answer for each of its places.",
        "Problem": "A cell that could not be used as it stands. It is about the file, not about the law.",
        "Recipient": "Somebody the information goes to.",
        "Regime": "One body of privacy law, such as New Zealand's. A flow is judged under each that could apply to its sender.",
        "Role": "What the recipient is to the sender: an agent that only acts for it, or somebody who acts for itself.",
        "Safeguard": "The evidence on file for a mechanism: the paper, whom and what it covers, and its dates.",
        "To be verified": "The law's wording, or its effect here, has not been confirmed at its source yet. Check it before relying on it.",
        "Transfer": "A flow that a law's rules on sending information abroad reach.",
        "Your own law": "The answer rests on a file of law that you added on the page Law.",
    }
)

SHORT_FORMS: Mapping[str, str] = MappingProxyType(
    {
        "ANPD": "Brazil's data protection authority.",
        "APP": "Australian Privacy Principle, of the Privacy Act 1988.",
        "BCR": "Binding corporate rules: one set of rules for a group of companies, which an authority approves.",
        "CAC": "Cyberspace Administration of China.",
        "CBPR": "Cross-Border Privacy Rules: a scheme that organisations are certified under.",
        "DPF": "Data Privacy Framework: a scheme with the United States that companies there certify under.",
        "EEA": "European Economic Area: the EU with Iceland, Liechtenstein and Norway.",
        "FDPIC": "Federal Data Protection and Information Commissioner of Switzerland.",
        "HR": "Human resources: information about an organisation's own staff.",
        "IPP": "Information privacy principle, of New Zealand's Privacy Act 2020.",
        "OPC": "Office of the Privacy Commissioner of New Zealand.",
        "PIPIA": "Personal information protection impact assessment, which Chinese law asks for.",
        "PRP": "Privacy Recognition for Processors: the scheme beside the CBPR for those who only process for others.",
        "SCC": "Standard contractual clauses: a contract in the words that an authority adopted. The EU's have four modules, "
        "by who sends and who receives.",
        "TIA": "Transfer impact assessment: whether the law and practice of the country abroad let the clauses or rules that "
        "are relied on be kept.",
        "TRA": "Transfer risk assessment: the United Kingdom's counterpart of the transfer impact assessment.",
    }
)
"""What the short forms mean that mechanisms are named by."""
_SHORT = re.compile(rf"\b({'|'.join(SHORT_FORMS)})(?=s?\b)")


def with_short_forms(words: str) -> Markup:
    """Words of the law, each short form in them with its meaning on hovering over it."""
    return joined(explained(part) if part in SHORT_FORMS else part for part in _SHORT.split(words))


def meaning(word: str) -> str | None:
    """What a term, a short form or an outcome's words means; None for a word that is not explained."""
    outcome = next((o for o, label in LABELS.items() if label == word), None)
    return OUTCOMES[outcome] if outcome else TERMS.get(word) or SHORT_FORMS.get(word)


def explained(word: str) -> Markup:
    """A term with its meaning on hovering over it."""
    return tag("abbr", word, title=meaning(word))


def words_used(terms: Iterable[str] = tuple(TERMS), *, wide: bool = False) -> None:
    """A button that tells what the outcomes and these terms mean, for the keyboard and for touch."""
    with st.popover("What the words mean", width="stretch" if wide else "content"):
        said = (
            tag("p", tag("b", "Outcomes, worst first")),
            facts(*((LABELS[outcome], says) for outcome, says in OUTCOMES.items())),
            tag("p", tag("b", "Terms")),
            facts(*((term, TERMS[term]) for term in terms)),
            tag("p", tag("b", "Short forms")),
            facts(*SHORT_FORMS.items()),
        )
        show(tag("div", *said, role="region", tabindex="0", aria_label="What the words mean"))

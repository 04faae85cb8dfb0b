"""What a column of somebody else's table means. The one vocabulary of every row-shaped layout and of mapping profiles."""

from __future__ import annotations

from enum import StrEnum


class Meaning(StrEnum):
    """What a column says of its row. The value is the word that a mapping profile and the screen use."""

    REFERENCE = "reference"
    """The row's key in its own file, by which another table may name it."""

    # what the row is about
    SYSTEM = "system"
    ACTIVITY = "processing activity"
    RECIPIENT = "recipient"
    """One name, never split: the table has a row for each recipient."""
    CATEGORY = "information category"
    ORGANISATION = "organisation"
    ORIGIN = "from"
    DESTINATION = "to"

    # of what is held
    SYSTEM_KIND = "kind of system"
    PROVIDER = "provider"
    LOCATIONS = "where it is held"
    CATEGORIES = "information categories"
    TICKED = "ticked category"
    """The heading is the category, and a tick, a cross or a yes says that the row has it."""
    SENSITIVE_CATEGORIES = "sensitive categories"
    SENSITIVE = "sensitive"
    INDIVIDUALS = "individuals"
    COLLECTED_FROM = "collected from"
    PURPOSE = "purpose"
    RETENTION = "retention"
    SECURITY = "security"
    OWNER = "owner"

    # of who receives it
    RECIPIENTS = "recipients"
    PROCESSORS = "processors"
    """Who acts for the organisation: the heading says the role, unless a column of roles does."""
    INTERNAL = "internal recipients"
    """Who receives it within the organisation; no country and no safeguard of the row is theirs."""
    LEGAL_ENTITY = "legal entity"
    ROLE = "role"
    RECIPIENT_COUNTRY = "recipient's country"
    RECIPIENT_LOCATIONS = "where the recipient holds it"
    SCHEMES = "schemes"
    SUB_PROCESSORS = "sub-processors"

    # of a transfer
    TRANSFER = "goes abroad"
    """Yes or no: the file's own view, which is kept and decides nothing."""
    DESTINATIONS = "transfer countries"
    MECHANISM = "safeguard"
    DOCUMENT = "document"
    ASSESSMENT = "assessment"
    ASSESSED = "assessment date"
    SIGNED = "signed"
    EXPIRES = "expires"
    REVIEW = "review due"
    FREQUENCY = "frequency"
    METHOD = "method"
    VOLUME = "volume"

    NOTES = "notes"
    OTHER = "kept as it is"
    """No meaning to datamap: carried through to every export."""


SUBJECTS = (
    Meaning.SYSTEM, Meaning.ACTIVITY, Meaning.RECIPIENT, Meaning.CATEGORY, Meaning.ORIGIN, Meaning.DESTINATION,
)  # fmt: skip
"""The meanings that say what a row is about."""

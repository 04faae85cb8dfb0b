"""What an organisation tells people against what its map shows.

`read` a policy, `propose` the statements that it seems to make, and `reconcile` those that are accepted with the map.
"""

from datamap.policies.documents import SUFFIXES, Policy, Sentence, read, read_bytes, read_text
from datamap.policies.proposing import Proposal, Stance, Topic, accepted, document_of, propose, worded
from datamap.policies.reconciling import (
    Claim,
    Judged,
    Kind,
    NothingToCompare,
    NotStated,
    Reconciliation,
    Untold,
    Verdict,
    reconcile,
)
from datamap.policies.written import to_json

__all__ = ["SUFFIXES", "Claim", "Judged", "Kind", "NotStated", "NothingToCompare", "Policy", "Proposal", "Reconciliation", "Sentence", "Stance", "Topic", "Untold", "Verdict", "accepted", "document_of", "propose", "read", "read_bytes", "read_text", "reconcile", "to_json", "worded"]  # fmt: skip

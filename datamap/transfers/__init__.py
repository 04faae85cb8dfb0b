"""The one decision procedure: leg × regime × day → Answer with its trace.

Every regime's steps (see `datamap/law/*.toml`) are run in the same way. A test finds yes, no, or that it cannot be
told. What cannot be told is carried along as an open question: an answer is given only if it would hold however the
question came out, and otherwise the answer is that facts are missing. So unknown never clears a transfer.

Legs whose facts are the same share one verdict (`Case`); cells and names are joined back afterwards.
"""

from datamap.transfers.answers import FLAGGED, LABELS, WORST_FIRST, Answer, Answers, Outcome, ReliedOn, TraceStep, worst
from datamap.transfers.findings import TESTS
from datamap.transfers.procedure import answers

__all__ = [
    "FLAGGED",
    "LABELS",
    "TESTS",
    "WORST_FIRST",
    "Answer",
    "Answers",
    "Outcome",
    "ReliedOn",
    "TraceStep",
    "answers",
    "worst",
]

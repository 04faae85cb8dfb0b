"""A policy's proposals, and what the map makes of them, as plain values for JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from datamap.duties import Flag
from datamap.graph import MappedFlow
from datamap.policies.documents import Policy, Sentence
from datamap.policies.proposing import Proposal
from datamap.policies.reconciling import Reconciliation
from datamap.sheets import Cell


def to_json(
    policy: Policy | None, proposals: Iterable[Proposal], reconciliation: Reconciliation | None
) -> dict[str, Any]:
    """`policy`, `proposals`, and with a map `statements`, `untold`, `not_stated` and `counts`."""
    told: dict[str, Any] = {
        "policy": policy
        and {"file": policy.file, "kind": policy.kind, "sections": policy.sections, "sentences": len(policy.sentences)},
        "proposals": [_proposal(p) for p in proposals],
    }
    if reconciliation is None:
        return told
    return told | {
        "statements": [
            {
                "name": j.claim.name,
                "says": j.claim.says,
                "stance": j.claim.stance,
                "value": j.claim.value,
                "about": j.claim.about,
                "from": "policy" if j.claim.proposal else "sheet",
                "where": j.claim.where,
                "sentence": j.claim.quote or None,
                "verdict": j.verdict,
                "why": j.why,
                "asks": j.asks,
                "flows": _flows(j.flows),
                "cells": _cells((*j.claim.cells, *j.cells)),
                "flags": _flags(j.flags),
            }
            for j in reconciliation.judged
        ],
        "untold": [
            {
                "kind": u.kind,
                "name": u.name,
                "why": u.why,
                "flows": _flows(u.flows),
                "cells": _cells(u.cells),
                "flags": _flags(u.flags),
                "mentioned": u.mentioned and _sentence(u.mentioned),
            }
            for u in reconciliation.untold
        ],
        "not_stated": [
            {"name": n.name, "why": n.why, "flows": _flows(n.flows), "cells": _cells(n.cells)}
            for n in reconciliation.not_stated
        ],
        "counts": {
            **{verdict.value: number for verdict, number in sorted(reconciliation.counts.items())},
            "untold": len(reconciliation.untold),
        },
    }


def _proposal(proposal: Proposal) -> dict[str, Any]:
    return {
        "topic": proposal.topic,
        "says": proposal.says,
        "stance": proposal.stance,
        "value": proposal.value,
        "text": proposal.text,
        "about": proposal.about,
        "why": proposal.why,
        "confidence": proposal.sure,
        **_sentence(proposal.sentence),
        "also": [_sentence(s) for s in proposal.also],
    }


def _sentence(sentence: Sentence) -> dict[str, Any]:
    return {
        "sentence": sentence.whole,
        "section": sentence.section or None,
        "line": sentence.line,
        "page": sentence.page,
    }


def _flows(flows: Iterable[MappedFlow]) -> list[dict[str, str]]:
    return [{"flow": f.id, "from": f.origin.name, "to": f.destination.name} for f in flows]


def _cells(cells: Iterable[Cell]) -> list[str]:
    return [str(c) for c in dict.fromkeys(cells)]


def _flags(flags: Iterable[Flag]) -> list[dict[str, str]]:
    return [{"rule": f.code, "about": f.about, "message": f.message, "citation": f.citation} for f in flags]

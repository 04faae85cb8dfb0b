"""The JSON objects of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from datamap import __version__, places
from datamap.assessment import Assessment
from datamap.chains import Chain, Destination
from datamap.graph import MappedFlow
from datamap.registers.tables import recipient_name, role_words
from datamap.sheets import Cell
from datamap.timeline import Lapse, Span
from datamap.transfers import WORST_FIRST, Answer, ReliedOn

if TYPE_CHECKING:
    from datamap.comparison import Comparison, LegChange


def json_transfers(assessment: Assessment) -> list[dict[str, Any]]:
    """One object for every leg under every regime, in the order of the answers, as `datamap check` prints them."""
    return list(_transfers(assessment))


def _transfers(assessment: Assessment) -> Iterator[dict[str, Any]]:
    for answer in assessment.answers.passing():
        yield _json_transfer(answer, assessment.not_understood(answer))


def _json_transfer(answer: Answer, not_understood: tuple[Cell, ...]) -> dict[str, Any]:
    leg, flow, relied = answer.leg, answer.leg.flow, answer.relied_on
    place = leg.place.value
    return {
        "flow": flow.id,
        "organisation": flow.organisation.name if flow.organisation else None,
        "source": flow.origin.name,
        "recipient": recipient_name(flow),
        "country": leg.country if leg.country and len(leg.country) == 2 else None,
        "place": places.place_name(place) if place else None,
        "activity": place.activity.value if place and place.activity else None,
        "categories": list(flow.categories.value or ()),
        "individuals": list(flow.individuals.value or ()),
        "purpose": flow.record.purpose.value,
        "role": role_words(flow) or None,
        "implied": flow.implied,
        "onward": flow.upstream is not None,
        "regime": answer.regime,
        "outcome": answer.outcome.value,
        "ground": answer.ground,
        "citation": answer.citation,
        "reason": answer.reason,
        "missing": list(answer.missing),
        "duties": list(answer.duties),
        "safeguard": relied.name if relied else None,
        "relied_on": _json_relied_on(relied),
        "also_on": [_json_relied_on(piece) for piece in answer.also_on],
        "confidence": answer.confidence,
        "to_be_verified": answer.to_be_verified,
        "yours": answer.yours,
        "checked": answer.checked.isoformat() if answer.checked else None,
        "cells": _addresses(answer.cells),
        "not_understood": _addresses(not_understood),
        "trace": [
            {
                "rule": step.rule,
                "question": step.question,
                "found": step.found,
                "says": step.says,
                "citation": step.citation,
                "confidence": step.confidence,
                "to_be_verified": step.to_be_verified,
                "yours": step.yours,
                "checked": step.checked.isoformat(),
                "sources": list(step.sources),
                "cells": _addresses(step.cells),
            }
            for step in answer.trace
        ],
    }


def _json_relied_on(relied: ReliedOn | None) -> dict[str, Any] | None:
    if relied is None:
        return None
    return {
        "kind": relied.kind,
        "name": relied.name,
        "mechanism": relied.mechanism,
        "starts": relied.starts.isoformat() if relied.starts else None,
        "ends": relied.ends.isoformat() if relied.ends else None,
        "document": relied.document,
        "cell": str(relied.cell) if relied.cell else None,
        "checked": relied.checked.isoformat(),
        "sources": list(relied.sources),
    }


def _addresses(cells: Iterable[Cell]) -> list[str]:
    return [str(c) for c in cells]


def to_json(assessment: Assessment) -> dict[str, Any]:
    """The object that `datamap check --format json` prints: plain types, in a stable order."""
    return _json_object(assessment) | {"transfers": json_transfers(assessment)}


def _json_object(assessment: Assessment) -> dict[str, Any]:
    """The same, in which the transfers are made one after the other: of a large inventory they fill the memory."""
    counts = assessment.counts
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "hypothetical": list(assessment.hypothetical),
        "regimes": [r.code for r in assessment.regimes],
        "own_law": assessment.law.own or None,
        "inputs": [
            {
                "file": i.file,
                "layout": i.layout,
                "rows_read": i.rows_read,
                "rows_in_inventory": i.rows_in_inventory,
                "rows_left_out": i.rows_left_out,
            }
            for i in assessment.inputs
        ],
        "problems": [
            {
                "code": p.code,
                "file": p.cell.file,
                "sheet": p.cell.sheet,
                "cell": p.cell.address,
                "column": p.column,
                "value": p.value,
                "message": p.message,
                "hint": p.hint,
            }
            for p in assessment.problems
        ],
        "transfers": _transfers(assessment),
        "flags": [
            {
                "code": f.code,
                "about": f.about,
                "message": f.message,
                "citation": f.citation,
                "confidence": f.confidence,
                "to_be_verified": f.to_be_verified,
                "yours": f.yours,
                "cells": _addresses(f.cells),
            }
            for f in assessment.flags
        ],
        "counts": {o.value: counts[o] for o in WORST_FIRST if counts[o]},
    }


def json_history(assessment: Assessment, told: Iterable[tuple[MappedFlow, tuple[Span, ...]]]) -> dict[str, Any]:
    """The object that `datamap history --format json` prints: each flow with its spans, days as 2026-11-30 or null."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "hypothetical": list(assessment.hypothetical),
        "flows": [
            {
                "flow": flow.id,
                "source": flow.origin.name,
                "recipient": recipient_name(flow),
                "spans": [
                    {
                        "regime": span.regime,
                        "country": span.leg.country,
                        "place": places.place_name(span.leg.place.value) if span.leg.place.value else None,
                        "outcome": span.outcome.value,
                        "starts": span.starts.isoformat() if span.starts else None,
                        "ends": span.ends.isoformat() if span.ends else None,
                        "changed": list(span.changed),
                        "reason": span.reason,
                        "citation": span.citation,
                        "to_be_verified": span.to_be_verified,
                        "yours": span.yours,
                    }
                    for span in spans
                ],
            }
            for flow, spans in told
        ],
    }


def json_lapses(assessment: Assessment, found: Iterable[Lapse], within: int) -> dict[str, Any]:
    """The object that `datamap lapses --format json` prints."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "hypothetical": list(assessment.hypothetical),
        "within": within,
        "lapses": [
            {
                "day": lapse.on.isoformat(),
                "kind": lapse.kind,
                "name": lapse.name,
                "says": lapse.says,
                "cell": str(lapse.cell) if lapse.cell else None,
                "categories": list(lapse.categories),
                "transfers": [
                    {
                        "before": loss.before.value,
                        **_without_trace(_json_transfer(loss.answer, assessment.not_understood(loss.answer))),
                    }
                    for loss in lapse.losses
                ],
            }
            for lapse in found
        ],
    }


def _without_trace(transfer: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in transfer.items() if k != "trace"}


def json_chains(assessment: Assessment, chains: Iterable[Chain], countries: Iterable[Destination]) -> dict[str, Any]:
    """The object that `datamap chains --format json` prints: the chains, and what reaches each country."""
    return {
        "as_of": assessment.on.isoformat(),
        "version": __version__,
        "hypothetical": list(assessment.hypothetical),
        "chains": [
            {
                "category": chain.category,
                "country": chain.country,
                "place": chain.place,
                "sentence": chain.sentence,
                "outcome": chain.outcome.value if chain.outcome else None,
                "systems": list(chain.systems),
                "hops": [
                    {
                        "flow": hop.flow.id,
                        "source": hop.flow.origin.name,
                        "recipient": hop.flow.destination.name,
                        "outcomes": {code: outcome.value for code, outcome in hop.outcomes.items()},
                        "agreement": hop.agreement.name if hop.agreement else None,
                        "agreement_holds": hop.current,
                        "agreement_wanted": hop.wanted,
                        "cells": _addresses(hop.flow.cells),
                    }
                    for hop in chain.hops
                ],
            }
            for chain in chains
        ],
        "countries": [
            {
                "country": found.country,
                "place": found.place,
                "categories": list(found.categories),
                "systems": list(found.systems),
                "hops": found.hops,
                "outcome": found.outcome.value if found.outcome else None,
            }
            for found in countries
        ],
    }


def json_comparison(found: Comparison) -> dict[str, Any]:
    """The object that `datamap diff` and `datamap whatif` print with `--format json`. What is the same is only counted."""
    from datamap.comparison import Status

    return {
        "version": __version__,
        "hypothetical": list(found.after.hypothetical),
        "before": _json_side(found.before),
        "after": _json_side(found.after),
        "summary": found.sentence,
        "got_worse": found.got_worse,
        "counts": {
            "worse": len(found.worse),
            "better": len(found.better),
            "newly_flagged": sum(leg.newly_flagged for leg in found.legs),
            "no_longer_known": sum(leg.lost for leg in found.legs),
            "still_flagged_changed": sum(leg.still_flagged for leg in found.legs),
            **{status.value: found.counts[status] for status in Status},
        },
        "transfers": [_json_leg(leg, found) for leg in found.legs if leg.status is not Status.SAME],
        "records": [
            {
                "status": record.status.value,
                "sheet": record.sheet,
                "name": record.name,
                "cells_before": _addresses([record.before.cell] if record.before and record.before.cell else []),
                "cells": _addresses([record.after.cell] if record.after and record.after.cell else []),
                "facts": [
                    {
                        "column": fact.heading,
                        "before": fact.before,
                        "after": fact.after,
                        "cells_before": _addresses(fact.before_cells),
                        "cells": _addresses(fact.after_cells),
                    }
                    for fact in record.facts
                ],
            }
            for record in found.records
        ],
        "flags": [
            {
                "status": f.status.value,
                "code": f.flag.code,
                "about": f.flag.about,
                "message": f.flag.message,
                "citation": f.flag.citation,
                "to_be_verified": f.flag.to_be_verified,
                "yours": f.flag.yours,
            }
            for f in found.flags
            if f.status is not Status.SAME
        ],
        "same": [rename._asdict() for rename in found.same],
        "perhaps_the_same": [{**p.rename._asdict(), "why": p.why, "score": p.score} for p in found.proposed],
    }


def _json_side(assessment: Assessment) -> dict[str, Any]:
    return {
        "as_of": assessment.on.isoformat(),
        "regimes": [r.code for r in assessment.regimes],
        "files": [i.file for i in assessment.inputs],
        "answers": len(assessment.answers),
        "counts": {o.value: assessment.counts[o] for o in WORST_FIRST if assessment.counts[o]},
    }


def _json_leg(leg: LegChange, found: Comparison) -> dict[str, Any]:
    sides = {
        name: _without_trace(_json_transfer(answer, side.not_understood(answer))) if answer else None
        for name, answer, side in (("before", leg.before, found.before), ("after", leg.after, found.after))
    }
    return {
        "status": leg.status.value,
        "verdict": leg.verdict,
        "regime": leg.regime,
        "changes": [{"what": c.what.value, "before": c.before, "after": c.after} for c in leg.changes],
        "needs": list(leg.needs(found.after)),
        **sides,
    }


def json_text(assessment: Assessment, more: Mapping[str, Any] = MappingProxyType({})) -> str:
    """`to_json`, and `more` keys beside it, as text, with every letter as itself: a line for each key, and for each entry
    of a list."""
    return "".join(json_pieces(assessment, more))


def json_pieces(assessment: Assessment, more: Mapping[str, Any] = MappingProxyType({})) -> Iterator[str]:
    """The same text in pieces, none of which is kept: so that what is written need not fit into memory."""
    before = "{\n"
    for key, value in {**_json_object(assessment), **more}.items():
        yield f"{before}  {_json(key)}: "
        before = ",\n"
        if isinstance(value, Iterator):
            between = "["
            for entry in value:
                yield f"{between}\n    {_json(entry)}"
                between = ","
            yield "[]" if between == "[" else "\n  ]"
        else:
            yield _json_lines(value)
    yield "\n}\n"


def _json_lines(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {_json(entry)}" for entry in value) + "\n  ]"
    return _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)

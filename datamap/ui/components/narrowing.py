"""What a click on a picture narrows every page to, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from datamap.inventory import name_key
from datamap.tallies import Axis, Name
from datamap.ui import session
from datamap.views import Selection


def filter_for(selection: Selection, axis: Axis, name: Name) -> dict[str, Any]:
    """The filter that lets through what counts on a line of a matrix, by its key; empty when no filter can hold it."""
    match axis:
        case Axis.CATEGORIES:
            spelled = (c for c in selection.assessment.map.categories if name_key(c) == name.key)
            return {session.CATEGORY: [category]} if (category := next(spelled, None)) else {}
        case Axis.SYSTEMS:
            return {session.SENDER: [name.words]}
        case Axis.RECIPIENTS:
            return {session.RECIPIENT: [name.words]}
        case Axis.COUNTRIES:
            return {session.COUNTRY: [name.key]}


def narrow(filters: Mapping[str, Any]) -> None:
    """Let through only what passes these filters too; when they hold all of it already, let everything through again."""
    if not filters:
        return
    held = all(session.chosen(key) == value for key, value in filters.items())
    session.look_at(**{key: _nothing(value) if held else value for key, value in filters.items()})
    _count()


def _nothing(value: Any) -> list[Any] | None:
    return [] if isinstance(value, list) else None


def way_back(of: str) -> None:
    """Offer to take back the last click, when there was one. `of` tells the button from those of other pictures."""
    if session.can_look_back():
        st.button("Undo the last step", on_click=_back, key=f"undo {of}")


def _back() -> None:
    session.look_back()
    _count()


_CLICKS = "clicks on pictures"


def _count() -> None:
    session.choose(_CLICKS, (session.chosen(_CLICKS) or 0) + 1)


def fresh_key(of: str) -> str:
    """The key of a chart in which nothing is picked yet: what was picked before the last click is done with."""
    return f"{of} {session.chosen(_CLICKS) or 0}"

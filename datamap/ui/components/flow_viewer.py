"""A diagram on the page: zoom, pan and pick, in the browser, with nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from datamap.pictures import viewer_parts

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_MOUNT = """
const mounted = new WeakMap();
export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const element = parentElement.querySelector(".viewer");
  element.style.height = `${data.height}px`;
  let viewer = mounted.get(element);
  if (!viewer) {
    viewer = makeViewer(element, (id) => viewer.tell(id), (id) => viewer.open(id));
    mounted.set(element, viewer);
  }
  viewer.tell = (id) => setStateValue("picked", id);
  viewer.open = (id) => setTriggerValue("opened", id);
  viewer.show(data.svg, data.hidden);
  if (viewer.asked !== data.picked) viewer.highlight(data.picked);
  viewer.asked = data.picked;
}
"""


@cache
def _component() -> ComponentRenderer:
    markup, css, js = viewer_parts()
    return st.components.v2.component("datamap.flow_viewer", html=markup, css=css, js=f"{js}\n{_MOUNT}")


class Picked(NamedTuple):
    """What the reader did in a picture, by SVG ids: the part that is picked, and the one just asked to be opened."""

    part: str | None
    opened: str | None = None


def flow_viewer(
    svg: str, *, key: str, height: int = 640, picked: str | None = None, hidden: Sequence[str] = ()
) -> Picked:
    """Show an SVG of `pictures.to_svg`, `height` pixels high; return what the reader has picked in it.

    `picked` is highlighted at first, and again whenever it changes; the reader's own pick is returned until it is
    cleared or the picture no longer holds it. Zoom and position last as long as the reader has moved the picture and
    it still holds what is looked at. `hidden` are names that the search says are hidden by the filters.
    """
    result = _component()(
        key=key,
        data={"svg": svg, "picked": picked, "height": height, "hidden": list(hidden)},
        default={"picked": picked},
        height="content",
        on_picked_change=lambda: None,
        on_opened_change=lambda: None,
    )
    part, opened = (
        id if isinstance(id, str) and f'id="{id}"' in svg else None
        for id in (result.get("picked"), result.get("opened"))
    )
    return Picked(part, opened)

"""A diagram on the page: zoom, pan and pick, in the browser, with nothing fetched."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from datamap.pictures import viewer_parts

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_MOUNT = """
const mounted = new WeakMap();
export default function ({ data, parentElement, setStateValue }) {
  const element = parentElement.querySelector(".viewer");
  element.style.height = `${data.height}px`;
  let viewer = mounted.get(element);
  if (!viewer) {
    viewer = makeViewer(element, (id) => viewer.tell(id));
    mounted.set(element, viewer);
  }
  viewer.tell = (id) => setStateValue("picked", id);
  viewer.show(data.svg);
  if (viewer.asked !== data.picked) viewer.highlight(data.picked);
  viewer.asked = data.picked;
}
"""


@cache
def _component() -> ComponentRenderer:
    markup, css, js = viewer_parts()
    return st.components.v2.component("datamap.flow_viewer", html=markup, css=css, js=f"{js}\n{_MOUNT}")


def flow_viewer(svg: str, *, key: str, height: int = 640, picked: str | None = None) -> str | None:
    """Show an SVG of `pictures.to_svg`, `height` pixels high; return the SVG id of the part the reader has picked.

    `picked` is highlighted at first, and again whenever it changes; the reader's own pick is returned until it is
    cleared or the picture no longer holds it. Zoom and position last as long as the same picture is shown.
    """
    result = _component()(
        key=key,
        data={"svg": svg, "picked": picked, "height": height},
        default={"picked": picked},
        height="content",
        on_picked_change=lambda: None,
    )
    found: object = result.get("picked")
    return found if isinstance(found, str) and f'id="{found}"' in svg else None

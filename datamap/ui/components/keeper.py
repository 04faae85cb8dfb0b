"""What a browser tab has open survives a reload of its page, and its history has one entry for each visit of a page.

A reload is a new session to Streamlit. So what is open is held in the memory of this process, under a token that nobody
can guess and that the tab alone keeps, in its own session storage: never in the address, a cookie or a file.

Streamlit makes an entry in the history of every change of the address. Here a change on one page takes the place of that
page's entry, so that *Back* leads to the page before, as it was left. What a new page asks for may reach the browser before the
page itself does: then it is taken back from the entry of the page before.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Generic, TypeVar

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

T = TypeVar("T")

MOST_TABS = 40
"""Tabs whose work is held; the one that was used the longest ago is let go for one more."""
LONGEST_HOURS = 8
"""For how long the work of a tab is held after it was last used."""
KEY = "kept tab"

_SCRIPT = """
const NAME = "datamap tab";
let asked = null;
const history = window.history;
if (!Object.hasOwn(history, "pushState")) {
  const { pushState, replaceState } = History.prototype;
  let left = null;
  for (const kind of ["click", "keydown", "pointerdown", "popstate"]) {
    window.addEventListener(kind, () => { left = null; }, true);
  }
  history.pushState = function (state, unused, address) {
    const here = window.location, there = new URL(address ?? "", here.href);
    if (there.pathname === here.pathname && there.hash === here.hash) {
      left ??= here.href;
      replaceState.call(history, state, unused, address);
    } else {
      if (left) replaceState.call(history, history.state, unused, left);
      left = null;
      pushState.call(history, state, unused, address);
    }
  };
}
export default function ({ data, setTriggerValue }) {
  let held = null;
  try {
    if (data.token) sessionStorage.setItem(NAME, data.token);
    else if (data.forget) sessionStorage.removeItem(NAME);
    else held = sessionStorage.getItem(NAME);
  } catch (refused) {
    return;
  }
  if (held && held !== asked) {
    asked = held;
    setTriggerValue("held", held);
  }
}
"""


@dataclass
class _Held(Generic[T]):
    """The work of one tab, when it was used last, and the token it was restored from."""

    work: T
    used: float
    origin: str | None
    restored: bool = False


class Keeper(Generic[T]):
    """The work of the tabs, each under its token. Safe to use from several threads."""

    def __init__(
        self, most: int = MOST_TABS, longest: float = LONGEST_HOURS * 3600, now: Callable[[], float] = monotonic
    ) -> None:
        self._most, self._longest, self._now = most, longest, now
        self._held: dict[str, _Held[T]] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._held)

    def keep(self, token: str, work: T, origin: str | None = None) -> None:
        """Hold this work for a tab, in the place of what was held for it. `origin` is the token it was restored from."""
        with self._lock:
            self._held.pop(token, None)
            self._held[token] = _Held(work, self._now(), origin)
            self._let_go()

    def restore(self, token: str) -> T | None:
        """What is held under a token. It stays there, because a tab that was duplicated has the token as well."""
        with self._lock:
            self._let_go()
            found = self._held.get(token)
            if found is None:
                return None
            found.restored = True
            return found.work

    def forget(self, token: str) -> None:
        """Let go of the work of a tab, and of what it was restored from unless another tab still uses that."""
        with self._lock:
            held = self._held.pop(token, None)
            while held and held.origin and (before := self._held.get(held.origin)) and before.restored:
                held = self._held.pop(held.origin)

    def _let_go(self) -> None:
        oldest = self._now() - self._longest
        for token in [t for t, held in self._held.items() if held.used < oldest]:
            del self._held[token]
        while len(self._held) > self._most:
            del self._held[min(self._held, key=lambda t: self._held[t].used)]


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


@cache
def _component() -> ComponentRenderer:
    return st.components.v2.component("datamap.keeper", html="<span hidden></span>", js=_SCRIPT)


def tab(token: str | None, *, forget: bool, told: Callable[[], None]) -> None:
    """Let the browser's tab keep a token, or forget it; without either, `told` is called when the tab has one.

    The token is in the session state of `KEY` then, as `held`.
    """
    _component()(key=KEY, data={"token": token, "forget": forget}, on_held_change=told, height="content")

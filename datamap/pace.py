"""Work that goes on for a while: how far it has come, told to whoever waits for it, and how long it may take.

`watched` surrounds the work, `step` is called in its loops. A loop need not know who watches, or whether anybody does.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from time import monotonic, thread_time
from typing import TypeVar

from datamap.sheets import EVERY, LIMITS, Progress, Unreadable

T = TypeVar("T")


SMALLER = "split it into smaller files, and leave out sheets that are no inventory"
"""What to do about files that take too long."""


class _Watch:
    """Work on `rows` of `what`, which goes from stage to stage; each is a share of the whole, in so many steps."""

    def __init__(self, what: str, rows: int, progress: Callable[[Progress], None] | None, advice: str) -> None:
        self.what, self.rows, self.progress, self.advice = what, rows, progress, advice
        self.began, self.started = monotonic(), thread_time()
        self.due = self.began
        self.before = self.share = 0.0
        self.steps, self.done = 1, 0

    def stage(self, share: float, steps: int) -> None:
        self.before += self.share
        self.share, self.steps, self.done = share, max(steps, 1), 0
        self.step(0)

    def step(self, count: int) -> None:
        self.done += count
        if monotonic() >= self.due:
            self.look()

    def look(self) -> None:
        if thread_time() - self.started > LIMITS.understanding:
            raise Unreadable(
                f"{self.what} would take more than {LIMITS.understanding:g} seconds to understand: {self.advice}."
            )
        self.tell(min(self.before + self.share * min(self.done / self.steps, 1.0), 1.0))
        self.due = monotonic() + EVERY

    def tell(self, share: float) -> None:
        if self.progress is not None:
            self.progress(Progress(self.what, monotonic() - self.began, int(self.rows * share), 0, self.rows))


_watch: ContextVar[_Watch | None] = ContextVar("_watch", default=None)


@contextmanager
def watched(
    what: str, rows: int, progress: Callable[[Progress], None] | None = None, *, advice: str = SMALLER
) -> Iterator[None]:
    """While rows that were read are understood. Within work that is watched already it changes nothing.

    `advice` is what to do where it takes too long. `progress` is called when it begins and ends, and at every step that comes `EVERY` seconds after the last call. What
    it raises ends the work and is raised here. Raises `Unreadable` when it takes more than `LIMITS.understanding`.
    """
    if _watch.get() is not None:
        yield
        return
    watch = _Watch(what, rows, progress, advice)
    token = _watch.set(watch)
    try:
        watch.step(0)
        yield
        watch.tell(1.0)
    finally:
        _watch.reset(token)


def stage(share: float, steps: int) -> None:
    """Begin the next part of the work: its share of the whole, from 0 to 1, and about how many steps it has."""
    if (watch := _watch.get()) is not None:
        watch.stage(share, steps)


def step(count: int = 1) -> None:
    """Say that the work goes on, so many steps further. This is where it may be ended."""
    if (watch := _watch.get()) is not None:
        watch.step(count)


def steps(each: Iterable[T], count: int = 1, *, quick: bool = False) -> Iterator[T]:
    """The same things, with so many steps before each; together for every 64 of them where each is `quick`."""
    watch = _watch.get()
    if watch is None:
        yield from each
        return
    if quick:
        left = iter(each)
        while some := list(islice(left, 64)):
            watch.step(count * len(some))
            yield from some
        return
    for one in each:
        watch.done += count
        if monotonic() >= watch.due:
            watch.look()
        yield one


@contextmanager
def all_kept() -> Iterator[None]:
    """While records are made that are all kept: looking among them for what to free takes as long as making them.

    Afterwards they count as old, so that they are not looked through at once; the next full collection does.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()

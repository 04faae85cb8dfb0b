"""The layouts that are known by what stands in a file, each in a module of its own."""

from __future__ import annotations

from datamap.layouts import (
    ciso_list,
    ciso_workbook,
    cnil,
    fides_workbook,
    fides_yaml,
    ico,
    mercator,
    privado,
    subprocessors,
    subprocessors_yaml,
    transcend_yaml,
)
from datamap.layouts.layout import Layout
from datamap.pace import steps
from datamap.sheets import Book

LAYOUTS: tuple[Layout, ...] = (
    ico.LAYOUT,
    fides_workbook.LAYOUT,
    mercator.REGISTER,
    mercator.OBJECTS,
    ciso_list.PROCESSINGS,
    ciso_list.THIRD_PARTIES,
    privado.LAYOUT,
    subprocessors.LAYOUT,
    cnil.LAYOUT,
    ciso_workbook.LAYOUT,
    fides_yaml.LAYOUT,
    transcend_yaml.LAYOUT,
    subprocessors_yaml.LAYOUT,
)
LEAST = 0.8
"""The share of a layout's marks that a book must have to be read as it."""


RESEMBLES = 0.4
"""The share from which a book that is refused is said to resemble a layout."""


def layout_of(book: Book) -> tuple[Layout | None, str]:
    """The known layout that a book has, and the name of the one that it resembles most."""
    share, place = max((layout.recognises(book), -number) for number, layout in enumerate(steps(LAYOUTS, 0)))
    nearest = LAYOUTS[-place]
    return (nearest if share >= LEAST else None), (nearest.name if share >= RESEMBLES else "")

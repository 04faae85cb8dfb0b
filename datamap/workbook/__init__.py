"""Sheets and columns declared once: they parse, validate, write the blank workbook and explain themselves."""

from datamap.workbook.columns import SHEETS, Column, SheetLayout
from datamap.workbook.reading import InputReport, Reading, parse, recognises

__all__ = ["SHEETS", "Column", "InputReport", "Reading", "SheetLayout", "parse", "recognises"]

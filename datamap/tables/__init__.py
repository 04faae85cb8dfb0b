"""Inventories too large for one file: tables in, tables out, judged by the same rules where the tables are."""

from datamap.tables.engines import CannotAssess, DuckDB, Engine, Postgres, Spark, opened, shown
from datamap.tables.run import Different, Summary, assess_tables, filled

__all__ = [
    "CannotAssess",
    "Different",
    "DuckDB",
    "Engine",
    "Postgres",
    "Spark",
    "Summary",
    "assess_tables",
    "filled",
    "opened",
    "shown",
]

"""Tables as other tools write them: types, lists, folders and files of all kinds; what cannot be read is said."""

from __future__ import annotations

import decimal
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import datamap
from datamap.cli import main
from datamap.tables import CannotAssess, Postgres, assess_tables
from tests.tables.small import FILE, ON, Sheets, by_tables, in_memory, into_folder, into_schema, table_of
from tests.tables.test_engines import tortured
from tests.tables.test_run import engine_at, ran

HEADINGS = (
    "Flow", "From", "To", "Categories", "Individuals", "Own purposes", "Locations", "Started", "Ended", "Volume", "Safeguards",
)  # fmt: skip
ROWS = [
    ("F1", "CRM", "Mailer", "Health; Name", "Customers", "yes", "US; IE", "2026-01-01", "2027-02-03", "200", "Agreement"),
    ("F2", "CRM", "Host", "", "Staff", "no", "", "", "2026-03-04", "10000000", "Consent"),
    ("F3", "Archive", "Loop", "Name", "", "", "NZ", "2024-05-06", "", "", ""),
]  # fmt: skip


def plain() -> Sheets:
    return {**tortured(3, 0), "Flows": [HEADINGS, *ROWS]}


def typed(unusual: bool) -> pa.Table:
    """The same flows, each column of the type that a tool would give it, and columns that only tools write."""
    texts = {h: [v or None for v in c] for h, c in zip(HEADINGS, zip(*ROWS, strict=True), strict=True)}
    found = {h: pa.array(v, pa.large_string() if unusual else pa.string()) for h, v in texts.items()}
    lists = {h: [v and v.split("; ") for v in texts[h]] for h in ("Categories", "Locations")}
    found["From"] = pa.array(texts["From"]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string()))
    found["Categories"] = pa.array([v and [*v, None] for v in lists["Categories"]], pa.list_(pa.string()))
    found["Locations"] = pa.array(
        [v or ([] if unusual else None) for v in lists["Locations"]], pa.large_list(pa.string())
    )
    found["Own purposes"] = pa.array([v and v == "yes" for v in texts["Own purposes"]], pa.bool_())
    times = [v and datetime.fromisoformat(f"{v}T11:12:13") for v in texts["Started"]]
    found["Started"] = pa.array(times, pa.timestamp("ns") if unusual else pa.timestamp("us", tz="UTC"))
    found["Ended"] = pa.array([v and date.fromisoformat(v) for v in texts["Ended"]], pa.date32())
    if unusual:
        found["Volume"] = pa.array([float(v or "nan") for v in texts["Volume"]])
    else:
        found["Volume"] = pa.array([v and decimal.Decimal(v) for v in texts["Volume"]], pa.decimal128(20, 4))
    return pa.table(
        {
            **found,
            "Frequency": pa.nulls(3),
            "Nothing": pa.nulls(3),
            "__index_level_0__": [5, 6, 7],
            "row": [9, 9, 9],
            "Row": [8, 8, 8],
            "Extra": [{"a": 1}] * 3,
        }
    )


def write(place: Path, flows: pa.Table) -> Path:
    """The flows as one part of a folder as Spark leaves it, and the other tables in several files of different types."""
    into_folder({**plain(), "Flows": [HEADINGS]}, place)
    folder = place / "Flows"
    pq.write_table(flows, folder / "part-000.parquet")
    (folder / "_SUCCESS").write_text("")
    (folder / ".part-000.parquet.crc.note").write_text("")
    for hidden in ("_temporary/0", ".tmp"):
        (folder / hidden).mkdir(parents=True)
        pq.write_table(flows, folder / hidden / "part-000.parquet")
    pq.write_table(flows.slice(0, 0), folder / "part-001.parquet")
    pq.write_table(pa.table({}), folder / "part-002.parquet")
    recipients = pq.read_table(place / "Recipients.parquet")
    (place / "Recipients.parquet").unlink()
    (place / "Recipients").mkdir()
    one, other = recipients.slice(0, 2), recipients.slice(2)
    pq.write_table(
        one.set_column(0, "Recipient", one.column(0).dictionary_encode()), place / "Recipients" / "a.parquet"
    )
    at = other.column_names.index("Sub-processors")
    subs = pa.array([v and v.split("; ") for v in other.column(at).to_pylist()], pa.list_(pa.string()))
    pq.write_table(other.set_column(at, "Sub-processors", subs), place / "Recipients" / "b.parquet")
    return folder


@pytest.mark.parametrize("unusual", [False, True])
def test_types_of_other_tools_say_the_same(unusual: bool, tmp_path: Path) -> None:
    write(tmp_path / "from", typed(unusual))
    engine = engine_at(tmp_path)
    assert by_tables(engine) == in_memory(plain())
    engine.close()


def test_folders_named_key_value_are_columns(tmp_path: Path) -> None:
    folder = write(tmp_path / "from", typed(False))
    for file in folder.glob("*.parquet"):
        file.unlink()
    flows = table_of([HEADINGS, *ROWS])
    for number, (part, who) in enumerate((("CRM", "Customers"), ("CRM", "Staff"), ("Archive", ""))):
        place = folder / f"From={part}" / f"Individuals={who or '__HIVE_DEFAULT_PARTITION__'}" / "batch=7"
        place.mkdir(parents=True)
        rows = flows.slice(number, 1).drop_columns(["From", "Individuals"])
        pq.write_table(rows, place / f"part-{number}.parquet")
    sheets = plain()
    sheets["Flows"] = [HEADINGS, ROWS[2], *ROWS[:2]]  # in the order of the names
    engine = engine_at(tmp_path)
    assert by_tables(engine) == in_memory(sheets)
    engine.close()


def test_many_files_of_two_layouts_are_numbered_through(tmp_path: Path) -> None:
    sheets = tortured(8, 40)
    into_folder({**sheets, "Flows": sheets["Flows"][:1]}, tmp_path / "from")
    flows = table_of(sheets["Flows"]).append_column("filename", pa.array(["x"] * (len(sheets["Flows"]) - 1)))
    for n in range(flows.num_rows):
        part = flows.slice(n, 1)
        part = part.select(part.column_names[::-1]) if n % 3 else part
        pq.write_table(part, tmp_path / "from" / "Flows" / f"part-{n:03}.parquet")
    engine = engine_at(tmp_path, 25)
    assert by_tables(engine) == in_memory(sheets)
    engine.close()


def refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    code, said = ran(capsys, "--from", str(tmp_path / "from"), "--to", str(tmp_path / "to"))
    assert code == 2
    return said


def changed(file: Path, **columns: pa.Array) -> None:
    table = pq.read_table(file, partitioning=None)
    for name, values in columns.items():
        table = table.set_column(table.column_names.index(name), name, values)
    pq.write_table(table, file)


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "from", typed(False))
    first, second = folder / "part-000.parquet", folder / "part-003.parquet"
    pq.write_table(typed(False).drop_columns(["Volume"]), second)
    assert refused(tmp_path, capsys) == (
        "Flows/part-003.parquet has no column Volume, which Flows/part-000.parquet has; the files of one table have equal columns."
    )
    pq.write_table(typed(False).append_column("Role", pa.array([""] * 3)), second)
    assert refused(tmp_path, capsys).startswith(
        "Flows/part-000.parquet has no column Role, which Flows/part-003.parquet"
    )
    pq.write_table(typed(True), second)
    changed(second, Locations=pa.array([{"country": "US"}] * 3))
    assert refused(tmp_path, capsys) == (
        "The column Locations of Flows/part-003.parquet holds values of the type struct<country: string>; texts, numbers, days, "
        "yes or no, or lists of these are wanted."
    )
    changed(second, Locations=pa.array([b"US"] * 3))
    assert "The column Locations of Flows/part-003.parquet holds values of the type binary" in refused(tmp_path, capsys)
    pq.write_table(typed(True).append_column("from", pa.array(["CRM"] * 3)), second)
    assert (
        refused(tmp_path, capsys) == "Flows/part-003.parquet has several columns From (From, from); rename all but one."
    )
    second.write_bytes(first.read_bytes()[:-30])
    assert "part-003.parquet' is no sound Parquet file; it may have been cut off" in refused(tmp_path, capsys)
    second.write_bytes(b"")
    assert "part-003.parquet' is no sound Parquet file" in refused(tmp_path, capsys)
    second.unlink()
    (folder / "_delta_log").mkdir()
    assert "is a table of Delta, in which not every file counts" in refused(tmp_path, capsys)
    (folder / "_delta_log").rmdir()
    content = bytearray(first.read_bytes())
    content[4:400] = bytes(396)  # the description at its end is sound, what it describes is not
    first.write_bytes(content)
    assert "part-000.parquet' is no sound Parquet file" in refused(tmp_path, capsys)
    code, said = ran(capsys, "--from", "postgresql://me@db/a?schema=b", "--to", str(tmp_path / "to"))
    assert (code, said) == (2, "An address of PostgreSQL goes with --engine postgres.")
    code, said = ran(capsys, "--from", "s3://bucket/a", "--to", str(tmp_path / "to"), "--engine", "spark")
    assert (code, said) == (2, "Tables at s3:// cannot be reached; name folders that this machine can.")


def test_a_small_table_with_a_spoiled_part_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "from", typed(False))
    part = tmp_path / "from" / "Recipients" / "b.parquet"
    changed(part, Country=pa.array([[["NZ"]]] * pq.read_metadata(part).num_rows))
    assert "The column Country of Recipients/b.parquet holds values of the type list<" in refused(tmp_path, capsys)
    pq.write_table(pq.read_table(part, partitioning=None).drop_columns(["Country"]), part)
    assert "Recipients/b.parquet has no column Country, which Recipients/a.parquet has" in refused(tmp_path, capsys)


# ------------------------------------------------------------------------------------------------------ PostgreSQL


def test_types_of_a_database_say_the_same(postgres_address: str) -> None:
    import psycopg

    pytest.importorskip("ibis")
    sheets = plain()
    into_schema(sheets, postgres_address, "typed")
    texts = {  # type, and what makes it of the text
        "Categories": ("text[]", "string_to_array(nullif({c}, ''), '; ')"),
        "Locations": ("varchar(40)[]", "string_to_array(nullif({c}, ''), '; ')"),
        "Own purposes": ("boolean", "nullif({c}, '')::boolean"),
        "Started": ("timestamptz", "(nullif({c}, '') || ' 11:12:13+00')::timestamptz"),
        "Ended": ("date", "nullif({c}, '')::date"),
        "Volume": ("double precision", "coalesce(nullif({c}, ''), 'NaN')::double precision"),
        "Individuals": ("people", "nullif({c}, '')::typed.people"),
        "To": ("char(20)", "{c}"),
    }
    with psycopg.connect(postgres_address) as own:
        own.execute("CREATE TYPE typed.people AS ENUM ('Customers', 'Staff')")
        for column, (kind, made) in texts.items():
            of = f"typed.{kind}" if kind == "people" else kind
            name = f'"{column}"'
            own.execute(f"ALTER TABLE typed.flows ALTER {name} TYPE {of} USING {made.format(c=name)}")
        own.execute("ALTER TABLE typed.flows ADD shape point, ADD raw bytea DEFAULT 'x'")
    engine = Postgres(f"{postgres_address}&schema=typed", f"{postgres_address}&schema=Typed answers")
    assert by_tables(engine) == in_memory(sheets)
    engine.close()


def test_what_a_database_cannot_give_is_said(postgres_address: str) -> None:
    import psycopg

    pytest.importorskip("ibis")
    into_schema(plain(), postgres_address, "spoiled")
    there = f"{postgres_address}&schema="

    def said(source: str = "spoiled", address: str = there) -> str:
        def run() -> None:
            engine = Postgres(f"{address}{source}", f"{address}spoiled_answers")
            try:
                assess_tables(engine, name=FILE, on=ON, law=datamap.load_law())
            finally:
                engine.close()

        with pytest.raises(CannotAssess) as found:
            run()
        return str(found.value)

    assert said("nothing") == "The database has no schema 'nothing'."
    with psycopg.connect(postgres_address, autocommit=True) as own:

        def change(statement: str) -> None:
            own.execute(f"ALTER TABLE spoiled.flows {statement}")

        change("ALTER row TYPE text")
        assert said() == "The column row of flows is of the type text; bigint is wanted, from 1, each once."
        change("ALTER row TYPE bigint USING row::bigint + 1")
        assert "does not number its 3 rows from 1, each once: it goes from 2 to 4" in said()
        change("ALTER row TYPE bigint USING row - 1")
        change('ALTER "Volume" TYPE bytea USING NULL')
        assert said().startswith("The column Volume of flows holds values of the type bytea; texts, numbers, days")
        own.execute("CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA spoiled TO stranger")
        stranger = there.replace("datamap@", "stranger@")
        own.execute("DROP SCHEMA spoiled_answers CASCADE")
        assert said(address=stranger) == "The database would not do it: permission denied for database postgres."
        own.execute("CREATE SCHEMA spoiled_answers AUTHORIZATION stranger")
        assert said(address=stranger) == "The engine could not go on: permission denied for table organisations."
    assert "The database could not be reached: " in said(address=there.replace("/postgres?", "/none?"))


def test_a_password_is_never_told(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("ibis")
    for address in ("postgresql://me:secret@127.0.0.1:1/x?schema=", "postgresql://me:secret@127.0.0.1:one/x?schema="):
        for extra in ("", "&connect_timeout=soon"):
            arguments: list[Any] = [
                "assess",
                "--engine",
                "postgres",
                "--from",
                f"{address}a{extra}",
                "--to",
                f"{address}b{extra}",
            ]
            assert main(arguments) == 2
            said = capsys.readouterr().err
            assert "secret" not in said
            assert "The database could not be reached: " in said

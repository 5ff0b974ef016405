"""The schema: as the tables say, whole or not at all, and never backward."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from agent.store import Store
from agent.store.dialect import copy_sqlite, insert_new, open_engine, upsert
from agent.store.migrate import SCRIPTS, migrate, schema_version
from agent.store.schema import metadata
from bbm_core.errors import ConfigError, TransientError
from tests.agent.store.book import keep, lead

PRESENT = max(script.name[:4] for script in (SCRIPTS / "versions").glob("0*.py"))
NEXT = """
from alembic import op

revision = "next"
down_revision = "{present}"


def upgrade() -> None:
    op.execute("{upgrade}")
"""


def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    with store._reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_a_migrated_state_is_left_alone(url: str) -> None:
    Store.open(url).close()

    assert migrate(open_engine(url)) is None


def test_a_newer_schema_is_refused_and_untouched(url: str, tmp_path: Path) -> None:
    Store.open(url).close()
    with sqlite3.connect(tmp_path / "bbm.db") as newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    newer.close()

    with pytest.raises(ConfigError, match="newer version"):
        Store.open(url)
    assert schema_version(open_engine(url)) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "bbm.db") as foreign:
        foreign.execute("CREATE TABLE customer_value (x)")  # the last table that is made
    foreign.close()

    with pytest.raises(TransientError, match="customer_value"):
        Store.open(url)

    with sqlite3.connect(tmp_path / "bbm.db") as after:
        names = {name for (name,) in after.execute("SELECT name FROM sqlite_master")}
    after.close()
    assert names == {"customer_value"}


def test_a_copy_holds_all_that_was_kept(url: str, store: Store, tmp_path: Path) -> None:
    keep(store, [lead(1), lead(2)])
    copy = tmp_path / "copy.db"

    copy_sqlite(tmp_path / "bbm.db", copy)

    with Store.open(f"sqlite:///{copy}") as restored:
        assert restored.records() != ()
        assert [kept.record for kept in restored.records()] == [
            kept.record for kept in store.records()
        ]
    assert copy.stat().st_mode & 0o077 == 0


def scripts_with(folder: Path, upgrade: str) -> Path:
    """The present migrations and one more, as the next version of the agent would bring."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    (scripts / "versions" / "next.py").write_text(NEXT.format(present=PRESENT, upgrade=upgrade))
    return scripts


def scripts_until(folder: Path, last: str) -> Path:
    """The migrations of an earlier version of the agent."""
    scripts = folder / "migrations"
    shutil.copytree(SCRIPTS, scripts)
    for script in (scripts / "versions").glob("0*.py"):
        if script.name[:4] > last:
            script.unlink()
    return scripts


def test_an_older_state_is_backed_up_before_it_is_changed(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        keep(store, [lead(1)])
    engine = open_engine(url)

    backup = migrate(engine, scripts_with(tmp_path, "ALTER TABLE run ADD COLUMN host TEXT"))

    assert schema_version(engine) == "next"
    assert backup == tmp_path / f"bbm.db.before-{PRESENT}"
    with Store.open(f"sqlite:///{backup}") as restored:
        assert sum(restored.totals().values()) == 1


def test_a_state_of_the_first_schema_goes_on_counting(url: str, tmp_path: Path) -> None:
    migrate(open_engine(url), scripts_until(tmp_path, "0001"))
    with sqlite3.connect(tmp_path / "bbm.db") as old:
        counting = '{"dimensions": [], "currency": "JPY"}'
        old.execute("INSERT INTO meta VALUES ('counting', ?)", (counting,))
    old.close()

    with Store.open(url) as store:
        keep(store, [lead(1)])

        assert store.currency() == "JPY"
        assert sum(store.totals().values()) == 1


def test_activities_that_a_file_told_of_are_kept_beside_those_of_the_crm(
    url: str, tmp_path: Path
) -> None:
    migrate(open_engine(url), scripts_until(tmp_path, "0002"))
    at = "2026-11-02T09:00:00.000000+00:00"
    with sqlite3.connect(tmp_path / "bbm.db") as old:
        row = ("lead", "00Q1", at, "call", "005A", 2, "file")
        old.execute("INSERT INTO activity VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    old.close()

    with Store.open(url) as store:
        (kept,) = store.activities()

        assert (kept.ref.id, kept.at.isoformat(timespec="microseconds"), kept.times) == (
            "00Q1",
            at,
            2,
        )
        assert store.keep_activities((), "file", whole=True) == {kept.ref}


def test_an_interrupted_migration_is_as_if_it_had_not_begun(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        keep(store, [lead(1)])
    statements = 'DROP TABLE alert"); op.execute("DROP TABLE nothing_of_that_name'

    with pytest.raises(OperationalError, match="nothing_of_that_name"):
        migrate(open_engine(url), scripts_with(tmp_path, statements))

    with Store.open(url) as store:
        assert store.alerts() == ()
        assert sum(store.totals().values()) == 1


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_every_table_and_upsert_is_understood_by_postgresql(table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own lack

    statements = [
        CreateTable(table),
        upsert(dialect, table, [column.name for column in table.columns]),
        insert_new(dialect, table, [column.name for column in table.primary_key.columns]),
    ]

    texts = [str(statement.compile(dialect=dialect)) for statement in statements]
    assert "ON CONFLICT" in texts[1]
    assert "DO NOTHING" in texts[2]

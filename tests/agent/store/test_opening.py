"""Opening the state: files, locks, damage and addresses."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent.store import Store, database
from agent.store.dialect import READING, journal_mode, open_engine
from bbm_core.errors import ConfigError, LockHeld, StoreDamaged, TransientError
from tests.agent.store.book import keep, lead

HOLDER = """
import sys, time
from agent.store import Store
store = Store.open(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def pragma(store: Store, name: str) -> object:
    with store._reading() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_what_may_write_keeps_others_from_writing_from_the_start(
    store: Store, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "bbm.db", timeout=0, isolation_level=None)
    with store._reading() as connection:
        connection.exec_driver_sql("SELECT * FROM meta")
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    with store._writing(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_a_commit_survives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "open_engine", open_engine)  # not as the other tests open it
    with Store.open(f"sqlite:///{tmp_path}/careful.db") as store:
        assert pragma(store, "synchronous") == 2  # FULL
        assert pragma(store, "foreign_keys") == 1
        assert pragma(store, "secure_delete") == 1
        assert pragma(store, "cell_size_check") == 1
        assert pragma(store, "busy_timeout") == 5000


def test_a_state_that_may_be_lost_waits_for_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "open_engine", open_engine)
    with Store.open(f"sqlite:///{tmp_path}/careless.db", durable=False) as store:
        assert pragma(store, "synchronous") == 0  # OFF


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((3, 53, 0), "WAL"),
    ],
)
def test_wal_is_used_only_where_it_cannot_corrupt(version: tuple[int, int, int], mode: str) -> None:
    assert journal_mode(version) == mode


def test_the_file_is_set_to_the_mode_for_its_version(store: Store) -> None:
    expected = journal_mode(sqlite3.sqlite_version_info)

    assert str(pragma(store, "journal_mode")).upper() == expected


def test_only_its_owner_can_read_the_state(store: Store, tmp_path: Path) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}

    assert modes == {"bbm.db": 0o600, "bbm.db.lock": 0o600}


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path / 'deep' / 'er' / 'bbm.db'}").close()

    assert (tmp_path / "deep" / "er" / "bbm.db").exists()


def test_a_place_that_cannot_hold_the_state_is_named(tmp_path: Path) -> None:
    (tmp_path / "bbm.db").mkdir()

    with pytest.raises(ConfigError, match=r"bbm\.db: Is a directory\.") as found:
        Store.open(f"sqlite:///{tmp_path}/bbm.db")

    assert found.value.code == "BBM-STORE-012"


def test_a_second_writer_is_refused_and_told_who_holds_the_lock(url: str, store: Store) -> None:
    with pytest.raises(LockHeld, match=str(os.getpid())):
        Store.open(url)


def test_a_reader_needs_no_lock(url: str, store: Store) -> None:
    keep(store, [lead(1)])

    with Store.open(url, lock=False) as reader:
        assert sum(reader.totals().values()) == 1


def test_a_closed_store_lets_the_next_one_in(url: str) -> None:
    Store.open(url).close()

    Store.open(url).close()


def test_a_killed_process_frees_its_lock(url: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(LockHeld, match=str(holder.pid)):
            Store.open(url)
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        Store.open(url).close()


def test_a_refused_opening_leaves_no_lock(url: str, tmp_path: Path) -> None:
    (tmp_path / "bbm.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreDamaged):
        Store.open(url)
    (tmp_path / "bbm.db").unlink()

    Store.open(url).close()


def test_a_damaged_page_is_found_at_the_start(url: str, tmp_path: Path) -> None:
    with Store.open(url) as store:
        keep(store, [lead(number) for number in range(300)])
    path = tmp_path / "bbm.db"
    damaged = bytearray(path.read_bytes())
    damaged[-2000:] = bytes(2000)
    path.write_bytes(damaged)

    with pytest.raises(StoreDamaged) as caught:
        Store.open(url)
    assert "backup" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("bbm.db", "cannot be read"),
        ("", "cannot be read"),
        ("nosuch://x", "cannot be kept in nosuch"),
        ("mysql+pymysql://x/y", "cannot be kept in mysql"),
        ("postgresql+pg8000://x/y", "not installed"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_write(url: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what) as caught:
        Store.open(url)

    assert caught.value.hint
    assert caught.value.code.startswith("BBM-STORE-")


def test_a_full_disk_stops_and_keeps_what_was_there(store: Store) -> None:
    keep(store, [lead(1)])
    with store._engine.connect().execution_options(**{READING: True}) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")

    with pytest.raises(TransientError, match="full"):
        keep(store, [lead(number, industry="x" * 1000) for number in range(2, 500)])

    assert sum(store.totals().values()) == 1


def test_a_state_in_memory_needs_no_file() -> None:
    with Store.open("sqlite://") as store:
        store.pin_org("00D", "Example")

        assert store.pinned_org() == "00D"

"""A killed process leaves either all of a page or nothing of it."""

import subprocess
import sys

import pytest

from agent.store import Store
from bbm_core.records import RecordKind
from tests.agent.store.book import NOW, VERSION, keep, lead, ref, write

KILLED = """
import os, signal, sys
from agent.store import Store, keeping, outbox
from bbm_core.records import *
from tests.agent.store.book import *

url, place = sys.argv[1:]
module, name = place.split(".")
module = {"keeping": keeping, "outbox": outbox}[module]
original = getattr(module, name)

def die(*args, **kwargs):
    original(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

store = Store.open(url)
if place == "outbox._note_written":
    (row,) = store.planned(None, 1, NOW)
    store.mark_in_flight([row.id], NOW)
    setattr(module, name, die)
    store.settle(2, [(row.id, Receipt(row.ref, Answer.APPLIED))], NOW)
else:
    setattr(module, name, die)
    keep(
        store,
        [lead(1, industry="Retail"), lead(2)],
        [write(ref(2))],
        kind=RecordKind.LEAD,
        watermark=Watermark("next"),
    )
"""

PLACES = [
    "keeping._settle_counting",
    "keeping._put_entries",
    "keeping._count",
    "keeping._park",
    "keeping.put",
]


def run_and_die(url: str, place: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, url, place], check=False, capture_output=True, text=True
    )
    assert done.returncode == -9, done.stderr


@pytest.mark.parametrize("place", PLACES)
def test_a_page_that_was_cut_short_was_never_kept(url: str, place: str) -> None:
    with Store.open(url) as store:
        keep(store, [lead(1)], [write(ref(1))])
        cells, digest = store.cells(VERSION, dimension=None), store.plan_digest()

    run_and_die(url, place)

    with Store.open(url) as store:
        assert [kept.record for kept in store.records()] == [lead(1)]
        assert store.cells(VERSION, dimension=None) == cells
        assert store.plan_digest() == digest
        assert store.watermark(RecordKind.LEAD) is None


def test_a_receipt_that_was_cut_short_leaves_the_write_in_flight(url: str) -> None:
    with Store.open(url) as store:
        keep(store, [lead(1)], [write(ref(1))])

    run_and_die(url, "outbox._note_written")

    with Store.open(url) as store:
        assert [row.ref for row in store.in_flight()] == [ref(1)]
        assert store.known([ref(1)])[ref(1)].last_written is None
        assert store.audit_lines() == ()
        assert store.planned(None, 1, NOW) == ()

"""Rows of one object that changed, page by page, for capabilities: no history, no translation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bbm_core.records import Watermark
from connectors.salesforce import soql, watermark
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import malformed
from connectors.salesforce.parts import Parts
from connectors.salesforce.session import Session
from connectors.salesforce.shapes import Row, Rows
from connectors.salesforce.soql import Window
from connectors.salesforce.translate import Key, key_of

STANDING = ("Id", "SystemModstamp", "IsDeleted")


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """One page of rows, deleted ones among them, and how far it brings us."""

    rows: tuple[Row, ...]
    watermark: Watermark


def changed_rows(
    session: Session,
    config: SalesforceConfig,
    object_: str,
    fields: Sequence[str],
    since: Watermark | datetime,
) -> Iterator[ChangedRows]:
    """What changed since the watermark, or since the day from which on everything is wanted.

    The recycle bin is always asked too: Salesforce also keeps activities of more than a year
    there, as archived ones.
    """
    window, last, parts = _window(session, config, since), tuple[Key, ...](), Parts()
    names = [*STANDING, *fields]

    def ask(part: Window) -> Rows:
        query = soql.changes(object_, names, part, config.page_size)
        return session.query(query, deleted=True)

    while True:
        part, answer = parts.ask(window, ask)
        keys = _keys(answer, part, last)
        ends = len(keys) < config.page_size and not answer.next
        if ends and part.high == window.high:
            yield ChangedRows(answer.rows, watermark.resting(window.high))
            return
        if keys:
            last = keys
            window = replace(window, at=keys[-1].at, id=keys[-1].id)
            yield ChangedRows(answer.rows, watermark.inside(window))
        if ends:
            window = replace(window, at=part.high, id="")


def _window(session: Session, config: SalesforceConfig, since: Watermark | datetime) -> Window:
    settled = session.server_now() - timedelta(seconds=config.settle_seconds)
    high = settled.replace(microsecond=0)
    if isinstance(since, datetime):
        return Window(since, max(high, since))
    middle = watermark.interrupted(since)
    if middle is not None:
        return middle
    covered = watermark.covered(since)
    return Window(covered - timedelta(minutes=config.overlap_minutes), max(high, covered))


def _keys(answer: Rows, window: Window, last: Sequence[Key]) -> tuple[Key, ...]:
    """Where the rows stand, if they go on from the last page; an empty page is whole."""
    if not answer.rows and (answer.next or answer.total):
        raise malformed("a query brought no rows and promises some")
    keys = tuple(key_of(row) for row in answer.rows)
    times = [key.at for key in keys]
    if times != sorted(times) or any(at >= window.high for at in times):
        raise malformed("changes are not in the order of their times")
    if len({*keys, *last}) != len(keys) + len(last):
        raise malformed("changes are repeated: the query does not go on")
    return keys

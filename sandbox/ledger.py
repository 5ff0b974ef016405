"""The ledger: every request that came in and every change that was applied, in order."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sandbox.wire import Request

HEADERS_KEPT = ("sforce-auto-assign", "sforce-duplicate-rule-header", "sforce-call-options")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what became of it. A status of 0 means that no answer went out."""

    seq: int
    at: datetime
    service: str
    method: str
    path: str
    query: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    calls: int = 1  # API calls that the service counted for it
    fault: str = ""
    parts: tuple[str, ...] = ()  # the addresses of the requests that it was made of


class Change(NamedTuple):
    """One field of one record that got a value. An empty field is about the whole record."""

    seq: int
    request: int  # the exchange that caused it; 0 when none did
    via: str  # the service that exchange came through: a CRM's API, "admin", or nothing
    service: str
    type: str
    id: str
    action: str  # create, update, touch (a write that changed nothing), delete, undelete, merge
    field: str
    old: object
    new: object
    by: str
    at: datetime


_QUERY_KEPT = 300

FieldChange = tuple[str, object, object]
"""A field, what it held, and what it holds."""

WHOLE_RECORD: FieldChange = ("", None, None)


class _Act(NamedTuple):
    """What changed in one record at once, as it is kept: writes are many, and seldom asked for."""

    first: int  # the number of its first change
    about: tuple[int, str, str, str, str, str]  # a change's facts, from `request` to `action`
    fields: tuple[FieldChange, ...]
    by: str
    at: datetime

    def changes(self) -> Iterator[Change]:
        for seq, changed in enumerate(self.fields, self.first):
            yield Change(seq, *self.about, *changed, self.by, self.at)


class Ledger:
    """What tests and the demo's closing comparison read; safe to read while requests come in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._exchanges: dict[int, Exchange] = {}
        self._acts: list[_Act] = []
        self._seq = 0
        self._change_seq = 0
        self._muted = 0
        self._thread = threading.local()  # each request is answered by one thread

    @contextmanager
    def exchange(self, service: str, request: Request, at: datetime) -> Iterator[int]:
        """Open an entry; changes made inside belong to it."""
        with self._lock:
            self._seq += 1
            seq = self._seq
            self._exchanges[seq] = _opened(seq, service, request, at)
        self._thread.seq = seq
        try:
            yield seq
        finally:
            self._thread.seq = 0

    def answered(self, seq: int, status: int, fault: str = "") -> None:
        with self._lock:
            self._exchanges[seq] = replace(self._exchanges[seq], status=status, fault=fault)

    def count_calls(self, calls: int, parts: Iterable[str] = ()) -> None:
        """The exchange now open costs this many API calls, and is made of these parts."""
        seq = self._current()
        with self._lock:
            if seq in self._exchanges:
                told = tuple(part[:_QUERY_KEPT] for part in parts)
                self._exchanges[seq] = replace(self._exchanges[seq], calls=calls, parts=told)

    def change(  # noqa: PLR0913  an entry has that many facts
        self,
        service: str,
        type_: str,
        id_: str,
        *,
        action: str,
        by: str,
        at: datetime,
        fields: Iterable[FieldChange] = (WHOLE_RECORD,),
    ) -> None:
        if self._muted:
            return
        request = self._current()
        with self._lock:
            via = self._exchanges[request].service if request else ""
            about = (request, via, service, type_, id_, action)
            act = _Act(self._change_seq + 1, about, tuple(fields), by, at)
            self._change_seq += len(act.fields)
            self._acts.append(act)

    def drop_since(self, mark: int) -> None:
        """Forget what the exchange now open changed after the mark: it was taken back."""
        request = self._current()
        with self._lock:
            self._acts = [act for act in self._acts if act.first <= mark or act.about[0] != request]

    @contextmanager
    def muted(self) -> Iterator[None]:
        """Leave out what fills the sandbox before its story starts."""
        self._muted += 1
        try:
            yield
        finally:
            self._muted -= 1

    @property
    def is_muted(self) -> bool:
        return self._muted > 0

    def requests(
        self, *, service: str = "", method: str = "", path_contains: str = "", since: int = 0
    ) -> tuple[Exchange, ...]:
        with self._lock:
            found = tuple(self._exchanges.values())
        return tuple(
            one
            for one in found
            if one.seq > since
            and service in ("", one.service)
            and method in ("", one.method)
            and path_contains in one.path
        )

    def changes(  # noqa: PLR0913  one filter per fact of an entry
        self,
        *,
        service: str = "",
        type: str = "",  # noqa: A002  the CRM's own word for it
        id: str = "",  # noqa: A002  the same
        by: str = "",
        field: str = "",
        since: int = 0,
    ) -> tuple[Change, ...]:
        wanted = {"service": service, "type": type, "id": id, "by": by, "field": field}
        asked = {name: value for name, value in wanted.items() if value}
        with self._lock:
            acts = tuple(self._acts)
        return tuple(
            one
            for act in acts
            for one in act.changes()
            if one.seq > since and all(getattr(one, name) == value for name, value in asked.items())
        )

    def writes(self, *, service: str = "", since: int = 0) -> tuple[Change, ...]:
        """Changes that came over a CRM's own API, also those that changed nothing."""
        return tuple(
            one for one in self.changes(service=service, since=since) if one.via == one.service
        )

    def last_seq(self) -> int:
        """The number of the newest exchange, for `requests(since=...)`."""
        return self._seq

    def last_change(self) -> int:
        """The number of the newest change, for `changes(since=...)` and `writes(since=...)`."""
        return self._change_seq

    def _current(self) -> int:
        """The exchange that this thread is answering, or 0."""
        seq: int = getattr(self._thread, "seq", 0)
        return seq


def as_rows(entries: tuple[Exchange, ...] | tuple[Change, ...]) -> list[dict[str, object]]:
    """Entries as the admin interface shows them."""
    return [one._asdict() if isinstance(one, Change) else asdict(one) for one in entries]


def _opened(seq: int, service: str, request: Request, at: datetime) -> Exchange:
    kept = {name: request.headers[name] for name in HEADERS_KEPT if name in request.headers}
    query = "&".join(
        f"{key}={values[0][:_QUERY_KEPT]}" for key, values in request.query.items() if values
    )
    return Exchange(seq, at, service, request.method, request.path, query, headers=kept)

"""Salesforce behind the contract: each verb is one of the modules beside this one."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bbm_core.records import (
    FieldSpec,
    Page,
    Receipt,
    Record,
    RecordKind,
    RecordRef,
    Watermark,
    Write,
)
from connectors.contract import FieldChange, Health, KindReading, Ports, Reading
from connectors.errors import ConfigError
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.history import History
from connectors.salesforce.ids import checked
from connectors.salesforce.pull import Reader
from connectors.salesforce.push import WRITES_AT_ONCE, push
from connectors.salesforce.schema import object_schema, select
from connectors.salesforce.session import Session
from connectors.salesforce.setup import Setup
from connectors.salesforce.survey import Survey


class SalesforceConnector:
    """One org. It may be used from several threads; each verb asks in its own order."""

    name = "salesforce"
    writes_at_once = WRITES_AT_ONCE

    def __init__(self, config: SalesforceConfig, reading: Reading, ports: Ports) -> None:
        self._config = config
        self._reading = reading
        self._wait = ports.wait
        self._session = Session(config, ports)
        self._readers: dict[RecordKind, Reader] = {}

    def check(self) -> Health:
        return Survey(self._session, self._config, self._reading, self._history()).health()

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self._setup().prepare(fields, apply=apply)

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return self._setup().retire(fields, apply=apply)

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        yield from self._reader(kind).pages(since)

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        for kind, group in groupby(sorted(refs), key=lambda ref: ref.kind):
            reader = self._readers.get(kind) or self._reader(kind)
            yield from reader.read([checked(ref) for ref in group], whole=whole)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        yield from push(self._session, self._reading, writes, self._config.permission_set)

    def close(self) -> None:
        self._session.close()

    def _reader(self, kind: RecordKind) -> Reader:
        """A reader of what the user may see now; hidden fields would read as empty."""
        schema = object_schema(self._session.get(f"sobjects/{OBJECTS[kind]}/describe"))
        selection = select(kind, self._kind(kind), schema, self._config.permission_set)
        reader = Reader(self._session, self._config, selection, self._history())
        self._readers[kind] = reader
        return reader

    def _kind(self, kind: RecordKind) -> KindReading:
        if kind not in self._reading.kinds:
            message = f"Records of the kind {kind} are not read."
            raise fail(ConfigError, "BBM-SF-040", message)
        return self._reading.kinds[kind]

    def _setup(self) -> Setup:
        return Setup(self._session, self._config, self._reading, self._wait)

    def _history(self) -> History:
        return History(self._session, self._reading.history_since)


def build(config: SalesforceConfig, reading: Reading, ports: Ports) -> SalesforceConnector:
    """The connector of this configuration; nothing is asked before its first verb."""
    return SalesforceConnector(config, reading, ports)

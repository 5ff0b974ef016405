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
from connectors.errors import ConfigError, MissingPermission
from connectors.salesforce.beside import Beside
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.describes import Describes
from connectors.salesforce.errors import fail
from connectors.salesforce.fields import OBJECTS
from connectors.salesforce.history import History
from connectors.salesforce.ids import checked
from connectors.salesforce.pull import Reader
from connectors.salesforce.push import WRITES_AT_ONCE, Pusher
from connectors.salesforce.schema import select
from connectors.salesforce.session import Session
from connectors.salesforce.setup import Setup
from connectors.salesforce.survey import Survey


class SalesforceConnector(Beside):
    """One org. It may be used from several threads; each verb asks in its own order."""

    name = "salesforce"
    writes_at_once = WRITES_AT_ONCE

    def __init__(self, config: SalesforceConfig, reading: Reading, ports: Ports) -> None:
        self._config = config
        self._reading = reading
        self._wait = ports.wait
        self._session = Session(config, ports)
        self._pusher = Pusher(self._session, reading, config)
        self._readers: dict[RecordKind, Reader] = {}
        self._describes = Describes(self._session)
        self._histories: dict[str, bool] = {}

    def check(self, *, brief: bool = False) -> Health:
        self._histories.clear()
        survey = Survey(
            self._session, self._config, self._reading, self._describes, self._histories
        )
        return survey.brief() if brief else survey.whole()

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        self._describes = Describes(self._session)
        return self._setup().prepare(fields, apply=apply)

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        self._describes = Describes(self._session)
        return self._setup().retire(fields, apply=apply)

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        yield from self._reader(kind).pages(since)

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        if not whole:
            self._pusher.settle()
        for kind, group in groupby(sorted(refs), key=lambda ref: ref.kind):
            reader = self._readers.get(kind) or self._reader(kind)
            yield from reader.read([checked(ref) for ref in group], whole=whole)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        yield from self._pusher.push(writes)

    def batch_size(self, planned: int) -> int:
        return self._pusher.batch_size(planned)

    def close(self) -> None:
        self._session.close()

    def _reader(self, kind: RecordKind) -> Reader:
        """A reader of what the user may see now; hidden fields would read as empty."""
        reading, schema = self._kind(kind), self._describes.recent(OBJECTS[kind])
        if schema is None:
            message = f"The agent's user cannot see {OBJECTS[kind]}."
            permission_set = self._config.permission_set
            raise fail(MissingPermission, "BBM-SF-030", message, permission_set=permission_set)
        selection = select(kind, reading, schema, self._config.permission_set)
        history = History(self._session, self._reading.history_since, self._histories)
        reader = Reader(self._session, self._config, selection, history)
        self._readers[kind] = reader
        return reader

    def _kind(self, kind: RecordKind) -> KindReading:
        if kind not in self._reading.kinds:
            message = f"Records of the kind {kind} are not read."
            raise fail(ConfigError, "BBM-SF-040", message)
        return self._reading.kinds[kind]

    def _setup(self) -> Setup:
        return Setup(self._session, self._config, self._reading, self._wait)


def build(config: SalesforceConfig, reading: Reading, ports: Ports) -> SalesforceConnector:
    """The connector of this configuration; nothing is asked before its first verb."""
    return SalesforceConnector(config, reading, ports)

"""HubSpot as a connector: the six verbs, each carried out in a file of its own."""

from collections.abc import Iterator, Sequence

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
from connectors.hubspot.beside import Beside
from connectors.hubspot.config import HubSpotConfig
from connectors.hubspot.health import Examination
from connectors.hubspot.portal import Portal
from connectors.hubspot.prepare import Preparer
from connectors.hubspot.presence import Presence
from connectors.hubspot.pull import Puller, nothing_to_pull, translated
from connectors.hubspot.push import BATCH_WRITES, Pusher
from connectors.hubspot.schema import Lens, only_written
from connectors.hubspot.search import join_companies, read_rows
from connectors.hubspot.session import Session

_UNREAD = KindReading(attributes={}, written={})


class HubSpotConnector(Beside):
    """One portal. Built once per run; `close` lets go of its connections."""

    name = "hubspot"
    writes_at_once = BATCH_WRITES

    def __init__(self, config: HubSpotConfig, reading: Reading, ports: Ports) -> None:
        self._config = config
        self._reading = reading
        self._session = Session(config, ports)
        self._portal = Portal(self._session, ports)

    def check(self, *, brief: bool = False) -> Health:
        of = (self._session, self._portal, self._config, self._reading)
        return Examination(*of, brief=brief).health()

    def prepare(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return Preparer(self._session, self._portal).prepare(fields, apply=apply)

    def retire(self, fields: Sequence[FieldSpec], *, apply: bool) -> tuple[FieldChange, ...]:
        return Preparer(self._session, self._portal).retire(fields, apply=apply)

    def pull(self, kind: RecordKind, since: Watermark | None) -> Iterator[Page]:
        if kind is RecordKind.LEAD and self._config.contact_is_lead:
            yield nothing_to_pull(self._session)
            return
        lens = self._lens(kind)
        presence = Presence(self._portal, lens)
        yield from Puller(self._session, lens, self._config, presence).pages(since)

    def read(self, refs: Sequence[RecordRef], *, whole: bool = True) -> Iterator[Record]:
        for kind in RecordKind:
            ids = list(dict.fromkeys(ref.id for ref in refs if ref.kind is kind))
            if ids:
                yield from self._read(kind, ids, whole=whole)

    def batch_size(self, planned: int) -> int:
        return min(planned, self.writes_at_once)

    def push(self, writes: Sequence[Write]) -> Iterator[Receipt]:
        config = self._config
        return Pusher(
            self._session, self._reading, config.trace_writes, config.fill_native
        ).receipts(writes)

    def close(self) -> None:
        self._session.close()

    def _read(self, kind: RecordKind, ids: Sequence[str], *, whole: bool) -> Iterator[Record]:
        lens = self._lens(kind)
        lens = lens if whole else only_written(lens)
        rows = read_rows(self._session, lens, ids)
        companies = join_companies(self._session, lens, rows) if whole else {}
        seen = translated(lens, rows, companies)
        yield from (one for one in seen if isinstance(one, Record))

    def _lens(self, kind: RecordKind) -> Lens:
        kinds = self._reading.kinds
        reading = kinds.get(kind, _UNREAD)
        return self._portal.lens(kind, reading, kinds.get(RecordKind.ACCOUNT))


def build(config: HubSpotConfig, reading: Reading, ports: Ports) -> HubSpotConnector:
    """The connector of the entry point `bbm.connectors`."""
    return HubSpotConnector(config, reading, ports)

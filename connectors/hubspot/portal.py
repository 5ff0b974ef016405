"""What the portal says about itself: account, property definitions, pipelines, kept for a while."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from bbm_core.records import RecordKind
from connectors.contract import KindReading, Ports
from connectors.hubspot.definitions import definitions_of, lens_of, stages_of
from connectors.hubspot.errors import malformed
from connectors.hubspot.fields import NAMES
from connectors.hubspot.own_words import OF_A_COMPANY, OwnWords, own_words, with_company
from connectors.hubspot.schema import Lens, Schema
from connectors.hubspot.session import Session, results_of

_KEPT: Final = timedelta(minutes=10)


class Portal:
    """Definitions change rarely, and every verb needs them: they are asked again after a while."""

    def __init__(self, session: Session, ports: Ports) -> None:
        self._session = session
        self._ports = ports
        self._schemas: dict[RecordKind, tuple[datetime, Schema]] = {}

    def schema(self, kind: RecordKind, *, fresh: bool = False) -> Schema:
        """Properties and stages of a kind.

        Raises:
            MissingPermission: the portal has no such kind, or the token may not see it.
        """
        now = self._ports.now()
        kept = self._schemas.get(kind)
        if fresh or kept is None or abs(now - kept[0]) > _KEPT:
            kept = (now, self._asked(kind))
            self._schemas[kind] = kept
        return kept[1]

    def lens(
        self, kind: RecordKind, reading: KindReading, account: KindReading | None = None
    ) -> Lens:
        """How to read a kind; `account` is how companies are read, if they are."""
        lens = lens_of(self.schema(kind), reading, self.currency())
        return with_company(lens, self.own_words(kind, reading, account))

    def own_words(
        self, kind: RecordKind, reading: KindReading, account: KindReading | None
    ) -> Mapping[str, OwnWords]:
        """The attributes for which a record's company goes before the record."""
        told_by_both = account and reading.attributes.keys() & account.attributes.keys()
        if account is None or kind not in OF_A_COMPANY or not told_by_both:
            return {}
        companies = self.schema(RecordKind.ACCOUNT)
        found = own_words(self.schema(kind), reading, companies, account)
        return {one.attribute: one for one in found}

    def currency(self) -> str:
        """The portal's own currency, ISO 4217, or empty."""
        return str(self._session.account().get("companyCurrency") or "")

    def _asked(self, kind: RecordKind) -> Schema:
        names = NAMES[kind]
        crm = self._session.client.crm
        answer = self._session.ask(crm.properties.core_api.get_all, names.object_type)
        with _in_shape():
            definitions = definitions_of(results_of(answer))
        if not names.pipeline:
            return Schema(kind, definitions)
        pipelines = self._session.ask(crm.pipelines.pipelines_api.get_all, names.object_type)
        with _in_shape():
            return Schema(kind, definitions, stages_of(results_of(pipelines)))


@contextmanager
def _in_shape() -> Iterator[None]:
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise malformed("its definitions have another shape") from error

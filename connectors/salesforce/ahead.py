"""Queries whose turn comes soon, asked for in one call: each by itself would cost one."""

from collections.abc import Sequence

from bbm_core.errors import BBMError
from connectors.errors import Unavailable
from connectors.salesforce import soql
from connectors.salesforce.errors import TOO_LATE
from connectors.salesforce.session import QUERIES_AT_ONCE, Session
from connectors.salesforce.shapes import Row, Rows
from connectors.salesforce.soql import Query


class Ahead:
    """Asks queries, some before their turn; what is wrong with one of them is told in its turn."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._answers: dict[Query, Rows | BBMError] = {}
        self._joins = True

    def together(self, queries: Sequence[Query]) -> None:
        """Ask the first five at once. What nobody wanted of those before is forgotten."""
        self._answers.clear()
        some = queries[:QUERIES_AT_ONCE]
        if len(some) <= 1 or not self._joins:
            return
        try:
            answers = self._session.query_together(some)
        except Unavailable as error:
            if error.code != TOO_LATE:
                raise
            self._joins = False  # from now on in its turn: each takes less time by itself
        else:
            self._answers.update(zip(some, answers, strict=True))

    def query(self, query: Query) -> Rows:
        """The first page of a query's rows."""
        answer = self._answers.pop(query, None) or self._alone(query)
        if isinstance(answer, BBMError):
            raise answer
        return answer

    def query_each(self, queries: Sequence[Query]) -> list[Row]:
        """All rows of several queries, one after another; five of them cost one call."""
        rows: list[Row] = []
        for start in range(0, len(queries), QUERIES_AT_ONCE):
            some = queries[start : start + QUERIES_AT_ONCE]
            if not self._answers.keys() >= set(some):
                self.together(some)
            rows += [row for one in some for row in self._session.followed(self.query(one))]
        return rows

    def _alone(self, query: Query) -> Rows | BBMError:
        if soql.fits(query.text):
            return self._session.query(query.text, deleted=query.deleted)
        return self._session.query_together([query])[0]  # whose address is always short

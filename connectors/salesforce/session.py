"""One session with Salesforce, through the unmodified client.

The client is only ever given a finished session: its own logins know no lock and no limit. An
expired session is renewed once, under a lock, by whoever finds it so first.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final, TypeVar
from urllib.parse import quote

import requests
from simple_salesforce import Salesforce
from simple_salesforce.exceptions import SalesforceError
from simple_salesforce.util import call_salesforce

from bbm_core.errors import BBMError
from connectors.contract import Ports
from connectors.errors import BudgetSpent, LoginRefused, MalformedAnswer
from connectors.salesforce import soql
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import (
    CLIENT_ERRORS,
    ENDED_SESSION,
    OLD_SESSION,
    complaint_of,
    error_of,
    error_of_complaint,
    fail,
    malformed,
)
from connectors.salesforce.login import Grant, log_in
from connectors.salesforce.shapes import (
    Described,
    Part,
    Row,
    Rows,
    object_of,
    objects,
    parts_of,
    rows_of,
)
from connectors.salesforce.soql import Query
from connectors.salesforce.transport import TABLE, Gauges, http_session

_Result = TypeVar("_Result")

QUERIES_AT_ONCE: Final = 5
"""Queries that one composite takes."""

_MOST_UNREPORTED: Final = 20
"""Calls without word of the daily use, after which it is asked for."""

_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.GONE)

_SKEW_THAT_MATTERS: Final = timedelta(seconds=60)


class Session:
    """Asks Salesforce; every method raises only errors of `connectors.errors`."""

    def __init__(self, config: SalesforceConfig, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._gauges = Gauges(ports)
        self._http = http_session(config, ports, self._gauges)
        self._lock = threading.Lock()
        self._client: Salesforce | None = None
        self._generation = 0

    def get(self, path: str, **params: str) -> Any:
        return self._call(lambda client: client.restful(path, params=params))

    def get_or_none(self, path: str) -> Any:
        """Like `get`, but nothing when there is no such address."""
        return self._call(lambda client: _unless_missing(client, path))

    def describe(self, name: str, known: str = "") -> Described | None:
        """An object; `known` is when it had last changed as far as the caller knows."""
        return self._call(lambda client: _described(client, name, known))

    def together(self, paths: Mapping[str, str]) -> Mapping[str, Part]:
        """Ask for several paths in one call; at most five of them may be queries."""
        root = f"/services/data/v{self._config.api_version}"
        parts = [
            {"method": "GET", "url": f"{root}/{path}", "referenceId": name}
            for name, path in paths.items()
        ]
        answer = self.send("POST", "composite", {"allOrNone": False, "compositeRequest": parts})
        return parts_of(answer, paths)

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Change something; None where a success has no content."""
        options = {} if body is None else {"json": body}
        return self._call(lambda client: client.restful(path, method=method, **options))

    def upload(self, path: str, form: Mapping[str, object]) -> Any:
        """Send a form of files; each part is its file name, content and type."""
        # Without a type of its own the form says where its parts begin.
        headers = {"Content-Type": None}
        return self._call(
            lambda client: client.restful(path, method="POST", headers=headers, files=form)
        )

    def put(self, path: str, text: bytes) -> None:
        """Upload a table."""
        headers = {"Content-Type": "text/csv; charset=UTF-8"}
        self._call(lambda client: self._at(client, "PUT", path, headers, data=text))

    def table_or_none(self, path: str, **params: str) -> requests.Response | None:
        """A table, which waits on the disk until it is closed; nothing when it is not there."""
        return self._call(lambda client: _unless_gone(lambda: self._table(client, path, params)))

    def delete(self, path: str) -> None:
        """Delete what is at an address, if anything is."""
        self._call(lambda client: _unless_gone(lambda: client.restful(path, method="DELETE")))

    def wait(self, seconds: float) -> None:
        self._ports.wait(seconds)

    def user_info(self) -> Row:
        """Who the agent is, by the names that OAuth's address of the user's data uses."""
        if self._config.legacy_soap_login:
            # That address is for tokens of apps.
            rows = self.query_all(soql.user_named(self._config.username or ""))
            found = rows[0] if rows else {}
            return {"user_id": found.get("Id"), "preferred_username": found.get("Username")}
        return object_of(self._call(lambda client: client.oauth2("userinfo")))

    def versions(self) -> tuple[str, ...]:
        """The versions of the API that this org offers, oldest first."""
        answer = self._call(lambda client: self._at_root(client.sf_instance))
        return tuple(str(one.get("version")) for one in objects(answer))

    def query(self, text: str, *, deleted: bool = False) -> Rows:
        """The first page of a query's rows; `deleted` includes the recycle bin."""
        answer = self._call(lambda client: client.query(text, include_deleted=deleted))
        return rows_of(answer)

    def query_all(self, text: str) -> list[Row]:
        """All rows of a query, counted against the total Salesforce states."""
        return list(self.followed(self.query(text)))

    def query_together(self, queries: Sequence[Query]) -> list[Rows | BBMError]:
        """The first page of each query, or what is wrong with it: five at most, in one call."""
        paths = {f"q{number}": _path(query) for number, query in enumerate(queries)}
        parts = self.together(paths)
        return [self._rows(parts[name]) for name in paths]

    def followed(self, page: Rows) -> Iterator[Row]:
        """The rows of a query's first page and of all that follow it."""
        brought, seen = len(page.rows), {""}
        yield from page.rows
        while page.next:
            if page.next in seen:
                raise malformed("a query's pages run in a circle")
            seen.add(page.next)
            page = self._more(page.next)
            brought += len(page.rows)
            yield from page.rows
        if brought != page.total:
            raise malformed(f"a query brought {brought} of {page.total} rows")

    def tooling(self, text: str) -> list[Row]:
        """All rows of a query about the org's definition."""
        return list(self.followed(rows_of(self.get("tooling/query/", q=text))))

    def count(self, object_name: str) -> int:
        return self.query(soql.count(object_name)).total

    def server_now(self) -> datetime:
        """The time by Salesforce's clock, which stamps the changes."""
        if self._gauges.skew is None:
            self._call(lambda _: None)  # logging in tells the time
        return self._gauges.server_now()

    @property
    def permission_set(self) -> str:
        """Which permission set errors are to name."""
        return self._config.permission_set

    @property
    def usage(self) -> tuple[int, int] | None:
        """Calls used and allowed in 24 hours, as Salesforce said last; None before it did."""
        return self._gauges.usage

    @property
    def skew(self) -> timedelta:
        """How far Salesforce's clock is ahead of ours."""
        return self._gauges.skew or timedelta()

    def close(self) -> None:
        self._http.close()

    def _rows(self, part: Part) -> Rows | BBMError:
        if part.status != HTTPStatus.OK:
            complaint = complaint_of(part.status, part.body)
            return error_of_complaint(complaint, self._config.permission_set)
        try:
            return rows_of(part.body)
        except MalformedAnswer as error:
            return error

    def _more(self, path: str) -> Rows:
        # The client puts host and path together as text.
        if not path.startswith("/services/data/"):
            raise malformed("a query goes on at another place")
        return rows_of(self._call(lambda client: client.query_more(path, identifier_is_url=True)))

    def _at_root(self, host: str) -> Any:
        response = self._http.get(f"https://{host}/services/data")
        response.raise_for_status()
        return response.json()

    def _table(self, client: Salesforce, path: str, params: Mapping[str, str]) -> Any:
        headers = {"Accept": TABLE}
        return self._at(client, "GET", path, headers, params=params, stream=True)

    def _at(
        self, client: Salesforce, method: str, path: str, headers: Mapping[str, str], **options: Any
    ) -> requests.Response:
        """What the client has no method for. It would add its own headers to ours for ever."""
        url, mine = f"{client.base_url}{path}", {**client.headers, **headers}
        answer: requests.Response = call_salesforce(url, method, self._http, mine, **options)
        return answer

    def _call(self, use: Callable[[Salesforce], _Result]) -> _Result:
        try:
            self._check_usage()
            return self._with_login(use)
        except CLIENT_ERRORS as error:
            raise error_of(error, self._config.permission_set) from error

    def _with_login(self, use: Callable[[Salesforce], _Result]) -> _Result:
        client, generation = self._ready()
        try:
            return use(client)
        except SalesforceError as error:
            if not _has_expired(error):
                raise
        return use(self._renewed(generation))

    def _ready(self) -> tuple[Salesforce, int]:
        with self._lock:
            if self._client is None:
                self._connect()
            return self._client, self._generation

    def _renewed(self, generation: int) -> Salesforce:
        with self._lock:
            if self._generation == generation:
                self._connect()
            return self._client

    def _connect(self) -> None:
        grant = self._log_in()
        self._client = Salesforce(
            session_id=grant.token,
            instance=grant.host,
            version=self._config.api_version,
            session=self._http,
            parse_float=Decimal,
            object_pairs_hook=None,
        )
        self._generation += 1

    def _log_in(self) -> Grant:
        knew_the_time = self._gauges.skew is not None
        try:
            return log_in(self._http, self._config, self._gauges.server_now())
        except LoginRefused:
            # An assertion is dated; if our clock is wrong, the refusal told the right time.
            if knew_the_time or abs(self.skew) < _SKEW_THAT_MATTERS:
                raise
        return log_in(self._http, self._config, self._gauges.server_now())

    def _check_usage(self) -> None:
        """Ask how many calls are used when the answers stopped saying it: fail closed."""
        if self._gauges.unreported_calls < _MOST_UNREPORTED:
            return
        limits = self._with_login(lambda client: client.limits())
        try:
            most, left = (limits["DailyApiRequests"][key] for key in ("Max", "Remaining"))
            self._gauges.report(most - left, most)
        except (KeyError, TypeError) as error:
            message = "Nobody can tell how many API calls are left."
            raise fail(BudgetSpent, "BBM-SF-022", message) from error


def _path(query: Query) -> str:
    # Inside of a request's body, quotes and commas do not have to be longer than they are.
    words = quote(query.text, safe="',")
    return f"{'queryAll' if query.deleted else 'query'}/?q={words}"


def _has_expired(error: Any) -> bool:
    """Whether a new session helps; not where it would be of the same kind."""
    said = str(error.content)
    if error.status == HTTPStatus.UNAUTHORIZED:
        return "not valid for use" not in said
    # Where all others say 401, the older bulk interface says 400, and the user's own data 403.
    return OLD_SESSION in said or (error.status == HTTPStatus.FORBIDDEN and ENDED_SESSION in said)


def _described(client: Salesforce, name: str, known: str) -> Described | None:
    headers = {"If-Modified-Since": known} if known else {}
    url = f"{client.base_url}sobjects/{name}/describe"
    try:
        # The client's public methods do not give the headers of an answer.
        response = client._call_salesforce("GET", url, name="describe", headers=headers)  # noqa: SLF001
    except SalesforceError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        if error.status == HTTPStatus.NOT_MODIFIED and known:
            return Described(None, known)
        raise
    return Described(response.json(), response.headers.get("Last-Modified", ""))


def _unless_missing(client: Salesforce, path: str) -> Any:
    try:
        answer = client.restful(path)
    except SalesforceError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return None
        raise
    if answer is None:
        raise malformed("it is empty")
    return answer


def _unless_gone(ask: Callable[[], _Result]) -> _Result | None:
    """The answer; nothing when what is asked for was dropped, or is of another version."""
    try:
        return ask()
    except SalesforceError as error:
        if error.status in _GONE or "INVALID_QUERY_LOCATOR" in str(error.content):
            return None
        raise

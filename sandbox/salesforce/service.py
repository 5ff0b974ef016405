"""Salesforce's side of the wire: which room answers which address."""

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from sandbox.salesforce import (
    collections,
    composite,
    deploy,
    search,
    sobjects,
    tooling,
    tree,
    upserts,
)
from sandbox.salesforce.call import Call
from sandbox.salesforce.coerce import wire_time
from sandbox.salesforce.cursors import Cursors
from sandbox.salesforce.dataload.room import Dataload
from sandbox.salesforce.jobs.room import Jobs
from sandbox.salesforce.metadata.soap import MetadataSoap
from sandbox.salesforce.oauth import OAuth
from sandbox.salesforce.org import Org
from sandbox.salesforce.query import Runner
from sandbox.salesforce.refusals import Refusal, expired_session, not_found
from sandbox.salesforce.soap_login import SoapLogin
from sandbox.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from collections.abc import Callable

_VERSION = re.compile(r"v(\d{2,3})\.0")
_OLDEST, _NEWEST = 31, 66
_LONGEST_URI = 16_384
_EVERY_ANSWER = {
    "Cache-Control": "no-cache,must-revalidate,max-age=0,no-store,private",
    "Server": "sfdcedge",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}
_SEASONS = ("Spring", "Summer", "Winter")


class SalesforceService:
    """Answers for one org."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._oauth = OAuth(org)
        self._cursors = Cursors(org)
        self._dataload = Dataload(org)
        self._soap: dict[str, SoapLogin | MetadataSoap] = {
            "u": SoapLogin(org),
            "m": MetadataSoap(org),
        }
        self._jobs = Jobs(org)
        self._rooms: dict[str, Callable[[Call], Answer]] = {
            "query": self._query,
            "queryAll": self._query,
            "sobjects": sobjects.answer,
            "composite": self._composite,
            "limits": self._limits,
            "tooling": self._tooling,
            "jobs": self._jobs.answer,
            "connect": _communities,
            "search": search.answer,
            "metadata": deploy.answer,
        }

    def handle(self, request: Request) -> Answer:
        self._org.settle()
        with self._org.lock:
            self._dataload.settle()
            answer = self._answer(request)
        answer.headers = {**_EVERY_ANSWER, **answer.headers}
        return answer

    def perform(self, call: Call) -> Answer:
        """One authorised call; refusals are answers."""
        try:
            room = self._rooms.get(call.path[0]) if call.path else self._index
            if room is None:
                raise not_found()
            return room(call)
        except Refusal as error:
            return json_answer(error.status, error.body())

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith("/services/oauth2/"):
            return self._oauth.answer(request)
        parts = [part for part in request.path.split("/") if part]
        if parts == ["services", "data"]:
            return json_answer(200, _versions())
        try:
            match parts:
                case ["services", "data", version, *path]:
                    return self._data(request, _version(version), tuple(path))
                case ["services", "Soap", "u" | "m" as which, version, *_]:
                    return self._soap[which].answer(request, version)
                case ["services", "async", version, *path]:
                    return self._dataload.answer(request, version, tuple(path))
                case _:
                    raise not_found()
        except Refusal as error:
            return json_answer(error.status, error.body())

    def _data(self, request: Request, version: str, path: tuple[str, ...]) -> Answer:
        if _uri_length(request) > _LONGEST_URI:
            return Answer(414, b"<h1>Bad Message 414</h1>", {"Content-Type": "text/html"})
        session = self._oauth.session(request)
        if session is None:
            raise expired_session()
        if self._org.apps.rest_refused:
            message = "This session is not valid for use with the REST API"
            raise Refusal("INVALID_SESSION_ID", message, status=401)
        rights = self._org.access.rights(session.user)
        call = Call(self._org, request, rights, version, path)
        answer = self._counted(call)
        if answer.status != HTTPStatus.NO_CONTENT:
            answer.headers.setdefault("Sforce-Limit-Info", self._org.usage.header())
        return answer

    def _counted(self, call: Call) -> Answer:
        """Answer a call when the allowance has room for it; a refusal tells the usage too."""
        try:
            calls = composite.calls(call)
            self._org.ledger.count_calls(calls, composite.addresses(call))
            self._org.usage.take(calls)
        except Refusal as error:
            return json_answer(error.status, error.body())
        return self.perform(call)

    def _index(self, call: Call) -> Answer:
        return json_answer(200, {name: call.url(name) for name in self._rooms})

    def _query(self, call: Call) -> Answer:
        call.only_reads()
        user = call.rights.user
        if len(call.path) > 1:
            return json_answer(200, self._cursors.next_page(call.path[1], user, call.version))
        if "q" not in call.request.query:
            raise Refusal("MALFORMED_QUERY", "SOQL statements cannot be empty or null")
        everything = call.path[0] == "queryAll"
        runner = Runner(self._org, call.rights, call.version, deleted=everything)
        result = runner.run(call.request.first("q"))
        options = call.request.headers.get("sforce-query-options", "")
        return json_answer(200, self._cursors.first_page(result, user, options, call.version))

    def _composite(self, call: Call) -> Answer:
        if call.path[1:2] == ("sobjects",):
            by_key = len(call.path) == len(("composite", "sobjects", "type", "field"))
            return upserts.answer(call) if by_key else collections.answer(call)
        if call.path[1:2] == ("tree",) and len(call.path) == len(("composite", "tree", "type")):
            return tree.answer(call)
        return composite.answer(call, self.perform)

    def _tooling(self, call: Call) -> Answer:
        return tooling.answer(call, self._cursors)

    def _limits(self, call: Call) -> Answer:
        call.only_reads()
        if call.path[1:] == ("recordCount",):
            return _record_count(call)
        if len(call.path) > 1:
            raise not_found()
        return json_answer(200, self._org.usage.body())


def _communities(call: Call) -> Answer:
    """An org without digital experiences, which is what clients ask about."""
    call.only_reads()
    if call.path[1:] != ("communities",):
        raise not_found()
    return json_answer(200, {"communities": [], "total": 0})


def _record_count(call: Call) -> Answer:
    """Counts as old as the statistics are; what had no record by then is not in them."""
    org = call.org
    by = wire_time(org.clock.now() - org.switches.statistics_age)
    asked = [one for one in call.request.first("sObjects").split(",") if one]
    counts = []
    for name in asked or org.objects:
        rows = org.tables[name].rows.values() if name in org.objects else ()
        known = [row for row in rows if str(row.get("CreatedDate", "")) <= by]
        gone = sum(1 for row in known if row.get("IsDeleted") and str(row["SystemModstamp"]) <= by)
        if known:
            counts.append({"count": len(known) - gone, "name": name})
    return json_answer(200, {"sObjects": counts})


def _version(text: str) -> str:
    found = _VERSION.fullmatch(text)
    if found is None:
        raise not_found()
    if int(found[1]) < _OLDEST:
        raise Refusal(
            "UNSUPPORTED_API_VERSION",
            f"GONE: API version {text} is no longer available",
            status=410,
        )
    return text.removeprefix("v")


def _versions() -> list[dict[str, str]]:
    listed = []
    for number in range(_OLDEST, _NEWEST + 1):
        # 66 is Spring '26, and there are three a year; Winter '26 came out in autumn of '25.
        year, season = divmod(number - 66, 3)
        named = _SEASONS[season]
        label = f"{named} '{26 + year + (named == 'Winter')}"
        version = f"{number}.0"
        listed.append({"label": label, "url": f"/services/data/v{version}", "version": version})
    return listed


def _uri_length(request: Request) -> int:
    query = sum(len(key) + sum(map(len, values)) for key, values in request.query.items())
    return len(request.path) + query

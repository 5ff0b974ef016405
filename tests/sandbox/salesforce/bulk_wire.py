"""Bulk API 2.0 asked without sockets: a service, logged in, and what it answers."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP, App
from sandbox.salesforce.org import Org
from sandbox.salesforce.service import SalesforceService
from sandbox.wire import Answer, Request

MISSING = "00Q000000000001EAA"


class BulkWire:
    """An org without a server, as an app asks it; `version` may be changed between calls."""

    def __init__(self, org: Org | None = None, app: App = ADMIN_APP) -> None:
        self.org = org or Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))
        self.service = SalesforceService(self.org)
        self.version = "66.0"
        self.token = self.log_in(app)

    def log_in(self, app: App) -> str:
        form = {"grant_type": "client_credentials", "client_id": app.key}
        body = urlencode({**form, "client_secret": app.secret}).encode()
        headers = {"content-type": "application/x-www-form-urlencoded"}
        host = "https://kaede.my.salesforce.com"
        request = Request("POST", "/services/oauth2/token", {}, headers, body, host)
        self.token = str(orjson.loads(self.service.handle(request).body)["access_token"])
        return self.token

    def ask(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        raw = body if isinstance(body, bytes) else orjson.dumps(body) if body else b""
        return self.service.handle(
            Request(
                method,
                f"/services/data/v{self.version}/{path}",
                {name: [str(value)] for name, value in query.items()},
                {"authorization": f"Bearer {self.token}"},
                raw,
                "https://kaede.my.salesforce.com",
            )
        )

    def said(self, method: str, path: str, body: object = None, **query: object) -> Any:
        return orjson.loads(self.ask(method, path, body, **query).body)

    def query(self, soql: str, operation: str = "query", **more: str) -> str:
        asked = {"operation": operation, "query": soql, **more}
        return str(self.said("POST", "jobs/query", asked)["id"])

    def finish(self, kind: str, id_: str) -> Any:
        for _ in range(5):
            job = self.said("GET", f"jobs/{kind}/{id_}")
            if job["state"] in {"JobComplete", "Failed", "Aborted"}:
                return job
        raise AssertionError(job)

    def pages(self, id_: str, rows: int) -> Iterator[Answer]:
        locator = ""
        while locator != "null":
            asked = {"maxRecords": rows} | ({"locator": locator} if locator else {})
            answer = self.ask("GET", f"jobs/query/{id_}/results", **asked)
            yield answer
            locator = answer.headers["Sforce-Locator"]

    def ingest(self, text: str | bytes, operation: str = "update", **more: str) -> str:
        made = self.said("POST", "jobs/ingest", {"operation": operation, "object": "Lead", **more})
        id_ = str(made["id"])
        raw = text if isinstance(text, bytes) else text.encode()
        assert self.ask("PUT", f"jobs/ingest/{id_}/batches", raw).status == 201
        self.said("PATCH", f"jobs/ingest/{id_}", {"state": "UploadComplete"})
        return id_

    def table(self, id_: str, part: str) -> list[list[str]]:
        answer = self.ask("GET", f"jobs/ingest/{id_}/{part}")
        assert answer.headers["Content-Type"] == "text/csv"
        return rows_of(answer.body)


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))

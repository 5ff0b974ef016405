"""Asking the sandbox's Salesforce without a socket, where the wire is not the point."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import orjson

from sandbox.salesforce.apps import ADMIN_APP, App
from sandbox.salesforce.org import Org
from sandbox.salesforce.service import SalesforceService
from sandbox.wire import Answer, Request

HOST = "https://kaede.my.salesforce.com"
DATA = "/services/data/v66.0"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as a test looks at it."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> object:
        return orjson.loads(self.text) if self.text else None

    @property
    def code(self) -> str:
        """The code of the first error."""
        body = self.json
        first = body[0] if isinstance(body, list) else body
        assert isinstance(first, dict)
        return str(first.get("errorCode") or first.get("exceptionCode"))


class Api:
    """An org's service, asked with a session of an app."""

    def __init__(self, org: Org, app: App = ADMIN_APP) -> None:
        self.org = org
        self.service = SalesforceService(org)
        user = org.user_id(app.run_as)
        self.token = org.apps.open(app, user, org.org_id, org.clock.now()).token

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Told:
        """Ask below the newest version, as JSON."""
        sent = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = b"" if body is None else orjson.dumps(body)
        return self.raw(method, f"{DATA}/{path}", raw, sent)

    def raw(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Told:
        """Ask exactly this."""
        parts = urlsplit(f"/{url.lstrip('/')}")
        query = parse_qs(parts.query, keep_blank_values=True)
        request = Request(method, parts.path, query, headers, body, HOST)
        return told(self.service.handle(request))


def told(answer: Answer) -> Told:
    return Told(answer.status, answer.headers, answer.body.decode())

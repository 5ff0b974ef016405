"""The admin interface under /__sandbox__/: the clock, people's edits, faults, and the ledger."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson

from sandbox.faults import Action, Fault
from sandbox.ledger import as_rows
from sandbox.salesforce.refusals import Refusal
from sandbox.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.server import Sandbox

Body = Mapping[str, object]


class AdminService:
    """What nobody has in a real CRM: a hand on everything, and a look behind it."""

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._providers: dict[str, Callable[[], object]] = {}
        self._posts: dict[str, Callable[[Body], object]] = {
            "clock": self._set_clock,
            "create": self._create,
            "edit": self._edit,
            "convert": self._convert,
            "delete": self._delete,
            "undelete": self._undelete,
            "merge": self._merge,
            "faults": self._add_fault,
            "reset": self._reset_limits,
            "expire": self._expire,
            "pages": self._pages,
        }
        self._gets: dict[str, Callable[[Request], object]] = {
            "health": lambda _: {"status": "ok"},
            "clock": lambda _: self._clock(),
            "ledger": self._ledger,
            "rows": self._rows,
            "faults": lambda _: [fault.name() for fault in sandbox.faults.left()],
        }

    def provide(self, name: str, provider: Callable[[], object]) -> None:
        """Answer GET /__sandbox__/{name} with what this returns, e.g. the story's truth."""
        self._providers[name] = provider

    def handle(self, request: Request) -> Answer:
        name = request.path.removeprefix("/__sandbox__/").strip("/")
        try:
            return json_answer(200, self._value(request, name))
        except KeyError as error:
            return json_answer(400, {"error": f"missing or unknown: {error.args[0]}"})
        except (ValueError, TypeError) as error:
            return json_answer(400, {"error": str(error)})
        except Refusal as error:
            return json_answer(error.status, error.body())

    def _value(self, request: Request, name: str) -> object:
        if request.method == "DELETE" and name == "faults":
            self._sandbox.faults.clear()
            return {}
        if request.method == "GET" and name in self._providers:
            return self._providers[name]()
        if request.method == "GET":
            return self._gets[name](request)
        body = orjson.loads(request.body or b"{}")
        if not isinstance(body, dict):
            raise TypeError("the body must be a JSON object")
        return self._posts[name](body)

    # -- asking --------------------------------------------------------------------------------

    def _clock(self) -> dict[str, object]:
        return {"now": self._sandbox.clock.now().isoformat()}

    def _ledger(self, request: Request) -> object:
        ledger = self._sandbox.ledger
        since = int(request.first("since", "0"))
        service = request.first("service")
        if request.first("what") == "requests":
            path = request.first("path")
            return as_rows(
                ledger.requests(
                    service=service,
                    method=request.first("method"),
                    path_contains=path,
                    since=since,
                )
            )
        if request.first("what") == "writes":
            return as_rows(ledger.writes(service=service, since=since))
        if request.first("what") == "counts":
            return {
                "requests": ledger.last_seq(),
                "changes": ledger.last_change(),
                "writes": len(ledger.writes(service=service, since=since)),
            }
        found = ledger.changes(
            service=service,
            type=request.first("type"),
            id=request.first("id"),
            by=request.first("by"),
            since=since,
        )
        return as_rows(found)

    def _rows(self, request: Request) -> object:
        deleted = request.first("deleted") == "true"
        return self._sandbox.salesforce.rows(request.query["type"][0], deleted=deleted)

    # -- acting --------------------------------------------------------------------------------

    def _set_clock(self, body: Body) -> object:
        clock = self._sandbox.clock
        if "set" in body:
            seconds = (datetime.fromisoformat(str(body["set"])) - clock.now()).total_seconds()
        else:
            seconds = float(str(body["advance_seconds"]))
        if seconds < 0:
            raise ValueError(f"time does not run backwards ({timedelta(seconds=seconds)})")
        clock.advance(seconds)
        return self._clock()

    def _create(self, body: Body) -> object:
        org = self._sandbox.salesforce
        return {"id": org.create(_text(body, "type"), _values(body), by=_by(body))}

    def _edit(self, body: Body) -> object:
        org = self._sandbox.salesforce
        org.update(_text(body, "type"), _text(body, "id"), _values(body), by=_by(body))
        return {}

    def _convert(self, body: Body) -> object:
        deal = body.get("opportunity")
        return self._sandbox.salesforce.convert_lead(
            _text(body, "id"),
            by=_by(body),
            opportunity=deal if isinstance(deal, dict) else None,
            account_id=str(body["account_id"]) if "account_id" in body else None,
        )

    def _delete(self, body: Body) -> object:
        self._sandbox.salesforce.delete(_text(body, "type"), _text(body, "id"), by=_by(body))
        return {}

    def _undelete(self, body: Body) -> object:
        self._sandbox.salesforce.undelete(_text(body, "type"), _text(body, "id"), by=_by(body))
        return {}

    def _merge(self, body: Body) -> object:
        losers = body["losers"]
        if not isinstance(losers, list):
            raise TypeError("losers must be a list of ids")
        org = self._sandbox.salesforce
        org.merge(_text(body, "type"), _text(body, "master"), map(str, losers), by=_by(body))
        return {}

    def _add_fault(self, body: Body) -> object:
        told = dict(body)
        action = told.pop("action")
        made = Action(**action) if isinstance(action, dict) else str(action)
        self._sandbox.faults.add(Fault(action=made, **told))  # type: ignore[arg-type]  # JSON
        return {}

    def _reset_limits(self, body: Body) -> object:
        usage = self._sandbox.salesforce.usage
        usage.set(int(str(body.get("used", 0))))
        usage.allowed = int(str(body.get("allowed", usage.allowed)))
        return usage.body()["DailyApiRequests"]

    def _expire(self, body: Body) -> object:
        del body
        return {"ended": self._sandbox.salesforce.apps.expire()}

    def _pages(self, body: Body) -> object:
        self._sandbox.salesforce.page_limit = int(str(body["rows"]))
        return {}


def _text(body: Body, name: str) -> str:
    return str(body[name])


def _values(body: Body) -> Mapping[str, object]:
    values = body["values"]
    if not isinstance(values, dict):
        raise TypeError("values must be a JSON object")
    return values


def _by(body: Body) -> str:
    return str(body.get("by", "human"))

"""The admin interface under /__sandbox__/: the clock, people's edits, faults, and the ledger."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import orjson

from sandbox.faults import Action, Fault
from sandbox.hands import Body, Hand, HumanErrors, hubspot_hand, salesforce_hand
from sandbox.ledger import as_rows
from sandbox.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.server import Sandbox

_PREFIX = "/__sandbox__/"


class AdminService:
    """What nobody has in a real CRM: a hand on everything, and a look behind it.

    POST takes a JSON object; `crm` says whose records are meant ("salesforce" when left out).
    """

    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox
        self._hands: Mapping[str, Callable[[], Hand]] = {
            "salesforce": lambda: salesforce_hand(sandbox.salesforce),
            "hubspot": lambda: hubspot_hand(sandbox.hubspot),
        }
        self._gets: dict[str, Callable[[Request], object]] = {
            "health": lambda _: {"status": "ok", "now": sandbox.clock.now().isoformat()},
            "clock": lambda _: {"now": sandbox.clock.now().isoformat()},
            "faults": lambda _: [fault.name() for fault in sandbox.faults.left()],
            "ledger": self._ledger,
            "rows": self._rows,
            "slack": lambda _: sandbox.slack.messages,
        }
        self._posts: dict[str, Callable[[Body], object]] = {
            "clock": self._set_clock,
            "faults": self._add_fault,
            "limits": self._set_limits,
            "expire": self._expire,
            "pages": self._set_pages,
            "bulk": self._set_bulk,
            "knobs": self._set_knobs,
        }

    def provide(self, name: str, provider: Callable[[], object]) -> None:
        """Answer GET /__sandbox__/{name} with what this returns, e.g. the story's truth."""
        self._gets[name] = lambda _: provider()

    def handle(self, request: Request) -> Answer:
        try:
            return self._answer(request, request.path.removeprefix(_PREFIX).strip("/"))
        except HumanErrors as error:
            return json_answer(error.status, error.body())
        except KeyError as error:
            return _problem(400, f"missing or unknown: {error.args[0]}")
        except (ValueError, TypeError) as error:
            return _problem(400, str(error))

    def _answer(self, request: Request, name: str) -> Answer:
        if request.method == "GET" and name in self._gets:
            return json_answer(200, self._gets[name](request))
        if request.method == "DELETE" and name == "faults":
            self._sandbox.faults.clear()
            return json_answer(200, {})
        if request.method != "POST":
            return _problem(404, f"there is nothing at {request.path}")
        body = orjson.loads(request.body or b"{}")
        if not isinstance(body, dict):
            return _problem(400, "the body must be a JSON object")
        act = self._posts.get(name) or self._hand(body).get(name)
        if act is None:
            return _problem(404, f"there is nothing at {request.path}")
        done = act(body)
        return json_answer(200, done if isinstance(done, dict) else {"result": done})

    def _hand(self, body: Body) -> Hand:
        return self._hands[str(body.get("crm", "salesforce"))]()

    def _ledger(self, request: Request) -> object:
        """`what` is changes, writes, requests or counts; the other parameters narrow it down."""
        ledger, since = self._sandbox.ledger, int(request.first("since", "0"))
        service = request.first("service")
        match request.first("what", "changes"):
            case "requests":
                method, path = request.first("method"), request.first("path")
                found = ledger.requests(
                    service=service, method=method, path_contains=path, since=since
                )
                return as_rows(found)
            case "writes":
                return as_rows(ledger.writes(service=service, since=since))
            case "counts":
                return self._counts(service, since)
            case "changes":
                asked = {name: request.first(name) for name in ("type", "id", "by", "field")}
                return as_rows(ledger.changes(service=service, since=since, **asked))
            case other:
                raise ValueError(f"the ledger knows changes, writes, requests, counts; not {other}")

    def _counts(self, service: str, since: int) -> dict[str, int]:
        ledger = self._sandbox.ledger
        return {
            "requests": ledger.last_seq(),
            "changes": ledger.last_change(),
            "writes": len(ledger.writes(service=service, since=since)),
        }

    def _rows(self, request: Request) -> object:
        asked: dict[str, object] = {name: request.first(name) for name in request.query}
        return self._hand(asked)["rows"](asked)

    def _set_clock(self, body: Body) -> object:
        clock = self._sandbox.clock
        if "set" in body:
            seconds = (datetime.fromisoformat(str(body["set"])) - clock.now()).total_seconds()
        else:
            seconds = float(str(body["advance_seconds"]))
        if seconds < 0:
            raise ValueError(f"time does not run backwards, by {-seconds} seconds")
        return {"now": clock.advance(seconds).isoformat()}

    def _add_fault(self, body: Body) -> object:
        told = dict(body)
        action = told.pop("action")
        made = Action(**action) if isinstance(action, dict) else str(action)
        self._sandbox.faults.add(Fault(action=made, **told))  # type: ignore[arg-type]  # from JSON
        return None

    def _set_limits(self, body: Body) -> object:
        """`used` and `allowed` API calls of the last 24 hours in the org."""
        usage = self._sandbox.salesforce.usage
        usage.allowed = int(str(body.get("allowed", usage.allowed)))
        usage.set(int(str(body.get("used", 0))))
        return usage.body()["DailyApiRequests"]

    def _expire(self, _body: Body) -> object:
        """End every session of the org."""
        return self._sandbox.salesforce.apps.expire()

    def _set_pages(self, body: Body) -> object:
        self._sandbox.salesforce.page_limit = int(str(body["rows"]))
        return None

    def _set_bulk(self, body: Body) -> object:
        """How bulk jobs behave: see `sandbox.salesforce.jobs.settings`."""
        _set(self._sandbox.salesforce.bulk, body)
        return None

    def _set_knobs(self, body: Body) -> object:
        """How the portal behaves where HubSpot is uncertain: see `sandbox.hubspot.knobs`."""
        _set(self._sandbox.hubspot.knobs, body)
        return None


def _set(settings: object, body: Body) -> None:
    for name, value in body.items():
        if not isinstance(getattr(settings, name, None), int | float | str):
            raise TypeError(f"{name} cannot be set here")
        setattr(settings, name, type(getattr(settings, name))(value))


def _problem(status: int, message: str) -> Answer:
    return json_answer(status, {"error": message})

"""HubSpot's API: lets calls in, counts them, finds their endpoint, answers errors in its words."""

import uuid

from sandbox.hubspot.api.call import Call
from sandbox.hubspot.api.exports import DOWNLOADS, download
from sandbox.hubspot.api.oauth import oauth
from sandbox.hubspot.api.routes import NoSuchAddress, find_route
from sandbox.hubspot.limits import Limits
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.refusals import Refused
from sandbox.hubspot.tokens import require
from sandbox.wire import Answer, Request, json_answer

LONGEST_QUERY = 15_500
_TOO_LONG = b"<html><head><title>414 Request-URI Too Large</title></head></html>"
_NOWHERE = b"<html><head><title>Error 404 Not Found</title></head></html>"
_PAGE = {"Content-Type": "text/html;charset=utf-8"}
_CORRELATION = "X-HubSpot-Correlation-Id"


class HubSpotService:
    """Answers for a portal. Faults are carried out around it, by the server."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.limits = Limits(portal.knobs)
        self._answered = 0

    def handle(self, request: Request) -> Answer:
        """The answer to one request, always with a correlation id."""
        self._answered += 1
        correlation_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{request.path}#{self._answered}"))
        said: dict[str, str] = {}
        try:
            answer = self._answer(request, said)
        except Refused as refused:
            body = {**refused.body(), "correlationId": correlation_id}
            answer = json_answer(refused.status, body, refused.headers)
        except NoSuchAddress:  # a page of the server itself: the API never hears of the call
            answer = Answer(404, _NOWHERE, dict(_PAGE))
        answer.headers |= {**said, _CORRELATION: correlation_id}
        return answer

    def _answer(self, request: Request, said: dict[str, str]) -> Answer:
        """The answer, or a refusal; `said` takes the headers that go with either."""
        if _is_too_long(request):
            return Answer(414, _TOO_LONG, {"Content-Type": "text/html"})
        if request.path.startswith("/oauth/"):
            return oauth(self.portal, request)
        if request.path.startswith(DOWNLOADS):
            return download(self.portal, request)
        now = self.portal.store.settle()
        token = self.portal.tokens.bearer(request.headers.get("authorization", ""), now)
        route, version, parts = find_route(request)
        call = Call(self.portal, self.limits, request, token, parts, now, version)
        if route.is_search:
            self.limits.count_search(now)  # no header tells about this limit
        elif self.portal.knobs.link_calls_per_ten_seconds and "/associations/" in request.path:
            self.limits.count_link_call(token, now)
        else:
            self.limits.count_call(token, now)
            said |= self.limits.headers(token, now)
        require(token, route.scopes(call), self.portal.knobs)
        if request.body and "json" not in request.headers.get("content-type", "json").lower():
            raise Refused(415, "HTTP 415 Unsupported Media Type", category="")
        return route.endpoint(call)


def _is_too_long(request: Request) -> bool:
    values = (value for one in request.query.values() for value in one)
    return sum(map(len, values)) > LONGEST_QUERY

"""slack-sdk's clients, going only where the configuration says.

slack-sdk takes proxies from the environment when it is given none, and urllib does so again below
it and follows redirects. Both clients have one method that sends; here it uses an opener of ours.
"""

from http.client import HTTPResponse
from ssl import SSLContext
from typing import Any, Final
from urllib.request import (
    BaseHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from slack_sdk.web import WebClient
from slack_sdk.webhook import WebhookClient, WebhookResponse

MOST_BYTES: Final = 1_000_000
"""Slack's answers are small; more than this is something else."""


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def opener(proxy: str | None, tls: SSLContext | None) -> OpenerDirector:
    """Sends through this proxy or through none, whatever the environment says."""
    proxies = {"http": proxy, "https": proxy} if proxy else {}
    handlers: tuple[BaseHandler, ...] = (
        ProxyHandler(proxies),
        HTTPSHandler(context=tls),
        _NoRedirects(),
    )
    return build_opener(*handlers)


class DirectWebClient(WebClient):
    """The bot's client."""

    def use_proxy(self, proxy: str | None) -> None:
        self.proxy = proxy

    def _perform_urllib_http_request_internal(
        self,
        url: str,  # noqa: ARG002 - the request carries it too
        req: Request,
    ) -> dict[str, Any]:
        with opener(self.proxy, self.ssl).open(req, timeout=self.timeout) as answer:
            return {"status": answer.status, "headers": answer.headers, "body": _text(answer)}


class DirectWebhookClient(WebhookClient):
    """The webhook's client."""

    def use_proxy(self, proxy: str | None) -> None:
        self.proxy = proxy

    def _perform_http_request_internal(self, url: str, req: Request) -> WebhookResponse:
        with opener(self.proxy, self.ssl).open(req, timeout=self.timeout) as answer:
            headers = dict(answer.headers.items())
            return WebhookResponse(
                url=url, status_code=answer.status, body=_text(answer), headers=headers
            )


def _text(answer: HTTPResponse) -> str:
    charset = answer.headers.get_content_charset() or "utf-8"
    return answer.read(MOST_BYTES).decode(charset, "replace")

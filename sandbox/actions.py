"""What a fault does to an answer, and the actions that every service knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field

JSON = "application/json;charset=UTF-8"
HTML = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a fault does. `applied` lets the service do its work before the answer is spoilt."""

    status: int = 0  # 0: the service's own answer, spoilt by what follows
    body: str = ""
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    applied: bool = False
    cut: str = ""  # see wire.Answer
    wait_seconds: float = 0.0


GENERAL: Mapping[str, Action] = {
    "html_503": Action(
        status=503,
        body="<html><body><h1>503 Service Unavailable</h1></body></html>",
        content_type=HTML,
    ),
    "bad_gateway": Action(
        status=502, body="<html><body>Bad Gateway</body></html>", content_type=HTML
    ),
    "rate_limited": Action(status=429, headers={"Retry-After": "1"}),
    "expired": Action(
        status=401,
        body='[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]',
    ),
    "server_error": Action(
        status=500,
        body='[{"errorCode":"UNKNOWN_EXCEPTION","message":"An unexpected error occurred."}]',
    ),
    "empty_200": Action(status=200),
    "html_200": Action(status=200, body="<html><body>Maintenance</body></html>", content_type=HTML),
    "html_200_after": Action(
        status=200, body="<html><body>OK</body></html>", content_type=HTML, applied=True
    ),
    "truncated": Action(applied=True, cut="body"),
    "truncated_chunk": Action(applied=True, cut="chunk"),
    "head_only": Action(applied=True, cut="head"),
    "reset_before": Action(status=500, cut="reset"),
    "reset_after": Action(applied=True, cut="reset"),
    "hang": Action(status=500, cut="reset", wait_seconds=600.0),
    "hang_after": Action(applied=True, cut="reset", wait_seconds=600.0),
    "slow": Action(applied=True, wait_seconds=0.3),
}

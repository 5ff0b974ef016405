"""The log: one JSON object a line (or text on a terminal), without secrets and without values."""

import json
import logging
import math
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

HIDDEN = "[hidden]"
"""What stands in the log where a secret was."""

_SHORTEST_SECRET = 4
_TALKATIVE = (
    *("urllib3", "requests", "hubspot", "slack_sdk", "apscheduler", "simple_salesforce"),
    "alembic",
)

_LINE_ENDS = re.compile("[\x7f-\x9f\u2028\u2029]")  # what JSON leaves as it is

_PATTERNS = re.compile(
    r"""
    -----BEGIN[ A-Z]*PRIVATE\ KEY-----.*?(?:-----END[ A-Z]*PRIVATE\ KEY-----|\Z)
    | pat-[a-z]{2,3}[0-9]*-[0-9A-Za-z-]{8,}              # HubSpot
    | 00D[0-9A-Za-z]{12,15}![0-9A-Za-z._~+/-]+           # Salesforce session
    | xox[a-z]-[0-9A-Za-z-]+ | xapp-[0-9A-Za-z-]+        # Slack
    | hooks\.slack\.com/(?:services|workflows|triggers)/[^\s"'<>]+
    | \b(?i:Bearer|Basic)\s+(?=\S*[0-9=])[0-9A-Za-z._~+/=!-]{8,}
    | eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]*  # JWT
    | (?<=://)[^\s/:@]+:[^\s/@]+(?=@)                    # user:password in an address
    """,
    re.VERBOSE | re.DOTALL,
)


class Redactor:
    """Replaces secrets in everything that is logged: the registered ones, and what looks so."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: list[str] = []
        self.register(secrets)

    def register(self, secrets: Iterable[str]) -> None:
        """Hide these values from now on, e.g. a token that was just issued."""
        known = {*self._secrets, *(s for s in secrets if len(s) >= _SHORTEST_SECRET)}
        # Longest first: a secret that contains another one must not leave its rest behind.
        self._secrets = sorted(known, key=len, reverse=True)

    def clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _PATTERNS.sub(HIDDEN, text)

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        """Clean one event; as the last processor it sees all that will be written."""
        return {self.clean(str(key)): self._plain(value) for key, value in event.items()}

    def _plain(self, value: object) -> object:
        if value is None or isinstance(value, bool | int):
            return value
        if isinstance(value, float) and math.isfinite(value):
            return value
        if isinstance(value, Mapping):
            return {self.clean(str(key)): self._plain(inner) for key, inner in value.items()}
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
            return [self._plain(inner) for inner in value]
        return self.clean(_writable(str(value)))


def set_up_log(
    redactor: Redactor,
    *,
    level: str = "info",
    as_json: bool | None = None,
    stream: TextIO | None = None,
) -> None:
    """Send every log line, ours and the libraries', through one chain to one stream.

    Args:
        redactor: What hides the secrets; register new ones on it.
        level: The least level that is logged.
        as_json: JSON or text; None means text on a terminal and JSON elsewhere.
        stream: Where lines go; None means the standard error.
    """
    out = stream or sys.stderr
    as_lines = as_json if as_json is not None else not out.isatty()
    shared = _shared_processors()
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                redactor,
                _json_line if as_lines else _text_line,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    quiet_clients()


def quiet_clients() -> None:
    """Let the libraries speak only when something is wrong.

    Their debug lines hold whole queries and addresses. Some of them set their own level when a
    client is built, so this is called again after the connectors stand.
    """
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        # Local variables hold tokens and records, so tracebacks never show them.
        structlog.processors.ExceptionRenderer(
            structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        ),
    ]


def _json_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """JSON that stays readable in Japanese, and one line for those who split at any line end."""
    text = json.dumps(event, ensure_ascii=False)
    return _LINE_ENDS.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def _text_line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """One line for people: time, level, event, then the keys."""
    at = str(event.pop("timestamp", ""))[11:19]
    level = str(event.pop("level", "")).ljust(7)
    name = str(event.pop("event", ""))
    rest = " ".join(f"{key}={_one_line(value)}" for key, value in sorted(event.items()))
    return " ".join(part for part in (at, level, _one_line(name), rest) if part)


def _one_line(value: object) -> str:
    """Newlines and control characters as escapes: a value cannot forge a line or a colour."""
    return "".join(
        char if unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"} else repr(char)[1:-1]
        for char in str(value)
    )


def _writable(text: str) -> str:
    """Lone surrogates cannot be encoded; a log line must never fail for its content."""
    return text.encode("utf-8", "replace").decode("utf-8")
